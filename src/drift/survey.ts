import type { Drift } from '../core/difference.ts'
import type { CaptureSource } from '../core/environment.ts'
import type { Oid } from '../core/push.ts'
import type { Git, Host, Mirror, World } from '../core/world.ts'

/** What a look at one host is asked for. */
export interface SurveyRequest {
  readonly environment: string
  readonly source: CaptureSource
  readonly host: Host
  readonly git: Git
  /** The deployed commit, when the person says it. */
  readonly base?: Oid
  readonly allowDeletions: boolean
  /** Compares contents everywhere, uploads too. */
  readonly paranoid: boolean
  readonly signal: AbortSignal
  progress(phase: Phase, line: string): void
}

/** The phases of a capture, in order. A look at the server ends after `drift`. */
export type Phase = 'base' | 'pull' | 'drift' | 'secrets' | 'review' | 'commit' | 'merge'

/** A look at one host: what is different, and the mirror that it was seen in, still locked. */
export interface Surveyed {
  readonly drift: Drift
  readonly mirror: Mirror
}

export type SurveyWorld = Pick<World, 'run' | 'files' | 'env' | 'now' | 'mirror'>
