import { bytesText } from '../../../core/amount.ts'
import type { Colours } from '../../../core/colour.ts'
import { printable } from '../../../core/printable.ts'
import { cut, pad, width, wrap } from '../../../core/width.ts'
import { type Draft, mayBeTicked, type Totals, totalsOf } from '../../decide.ts'
import { itemWords } from '../../item-words.ts'
import { selectors } from '../../selection.ts'
import { detailLines } from './details.ts'
import { type Row, scrolled, type View } from './view.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Screen {
  readonly lines: readonly string[]
  /** The line of the cursor; none while something is typed. */
  readonly at?: number
  /** The view with its window moved to the cursor. */
  readonly view: View
  /** Rows of the list that fit. */
  readonly page: number
}

/** The list as it stands on a terminal of this size. Every line fits. */
export function screenOf(unscrolled: View, size: Size, paint: Colours): Screen {
  const columns = Math.max(20, size.columns)
  const foot = footLines(unscrolled, columns)
  const details = size.rows < 16 ? 1 : size.rows < 30 ? 5 : 8
  const page = Math.max(1, size.rows - 3 - 1 - details - foot.length)
  const view = scrolled(unscrolled, page)
  const row = view.rows[view.at]
  const shown = view.rows.slice(view.top, view.top + page)
  const list = shown.map((one, index) => rowLine(one, view, { columns, paint, isHere: view.top + index === view.at }))
  const about = row === undefined ? [] : detailLines(row, view, columns - 1).slice(0, details)
  const lines = [
    ...headLines(view, columns, paint),
    ...list,
    ...Array.from({ length: page - list.length }, () => ''),
    paint.dim(rule(view, page, columns)),
    ...about.map(line => cut(line, columns - 1)),
    ...Array.from({ length: details - about.length }, () => ''),
    ...foot.map(line => (view.prompt === undefined && view.message === undefined ? paint.dim(line) : paint.bold(line))),
  ].slice(0, Math.max(1, size.rows))
  return {
    lines,
    view,
    page,
    ...(view.prompt === undefined ? { at: Math.min(3 + view.at - view.top, lines.length - 1) } : {}),
  }
}

// Most keys only move the cursor, and counting ten thousand files takes longer than drawing twenty lines.
const counted = new WeakMap<Draft, Totals>()

function totalsIn({ review, draft }: View): Totals {
  const known = counted.get(draft)
  if (known !== undefined) return known
  const totals = totalsOf(review.items, draft)
  counted.set(draft, totals)
  return totals
}

function headLines(view: View, columns: number, paint: Colours): string[] {
  const { review } = view
  const totals = totalsIn(view)
  const into = review.into === undefined ? '' : ` into ${review.into}`
  const title = `Capture of ${review.environment} (${review.host})${into}, on top of ${review.base.commit.slice(0, 12)}`
  const counts = [
    `${totals.ticked.toLocaleString('en-US')} ticked, ${bytesText(totals.bytes)}`,
    `${totals.open.toLocaleString('en-US')} not ticked`,
    `${totals.held.toLocaleString('en-US')} held`,
    ...(totals.conflicts === 0 ? [] : [`${totals.conflicts.toLocaleString('en-US')} in conflict`]),
  ].join('; ')
  const filter =
    view.filter === undefined
      ? '─'.repeat(columns - 1)
      : `Only ${printable(view.filter.said)}: ${view.filter.items.length.toLocaleString('en-US')}. t ticks, u unticks them; Esc: all again`
  return [
    paint.bold(cut(printable(title), columns - 1)),
    cut(counts, columns - 1),
    view.filter === undefined ? paint.dim(filter) : paint.cyan(cut(filter, columns - 1)),
  ]
}

/** A line below the list that says where in it one is. */
function rule(view: View, page: number, columns: number): string {
  const below = view.rows.length - view.top - page
  const text = below > 0 ? ` ${below.toLocaleString('en-US')} more below ` : ''
  return `──${text}${'─'.repeat(Math.max(0, columns - 3 - text.length))}`
}

interface RowStyle {
  readonly columns: number
  readonly paint: Colours
  readonly isHere: boolean
}

