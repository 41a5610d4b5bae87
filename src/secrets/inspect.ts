import { readContent } from './decode.ts'
import { fileKind, kindKey } from './file-kind.ts'
import { type FileRule, fileRuleFor } from './file-names.ts'
import { type SecretHit, scanWindows } from './scan.ts'
import { windowsOf } from './windows.ts'

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

export interface Piece {
  readonly bytes: Uint8Array
  /** These are only the first bytes of it. */
  readonly cut?: boolean
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
  const scans = new Map<string, readonly SecretHit[]>()
  const results = new Map<string, Inspected>()
  for (const path of paths) {
    const kind = fileKind(path)
    const key = kindKey(kind)
    const hits = scans.get(key) ?? (content.kind === 'text' ? await scanWindows(windowsOf(content), kind, signal) : [])
    scans.set(key, hits)
    const file = fileRuleFor(path, content)
    const unseen = content.kind === 'archive' ? 'archive' : content.kind === 'text' && cut ? 'too-big' : undefined
    results.set(path, {
      hits,
      example: kind.example,
      ...(file === undefined ? {} : { file }),
      ...(unseen === undefined ? {} : { unseen }),
    })
  }
  return results
}
