import type { Severity } from '../core/finding.ts'
import type { Schema } from './schema.ts'
import type { DialectId, Statement } from './statement.ts'

/** `mysql` the dialect is read the same for both servers; what they do with it differs. */
export type Flavour = DialectId | 'mariadb'

/** What a rule sees in one statement. The rest of the finding comes from the rule. */
export interface Found {
  readonly what: string
  /** Where this one differs from the rule. */
  readonly severity?: Severity
  readonly why?: string
  /** The finished safe rewrite for THIS statement where there is one, ready to paste; the rule's own advice otherwise. */
  readonly instead?: string
}

export interface RuleExample {
  /** Absent: every dialect of the rule. */
  readonly dialects?: readonly DialectId[]
  /** An earlier migration that is already on the branch. */
  readonly before?: string
  readonly bad: string
  readonly good: string
  /** Other rules that say something else about `bad`: a drop that a view still reads is a drop as well. */
  readonly also?: readonly string[]
  /** What differs from an ordinary file: the server, how the tool runs it, the options. */
  readonly context?: Partial<Omit<FileContext, 'file' | 'statements'>>
}

/** What a team may say about single rules; the options of the gate `db` that rules look at. */
export interface RuleSettings {
  /** Patterns (regular expressions) that names must match; absent: not looked at. */
  readonly naming: Readonly<Partial<Record<'schema' | 'table' | 'column' | 'index' | 'foreign-key' | 'check', string>>>
  /** Who may change what: for names of tables (globs) the mail addresses or names allowed or denied. */
  readonly owners: readonly {
    readonly tables: string
    readonly allow?: readonly string[]
    readonly deny?: readonly string[]
  }[]
}

/** What is known about the file around a statement. */
export interface FileContext {
  readonly file: string
  readonly flavour: Flavour
  /** `[15]`, `[10, 11]`, `[8, 0, 35]`; undefined when nobody said. Rules then assume what is supported today. */
  readonly version: readonly number[] | undefined
  /**
   * How the tool runs it: `file`: the whole file in one transaction; `none`: each statement by itself; `unknown`: plain SQL whose runner nobody
   * knows. BEGIN and COMMIT in the file come on top: ask `schema.inTransaction`.
   */
  readonly transaction: 'file' | 'none' | 'unknown'
  /** The way back, where the tool has one. `not-expected`: the tool has no such thing. */
  readonly down: 'present' | 'empty' | 'missing' | 'irreversible' | 'not-expected'
  /** Who brings the migration: name and mail address of the commit's author. */
  readonly author: string | undefined
  readonly settings: RuleSettings
  /** Every statement of the file in its order. */
  readonly statements: readonly Statement[]
}

/** One thing to look for. `code` is Atlas's where Atlas has one. */
export interface Rule {
  readonly id: string
  readonly title: string
  readonly code?: string
  /** Names under which other tools know the same thing: `squawk: ban-drop-column`. Their ignore comments work through it. */
  readonly alsoKnownAs?: readonly string[]
  readonly severity: Severity
  /** `style`: advice that not every team wants; off unless it is asked for, by profile or by the rule's name. */
  readonly profile?: 'style'
  readonly dialects: readonly DialectId[]
  readonly why: string
  readonly instead: string
  readonly examples: readonly RuleExample[]
  check?(statement: Statement, schema: Schema, context: FileContext): Iterable<Found>
  /** For what only shows in the whole file. `at`: the statement that the finding stands at; absent: the file's first line. */
  checkFile?(context: FileContext): Iterable<Found & { readonly at?: Statement }>
}

export function defineRule(rule: Rule): Rule {
  return rule
}
