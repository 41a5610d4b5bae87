import type { Oid } from '../core/push.ts'
import type { Blob } from '../core/tree.ts'

type Read = Exclude<Blob, { readonly tooBig: true }>

const mostBytes = 4 * 1024 * 1024
const mostOfOne = 256 * 1024
const fewOids = 16

/**
 * A blob never changes, and one after the other asks for the same few: the manifest, the changelog. What is asked for in great numbers is looked at
 * once and not kept, so that memory stays flat.
 */
export class SmallBlobs {
  readonly #kept = new Map<Oid, Read>()
  #bytes = 0

  async *blobs(
    oids: Iterable<Oid>,
    { maxBytes = Number.POSITIVE_INFINITY }: { maxBytes?: number },
    read: (oids: readonly Oid[]) => AsyncIterable<Blob>,
  ): AsyncIterable<Blob> {
    const wanted = [...oids]
    const known = wanted.flatMap(oid => this.#kept.get(oid) ?? [])
    for (const blob of known) yield blob.size > maxBytes ? { oid: blob.oid, size: blob.size, tooBig: true } : blob
    const rest = wanted.filter(oid => !known.some(blob => blob.oid === oid))
    for await (const blob of read(rest)) {
      if (!blob.tooBig && rest.length <= fewOids) this.#keep(blob)
      yield blob
    }
  }

  #keep({ oid, size, bytes }: Read): void {
    if (size > mostOfOne || this.#kept.has(oid)) return
    // A copy: what was read lies in one piece with its neighbours, which would be kept as well.
    this.#kept.set(oid, { oid, size, bytes: Uint8Array.from(bytes) })
    this.#bytes += size
    for (const [oldest, blob] of this.#kept) {
      if (this.#bytes <= mostBytes) return
      this.#kept.delete(oldest)
      this.#bytes -= blob.size
    }
  }
}
