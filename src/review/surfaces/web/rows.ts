import { contentText, type DiffCell, type DiffRow, inlineDiff, sideBySide } from '../../text-diff.ts'
import type { PageLine, PageRow } from './shape.ts'

/** Rows that one answer holds. */
const mostRows = 20_000
/** Characters of a line that are shown. */
const longestLine = 4_000

export interface Rows {
  readonly rows: readonly PageRow[]
  readonly notes: readonly string[]
}

/** The comparison of two sides as rows of a page; an absent side is empty. Undefined when one of them is no text. */
export function rowsOf(before: Uint8Array | undefined, after: Uint8Array | undefined): Rows | undefined {
  if (before?.includes(0) === true || after?.includes(0) === true) {
    if (![before, after].every(side => side === undefined || hasUtf16Mark(side))) return undefined
  }
  const { hunks, notes } = inlineDiff(textOf(before), textOf(after))
  const rows: PageRow[] = []
  let last = 0
  for (const hunk of hunks) {
    const first = hunk.lines[0]?.before ?? hunk.lines[0]?.after ?? 1
    if (first - last > 1) rows.push({ kind: 'skipped', lines: first - last - 1 })
    for (const row of sideBySide(hunk)) rows.push(pageRow(row))
    last = hunk.lines.findLast(line => line.before !== undefined)?.before ?? last
    if (rows.length > mostRows) return { rows: rows.slice(0, mostRows), notes: [...notes, tooMany] }
  }
  return { rows, notes }
}

const tooMany = `Only the first ${mostRows.toLocaleString('en-US')} lines of the comparison are shown.`

function hasUtf16Mark([a, b]: Uint8Array): boolean {
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : contentText(bytes)
}

function pageRow({ before, after }: DiffRow): PageRow {
  return {
    kind: before?.kind === 'same' ? 'same' : 'changed',
    ...(before === undefined ? {} : { left: pageLine(before) }),
    ...(after === undefined ? {} : { right: pageLine(after) }),
  }
}

function pageLine({ line, stretches }: DiffCell): PageLine {
  let room = longestLine
  const parts = stretches.flatMap(({ text, changed }): (readonly [string, boolean])[] => {
    if (room <= 0) return []
    const shown = text.slice(0, room)
    room -= text.length
    return [[room < 0 ? `${shown} …` : shown, changed]]
  })
  return { number: line, parts }
}
