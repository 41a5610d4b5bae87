import type { Oid } from '../../core/push.ts'
import type { Tree } from '../../core/tree.ts'

const maxBytes = 20 * 1024 * 1024

export type Content = { readonly text: string } | { readonly because: string }

/** Contents of blobs as text, read in few passes through git and kept. */
export class Blobs {
  readonly #tree: Pick<Tree, 'blobs'>
  readonly #contents = new Map<Oid, Content>()

  constructor(tree: Pick<Tree, 'blobs'>) {
    this.#tree = tree
  }

  async load(oids: readonly Oid[]): Promise<void> {
    const missing = new Set(oids.filter(oid => !this.#contents.has(oid)))
    if (missing.size === 0) return
    for await (const blob of this.#tree.blobs(missing, { maxBytes }))
      this.#contents.set(blob.oid, blob.tooBig === true ? { because: 'it is over 20 MB' } : decoded(blob.bytes))
  }

  /** Of a blob that was loaded. */
  text(oid: Oid): Content {
    return this.#contents.get(oid) ?? { because: 'git has no such object' }
  }
}

/** Bytes as text, when they are UTF-8. */
export function decoded(bytes: Uint8Array): Content {
  try {
    // A BOM at the start is taken away; UTF-16 is no UTF-8 and ends here.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { because: 'it is not text in UTF-8' }
  }
}
