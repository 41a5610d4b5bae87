// Runs one file of SQL the way its tool would: in one transaction, or statement by statement.
import { type Database, DatabaseError } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { DialectId } from '../statement.ts'
import type { Failure } from './observation.ts'
import type { Observer } from './observer.ts'
import type { Step } from './steps.ts'

export interface FileRun {
  readonly database: Database
  readonly dialect: DialectId
  readonly steps: readonly Step[]
  readonly transaction: 'file' | 'none' | 'unknown'
  /** Absent: nobody looks on, and it goes as fast as it can. */
  readonly observer?: Observer
  readonly reach: 'own' | 'shared'
}

/** Undefined when all of it ran. Throws CannotTell when it is the engine that failed. */
export async function runFile(file: FileRun): Promise<Failure | undefined> {
  const failed = await attempt(file)
  if (failed === undefined) return undefined
  const role = missingRole(failed.error, file)
  if (role === undefined) return failure(failed)
  // Roles are made outside of migrations; a grant to one that is not here says nothing about the migration.
  await file.database.execute(`CREATE ROLE "${role.replaceAll('"', '""')}"`)
  if (file.transaction !== 'file') return runFile({ ...file, steps: file.steps.slice(failed.index) })
  await file.observer?.begin(file.steps)
  return runFile(file)
}

interface Failed {
  readonly error: DatabaseError
  readonly step: Step | undefined
  readonly index: number
}

async function attempt(file: FileRun): Promise<Failed | undefined> {
  if (file.observer === undefined && (await allAtOnce(file))) return undefined
  return file.transaction === 'file' ? inOneTransaction(file) : oneByOne(file)
}

/** PostgreSQL takes a whole file in one message, and runs it in one transaction. */
async function allAtOnce({ database, dialect, steps }: FileRun): Promise<boolean> {
  if (dialect !== 'postgres' || steps.some(step => step.is !== 'statement' || endsTransaction.test(step.sql)))
    return false
  try {
    await database.execute(steps.map(step => step.sql).join('\n;\n'))
    return true
  } catch (error) {
    // Told once more, and better, by the statement itself.
    if (refusalOf(error).code === 'connection') throw error
    await database.execute('ROLLBACK')
    return false
  }
}

const endsTransaction = /^(?:begin|start|commit|end|rollback|abort|savepoint|release|prepare)\b/i

async function inOneTransaction(file: FileRun): Promise<Failed | undefined> {
  const { database, steps, observer } = file
  await database.execute(begin[file.dialect])
  for (const [index, step] of steps.entries()) {
    const error = await refusedBy(async () => {
      await perform(database, step)
      if (step.is !== 'skipped') await observer?.after?.(step)
    })
    if (error !== undefined) {
      await refusedBy(() => database.execute('ROLLBACK'))
      return { error, step, index }
    }
  }
  const error = await refusedBy(async () => {
    await observer?.beforeCommit?.(undefined)
    await database.execute('COMMIT')
  })
  // A migration that ends the transaction itself leaves none to be committed.
  const isOver = error !== undefined && /no transaction is active/.test(error.message)
  return error === undefined || isOver ? undefined : { error, step: undefined, index: steps.length }
}

const begin = { postgres: 'BEGIN', mysql: 'START TRANSACTION', sqlite: 'BEGIN' } as const

async function oneByOne(file: FileRun): Promise<Failed | undefined> {
  const { database, observer } = file
  let inOwn = false
  for (const [index, step] of file.steps.entries()) {
    const endsOwn = /^(?:commit|end|rollback|abort)\b(?!\s+(?:work\s+|transaction\s+)?to\b)/i.test(step.sql)
    const error = await refusedBy(async () => {
      if (inOwn && endsOwn) await observer?.beforeCommit?.(undefined)
      const isAlone = file.dialect === 'postgres' && !inOwn && step.is !== 'skipped' && !endsTransaction.test(step.sql)
      if (observer !== undefined && isAlone) await watched(database, step, observer)
      else {
        await perform(database, step)
        if (step.is !== 'skipped') await observer?.after?.(step)
      }
    })
    if (error !== undefined) {
      await refusedBy(() => database.execute('ROLLBACK'))
      return { error, step, index }
    }
    if (/^(?:begin|start\s+transaction)\b/i.test(step.sql)) inOwn = true
    else if (endsOwn) inOwn = false
  }
  if (inOwn) await refusedBy(() => database.execute('COMMIT'))
  return undefined
}

/** In a transaction of its own, so that its locks can be seen; without one where PostgreSQL does not allow it (25001: CONCURRENTLY, VACUUM …). */
async function watched(database: Database, step: Step, observer: Observer): Promise<void> {
  await database.execute('BEGIN')
  try {
    await perform(database, step)
    await observer.beforeCommit?.(step)
    await database.execute('COMMIT')
  } catch (error) {
    if (refusalOf(error).code === 'connection') throw error
    await database.execute('ROLLBACK')
    if (refusalOf(error).code !== '25001') throw error
    await perform(database, step)
  }
  await observer.after?.(step)
}

async function perform(database: Database, step: Step): Promise<void> {
  if (step.is === 'statement') await database.execute(step.sql)
  else if (step.is === 'copy') await database.copyIn(step.sql, step.rows)
}

async function refusedBy(work: () => Promise<unknown>): Promise<DatabaseError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal.code !== 'connection') return refusal
    throw error
  }
}

function refusalOf(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  throw error
}

function missingRole({ code, message }: DatabaseError, { dialect, reach }: FileRun): string | undefined {
  if (dialect !== 'postgres' || reach !== 'own' || code !== '42704') return undefined
  return /^role "(.+)" does not exist$/.exec(message)?.[1]
}

function failure({ error, step }: Failed): Failure {
  const { code, message } = error
  if (isEnvironment(error)) throw new CannotTell(`The scratch engine cannot run it: ${printable(message)}`, remedy)
  return {
    message: printable(message),
    ...(code === undefined ? {} : { code }),
    ...(step === undefined ? {} : { at: spotOf(step, error.position) }),
    because: isAboutData(error) ? 'data' : 'statement',
  }
}

const remedy =
  'Give the URL of a scratch database on a server like the one of production (SHIP_GUARD_SCRATCH_URL), or set gates.db.replay to off.'

/** The statement's place; the line is that of the word at which the server stumbled, where it says so. */
function spotOf({ line, column, endLine, sql }: Step, position: number | undefined) {
  if (position === undefined) return { line, column, endLine }
  const before = [...sql].slice(0, position).join('')
  return { line: line + before.split('\n').length - 1, column, endLine }
}

/** What the machine lacks rather than the migration: extensions, modules, room. */
function isEnvironment({ code = '', message }: DatabaseError): boolean {
  if (/^(?:58|53)/.test(code) || /^ER_(?:DISK_FULL|RECORD_FILE_FULL|OUT_OF_RESOURCES|CANT_OPEN_LIBRARY)/.test(code))
    return true
  if (code === '0A000' && /^extension ".*" is not available/.test(message)) return true
  return code === '42501' || /^no such (?:module|function|collation sequence)\b|unknown tokenizer/i.test(message)
}

const dataErrors =
  /^(?:23|P000[1-4]|ER_(?:NO_REFERENCED_ROW|ROW_IS_REFERENCED|DUP_ENTRY|SIGNAL_EXCEPTION|SIGNAL_NOT_FOUND|CONSTRAINT_FAILED|BAD_NULL_ERROR|SP_FETCH_NO_DATA))/

function isAboutData({ code = '', message }: DatabaseError): boolean {
  return dataErrors.test(code) || /\bconstraint failed\b/i.test(message)
}
