import { join } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Command, CommandResult } from '../../core/world.ts'
import type { ScratchEnvironment } from '../tool.ts'
import type { EngineWorld } from './engine.ts'
import type { CodeProject, Migrator } from './migrator.ts'
import type { Failure } from './observation.ts'

export interface CodeMigrations extends CodeProject {
  readonly world: EngineWorld
  readonly environment: ScratchEnvironment
  readonly signal: AbortSignal
  readonly timeoutMs: number
  progress(line: string): void
}

/** Runs migrations in code by the commands of their own tool. */
export function codeMigrator(migrations: CodeMigrations): Migrator {
  const { tool, project, environment, progress } = migrations
  const commands = tool.commands
  if (commands === undefined)
    throw new CannotTell(
      `ship-guard does not know the commands of ${tool.title}.`,
      'Set gates.db.replay to auto or off.',
    )
  const migrate = (path: string) => perform(migrations, commands.migrate(project, path, environment))
  return {
    base: async files => {
      for (const file of commands.runsOne === true ? files : files.slice(-1)) {
        progress(file.path)
        const failure = await migrate(file.path)
        if (failure === undefined) continue
        throw new CannotTell(
          `${tool.title} cannot run the migrations that are on the branch already: ${failure.message}`,
          'See that they run from the first to the last on an empty database, or set gates.db.replay to off.',
        )
      }
    },
    steps: () => undefined,
    up: file => migrate(file.path),
    hasDown: async ({ running }) =>
      commands.revert !== undefined && !['missing', 'irreversible', 'empty'].includes(running?.down ?? ''),
    down: file => perform(migrations, commands.revert!(project, file.path, environment)),
  }
}

async function perform(migrations: CodeMigrations, command: Command): Promise<Failure | undefined> {
  const { world, tool, project, folder, signal, timeoutMs } = migrations
  const cwd = command.cwd ?? join(folder, project.root)
  const result = await world.run({ ...command, cwd }, { signal, timeoutMs })
  signal.throwIfAborted()
  if (result.ended === 'exit' && result.code === 0) return undefined
  const isMissing =
    result.ended === 'not-started' || (result.ended === 'exit' && (result.code === 126 || result.code === 127))
  if (isMissing || result.ended === 'timeout')
    throw new CannotTell(
      `${tool.title} could not be run for the replay: ${command.argv[0]} ${isMissing ? 'is not there' : 'took too long'}.`,
      'Install the project’s dependencies (`checkout.prepare` in .shiprc does that), or set gates.db.replay to off.',
    )
  return { message: lastWords(result, migrations.environment), because: 'statement' }
}

/** The end of what it said. A tool may print the address it was given. */
function lastWords({ output }: CommandResult, { password }: ScratchEnvironment): string {
  const text = new TextDecoder().decode(output).trim()
  const safe = password === '' ? text : text.replaceAll(password, '***')
  return printable(safe.split('\n').slice(-5).join('\n'), { lines: true })
}
