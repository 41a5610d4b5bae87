import type { PathBytes } from './path-bytes.ts'
import type { Oid } from './push.ts'

/** What became of one file on the server since the commit that was deployed. */
export interface Difference {
  readonly path: PathBytes
  /** `line-endings`: nothing else changed. `unread`: it is there and was not read; `holds` say why. */
  readonly change: 'new' | 'changed' | 'renamed' | 'deleted' | 'mode' | 'line-endings' | 'unread'
  /** Where it was, when it was renamed. */
  readonly from?: PathBytes
  /** As it was deployed; absent when new. */
  readonly before?: Side
  /** As it is on the server; absent when deleted or unread. */
  readonly after?: Side
  readonly content: 'text' | 'binary' | 'image' | 'unknown'
  /** Lies in a root of uploads. */
  readonly upload: boolean
  /** .gitignore names it, and it is taken all the same when ticked. */
  readonly ignored: boolean
  readonly holds: readonly Hold[]
}

export interface Side {
  /** As git would store it, line endings and filters applied. */
  readonly oid: Oid
  /** `100644`, `100755`. */
  readonly mode: string
  /** Bytes of the file itself; before: of the blob. */
  readonly size: number
  /** Milliseconds since 1970, by the server's clock. */
  readonly mtimeMs?: number
}

/** Why a file is not, or not by itself, among what is committed. */
export type Hold =
  /** Bytes; over the limit of a file. */
  | { readonly kind: 'too-big'; readonly size: number }
  /** It changed between two looks: an upload may be under way. */
  | { readonly kind: 'still-changing' }
  /** The server's user may not read it, or reading failed. */
  | { readonly kind: 'unreadable'; readonly because: string }
  | { readonly kind: 'link'; readonly target?: string }
  /** A device, FIFO or socket. */
  | { readonly kind: 'special' }
  /** A rule keeps it on the server. */
  | { readonly kind: 'denied'; readonly rule: string; readonly why: string }
  | { readonly kind: 'secret'; readonly found: readonly HeldSecret[] }
  | { readonly kind: 'personal-data'; readonly found: readonly HeldSecret[] }
  /** Another path means the same file on a file system that folds case or Unicode forms. */
  | { readonly kind: 'collision'; readonly with: PathBytes }
  /** git would refuse the name, or it means something to git: `.git`, `.gitattributes`, `.gitmodules` and what folds to them. */
  | { readonly kind: 'unsafe-name'; readonly because: string }
  /** A filter such as LFS is asked for by .gitattributes and not set up here, or the file is one of its pointers. */
  | { readonly kind: 'filter'; readonly name: string }
  /** Deleted, and this pull cannot tell for sure: it was not clean, or too many are gone. */
  | { readonly kind: 'unsure'; readonly because: string }

/** One thing found inside a file. The secret itself is not in it. */
export interface HeldSecret {
  readonly rule: string
  readonly title: string
  readonly why: string
  /** Both from 1; absent when the whole file is meant. */
  readonly line?: number
  readonly column?: number
  /** How many characters of the line from `column` on must not be shown. */
  readonly length?: number
  /** Public prefix and length: `ghp_…, 40 characters`. */
  readonly masked?: string
  /** The name that the value is given: `DB_PASSWORD`. */
  readonly name?: string
}

/** Holds that a person may lift, with a reason, for exactly this content. Every other one must be mended where it comes from. */
export const liftable: ReadonlySet<Hold['kind']> = new Set(['secret', 'personal-data', 'still-changing', 'unsure'])

/** Whether a file may be ticked as it is. */
export function mayBeTaken(difference: Difference): boolean {
  return difference.change !== 'unread' && difference.holds.length === 0
}

/** What is ticked before anybody looked: everything that may be taken but deletions, line endings and bare modes. */
export function isProposed(difference: Difference): boolean {
  return mayBeTaken(difference) && ['new', 'changed', 'renamed'].includes(difference.change)
}

/** Everything that is different on one host. */
export interface Drift {
  readonly environment: string
  /** As ssh names it. */
  readonly host: string
  readonly base: Base
  /** In the order of their paths' bytes. */
  readonly differences: readonly Difference[]
  /** Files that plumbing calls changed and that are equal as git stores them. */
  readonly phantoms: number
  readonly pull: PullFacts
}

/** The commit that is deployed, and how that is known. */
export interface Base {
  readonly commit: Oid
  /** The tree that the server was given: the commit's without what is never deployed. */
  readonly tree: Oid
  readonly known: 'revision-file' | 'manifest' | 'given' | 'best-match'
  /** Where it was read, for a file: its path there. */
  readonly from?: string
  /** For `best-match`: files of the commit that are there unchanged, and all of its files. */
  readonly match?: { readonly same: number; readonly all: number }
}

export interface PullFacts {
  /** `partial`: some files could not be read; nothing then counts as deleted. */
  readonly state: 'clean' | 'partial'
  /** Files there, as far as they are read. */
  readonly files: number
  /** Bytes of all of them. */
  readonly bytes: number
  /** Bytes that came over the wire. */
  readonly received: number
  readonly tookMs: number
  /** Things a person should know that concern no single file, such as a clock that is wrong. */
  readonly notes: readonly string[]
}

/** Whether a deploy could erase something: what a rule keeps on the server, links and line ends alone are nobody's change. */
export function isDrift({ change, holds }: Difference): boolean {
  if (change === 'line-endings') return false
  return change !== 'unread' || holds.some(hold => hold.kind === 'too-big' || hold.kind === 'unreadable')
}
