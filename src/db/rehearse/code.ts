// Migrations in code run through their own tool on the copy, one by one; what each statement would lose is asked before.
import type { Database } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import type { CommandResult, Run } from '../../core/world.ts'
import type { MigrationFile } from '../lint.ts'
import type { Scratch } from '../replay/engine.ts'
import type { Flavour } from '../rule.ts'
import type { Project, ScratchEnvironment, Tool } from '../tool.ts'
import { questionsOf } from './questions.ts'
import type { Counted, RehearsalRequest, StatementReport } from './rehearse.ts'

export interface CodeRehearsal extends RehearsalRequest {
  readonly tool: Tool
  readonly project: Project
  /** Absolute: the top of the work tree. */
  readonly folder: string
  readonly run: Run
}

const timeoutMs = 30 * 60_000

/** One report a migration. Throws CannotTell when the tool cannot run it here, or would run it somewhere else than on the copy. */
export async function rehearseCode(request: CodeRehearsal): Promise<readonly StatementReport[]> {
  const { scratch, files, tool, project, folder, run, signal, progress } = request
  const { commands } = tool
  const { environment } = scratch
  if (commands === undefined || environment === undefined)
    throw new CannotTell(`${tool.title} cannot be run on a copy from here.`, 'Rehearse it by hand on a copy.')
  await connectsHere(request)
  const reports: StatementReport[] = []
  for (const file of files) {
    signal.throwIfAborted()
    progress(`${file.path} through ${tool.title}`)
    const asked = await before(file, request)
    const command = commands.migrate(project, file.path, environment)
    const result = await run({ ...command, cwd: within(folder, project) }, { signal, timeoutMs })
    const failed = result.ended === 'exit' && result.code === 0 ? undefined : lastLines(result.output)
    const nothing = { rows: undefined, lock: undefined, heldMs: undefined }
    reports.push({
      file: file.path,
      line: 1,
      text: command.argv.join(' '),
      tookMs: result.tookMs,
      ...nothing,
      ...asked,
      failed,
    })
    if (failed !== undefined) break
  }
  return reports
}

function within(folder: string, { root }: Project): string {
  return root === '' ? folder : `${folder}/${root}`
}

async function before(file: MigrationFile, { scratch, dialect }: RehearsalRequest) {
  const questions = (file.code?.read(dialect).statements ?? []).flatMap(questionsOf)
  const found = { loses: [] as Counted[], breaks: [] as Counted[], touches: [] as Counted[] }
  for (const { about, what, sql } of questions) {
    const rows = await scratch.database.query(sql).catch(() => undefined)
    const count = Number(rows?.[0]?.n ?? Number.NaN)
    if (count > 0) found[about].push({ what, count })
  }
  return found
}

/**
 * A project that keeps its database's address elsewhere than in the environment would migrate the real one. So the tool is first asked for its
 * status, which only reads, and our server must have seen it come.
 */
async function connectsHere({ scratch, tool, project, folder, run, signal }: CodeRehearsal): Promise<void> {
  const { commands } = tool
  const { environment } = scratch
  if (commands === undefined || environment === undefined) return
  const ask = (database: ScratchEnvironment) => {
    const status = commands.status(project)
    const env = { ...status.env, ...commands.migrate(project, undefined, database).env }
    return run({ ...status, cwd: within(folder, project), env }, { signal, timeoutMs: 60_000 })
  }
  const came =
    scratch.flavour === 'sqlite' ? await missesFile(ask, environment) : await comesToServer(ask, scratch, environment)
  if (came) return
  throw new CannotTell(
    `${tool.title} does not take its database from the environment: asked for its status it did not come to the copy.`,
    'Nothing was run. Let the project read its database from the environment (DATABASE_URL, DB_*), and remove cached configs.',
  )
}

type Ask = (database: ScratchEnvironment) => Promise<CommandResult>

async function comesToServer(
  ask: Ask,
  { database, flavour }: Scratch,
  environment: ScratchEnvironment,
): Promise<boolean> {
  const before = await sessions(database, flavour)
  await ask(environment)
  return (await sessions(database, flavour)) > before
}

/** No server sees who opens a file. Told of one in a folder that is not there, a tool that listens must fail. */
async function missesFile(ask: Ask, environment: ScratchEnvironment): Promise<boolean> {
  const missing = `${environment.database}-missing/none.sqlite3`
  const result = await ask({ ...environment, database: missing, url: `sqlite://${missing}` })
  return result.ended === 'exit' && result.code !== 0
}

async function sessions(database: Database, flavour: Flavour): Promise<number> {
  // PostgreSQL 14 and later, "pg_stat_database", which lags up to a second behind; MySQL, "Server Status Variables".
  if (flavour === 'postgres') await new Promise(resolve => setTimeout(resolve, 1_100))
  const [row] =
    flavour === 'postgres'
      ? await database.query('SELECT sessions AS n FROM pg_stat_database WHERE datname = current_database()')
      : await database.query("SHOW GLOBAL STATUS LIKE 'Connections'")
  return Number(row?.n ?? row?.Value ?? 0)
}

function lastLines(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim().split('\n').slice(-5).join('\n').slice(0, 600) || 'the command failed'
}
