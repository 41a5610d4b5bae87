import type { Content } from './decode.ts'

/** A file that is no business of a repository, whatever its lines look like. */
export interface FileRule {
  readonly id: string
  readonly title: string
  readonly why: string
  /** Names that are denied; a name without a slash counts in every folder. */
  readonly names: readonly string[]
  /** Kinds of content that are denied under any name. */
  readonly content?: readonly Content['kind'][]
  /** Whether the content shows that there is nothing in it to hide. */
  readonly harmless?: (text: string) => boolean
  /** Whether text gives the file away under one of `perhaps`. */
  readonly perhaps?: { readonly names: readonly string[]; readonly looks: (text: string) => boolean }
  /** What other people entrusted to somebody: a capture lets it pass file by file, by being told so. */
  readonly personal?: boolean
  /** A warning in tests and examples. */
  readonly likely: boolean
}
