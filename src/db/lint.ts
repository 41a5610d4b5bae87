import type { Finding } from '../core/finding.ts'
import { type Allowance, allowancesIn, applyAllowances, type Raised } from './allowances.ts'
import { withCalls } from './calls.ts'
import type { Script } from './code/script.ts'
import type { Reading as CodeReading } from './code/writer.ts'
import type { Dialect } from './dialect.ts'
import { dialects } from './dialects/registry.generated.ts'
import { History } from './history.ts'
import type { FileContext, Flavour, Found, Rule, RuleSettings } from './rule.ts'
import { rules } from './rules/registry.generated.ts'
import { FileSchema } from './schema.ts'
import type { DialectId, Statement } from './statement.ts'
import type { Running } from './tool.ts'

export interface MigrationFile {
  readonly path: string
  /** SQL: the part that runs on the way up; code: the whole text. Line breaks and offsets as in the file. */
  readonly text: string
  /** Judged. The others are only looked up for what they made. */
  readonly isNew: boolean
  /** Findings about the file as a whole (it was edited …), so that an allowance in it can answer them. */
  readonly raised?: readonly Finding[]
  /** A migration in code: read by its tool. Absent: the text is SQL. */
  readonly code?: { readonly script: Script; read(dialect: DialectId): CodeReading }
  readonly running?: Running
  /** Name and mail address of the author of the commit that brings it. */
  readonly author?: string
}

/** `off` silences a rule; anything else turns it on, also one of a profile that is off. Keys: rule ids, codes, squawk's names, Atlas's analyzers (`destructive`). */
export type RuleLevels = Readonly<Record<string, 'off' | 'info' | 'warning' | 'error'>>

export interface LintInput {
  /** One history: of one project of one tool, in the order in which they run. */
  readonly files: readonly MigrationFile[]
  /**
   * One dialect when it is known. Several, best guess first, when it is not: each file is then judged by the first that reads all of
   * it, and a drop that any other one also reads without trouble stands as well.
   */
  readonly dialects: readonly [DialectId, ...DialectId[]]
  /** Which server of the first dialect; absent: the dialect's own (`mysql`). */
  readonly flavour?: Flavour
  readonly version?: readonly number[]
  readonly levels?: RuleLevels
  readonly profiles?: readonly 'style'[]
  readonly settings?: RuleSettings
}

export interface LintResult {
  readonly findings: readonly Finding[]
  /** Which dialect each new file was read as. */
  readonly readAs: ReadonlyMap<string, DialectId>
}

/** Rules about whole files that an allowance anywhere in the file may name. */
const fileRules = [{ id: 'edited-migration' }]

/** Migrations in, findings out. Touches nothing; loads the engines of the dialects it is asked for. */
export async function lint({ files, dialects: ids }: LintInput): Promise<LintResult> {
  const judged = files.some(file => file.isNew)
  if (!judged) return { findings: [], readAs: new Map() }
  const candidates = ids.map(dialectOf)
  for (const dialect of candidates) await dialect.load?.()
  const texts = files.map(file => file.text)
  const histories = candidates.map(dialect => new History(dialect, texts))
  const readAs = new Map<string, DialectId>()
  const findings = files.flatMap((file, index) => {
    if (!file.isNew) return []
    const readings = candidates.map((dialect, n) => read(file, index, dialect, histories[n]!))
    const best = readings.find(reading => reading.isClean) ?? fewestUnread(readings)
    readAs.set(file.path, best.dialect.id)
    const others = readings.filter(reading => reading !== best && reading.isClean).flatMap(reading => reading.raised)
    return conclude(file, best, others)
  })
  return { findings, readAs }
}

export function dialectOf(id: DialectId): Dialect {
  return dialects.find(dialect => dialect.id === id)!
}

interface Reading {
  readonly dialect: Dialect
  readonly raised: readonly Raised[]
  readonly allowances: readonly Allowance[]
  readonly unread: number
  readonly isClean: boolean
}

function read(file: MigrationFile, index: number, dialect: Dialect, history: History): Reading {
  const own = dialect.parse(file.text)
  const unread = own.filter(statement => statement.kind === 'unreadable').length
  const statements = withCalls(own, history, index)
  const context: FileContext = {
    file: file.path,
    flavour: dialect.id,
    version: undefined,
    transaction: file.running?.transaction ?? 'unknown',
    down: file.running?.down ?? 'not-expected',
    author: file.author,
    settings: { naming: {}, owners: [] },
    statements,
  }
  const schema = new FileSchema(dialect.id, statements, table => history.columns(index, table))
  const raised = statements.flatMap((statement, at) => {
    schema.enter(at)
    const found = judge(statement, schema, context)
    schema.apply(statement)
    return found
  })
  return { dialect, raised, allowances: allowancesIn(file.text, dialect), unread, isClean: unread === 0 }
}

function fewestUnread(readings: readonly Reading[]): Reading {
  return readings.reduce((best, reading) => (reading.unread < best.unread ? reading : best))
}

function judge(statement: Statement, schema: FileSchema, context: FileContext): Raised[] {
  return rules
    .filter(rule => rule.dialects.includes(statement.dialect))
    .flatMap(rule =>
      [...(rule.check?.(statement, schema, context) ?? [])].map(found => ({
        finding: finding(rule, found, statement, context.file),
        offset: statement.offset,
      })),
    )
}

function finding(rule: Rule, found: Found, statement: Statement, file: string): Finding {
  const { line, atColumn: column, endLine, inside } = statement
  const severity = found.severity ?? rule.severity
  const advice = found.instead ?? rule.instead
  return {
    rule: rule.id,
    ...(rule.code === undefined ? {} : { code: rule.code }),
    severity,
    what:
      inside === undefined || found.what.includes(inside)
        ? found.what
        : `${found.what.replace(/\.$/, '')} (by way of ${inside}).`,
    why: rule.why,
    instead: severity === 'error' ? `${advice} ${howToAllow(rule.id)}` : advice,
    at: { file, line, column, endLine },
  }
}

/** The exact line that lets one intended statement pass, with its reason on record. */
export function howToAllow(rule: string, comment = '--'): string {
  return `If it is intended, write directly above the statement:\n${comment} ship-guard:allow ${rule} <reason>`
}

function conclude(file: MigrationFile, best: Reading, others: readonly Raised[]): Finding[] {
  const whole = (file.raised ?? []).map(raised => ({ finding: raised, offset: undefined }))
  const known = [...rules, ...fileRules]
  return applyAllowances(unique([...whole, ...best.raised, ...others]), best.allowances, known, file.path)
}

/** Two dialects, or a body that is read twice, say one thing once. */
function unique(raised: readonly Raised[]): Raised[] {
  const seen = new Map(raised.map(one => [JSON.stringify([one.finding.rule, one.offset, one.finding.what]), one]))
  return [...seen.values()]
}
