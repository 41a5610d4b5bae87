// Before a tool may migrate a scratch database: does it take its database from the environment at all?
import type { Database } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import type { Command, CommandResult, Run } from '../../core/world.ts'
import type { Flavour } from '../rule.ts'
import type { Project, ScratchEnvironment, Tool, ToolCommands } from '../tool.ts'
import type { Scratch } from './engine.ts'

export interface ScratchVisit {
  readonly scratch: Scratch
  readonly tool: Tool
  readonly project: Project
  /** Absolute: where the project's files lie. */
  readonly folder: string
  readonly run: Run
  readonly signal: AbortSignal
}

/**
 * A project that keeps its database's address elsewhere than in the environment would migrate the real one. So the tool is first asked for its
 * status, which only reads, and our server must have seen it come. Throws CannotTell when it did not.
 */
export async function reachesScratch({ scratch, tool, project, folder, run, signal }: ScratchVisit): Promise<void> {
  const { commands } = tool
  const { environment } = scratch
  if (commands === undefined || environment === undefined) return
  const ask = (database: ScratchEnvironment) => {
    const cwd = project.root === '' ? folder : `${folder}/${project.root}`
    return run({ ...questionTo(commands, project, database), cwd }, { signal, timeoutMs: 60_000 })
  }
  const { came, result } =
    scratch.flavour === 'sqlite' ? await missesFile(ask, environment) : await comesToServer(ask, scratch, environment)
  if (came) return
  const status = commands.readStatus(result, [])
  const said = 'because' in status && status.state !== 'diverged' ? `: ${status.because}` : ''
  throw new CannotTell(
    `${tool.title}: asked for the status of a scratch database, its command did not come there${said}.`,
    'Nothing was run. See that the command works here, that the project reads its database from the environment (DATABASE_URL, DB_*), and that no config is cached.',
  )
}

function questionTo(commands: ToolCommands, project: Project, database: ScratchEnvironment): Command {
  if (commands.statusOn !== undefined) return commands.statusOn(project, database)
  const status = commands.status(project)
  return { ...status, env: { ...status.env, ...commands.migrate(project, undefined, database).env } }
}

type Ask = (database: ScratchEnvironment) => Promise<CommandResult>

interface Visit {
  readonly came: boolean
  readonly result: CommandResult
}

async function comesToServer(
  ask: Ask,
  { database, flavour }: Scratch,
  environment: ScratchEnvironment,
): Promise<Visit> {
  const before = await sessions(database, flavour)
  const result = await ask(environment)
  return { came: (await sessions(database, flavour)) > before, result }
}

/** No server sees who opens a file. Told of one in a folder that is not there, a tool that listens must fail. */
async function missesFile(ask: Ask, environment: ScratchEnvironment): Promise<Visit> {
  const missing = `${environment.database}-missing/none.sqlite3`
  const result = await ask({ ...environment, database: missing, url: `sqlite://${missing}` })
  return { came: result.ended === 'exit' && result.code !== 0, result }
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
