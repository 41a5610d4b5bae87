import { counted } from '../core/amount.ts'
import { escapedHtml, htmlPage } from '../core/html-page.ts'
import type { Oid } from '../core/push.ts'
import { nameOf, type Section, sectionsOf } from './classes.ts'
import { proposal, totalsOf } from './decide.ts'
import { baseText, itemWords, pullLines } from './item-words.ts'
import { reasonOf } from './reasons.ts'
import type { Review, ReviewItem } from './review.ts'

/** What came of the capture, as far as a report tells it. */
export interface CaptureResult {
  readonly did: string
  readonly tree?: Oid
  readonly commit?: Oid
  readonly ref?: string
  /** The last line of the command. */
  readonly said?: string
  /** How many files were committed. */
  readonly files?: number
  /** Which they were, by item; absent: not known here, and what was proposed is told. */
  readonly taken?: ReadonlySet<number>
}

/**
 * A capture as one HTML file that loads and runs nothing: names, sizes, reasons and hashes, and no contents. Made to be kept, mailed or attached to
 * a CI run.
 */
export function captureHtml(review: Review, result: CaptureResult): string {
  const title = `Capture of ${review.environment}`
  const ticks: Ticks =
    result.taken === undefined
      ? { label: 'Proposed', ids: proposal(review).ticked }
      : { label: 'Taken', ids: result.taken }
  return htmlPage(
    title,
    `<h1>${escapedHtml(title)} <small>on ${name(review.host)}</small></h1>
${summary(review, result, ticks)}
${sectionsOf(review.items)
  .map(section => sectionHtml(section, review, ticks))
  .join('\n')}
<footer>${pullLines(review)
      .map(line => `<p>${escapedHtml(line)}</p>`)
      .join('')}</footer>`,
    style,
  )
}

/** Which files have a tick, and what it means. */
interface Ticks {
  readonly label: string
  readonly ids: ReadonlySet<number>
}

function summary(review: Review, result: CaptureResult, { label, ids }: Ticks): string {
  const totals = totalsOf(review.items, { ticked: ids, lifted: new Map() })
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Base', escapedHtml(baseText(review))],
    ['Merges into', review.into === undefined ? undefined : name(review.into)],
    ['Differences', counted(review.items.length, 'file')],
    [
      label,
      `${counted(totals.ticked, 'file')}: ${totals.added} new, ${totals.changed} changed, ${totals.renamed} renamed, ${totals.deleted} deleted`,
    ],
    ['Committed', result.files === undefined ? undefined : counted(result.files, 'file')],
    ['Held back', totals.held === 0 ? undefined : counted(totals.held, 'file')],
    ['Conflicts', totals.conflicts === 0 ? undefined : counted(totals.conflicts, 'file')],
    ['Tree', code(result.tree)],
    ['Commit', code(result.commit)],
    ['Ref', code(result.ref)],
    ['Result', result.said === undefined ? undefined : escapedHtml(result.said)],
  ]
  const shown = lines.flatMap(([word, value]) => (value === undefined ? [] : [`<dt>${word}</dt><dd>${value}</dd>`]))
  return `<dl>${shown.join('')}</dl>`
}

function sectionHtml({ class: { title, held }, items }: Section, review: Review, { label, ids }: Ticks): string {
  const rows = items.map(item => rowHtml(item, review, ids.has(item.id)))
  return `<section${held ? ' class="held"' : ''}><h2>${escapedHtml(title)} <small>${items.length.toLocaleString('en-US')}</small></h2>
<table><thead><tr><th scope="col">${label}</th><th scope="col">File</th><th scope="col">Size</th><th scope="col">Age</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`
}

function rowHtml(item: ReviewItem, review: Review, isTaken: boolean): string {
  // That it conflicts is said in words below.
  const { facts, size, age } = itemWords({ ...item, merge: 'clean' }, review.seenAt)
  const folder = item.shown.slice(0, -nameOf(item).length || undefined)
  const notes = [
    ...(facts === '' ? [] : [facts]),
    ...(item.conflict === undefined ? [] : [`conflict: ${item.conflict}`]),
    ...item.difference.holds.flatMap(hold => {
      const { because, details, instead } = reasonOf(hold)
      return [...details, because, instead]
    }),
  ]
  const told = notes.map(note => `<p>${escapedHtml(note)}</p>`).join('')
  const path = `<bdi><span>${escapedHtml(folder)}</span>${escapedHtml(nameOf(item))}</bdi>`
  return `<tr><td>${isTaken ? '<b>✓</b>' : ''}</td><td>${path}${told}</td><td>${escapedHtml(size)}</td><td>${escapedHtml(age)}</td></tr>`
}

function code(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `<code>${escapedHtml(text)}</code>`
}

function name(text: string): string {
  return `<bdi>${escapedHtml(text)}</bdi>`
}

const style = `
.held h2{color:var(--warn)}
th:first-child,td:first-child{width:64px;padding-inline-start:0}th:nth-child(n+3),td:nth-child(n+3){width:76px;text-align:end;white-space:nowrap}
td bdi{overflow-wrap:anywhere;font-weight:550}td bdi span{font-weight:400;color:var(--dim)}td p{margin:0;color:var(--dim);font-size:12.5px;overflow-wrap:anywhere}
b{color:var(--ok)}
`
