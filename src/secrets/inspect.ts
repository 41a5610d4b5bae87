import { kindOf, readContent } from './decode.ts'
import { fileKind, kindKey } from './file-kind.ts'
import { type FileRule, fileRuleFor } from './file-names.ts'
import type { FileKind } from './rule.ts'
import { type SecretHit, scanWindows } from './scan.ts'
import { windowsOf, windowsOfStream } from './windows.ts'

/** What is known of one content under one path. */
export interface Inspected {
  /** Secrets in the text, in its order. Empty for what is not text. */
  readonly hits: readonly SecretHit[]
  /** Set when the file as a whole has no business in a repository. */
  readonly file?: FileRule
  /** Part of the content was not looked at. */
  readonly unseen?: 'archive' | 'too-big'
  /** Values in this place are mostly made up: what is only likely a secret is a warning. */
  readonly example: boolean
}

/** A content in memory. */
export interface Piece {
  readonly bytes: Uint8Array
  /** These are only the first bytes of it. */
  readonly cut?: boolean
}

/** A content that is larger than memory should be. */
export interface Stream {
  /** From its beginning, each time it is asked for. */
  readonly chunks: () => AsyncIterable<Uint8Array>
  /** Bytes of text after which the rest is left out, and that is said. */
  readonly most: number
}

/**
 * Looks at one content under each of its paths; equal kinds of path are one scan. The engine's one entry for blobs and files: nothing of the
 * content is kept.
 * @throws the signal's reason when it is aborted.
 */
export async function inspect(
  { bytes, cut = false }: Piece,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Inspected>> {
  const content = readContent(bytes)
  return inspected(paths, {
    hits: kind => (content.kind === 'text' ? scanWindows(windowsOf(content), kind, signal) : Promise.resolve([])),
    file: path => fileRuleFor(path, content),
    unseen: content.kind === 'archive' ? 'archive' : content.kind === 'text' && cut ? 'too-big' : undefined,
  })
}

// Enough of a dump to know it by.
const headSize = 8 * 1024 * 1024

/**
 * The same of a stream, of which a few megabytes are in memory at a time. Whole files are judged by their name and their first megabytes, and what
 * is not text is not read further.
 * @throws the signal's reason when it is aborted.
 */
export async function inspectStream(
  { chunks, most }: Stream,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Inspected>> {
  const head = await headOf(chunks())
  if (!head.cut) return inspect({ bytes: head.bytes }, paths, signal)
  const encoding = kindOf(head.bytes)
  const content = readContent(head.bytes)
  const limit = { left: most, cut: false }
  return inspected(paths, {
    hits: async kind => {
      if (typeof encoding !== 'string') return []
      limit.left = most
      return scanWindows(windowsOfStream(within(chunks(), limit), encoding), kind, signal)
    },
    // Whether there is nothing to hide cannot be told from the beginning alone.
    file: path =>
      fileRuleFor(path, content) ?? (typeof encoding === 'string' ? fileRuleFor(path, undefined) : undefined),
    unseen: () => (content.kind === 'archive' ? 'archive' : limit.cut ? 'too-big' : undefined),
  })
}

interface Answers {
  readonly hits: (kind: FileKind) => Promise<readonly SecretHit[]>
  readonly file: (path: string) => FileRule | undefined
  readonly unseen: Inspected['unseen'] | (() => Inspected['unseen'])
}

async function inspected(paths: readonly string[], answers: Answers): Promise<ReadonlyMap<string, Inspected>> {
  const scans = new Map<string, readonly SecretHit[]>()
  const results = new Map<string, Inspected>()
  for (const path of paths) {
    const kind = fileKind(path)
    const key = kindKey(kind)
    const hits = scans.get(key) ?? (await answers.hits(kind))
    scans.set(key, hits)
    const file = answers.file(path)
    const unseen = typeof answers.unseen === 'function' ? answers.unseen() : answers.unseen
    results.set(path, {
      hits,
      example: kind.example,
      ...(file === undefined ? {} : { file }),
      ...(unseen === undefined ? {} : { unseen }),
    })
  }
  return results
}

async function headOf(chunks: AsyncIterable<Uint8Array>): Promise<{ bytes: Uint8Array; cut: boolean }> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    size += chunk.byteLength
    if (size > headSize) return { bytes: Buffer.concat(parts, headSize), cut: true }
  }
  return { bytes: Buffer.concat(parts), cut: false }
}

async function* within(
  chunks: AsyncIterable<Uint8Array>,
  limit: { left: number; cut: boolean },
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    if (chunk.byteLength > limit.left) {
      limit.cut = true
      yield chunk.subarray(0, limit.left)
      return
    }
    limit.left -= chunk.byteLength
    yield chunk
  }
}
