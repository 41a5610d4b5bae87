import type { Finding } from '../core/finding.ts'
import type { GateUse } from '../core/gate.ts'
import type { PackageRules } from '../core/package.ts'
import type { Protection } from '../core/protection.ts'
import type { Oid } from '../core/push.ts'
import type { Case } from './judge.ts'

/** The rules for one pushed commit: what its own config and the remote's current one say together. */
export interface InForce {
  readonly protections: readonly Protection[]
  /** Globs of tags that must pass the gates as well. */
  readonly tags: readonly string[]
  readonly uses: readonly GateUse[]
  /** What the configs say of packages, until the gates of those that the commit has are among `uses`. */
  readonly packages?: { readonly now: PackageRules; readonly before?: PackageRules }
  /** What is to be said about the config itself, for example that this push takes a gate away. */
  readonly findings: readonly Finding[]
  readonly checkout: Case['checkout']
  /** Whether the commits alone decide on these rules: a config that is a program may give others the next time. */
  readonly fixed: boolean
  /** What follows a merge: nothing, a look ahead by the fast gates, or also the slow ones in the background. */
  readonly postMerge: 'fast' | 'warm' | 'off'
  /** Whether commands that nobody accepted on this machine wait for a yes. */
  readonly trust: 'ask' | 'always'
  readonly slow: {
    /** Milliseconds that a connection to the remote may wait for the gates. */
    readonly budget: number
    readonly onMiss: 'run' | 'require'
  }
  /** Set when the config cannot be used: then protected refs are refused with it, and `protections` is what is known otherwise. */
  readonly problem?: Finding
}

/** Answers for a pushed commit (absent when a ref is deleted) and what the remote has there now (absent when it is new). */
export type Rules = (commit: Oid | undefined, base: Oid | undefined) => Promise<InForce>
