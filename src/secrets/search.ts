import type { Threads } from '../core/world.ts'
import { askBatch, type PieceOfBatch } from './batch.ts'
import { type Inspected, inspect, inspectStream, type Stream } from './inspect.ts'

/** One content to be looked at under all its paths. */
export interface Sought<Key> {
  /** Given back with what was found. */
  readonly key: Key
  readonly paths: readonly string[]
  readonly content: { readonly bytes: Uint8Array; readonly cut: boolean } | Stream
}

export interface SearchHelp {
  /** Asked for when there is more to do than one thread should. */
  readonly threads?: (() => Threads) | undefined
  /** Bytes after which they are asked for. */
  readonly enough?: number
  readonly signal: AbortSignal
}

export interface Searched<Key> {
  readonly key: Key
  readonly found: ReadonlyMap<string, Inspected>
}

// Where there was this much there is likely as much again; for less, threads take longer to load and warm up than they save.
const worthThreads = 128 * 1024 * 1024
const batchBytes = 1024 * 1024
const batchPieces = 500

/**
 * Looks at contents, one after the other and in their order; what is much is shared with threads.
 * @throws the signal's reason when it is aborted.
 */
export async function* search<Key>(
  sought: AsyncIterable<Sought<Key>>,
  { threads, signal, enough = worthThreads }: SearchHelp,
): AsyncIterable<Searched<Key>> {
  let done = 0
  let pool: Pool<Key> | undefined
  try {
    for await (const one of sought) {
      signal.throwIfAborted()
      const { content } = one
      if (pool === undefined && threads !== undefined && done > enough) pool = new Pool(threads())
      if (pool !== undefined) {
        pool.add(one, signal)
        yield* pool.ready()
      } else yield { key: one.key, found: await lookAt(one, signal) }
      if ('bytes' in content) done += content.bytes.byteLength
    }
    if (pool !== undefined) yield* pool.rest()
  } finally {
    await pool?.close()
  }
}

function lookAt({ content, paths }: Sought<unknown>, signal: AbortSignal): Promise<ReadonlyMap<string, Inspected>> {
  return 'bytes' in content ? inspect(content, paths, signal) : inspectStream(content, paths, signal)
}

class Pool<Key> {
  private readonly threads: Threads
  private readonly asked: Promise<readonly Searched<Key>[]>[] = []
  private batch: (Sought<Key> & { readonly content: PieceOfBatch | { bytes: Uint8Array; cut: boolean } })[] = []
  private size = 0

  constructor(threads: Threads) {
    this.threads = threads
  }

  add(one: Sought<Key>, signal: AbortSignal): void {
    const { content } = one
    if ('bytes' in content) {
      this.batch.push({ ...one, content })
      this.size += content.bytes.byteLength
      if (this.size >= batchBytes || this.batch.length >= batchPieces) this.send()
    } else {
      this.send()
      this.push(lookAt(one, signal).then(found => [{ key: one.key, found }]))
    }
  }

  /** What must be waited for, so that no more than a few batches are in memory. */
  async *ready(): AsyncIterable<Searched<Key>> {
    while (this.asked.length > 2 * this.threads.count) yield* await this.asked.shift()!
  }

  async *rest(): AsyncIterable<Searched<Key>> {
    this.send()
    for (const batch of this.asked) yield* await batch
  }

  close(): Promise<void> {
    return this.threads.close()
  }

  private send(): void {
    if (this.batch.length === 0) return
    const { batch } = this
    const pieces = batch.map(({ content, paths }) => ({ bytes: content.bytes, cut: content.cut, paths }))
    this.push(
      askBatch(this.threads, pieces).then(found => batch.map(({ key }, index) => ({ key, found: found[index]! }))),
    )
    this.batch = []
    this.size = 0
  }

  private push(answers: Promise<readonly Searched<Key>[]>): void {
    // Whoever stops early never asks for it.
    answers.catch(() => {})
    this.asked.push(answers)
  }
}
