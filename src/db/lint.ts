import type { Finding, Severity } from '../core/finding.ts'
import { applyAllowances, type Raised } from './allowances.ts'
import { withCalls } from './calls.ts'
import { overlooked } from './code/overlooked.ts'
import type { LanguageId, Script } from './code/script.ts'
import { someName } from './code/values.ts'
import type { Reading as CodeReading } from './code/writer.ts'
import type { Dialect } from './dialect.ts'
import { dialects } from './dialects/registry.generated.ts'
import { type Directives, directivesIn, directivesInCode } from './directives.ts'
import { FileMoment, FileSchema } from './file-schema.ts'
import { History } from './history.ts'
import { type ActiveRule, activeRules, levelled, type RuleLevels, severityOf } from './levels.ts'
import { Places } from './place.ts'
import type { FileContext, Flavour, Found, RuleSettings } from './rule.ts'
import type { DialectId, Statement } from './statement.ts'
import { Timelines } from './timeline.ts'
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

/** Migrations in, findings out. Touches nothing; loads the engines of the dialects it is asked for. */
export async function lint(input: LintInput): Promise<LintResult> {
  const { files } = input
  if (!files.some(file => file.isNew)) return { findings: [], readAs: new Map() }
  const candidates = input.dialects.map(dialectOf)
  for (const dialect of candidates) await dialect.load?.()
  const judges = candidates.map((dialect, index) => new Judge(dialect, input, index === 0))
  const readAs = new Map<string, DialectId>()
  const findings = files.flatMap((file, index) => {
    if (!file.isNew) return []
    const readings = judges.map(judge => judge.read(file, index))
    const best = readings.find(reading => reading.isClean) ?? fewestUnread(readings)
    readAs.set(file.path, best.dialect.id)
    const others = readings.filter(reading => reading !== best && reading.isClean)
    return conclude(file, best, others, input.levels ?? {})
  })
  return { findings, readAs }
}

export function dialectOf(id: DialectId): Dialect {
  return dialects.find(dialect => dialect.id === id)!
}

interface Reading {
  readonly dialect: Dialect
  readonly raised: readonly Raised[]
  readonly directives: Directives
  readonly active: readonly ActiveRule[]
  readonly unread: number
  readonly isClean: boolean
}

/** Reads and judges the files of one history as one dialect. */
class Judge {
  readonly #dialect: Dialect
  readonly #input: LintInput
  readonly #flavour: Flavour
  readonly #history: History
  readonly #timelines: Timelines
  readonly #active: readonly ActiveRule[]
  readonly #ofStatements: readonly ActiveRule[]
  readonly #ofFiles: readonly ActiveRule[]

  constructor(dialect: Dialect, input: LintInput, isFirst: boolean) {
    this.#dialect = dialect
    this.#input = input
    this.#flavour = isFirst ? (input.flavour ?? dialect.id) : dialect.id
    this.#history = new History(dialect, input.files)
    this.#timelines = new Timelines(this.#history)
    this.#active = activeRules(dialect.id, input.levels ?? {}, input.profiles ?? [])
    this.#ofStatements = this.#active.filter(({ rule }) => rule.check !== undefined)
    this.#ofFiles = this.#active.filter(({ rule }) => rule.checkFile !== undefined)
  }

