import type { Oid } from './push.ts'

/** A path as git stores it. Names that are not UTF-8 keep git's quoted form ("caf\351.sql", with the quotes), for display only: contents are read by oid. */
export interface TreeEntry {
  readonly path: string
  readonly oid: Oid
  /** `100644`, `100755`, `120000` (link), `160000` (submodule). */
  readonly mode: string
}

export type Change =
  | { readonly kind: 'added'; readonly path: string; readonly oid: Oid; readonly mode: string }
  | {
      readonly kind: 'modified'
      readonly path: string
      readonly oid: Oid
      readonly baseOid: Oid
      readonly mode: string
    }
  | { readonly kind: 'deleted'; readonly path: string; readonly baseOid: Oid }
  | {
      readonly kind: 'renamed'
      readonly path: string
      readonly from: string
      readonly oid: Oid
      readonly baseOid: Oid
      readonly mode: string
    }

/** A blob's content; `tooBig` instead of bytes when it is over the asked limit. */
export type Blob = { readonly oid: Oid; readonly size: number } & (
  | { readonly bytes: Uint8Array; readonly tooBig?: false }
  | { readonly tooBig: true }
)

/** A blob that some pushed commit brings, whether or not the last commit still has it. */
export interface AddedBlob {
  readonly oid: Oid
  readonly path: string
  readonly mode: string
  /** The first pushed commit (oldest) that has it under this path. */
  readonly commit: Oid
}

/** The pushed commit as gates see it: never the dirty work tree. */
export interface Tree {
  readonly commit: Oid
  /** Every file of the pushed commit; with globs only those that match. */
  list(globs?: readonly string[]): Promise<readonly TreeEntry[]>
  /** What the remote's branch has now; empty when it has nothing yet. */
  baseList(globs?: readonly string[]): Promise<readonly TreeEntry[]>
  /**
   * Differences from the remote's branch to the pushed commit. Without a base every file is `added`; what is renamed to a name that does not
   * match is `deleted`.
   */
  changes(globs?: readonly string[]): Promise<readonly Change[]>
  /** Every blob that the pushed commits bring, also one that a later commit of the push removes again. */
  addedBlobs(): AsyncIterable<AddedBlob>
  /** Who last changed each of these files in the pushed commits, as `Ada <ada@example.com>`. */
  authors(paths: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Content of a file of the pushed commit as text (UTF-8, a BOM removed); undefined when it has no such file. */
  text(path: string): Promise<string | undefined>
  /** The same for the remote's branch. */
  baseText(path: string): Promise<string | undefined>
  blobs(oids: Iterable<Oid>, options?: { maxBytes?: number }): AsyncIterable<Blob>
  /** The content of one blob in pieces: for what is larger than memory should be. */
  stream(oid: Oid): AsyncIterable<Uint8Array>
  /** A folder that holds exactly the pushed commit, with its dependencies, to run commands in. Throws CannotTell when it cannot be made. */
  checkout(): Promise<string>
}
