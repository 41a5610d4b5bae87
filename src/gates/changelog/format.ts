import type { Finding } from '../../core/finding.ts'
import type { Push } from '../../core/push.ts'
import type { Change, Tree } from '../../core/tree.ts'
import type { Git } from '../../core/world.ts'
import type { AddAsk, Added } from './adding.ts'
import type { Files } from './files.ts'

export const formatIds = ['keep-a-changelog', 'any', 'changesets', 'fragments', 'conventional', 'gnu'] as const
export type FormatId = (typeof formatIds)[number]

/** One way to keep a changelog. */
export interface Format {
  readonly id: FormatId
  /** How it is called in a sentence: `changesets`, `a changelog in the form of GNU`. */
  readonly title: string
  /** What of it cannot be mistaken: the file that tells; undefined when this house does it otherwise. */
  detect(files: Files): Promise<string | undefined>
  judge(asked: Asked): Promise<readonly Finding[]>
  /** Writes one entry, in memory. Throws UsageError that says how it is done where no file holds it. */
  add(ask: AddAsk): Promise<Added>
}

/** How this house keeps its changelog, and what told so. */
export interface House {
  readonly format: Format
  /** The file that told, or the option that the config has. */
  readonly because: string
  /** The file that the entries stand in, when there is one. */
  readonly file?: string
}

/** What a push is judged by. */
export interface Asked {
  readonly house: House
  readonly tree: Tree
  readonly push: Push
  readonly git: Git
  readonly files: Files
  readonly base: Files
  readonly changes: readonly Change[]
  /** The folder of the package that the files are those of; undefined: the whole repository. */
  readonly folder: string | undefined
  /** As the config names it. */
  readonly file: string | undefined
  /** Further types of conventional commits. */
  readonly types: readonly string[]
  readonly signal: AbortSignal
  /** Paths of the push that ask for an entry. `isOwn`: those of the changelog itself, which ask for nothing. */
  needing(isOwn: (path: string) => boolean): readonly string[]
}

/** Says in the reason of a finding how the house keeps its changelog. */
export function keptAs({ format, because }: House): string {
  return `The changelog of this repository is kept as ${format.title} (${because}).`
}

/** Paths that the push brings or changes, but not those that it takes away. */
export function broughtBy(changes: readonly Change[]): ReadonlyMap<string, Change> {
  return new Map(changes.flatMap(change => (change.kind === 'deleted' ? [] : [[change.path, change] as const])))
}
