import type { Difference } from '../core/difference.ts'
import { lossyText, type PathBytes } from '../core/path-bytes.ts'
import type { Mirror } from '../core/world.ts'
import type { ImageFacts, Review, ReviewDesk } from '../review/review.ts'
import { takenOf } from './approve.ts'
import { buildTree } from './tree.ts'

const headBytes = 256 * 1024

/** Type and dimensions of both sides of every image. */
export async function imagesOf(differences: readonly Difference[], mirror: Mirror) {
  const images = new Map<PathBytes, { before?: ImageFacts; after?: ImageFacts }>()
  const { imageFacts } = await import('../review/image.ts')
  for (const difference of differences.filter(({ content }) => content === 'image')) {
    const [before, after] = await Promise.all(
      (['before', 'after'] as const).map(async side => {
        const bytes = await contentOf(difference, side, headBytes, mirror)
        return bytes === undefined ? undefined : imageFacts(bytes)
      }),
    )
    images.set(difference.path, {
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    })
  }
  return images
}

/** A side of a difference; what was deployed comes from git, what is on the server from the mirror. */
async function contentOf(
  { path, before, after }: Difference,
  side: 'before' | 'after',
  maxBytes: number,
  mirror: Mirror,
): Promise<Uint8Array | undefined> {
  if (side === 'after') return after === undefined ? undefined : mirror.read(path, { maxBytes })
  if (before === undefined) return undefined
  const chunks: Uint8Array[] = []
  let left = maxBytes
  for await (const chunk of mirror.git.stream(before.oid)) {
    chunks.push(chunk.subarray(0, left))
    left -= chunk.byteLength
    if (left <= 0) break
  }
  return Buffer.concat(chunks)
}

/** What a surface may ask for while it is open. Nothing of it writes a content anywhere. */
export function deskOf(mirror: Mirror, review: Review): ReviewDesk {
  const desk: ReviewDesk = {
    async content(item, side, maxBytes) {
      const { content, holds } = item.difference
      if (holds.some(hold => hold.kind === 'secret' || hold.kind === 'personal-data')) return undefined
      // What was deployed may hold a secret that was taken out on the server.
      if (content !== 'image') return desk.masked(item, side, maxBytes)
      return contentOf(item.difference, side, maxBytes, mirror)
    },
    async masked(item, side, maxBytes) {
      if (item.difference.holds.some(hold => hold.kind === 'personal-data')) return undefined
      const bytes = await contentOf(item.difference, side, maxBytes, mirror)
      if (bytes === undefined) return undefined
      const { maskedContent } = await import('../secrets/masked-content.ts')
      return maskedContent(bytes.length < maxBytes ? bytes : wholeLines(bytes), lossyText(item.difference.path))
    },
    tree: (ticked, allowances) =>
      buildTree({
        mirror,
        base: review.base,
        differences: takenOf(review, ticked, allowances),
        contents: 'named',
      }),
  }
  return desk
}

/** Half a secret would not be known for one. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
}
