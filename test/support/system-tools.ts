import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, CommandResult } from '../../src/core/world.ts'
import type { ScratchEnvironment, Status, Tool } from '../../src/db/tool.ts'
import { run } from '../../src/io/process.ts'

/** Debian's own interpreters: a version manager's would not see Debian's packages. */
const path = '/usr/bin:/bin'

/** What scripts/tools/python.sh and ruby.sh install. */
export function needs(file: string, script: string): void {
  if (!existsSync(file)) throw new Error(`${file} is not there. Run scripts/tools/${script}.`)
}

export async function asked(command: Command, cwd: string): Promise<CommandResult> {
  return run({ ...command, cwd, env: { ...command.env, PATH: path } }, { timeoutMs: 50_000 })
}

/** stdout of a command that must go well. */
export async function must(command: Command, cwd: string): Promise<CommandResult> {
  const result = await asked(command, cwd)
  if (result.ended !== 'exit' || result.code !== 0)
    throw new Error(`${command.argv.join(' ').slice(0, 300)}: ${new TextDecoder().decode(result.output).slice(-3000)}`)
  return result
}

export function sqliteFile(folder: string, name = 'shop.sqlite3'): ScratchEnvironment {
  const file = join(folder, name)
  return { flavour: 'sqlite', host: '', port: 0, user: '', password: '', database: file, url: `sqlite://${file}` }
}

/** The tool's status of one database, as a rehearsal asks for it. */
export async function statusOn(
  tool: Tool,
  cwd: string,
  database: ScratchEnvironment,
  known: readonly string[],
): Promise<Status> {
  const commands = tool.commands!
  const project = { tool: tool.id, root: '' }
  const status = commands.status(project)
  const env = { ...status.env, ...commands.migrate(project, undefined, database).env }
  return commands.readStatus(await asked({ ...status, env }, cwd), known)
}
