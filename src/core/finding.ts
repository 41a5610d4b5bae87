/** Where a finding is: `line` and `column` count from 1, in characters. `file` is the path inside the repository. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly endLine?: number
}

export type Severity = 'error' | 'warning' | 'info'

/** One thing a person should know. An `error` refuses a push, a `warning` and an `info` are told and let it pass. */
export interface Finding {
  /** Rule id, for example `drop-column`. */
  readonly rule: string
  /** The field's own code where there is one, for example Atlas's `DS103`. */
  readonly code?: string
  readonly severity: Severity
  /** What happened, one sentence. */
  readonly what: string
  /** Why it matters. */
  readonly why: string
  /** What to do now: something a person can type or decide. */
  readonly instead: string
  readonly at?: Place
}

/** What `explain` says about an id that findings carry and that has no unit of its own. */
export interface FindingKind {
  readonly id: string
  readonly title: string
  readonly why: string
  readonly instead: string
}

export function stops(finding: Finding): boolean {
  return finding.severity === 'error'
}
