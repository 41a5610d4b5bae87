// Migrations run on a copy of real data: what each statement takes, locks, loses and breaks.
import { type Database, DatabaseError } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import { dialectOf, type MigrationFile } from '../lint.ts'
import type { Scratch } from '../replay/engine.ts'
import type { DialectId, Statement } from '../statement.ts'
import { type Question, questionsOf } from './questions.ts'

export interface Counted {
  readonly what: string
  readonly count: number
}

export interface StatementReport {
  readonly file: string
  readonly line: number
  readonly text: string
  readonly tookMs: number
  /** As the server counts them; undefined where it does not. */
  readonly rows: number | undefined
  /** The strongest lock it takes and on what; undefined where the server does not tell. */
  readonly lock: { readonly mode: string; readonly table: string } | undefined
  /** Milliseconds from the start of the statement to the end of its transaction; undefined without a lock. */
  readonly heldMs: number | undefined
  readonly loses: readonly Counted[]
  readonly breaks: readonly Counted[]
  readonly touches: readonly Counted[]
  /** The server's words when it refused it. Nothing after it was run. */
  readonly failed: string | undefined
}

export interface RehearsalRequest {
  readonly scratch: Scratch
  readonly dialect: DialectId
  /** Migrations to run, in their order. */
  readonly files: readonly MigrationFile[]
  readonly signal: AbortSignal
  progress(line: string): void
}

/** Runs SQL migrations statement by statement. Throws CannotTell when the copy itself is lost. */
export async function rehearse(request: RehearsalRequest): Promise<readonly StatementReport[]> {
  const look = request.dialect === 'postgres' ? await observer(request.scratch) : undefined
  const reports: StatementReport[] = []
  try {
    for (const file of request.files) {
      const own = await rehearseFile(file, request, look)
      reports.push(...own)
      if (own.some(report => report.failed !== undefined)) break
    }
  } finally {
    await look?.database.close()
  }
  return reports
}

interface Observer {
  readonly database: Database
  readonly pid: number
}

/** A second connection that sees which locks the first one holds. */
async function observer(scratch: Scratch): Promise<Observer> {
  const [row] = await scratch.database.query('SELECT pg_backend_pid() AS pid')
  return { database: await scratch.connect(), pid: Number(row?.pid) }
}

async function rehearseFile(
  file: MigrationFile,
  { scratch, dialect, signal, progress }: RehearsalRequest,
  look: Observer | undefined,
): Promise<StatementReport[]> {
  const { database } = scratch
  // MySQL commits before and after every DDL statement by itself ("Statements That Cause an Implicit Commit").
  const together = dialect !== 'mysql' && file.running?.transaction === 'file'
  const reports: { report: StatementReport; startedAt: number }[] = []
  let within = together
  if (together) await database.execute('BEGIN')
  for (const statements of grouped(dialectOf(dialect).parse(file.text))) {
    signal.throwIfAborted()
    const [first] = statements as [Statement, ...Statement[]]
    progress(`${file.path}:${first.line} ${first.text.replace(/\s+/g, ' ').slice(0, 60)}`)
    const alone = look !== undefined && !within && !standsAlone(first)
    const startedAt = performance.now()
    const report = await one(file.path, statements, { database, look, alone, within })
    reports.push({ report, startedAt })
    if (report.failed !== undefined) break
    if (first.kind === 'transaction')
      within = first.verb === 'begin' || (within && first.verb !== 'commit' && !first.rollsBack)
  }
  const failed = reports.some(({ report }) => report.failed !== undefined)
  if (together) await database.execute(failed ? 'ROLLBACK' : 'COMMIT').catch(() => {})
  const endedAt = performance.now()
  return reports.map(({ report, startedAt }) =>
    together && report.lock !== undefined ? { ...report, heldMs: endedAt - startedAt } : report,
  )
}

/** Statements that PostgreSQL refuses inside a transaction, and those that begin and end one. */
function standsAlone({ text, kind }: Statement): boolean {
  return (
    kind === 'transaction' ||
    /\bCONCURRENTLY\b|^\s*(?:VACUUM|REINDEX|ALTER\s+SYSTEM|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE))\b/i.test(text)
  )
}

/** Effects of one statement stand at the same place. */
function grouped(statements: readonly Statement[]): Statement[][] {
  const groups: Statement[][] = []
  for (const statement of statements) {
    const last = groups.at(-1)
    if (last !== undefined && last[0]!.offset === statement.offset) last.push(statement)
    else groups.push([statement])
  }
  return groups
}

interface Surroundings {
  readonly database: Database
  readonly look: Observer | undefined
  /** It gets a transaction of its own, so that its locks can be seen before they are gone. */
  readonly alone: boolean
  /** It runs inside a transaction that was begun before it. */
  readonly within: boolean
}

async function one(file: string, statements: readonly Statement[], around: Surroundings): Promise<StatementReport> {
  const { database, look, alone, within } = around
  const first = statements[0]!
  const asked = await answers(statements.flatMap(questionsOf), database, within)
  const about = (kind: Question['about']) =>
    asked.filter(({ question }) => question.about === kind).map(({ counted }) => counted)
  const base = {
    file,
    line: first.line,
    text: first.text,
    loses: about('loses'),
    breaks: about('breaks'),
    touches: about('touches'),
  }
  if (alone) await database.execute('BEGIN')
  const started = performance.now()
  try {
    const { rows } = await database.execute(first.text)
    const tookMs = performance.now() - started
    const lock = look === undefined ? undefined : await strongest(look)
    if (alone) await database.execute('COMMIT')
    return {
      ...base,
      tookMs,
      rows,
      lock,
      heldMs: lock === undefined ? undefined : performance.now() - started,
      failed: undefined,
    }
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code === 'connection')
      throw new CannotTell('The copy was lost while the migrations ran on it.', 'Run the rehearsal again.', {
        cause: error,
      })
    if (alone) await database.execute('ROLLBACK').catch(() => {})
    return {
      ...base,
      tookMs: performance.now() - started,
      rows: undefined,
      lock: undefined,
      heldMs: undefined,
      failed: error.message,
    }
  }
}

// Asked on the connection that runs the migration: another one would wait for the locks that this one holds. A question that has no answer (its
// table is not there) must not end the transaction around it.
async function answers(questions: readonly Question[], database: Database, within: boolean) {
  const found: { question: Question; counted: Counted }[] = []
  for (const question of questions) {
    if (within) await database.execute('SAVEPOINT ship_guard')
    const rows = await database.query(question.sql).catch(() => undefined)
    if (within)
      await database.execute(rows === undefined ? 'ROLLBACK TO SAVEPOINT ship_guard' : 'RELEASE SAVEPOINT ship_guard')
    const count = Number(rows?.[0]?.n ?? Number.NaN)
    if (count > 0) found.push({ question, counted: { what: question.what, count } })
  }
  return found
}

// Weakest first (PostgreSQL, "13.3.1. Table-Level Locks").
const modes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
]

const lockQuery = `SELECT c.oid::regclass::text AS name, l.mode AS mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = $1 AND l.granted AND c.relkind IN ('r', 'p', 'm') AND c.relnamespace <> 'pg_catalog'::regnamespace`

async function strongest({ database, pid }: Observer): Promise<StatementReport['lock']> {
  const rows = await database.query(lockQuery, [pid])
  const locks = rows.map(({ name, mode }) => ({ table: String(name), mode: String(mode) }))
  return locks.sort((a, b) => modes.indexOf(b.mode) - modes.indexOf(a.mode))[0]
}
