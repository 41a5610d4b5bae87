import type { PageBody, PageLine, PagePart, PageRow } from '../shape.ts'
import { button, el } from './dom.ts'

export type DiffView = 'side' | 'inline'

/** Rows that are drawn at once; the rest when asked for. */
const chunk = 1_500

type TextBody = Extract<PageBody, { kind: 'text' }>

export function diffTable({ rows }: TextBody, view: DiffView): HTMLElement {
  const isSide = view === 'side' && !isOneSided(rows)
  const lines = isSide ? rows.map(sideRow) : inlineRows(rows)
  const table = el('table', { class: isSide ? 'diff two' : 'diff one' })
  table.append(
    el('caption', { class: 'unseen' }, 'The comparison: before, and as it is on the server'),
    columns(isSide),
  )
  const body = el('tbody')
  table.append(body)
  const holder = el('div', { class: 'diff-box', tabindex: 0, role: 'region', 'aria-label': 'Comparison' }, table)
  let drawn = 0
  const more = () => {
    const next = lines.slice(drawn, drawn + chunk)
    body.append(...next.map(make => make()))
    drawn += next.length
    holder.querySelector('.more')?.remove()
    const left = lines.length - drawn
    if (left > 0)
      holder.append(
        button(
          `Show ${Math.min(chunk, left).toLocaleString('en-US')} more of ${left.toLocaleString('en-US')} lines`,
          { class: 'more' },
          more,
        ),
      )
  }
  more()
  return holder
}

/** A file that is on one side only has nothing to stand beside. */
export function isOneSided(rows: readonly PageRow[]): boolean {
  return (['left', 'right'] as const).some(side => rows.every(row => row.kind === 'changed' && row[side] === undefined))
}

type MakeRow = () => HTMLElement

function columns(isSide: boolean): HTMLElement {
  const number = () => el('col', { class: 'col-number' })
  return isSide
    ? el('colgroup', {}, number(), el('col'), number(), el('col'))
    : el('colgroup', {}, number(), number(), el('col'))
}

function sideRow(row: PageRow): MakeRow {
  if (row.kind === 'skipped') return skipped(row.lines, 4)
  const same = row.kind === 'same'
  return () => el('tr', {}, ...cells(row.left, same ? '' : 'removed'), ...cells(row.right, same ? '' : 'added'))
}

function cells(line: PageLine | undefined, kind: string): HTMLElement[] {
  if (line === undefined) return [el('td', { class: 'number void' }), el('td', { class: 'void' })]
  return [numberCell(line, kind), textCell(line, kind)]
}

/** What was removed, then what came instead, block by block. */
function inlineRows(rows: readonly PageRow[]): MakeRow[] {
  const made: MakeRow[] = []
  let added: MakeRow[] = []
  const flush = () => {
    made.push(...added)
    added = []
  }
  for (const row of rows) {
    if (row.kind !== 'changed') flush()
    if (row.kind === 'skipped') made.push(skipped(row.lines, 3))
    else if (row.kind === 'same') made.push(() => inlineRow(row.left, row.right, ''))
    else {
      const { left, right } = row
      if (left !== undefined) made.push(() => inlineRow(left, undefined, 'removed'))
      if (right !== undefined) added.push(() => inlineRow(undefined, right, 'added'))
    }
  }
  flush()
  return made
}

function inlineRow(left: PageLine | undefined, right: PageLine | undefined, kind: string): HTMLElement {
  const line = (right ?? left)!
  return el('tr', {}, numberCell(left, kind), numberCell(right, kind), textCell(line, kind))
}

function numberCell(line: PageLine | undefined, kind: string): HTMLElement {
  return el('td', { class: `number ${kind}` }, line === undefined ? '' : String(line.number))
}

function textCell({ parts }: PageLine, kind: string): HTMLElement {
  const words = kind === 'added' ? 'added: ' : kind === 'removed' ? 'removed: ' : ''
  return el(
    'td',
    { class: `text ${kind}` },
    words !== '' && el('span', { class: 'unseen' }, words),
    el('span', { class: 'line', dir: 'ltr' }, ...parts.flatMap(partNodes)),
  )
}

function partNodes([text, marked]: PagePart): (Node | string)[] {
  const nodes = visible(text)
  return marked ? [el('mark', {}, ...nodes)] : nodes
}

// What cannot be seen can lie: text that turns the reading direction shows one program and runs another.
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

function visible(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = []
  let at = 0
  for (const { index, 0: char } of text.matchAll(unseen)) {
    const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    nodes.push(text.slice(at, index), el('span', { class: 'control' }, `U+${code}`))
    at = index + char.length
  }
  nodes.push(text.slice(at))
  return nodes
}

function skipped(lines: number, span: number): MakeRow {
  const text = lines === 1 ? '1 line that is the same' : `${lines.toLocaleString('en-US')} lines that are the same`
  return () => el('tr', { class: 'skipped' }, el('td', { colspan: span }, text))
}
