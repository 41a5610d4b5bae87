import type { Finding } from './finding.ts'
import type { Oid, Push } from './push.ts'

/** sha256 over everything a gate's answer depends on, in hexadecimal. */
export type Digest = string

export type Outcome =
  | { readonly outcome: 'passed'; readonly findings: readonly Finding[] }
  | { readonly outcome: 'refused'; readonly findings: readonly [Finding, ...Finding[]] }
  /** A recorded, reasoned decision. `bypassed`: of the person who pushed, for this push alone. */
  | { readonly outcome: 'skipped'; readonly because: string; readonly bypassed?: true }
  /** Could not run or could not tell: never counts as passed. */
  | { readonly outcome: 'undecided'; readonly because: string; readonly instead: string }

export type Verdict = {
  readonly gate: string
  readonly title: string
  readonly commit: Oid
  readonly digest: Digest
  readonly tookMs: number
  /** Whether this answer was kept from an earlier run. */
  readonly stored: boolean
  /** It depends on more than its digest covers, so nothing keeps it. */
  readonly fleeting?: true
} & Outcome

export type SkippedVerdict = Extract<Verdict, { readonly outcome: 'skipped' }>

/** Whether it stands for a gate of a package that the push does not touch: nothing was asked, so there is no digest, and nobody decided anything. */
export function isUnconcerned(verdict: Verdict): verdict is SkippedVerdict & { readonly digest: '' } {
  return verdict.outcome === 'skipped' && verdict.digest === '' && verdict.bypassed !== true
}

/** What becomes of one pushed ref, with every verdict that led there. */
export interface Decision {
  readonly push: Push
  readonly verdicts: readonly Verdict[]
  /** Findings about the push itself rather than its content: a deletion, a forced update, a changed guard. */
  readonly findings: readonly Finding[]
}

/** `undecided` and `refused` both keep the push back; they differ in the exit code. */
export function resultOf(decision: Decision): 'passed' | 'refused' | 'undecided' {
  if (decision.findings.some(f => f.severity === 'error')) return 'refused'
  if (decision.verdicts.some(v => v.outcome === 'refused')) return 'refused'
  if (decision.verdicts.some(v => v.outcome === 'undecided')) return 'undecided'
  return 'passed'
}

/** The answer to a whole command: refused outranks undecided, and with nothing to judge it is passed. Its exit code is `exit[...]`. */
export function overallResult(decisions: readonly Decision[]): 'passed' | 'refused' | 'undecided' {
  const results = new Set(decisions.map(resultOf))
  return results.has('refused') ? 'refused' : results.has('undecided') ? 'undecided' : 'passed'
}

/** Refused, then undecided, then passed; otherwise in the order given. */
export function worstFirst(decisions: readonly Decision[]): readonly Decision[] {
  const badness = { refused: 0, undecided: 1, passed: 2 }
  return [...decisions].sort((a, b) => badness[resultOf(a)] - badness[resultOf(b)])
}
