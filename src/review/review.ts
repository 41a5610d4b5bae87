import type { Base, Difference, PullFacts } from '../core/difference.ts'
import type { PathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'

/** Everything a person decides upon, as plain data. Both surfaces show this and nothing else. */
export interface Review {
  readonly environment: string
  readonly host: string
  readonly base: Base
  /** The branch that the capture will be merged into; absent when it is only committed. */
  readonly into?: string
  readonly items: readonly ReviewItem[]
  readonly phantoms: number
  readonly pull: PullFacts
  /** Milliseconds since 1970 when the server was looked at, to tell ages by. */
  readonly seenAt?: number
  /** On other hosts of the environment the same path holds something else: host, then what it holds. */
  readonly hosts?: ReadonlyMap<PathBytes, readonly HostColumn[]>
}

export interface HostColumn {
  readonly host: string
  /** Absent: not there. */
  readonly oid?: Oid
  readonly size?: number
}

export interface ReviewItem {
  /** Stable in this review: what the web page and the keys name it by. */
  readonly id: number
  readonly difference: Difference
  /** The path for people, already free of control characters. */
  readonly shown: string
  readonly shownFrom?: string
  readonly image?: { readonly before?: ImageFacts; readonly after?: ImageFacts }
  /** What the merge into the work branch will do with it. */
  readonly merge?: 'clean' | 'conflict' | 'same-here'
  /** For a conflict, in words: `changed here and there`, `deleted here, changed there`. */
  readonly conflict?: string
  /** Ticked before anybody looked. */
  readonly proposed: boolean
}

export interface ImageFacts {
  readonly type: string
  readonly width: number
  readonly height: number
}

/** A hold that a person lifted, for exactly this content. */
export interface Allowance {
  readonly path: PathBytes
  readonly oid: Oid
  readonly kind: 'secret' | 'personal-data' | 'still-changing' | 'unsure'
  readonly reason: string
}

/** What a person decided; `tree` is the one that was shown to them last. Closing a surface is `closed`, which decides nothing. */
export type Decisions =
  | {
      readonly kind: 'approved'
      readonly ticked: ReadonlySet<number>
      readonly allowances: readonly Allowance[]
      readonly tree?: Oid
    }
  | { readonly kind: 'closed' }

/** What a surface may ask for while it is open. */
export interface ReviewDesk {
  /** A side's content, the first `maxBytes` of it. Never of an item that is held back for a secret. */
  content(item: ReviewItem, side: 'before' | 'after', maxBytes: number): Promise<Uint8Array | undefined>
  /** The same with every secret found in it replaced by its mask. */
  masked(item: ReviewItem, side: 'before' | 'after', maxBytes: number): Promise<Uint8Array | undefined>
  /** The tree that these decisions would commit. */
  tree(ticked: ReadonlySet<number>, allowances: readonly Allowance[]): Promise<Oid>
}