  read(file: MigrationFile, index: number): Reading {
    const own = this.#history.reading(index)
    const hidden = file.code === undefined ? [] : overlooked(file.code.script, own, this.#dialect.id)
    const statements = withCalls([...own.statements, ...hidden], this.#history, index)
    this.#history.expand(index, statements)
    const directives =
      file.code === undefined ? directivesIn(file.text, this.#dialect) : directivesInCode(file.code.script)
    const context = this.#context(file, statements, directives)
    const moment = new FileMoment(this.#timelines, index, context.transaction)
    const raised = [...this.#statements(moment, context, file), ...this.#file(context, file), ...notRead(file, own)]
    const unread = hidden.length + own.statements.filter(statement => statement.kind === 'unreadable').length
    return { dialect: this.#dialect, raised, directives, active: this.#active, unread, isClean: unread === 0 }
  }

  #context(file: MigrationFile, statements: readonly Statement[], directives: Directives): FileContext {
    return {
      file: file.path,
      flavour: this.#flavour,
      version: this.#input.version,
      transaction: directives.transaction ?? file.running?.transaction ?? 'unknown',
      down: file.running?.down ?? 'not-expected',
      author: file.author,
      settings: this.#input.settings ?? { naming: {}, owners: [] },
      statements,
    }
  }

  // What stops must be certain; what is only told may follow what is likely.
  #statements(moment: FileMoment, context: FileContext, file: MigrationFile): Raised[] {
    const [certain, likely] = [new FileSchema(moment, true), new FileSchema(moment, false)]
    const raised: Raised[] = []
    for (const [at, statement] of context.statements.entries()) {
      moment.at = at
      for (const active of this.#ofStatements) {
        const { rule } = active
        for (const found of rule.check!(statement, rule.severity === 'error' ? certain : likely, context))
          raised.push({ finding: finding(active, found, statement, file), offset: statement.offset })
      }
    }
    return raised
  }

  #file(context: FileContext, file: MigrationFile): Raised[] {
    return this.#ofFiles.flatMap(active =>
      [...active.rule.checkFile!(context)].map(found => ({
        finding: finding(active, found, found.at, file),
        offset: found.at?.offset,
      })),
    )
  }
}

function fewestUnread(readings: readonly Reading[]): Reading {
  return readings.reduce((best, reading) => (reading.unread < best.unread ? reading : best))
}

function finding(active: ActiveRule, found: Found, statement: Statement | undefined, file: MigrationFile): Finding {
  const { rule } = active
  const severity = severityOf(active, found.severity)
  return {
    rule: rule.id,
    ...(rule.code === undefined ? {} : { code: rule.code }),
    severity,
    what: whatOf(found, statement),
    why: found.why ?? rule.why,
    instead: withWayPast(found.instead ?? rule.instead, wayPast(rule.id, severity, commentOf(file))),
    at: statement === undefined ? { file: file.path, line: 1 } : placeOf(statement, file.path),
  }
}

function whatOf({ what }: Found, statement: Statement | undefined): string {
  const inside = statement?.inside
  const said =
    inside === undefined || what.includes(inside) ? what : `${what.replace(/\.$/, '')} (by way of ${inside}).`
  return said.includes(someName) ? `${said} ${someName} stands for a name that is known only when it runs.` : said
}

function placeOf({ line, atColumn, endLine }: Statement, file: string) {
  return { file, line, column: atColumn, endLine }
}

function wayPast(rule: string, severity: Severity, comment: string): string {
  if (severity === 'error') return ` ${howToAllow(rule, comment)}`
  return severity === 'warning' ? `\nOr allow it: ${comment} ship-guard:allow ${rule} <reason>` : ''
}

/** An empty line keeps it apart from SQL that is there to be pasted. */
function withWayPast(advice: string, way: string): string {
  return advice.includes('\n') && way !== '' ? `${advice}\n\n${way.trimStart()}` : `${advice}${way}`
}

const comments: Readonly<Record<LanguageId, string>> = {
  php: '//',
  python: '#',
  ruby: '#',
  javascript: '//',
  typescript: '//',
}

function commentOf({ code }: MigrationFile): string {
  return code === undefined ? '--' : comments[code.script.language]
}

/** The exact line that lets one intended statement pass, with its reason on record. */
export function howToAllow(rule: string, comment = '--'): string {
  return `If it is intended, write directly above the statement:\n${comment} ship-guard:allow ${rule} <reason>`
}

/** Code that may change the schema and was not understood: told once a file. */
function notRead(file: MigrationFile, { unread }: CodeReading): Raised[] {
  const [first] = unread
  if (first === undefined) return []
  const places = new Places(file.text)
  const shown = unread.slice(0, 3).map(({ offset, because }) => `line ${places.line(offset)}: ${because}`)
  const more = unread.length > 3 ? `, and ${unread.length - 3} more` : ''
  const what = `Code here could not be read (${shown.join('; ')}${more}).`
  return [
    {
      offset: undefined,
      finding: {
        rule: 'unread-code',
        severity: 'warning',
        what,
        why: 'What it does to the database is not judged, and only a person can say whether it drops something.',
        instead: `Read it for drops before you push, or write it with the calls of the migration tool.\nOr allow it: ${commentOf(file)} ship-guard:allow unread-code <reason>`,
        at: { file: file.path, ...places.at(first.offset) },
      },
    },
  ]
}

function conclude(file: MigrationFile, best: Reading, others: readonly Reading[], levels: RuleLevels): Finding[] {
  const isWhole = ({ offset, finding }: Raised) => offset === undefined && finding.rule === 'unread-code'
  const whole = [
    ...(file.raised ?? []).map(raised => ({ finding: raised, offset: undefined })),
    ...best.raised.filter(isWhole),
  ]
  const asked = whole
    .flatMap(({ finding }) => levelled(finding, levels) ?? [])
    .map(one => ({ finding: one, offset: undefined }))
  // What another dialect reads as well counts only where it stops: its lesser rules are for another server.
  const stops = others.flatMap(({ raised }) => raised.filter(one => one.finding.severity === 'error'))
  const active = new Map([
    ...best.active.map(({ rule }) => [rule.id, rule] as const),
    ...whole.map(({ finding }) => [finding.rule, {}] as const),
  ])
  const raised = unique([...asked, ...best.raised.filter(one => !isWhole(one)), ...stops])
  return applyAllowances(raised, best.directives.allowances, { file: file.path, comment: commentOf(file), active })
}

/** Two dialects, or a body that is read twice, say one thing once. */
function unique(raised: readonly Raised[]): Raised[] {
  if (raised.length < 2) return [...raised]
  const seen = new Map(raised.map(one => [JSON.stringify([one.finding.rule, one.offset, one.finding.what]), one]))
  return [...seen.values()]
}
