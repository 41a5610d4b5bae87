import { bytesText } from '../../../core/amount.ts'
import type { Colours } from '../../../core/colour.ts'
import { printable } from '../../../core/printable.ts'
import type { Review, ReviewDesk, ReviewItem } from '../../review.ts'
import { contentText, type DiffLine, inlineDiff } from '../../text-diff.ts'
import { aboutLines } from './details.ts'

/** How much of each side is compared. Bytes. */
const mostBytes = 512 * 1024
/** A line that is longer fills screens with what nobody reads. */
const longestLine = 2_000

export interface DiffStyle {
  readonly paint: Colours
  readonly columns: number
}

/** An item's difference as lines to read, safe to show: secrets are masked, control characters written out. */
export async function diffLines(
  item: ReviewItem,
  review: Review,
  desk: ReviewDesk,
  { paint, columns }: DiffStyle,
): Promise<readonly string[]> {
  const about = aboutLines(item, review, columns).map(line => paint.bold(line))
  const [before, after] = await Promise.all([sideOf(item, 'before', desk), sideOf(item, 'after', desk)])
  if (before === 'none' && after === 'none')
    return [...about, '', 'There is nothing to compare: its content was not read.']
  if (before === 'binary' || after === 'binary') return [...about, '', 'It is no text; there is no difference to read.']
  return [...about, ...cutNote(item), ...textLines(textOf(before), textOf(after), paint)]
}

type SideText = { readonly text: string } | 'none' | 'binary'

async function sideOf(item: ReviewItem, side: 'before' | 'after', desk: ReviewDesk): Promise<SideText> {
  if (item.difference[side] === undefined) return 'none'
  // Masked also where nothing holds the item: what was deployed long ago may have a secret in it that the new version lacks.
  const bytes = await desk.masked(item, side, mostBytes)
  if (bytes === undefined) return 'none'
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  return bytes.subarray(0, 8_000).includes(0) && !isUtf16 ? 'binary' : { text: contentText(bytes) }
}

function textOf(side: SideText): string {
  return typeof side === 'string' ? '' : side.text
}

function cutNote({ difference }: ReviewItem): string[] {
  const size = Math.max(difference.before?.size ?? 0, difference.after?.size ?? 0)
  return size > mostBytes ? ['', `Only the first ${bytesText(mostBytes)} of ${bytesText(size)} are compared.`] : []
}

function textLines(before: string, after: string, paint: Colours): string[] {
  const diff = inlineDiff(before, after)
  const notes = diff.notes.length === 0 ? [] : ['', ...diff.notes]
  if (diff.hunks.length === 0) return [...notes, '', 'No line is different.']
  const hunks = diff.hunks.flatMap(({ lines }) => [
    '',
    paint.cyan(`@@ line ${lines[0]?.before ?? lines[0]?.after ?? 1} @@`),
    ...lines.map(line => lineText(line, paint)),
  ])
  return [...notes, ...hunks]
}

const marks = { same: ' ', added: '+', removed: '-' } as const

function lineText({ kind, text }: DiffLine, paint: Colours): string {
  const cutText = text.length > longestLine ? `${text.slice(0, longestLine)}… (${text.length} characters)` : text
  const line = marks[kind] + printable(cutText.replaceAll('\t', '    '))
  return kind === 'added' ? paint.green(line) : kind === 'removed' ? paint.red(line) : line
}
