import type { Severity } from '../core/finding.ts'
import type { Schema } from './schema.ts'
import type { DialectId, Statement } from './statement.ts'

/** What a rule sees in one statement. The rest of the finding comes from the rule. */
export interface Found {
  readonly what: string
  /** Where this one differs from the rule. */
  readonly severity?: Severity
  readonly instead?: string
}

export interface RuleExample {
  /** Absent: every dialect of the rule. */
  readonly dialects?: readonly DialectId[]
  /** An earlier migration that is already on the branch. */
  readonly before?: string
  readonly bad: string
  readonly good: string
}

/** One thing to look for in a statement. `code` is Atlas's where Atlas has one. */
export interface Rule {
  readonly id: string
  readonly title: string
  readonly code?: string
  readonly severity: Severity
  readonly dialects: readonly DialectId[]
  readonly why: string
  readonly instead: string
  readonly examples: readonly RuleExample[]
  check(statement: Statement, schema: Schema): Iterable<Found>
}

export function defineRule(rule: Rule): Rule {
  return rule
}
