import { bytesText } from '../../../core/amount.ts'
import type { Difference } from '../../../core/difference.ts'
import { printable } from '../../../core/printable.ts'
import { classes } from '../../classes.ts'
import { imageFacts } from '../../image.ts'
import { factsOf } from '../../item-words.ts'
import { reasonOf } from '../../reasons.ts'
import type { Review, ReviewDesk, ReviewItem } from '../../review.ts'
import { rowsOf } from './rows.ts'
import type { PageBody, PageDetail, PageImage } from './shape.ts'

/** Bytes of a text that are shown, a side. */
const textLimit = 512 * 1024
/** Bytes of an image; browsers take no more pixels than `pixelLimit` without harm. */
const imageLimit = 32 * 1024 * 1024
const pixelLimit = 64_000_000

export type SideName = 'before' | 'after'

/** What is shown of one item. Contents of what is held for something inside come masked, or not at all. */
export async function detailOf(review: Review, item: ReviewItem, desk: ReviewDesk): Promise<PageDetail> {
  const { difference } = item
  return {
    holds: difference.holds.map(hold => ({
      title: classes.find(one => one.id === hold.kind)!.title,
      ...reasonOf(hold),
    })),
    facts: factLines(item),
    hosts: (review.hosts?.get(difference.path) ?? []).map(({ host, oid, size }) => ({
      host: printable(host),
      holds: oid === undefined ? 'not there' : `${oid.slice(0, 8)}${size === undefined ? '' : `, ${bytesText(size)}`}`,
    })),
    body: await bodyOf(item, desk),
  }
}

function factLines(item: ReviewItem): [string, string][] {
  const { before, after } = item.difference
  const sizes = [before, after].map(side => (side === undefined ? undefined : bytesText(side.size)))
  const size = sizes[0] === sizes[1] ? [sizes[0]] : sizes
  const known = size.filter(text => text !== undefined)
  // Where it was and that it conflicts stand elsewhere.
  const facts = factsOf({ ...item, merge: 'clean' }).filter(fact => !fact.startsWith('from '))
  return [
    ...(known.length === 0 ? [] : ([['Size', known.join(' → ')]] as [string, string][])),
    ...(facts.length === 0 ? [] : ([['', facts.join(', ')]] as [string, string][])),
  ]
}

async function bodyOf(item: ReviewItem, desk: ReviewDesk): Promise<PageBody> {
  const { difference } = item
  if (difference.change === 'unread')
    return { kind: 'nothing', because: 'It was not read, so there is nothing to show.' }
  if (difference.change === 'mode') return { kind: 'nothing', because: 'The content is the same.' }
  if (difference.content === 'image') {
    const images = await imagesOf(item, desk)
    if (images !== undefined) return images
    if (!hidesContent(difference) && item.image?.after !== undefined && imageTypes.has(item.image.after.type))
      return { kind: 'nothing', because: 'The image is too large to be shown here.' }
  }
  if (difference.content !== 'text' && difference.content !== 'image')
    return { kind: 'nothing', because: 'Not text, so there is no comparison to show.' }
  return textOf(item, desk)
}

async function imagesOf(item: ReviewItem, desk: ReviewDesk): Promise<PageBody | undefined> {
  const [before, after] = await Promise.all([imageOf(item, 'before', desk), imageOf(item, 'after', desk)])
  if (before === undefined && after === undefined) return undefined
  return {
    kind: 'images',
    ...(before === undefined ? {} : { before: before.facts }),
    ...(after === undefined ? {} : { after: after.facts }),
  }
}

/** The image of one side as a browser may be given it: told by its own first bytes, never by its name. Undefined when there is none to show. */
export async function imageOf(
  item: ReviewItem,
  side: SideName,
  desk: ReviewDesk,
): Promise<{ facts: PageImage; type: string; bytes: Uint8Array } | undefined> {
  const there = item.difference[side]
  if (there === undefined || hidesContent(item.difference) || there.size > imageLimit) return undefined
  const bytes = await desk.content(item, side, imageLimit)
  const facts = bytes === undefined ? undefined : imageFacts(bytes)
  const type = facts === undefined ? undefined : imageTypes.get(facts.type)
  if (bytes === undefined || facts === undefined || type === undefined) return undefined
  if (facts.width * facts.height > pixelLimit) return undefined
  return { facts: { ...facts, size: there.size }, type, bytes }
}

// Pixels only. SVG is a document that may hold scripts: it is shown as the text that it is.
const imageTypes: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['bmp', 'image/bmp'],
  ['ico', 'image/x-icon'],
])

async function textOf(item: ReviewItem, desk: ReviewDesk): Promise<PageBody> {
  const { difference } = item
  if (isHiddenWhole(difference))
    return { kind: 'nothing', because: 'The file as a whole is what is held, so nothing of it is shown.' }
  const masked = hidesContent(difference)
  const read = async (side: SideName) => {
    const there = difference[side]
    if (there === undefined) return undefined
    if (!masked) return desk.content(item, side, textLimit)
    const bytes = await desk.masked(item, side, textLimit)
    return there.size > textLimit ? wholeLines(bytes) : bytes
  }
  const [before, after] = await Promise.all([read('before'), read('after')])
  if (before === undefined && after === undefined) return { kind: 'nothing', because: 'Its content is not at hand.' }
  const compared = rowsOf(before, after)
  if (compared === undefined) return { kind: 'nothing', because: 'Not text, so there is no comparison to show.' }
  const isCut = [difference.before, difference.after].some(side => side !== undefined && side.size > textLimit)
  const notes = isCut
    ? [...compared.notes, `Only the first ${bytesText(textLimit)} of it are compared.`]
    : compared.notes
  return { kind: 'text', masked, rows: compared.rows, notes }
}

function hidesContent({ holds }: Difference): boolean {
  return holds.some(hold => hold.kind === 'secret' || hold.kind === 'personal-data')
}

/** Data about people has no mask, and neither has a secret without a place in the text: the rest of the file would stay readable. */
function isHiddenWhole({ holds }: Difference): boolean {
  return holds.some(
    hold =>
      hold.kind === 'personal-data' || (hold.kind === 'secret' && hold.found.some(found => found.line === undefined)),
  )
}

// Where a text was cut, half of a secret may stand that nothing knows as one any more.
function wholeLines(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes?.subarray(0, bytes.lastIndexOf(0x0a) + 1)
}
