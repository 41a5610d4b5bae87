import { counted } from '../core/amount.ts'
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)} <small>on ${name(review.host)}</small></h1>
${summary(review, result, ticks)}
${sectionsOf(review.items)
  .map(section => sectionHtml(section, review, ticks))
  .join('\n')}
<footer>${pullLines(review)
    .map(line => `<p>${escaped(line)}</p>`)
    .join('')}</footer>
</main>
</body>
</html>
`
}

/** Which files have a tick, and what it means. */
interface Ticks {
  readonly label: string
  readonly ids: ReadonlySet<number>
}

function summary(review: Review, result: CaptureResult, { label, ids }: Ticks): string {
  const totals = totalsOf(review.items, { ticked: ids, lifted: new Map() })
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Base', escaped(baseText(review))],
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
    ['Result', result.said === undefined ? undefined : escaped(result.said)],
  ]
  const shown = lines.flatMap(([word, value]) => (value === undefined ? [] : [`<dt>${word}</dt><dd>${value}</dd>`]))
  return `<dl>${shown.join('')}</dl>`
}

function sectionHtml({ class: { title, held }, items }: Section, review: Review, { label, ids }: Ticks): string {
  const rows = items.map(item => rowHtml(item, review, ids.has(item.id)))
  return `<section${held ? ' class="held"' : ''}><h2>${escaped(title)} <small>${items.length.toLocaleString('en-US')}</small></h2>
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
  const told = notes.map(note => `<p>${escaped(note)}</p>`).join('')
  const path = `<bdi><span>${escaped(folder)}</span>${escaped(nameOf(item))}</bdi>`
  return `<tr><td>${isTaken ? '<b>✓</b>' : ''}</td><td>${path}${told}</td><td>${escaped(size)}</td><td>${escaped(age)}</td></tr>`
}

function code(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `<code>${escaped(text)}</code>`
}

function name(text: string): string {
  return `<bdi>${escaped(text)}</bdi>`
}

// Bidirectional marks and other characters that are not seen do not get this far in names, but a branch or a message may hold them.
function escaped(text: string): string {
  return text.replace(
    /[&<>"'`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    char =>
      /[&<>"'`]/.test(char) ? `&#${char.codePointAt(0)};` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const style = `
:root{--back:#fff;--text:#1b2129;--dim:#5b6572;--line:#dfe3e8;--ok:#14693a;--warn:#855000}
@media (prefers-color-scheme:dark){:root{--back:#0f1317;--text:#e3e8ee;--dim:#9ca7b4;--line:#2a323b;--ok:#85d9a5;--warn:#f2c572}}
body{margin:0;background:var(--back);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 20px}
h1{font-size:22px;margin:0 0 12px}h2{font-size:15px;margin:28px 0 6px}.held h2{color:var(--warn)}
small{font-weight:400;color:var(--dim)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 18px;margin:0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}th{text-align:start;font-weight:400;color:var(--dim);font-size:12px}
th,td{padding:5px 8px;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child{width:64px;padding-inline-start:0}th:nth-child(n+3),td:nth-child(n+3){width:76px;text-align:end;white-space:nowrap}
td bdi{overflow-wrap:anywhere;font-weight:550}td bdi span{font-weight:400;color:var(--dim)}td p{margin:0;color:var(--dim);font-size:12.5px;overflow-wrap:anywhere}
b{color:var(--ok)}code{font:12.5px ui-monospace,Menlo,Consolas,monospace}
footer{margin-top:28px;color:var(--dim);font-size:12.5px}footer p{margin:0}
@media print{body{font-size:11px}}
`
