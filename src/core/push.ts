/** An object name as git prints it: 40 hexadecimal digits (SHA-1) or 64 (SHA-256). */
export type Oid = string

/** The remote of a push. `name` equals `url` when the push named a URL (githooks(5), pre-push). */
export interface Remote {
  readonly name: string
  readonly url: string
}

/** One line that git gives to pre-push, parsed. An absent oid is git's all-zero name. */
export interface RefUpdate {
  readonly localRef: string
  /** Absent when the push deletes the remote ref. */
  readonly localOid?: Oid
  readonly remoteRef: string
  /** Absent when the push creates the remote ref. */
  readonly remoteOid?: Oid
}

/** What a gate judges: one commit on its way to one ref of one remote. */
export interface Push {
  readonly remote: Remote
  /** Full name on the remote, for example `refs/heads/main`. */
  readonly ref: string
  readonly commit: Oid
  /** What the remote has now, as far as we can compare with it; absent when the whole history is new. */
  readonly base?: Oid
}

/** Whether git means "no object" by this name: only zeros, of any length (SHA-1 has 40, SHA-256 has 64). */
export function isZero(oid: Oid): boolean {
  return /^0+$/.test(oid)
}

/** `refs/heads/main` -> `main`; other refs stay as they are. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '')
}
