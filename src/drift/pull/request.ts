import type { PullFacts } from '../../core/difference.ts'
import type { CaptureSource } from '../../core/environment.ts'
import type { PathBytes } from '../../core/path-bytes.ts'
import type { Host, World } from '../../core/world.ts'
import type { DenyRule } from '../deny.ts'

/** What one pull is asked for. One host; each of its roots is one rsync(1) run into its part of `into`. */
export interface PullRequest {
  readonly source: CaptureSource
  readonly host: Host
  /** Absolute: the mirror's tree. Seeded or left by an earlier pull. */
  readonly into: string
  /** Absolute: a folder for filter files and notes from one pull to the next. Kept with the mirror. */
  readonly scratch: string
  /** Hidden at the sender, and protected here. */
  readonly deny: readonly DenyRule[]
  /** Files here before the pull, for the share of deletions; undefined at the first pull without a seed. */
  readonly known: number | undefined
  /** The person said that many deletions are meant. */
  readonly allowDeletions: boolean
  /** Compares contents everywhere, in roots of uploads too. */
  readonly paranoid?: boolean
  /** Milliseconds before each further try after a connection was lost; default 1 s and 4 s. */
  readonly waits?: readonly number[]
  readonly signal: AbortSignal
  progress(now: PullProgress): void
}

export interface PullProgress {
  /** What is done now, for the live line: `comparing`, `receiving`, `looking again`, `waiting to try again (2 of 3)`. */
  readonly doing: string
  readonly files: number
  readonly bytes: number
}

export interface Pulled extends PullFacts {
  /** What is there and did not come, each with the reason. */
  readonly skipped: readonly Skipped[]
  /** Files whose content came over, and files taken away: 0 when the server is as it was the last time. */
  readonly changed: number
  /** Changed between the two looks. */
  readonly unsettled: ReadonlySet<PathBytes>
  /** Milliseconds by which the server's clock is ahead, as far as it shows. */
  readonly skewMs?: number
}

export interface Skipped {
  /** In the repository's layout. */
  readonly path: PathBytes
  readonly why: 'link' | 'special' | 'too-big' | 'unreadable' | 'vanished' | 'denied'
  /** Bytes, where it is told. */
  readonly size?: number
  /** For `denied`: the rule. */
  readonly rule?: string
  /** For a link: where it points to, as written, where it is told. */
  readonly target?: string
  /** For `unreadable`: in the words of the server. */
  readonly because?: string
}

export type PullWorld = Pick<World, 'run' | 'files' | 'env' | 'now'>