function rowLine(row: Row, view: View, { columns, paint, isHere }: RowStyle): string {
  const cells = cellsOf(row, view, columns)
  const left = `${isHere ? '>' : ' '}${cells.indent}${cells.mark} `
  const room = columns - 1 - width(left) - width(cells.tail) - 1
  const name = cut(cells.name, room)
  const facts = room - width(name) > 6 && cells.facts !== '' ? cut(`  ${cells.facts}`, room - width(name)) : ''
  const filled = pad('', room - width(name) - width(facts))
  if (isHere) return paint.inverse(`${left}${name}${facts}${filled} ${cells.tail}`)
  return `${left}${cells.tint(paint)(name)}${factsTint(facts, paint)}${filled} ${paint.dim(cells.tail)}`
}

function factsTint(facts: string, paint: Colours): string {
  return facts.includes('CONFLICT') ? paint.red(facts) : paint.dim(facts)
}

interface Cells {
  readonly indent: string
  readonly mark: string
  readonly name: string
  readonly facts: string
  readonly tail: string
  readonly tint: (paint: Colours) => (text: string) => string
}

function cellsOf(row: Row, view: View, columns: number): Cells {
  const plain = () => (text: string) => text
  if (row.kind === 'item') return itemCells(row, view, columns)
  const { mark, ticks } = groupTicks(row, view.draft)
  const count = `${ticks.toLocaleString('en-US')}/${row.items.length.toLocaleString('en-US')}`
  const shut = view.folded.has(row.key) ? ' …' : ''
  const group = { mark, facts: '', tail: count }
  if (row.kind === 'folder') return { ...group, indent: '  ', name: `${row.name}${shut}`, tint: plain }
  const { title, held } = row.section.class
  return { ...group, indent: '', name: `${title}${shut}`, tint: paint => (held ? paint.yellow : paint.bold) }
}

function itemCells({ item, name }: Extract<Row, { kind: 'item' }>, view: View, columns: number): Cells {
  const { facts, size, age } = itemWords(item, view.review.seenAt)
  const lifted = view.draft.lifted.has(item.id) ? 'lifted' : ''
  return {
    indent: name === item.shown || columns < 60 ? '  ' : '    ',
    mark: mayBeTicked(item, view.draft) ? (view.draft.ticked.has(item.id) ? '[x]' : '[ ]') : '[!]',
    name,
    facts: [lifted, facts].filter(text => text !== '').join(', '),
    tail: columns < 60 ? size.padStart(7) : `${size.padStart(7)} ${age.padStart(6)}`,
    tint: paint => (item.difference.change === 'deleted' ? paint.red : (text: string) => text),
  }
}

function groupTicks({ items }: Row, draft: Draft): { mark: string; ticks: number } {
  let [able, ticks] = [0, 0]
  for (const item of items) {
    if (draft.ticked.has(item.id)) ticks++
    if (mayBeTicked(item, draft)) able++
  }
  if (able === 0) return { mark: '[!]', ticks }
  return { mark: ticks === 0 ? '[ ]' : ticks === able ? '[x]' : '[-]', ticks }
}

const prompts = {
  glob: 'Show only (glob): ',
  class: `Show only (${selectors.slice(0, 5).join(', ')} … ${selectors.slice(-9).join(', ')}): `,
  reason: 'Why it may be committed all the same: ',
} as const

function footLines(view: View, columns: number): string[] {
  const room = columns - 1
  if (view.prompt !== undefined) {
    const asked = wrap(prompts[view.prompt.asks].trimEnd(), room)
    // The end of what is typed is what people look at.
    const text = `> ${tail(printable(view.prompt.text), room - 2)}`
    return [...asked.slice(0, 3).map(line => cut(line, room)), text]
  }
  if (view.message !== undefined)
    return wrap(printable(view.message), room)
      .slice(0, 4)
      .map(line => cut(line, room))
  const lines =
    columns < 60
      ? ['space tick  d diff  i why  / glob', 'enter commit…  ? keys  q close']
      : [
          'space tick  t/u tick/untick all shown  d diff  i why  l lift a hold',
          '/ glob  c class  ? all keys  enter: go on to commit  q: close, deciding nothing',
        ]
  return lines.map(line => cut(line, room))
}

function tail(text: string, columns: number): string {
  let rest = text
  while (width(rest) > columns) rest = [...rest].slice(1).join('')
  return rest
}
