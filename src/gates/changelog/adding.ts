import { createHash } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'
import { printable } from '../../core/printable.ts'
import type { Files } from './files.ts'

/** What a person wants to be said, and what of the work tree is needed to say it in the way of the house. */
export interface AddAsk {
  /** As typed. */
  readonly kind: string
  /** One line without characters that cannot be seen. */
  readonly text: string
  readonly files: Files
  /** The one file that holds every entry, when there is one or the person named one. */
  readonly file: string | undefined
  /** Packages that the person named. */
  readonly packages: readonly string[]
  readonly issue: string | undefined
  /** `2024-01-31`, where the person is. */
  readonly day: string
  /** `Ada  <ada@example.com>`; asked only where it is written down. */
  person(): Promise<string>
  /** Paths that differ from what the remote has. */
  changed(): Promise<readonly string[]>
  /** The bytes of a file of the work tree; undefined when it is not there. Throws UsageError when it is not ours to write. */
  read(path: string): Promise<Uint8Array | undefined>
}

export interface Added {
  readonly path: string
  readonly line: number
  /** The lines that are new. None: it is said there already, and nothing is to be written. */
  readonly lines: readonly string[]
  readonly content: string | Uint8Array
}

/** The kind that a word means, among those that there are. */
export function kindAmong<Kind extends string>(word: string, kinds: readonly Kind[]): Kind {
  const kind = kinds.find(one => one === word.toLowerCase())
  if (kind !== undefined) return kind
  const meant = nearest(word, kinds)
  const guess = meant === undefined ? '' : ` Did you mean "${printable(meant)}"?`
  throw new UsageError(
    `"${printable(word)}" is no kind of change.${guess}`,
    `Use one of: ${kinds.map(one => printable(one)).join(', ')}`,
  )
}

/** A file name that says what the entry is about: equal for equal entries, and no other entry has it. */
export function nameFor(text: string, ...rest: readonly string[]): string {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  const hash = createHash('sha256')
    .update(JSON.stringify([text, ...rest]))
    .digest('hex')
  return [...(words ?? []).slice(0, 5), hash.slice(0, 6)].join('-').slice(-60)
}

/** A file of its own for one entry. */
export async function newFile(ask: AddAsk, path: string, content: string, line: number): Promise<Added> {
  const lines = content.trimEnd().split('\n')
  const there = await ask.read(path)
  return { path, line, lines: there === undefined ? lines : [], content }
}
