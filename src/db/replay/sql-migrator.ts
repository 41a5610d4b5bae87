import { CannotTell } from '../../core/errors.ts'
import type { Dialect } from '../dialect.ts'
import type { Scratch } from './engine.ts'
import type { Migrator, ReplayFile } from './migrator.ts'
import type { Observer } from './observer.ts'
import { runFile } from './runner.ts'
import { type Step, stepsOf } from './steps.ts'

export interface SqlMigrations {
  readonly scratch: Scratch
  readonly dialect: Dialect
  readonly observer: Observer
  /** Name of the scratch database, to come back to after a USE. */
  readonly home: string | undefined
  /** SQL of the way back; undefined when there is none. */
  down(path: string): Promise<string | undefined>
  progress(line: string): void
}

/** Runs SQL files statement by statement, in the transaction that their tool would put around them. */
export function sqlMigrator({ scratch, dialect, observer, home, down, progress }: SqlMigrations): Migrator {
  const { database, reach } = scratch
  const known = new Map<string, readonly Step[]>()
  const stepsFor = (file: ReplayFile): readonly Step[] => {
    const steps = known.get(file.path) ?? stepsOf(file.text, dialect, reach)
    if (file.isNew) known.set(file.path, steps)
    return steps
  }
  const run = async (file: ReplayFile, steps: readonly Step[], watched: boolean) => {
    const transaction = file.running?.transaction ?? 'unknown'
    const observed = watched ? { observer } : {}
    const failure = await runFile({ database, dialect: dialect.id, steps, transaction, reach, ...observed })
    for (const statement of forget(dialect, home)) await database.execute(statement)
    return failure
  }
  const stepsBack = async ({ path }: ReplayFile) => {
    const text = await down(path)
    return text === undefined ? [] : stepsOf(text, dialect, reach)
  }
  return {
    base: async files => {
      for (const file of files) {
        progress(file.path)
        const failure = await run(file, stepsFor(file), false)
        if (failure !== undefined)
          throw new CannotTell(
            `${file.path}${failure.at === undefined ? '' : `:${failure.at.line}`}, which is on the branch already, does not run on ${scratch.shown}: ${failure.message}`,
            'Migrations must run from the first to the last on an empty database. Repair it, give a scratch database like production’s (SHIP_GUARD_SCRATCH_URL), or set gates.db.replay to off.',
          )
      }
    },
    steps: stepsFor,
    up: (file, watched) => run(file, stepsFor(file), watched),
    hasDown: async file => (await stepsBack(file)).some(step => step.is !== 'skipped'),
    down: async file => run(file, await stepsBack(file), false),
  }
}

/** What a file sets for its session must not reach the next one: tools often run them in sessions of their own. */
function forget({ id }: Dialect, home: string | undefined): readonly string[] {
  if (id === 'postgres') return ['RESET SESSION AUTHORIZATION', 'RESET ALL']
  if (id === 'sqlite') return []
  const settings = 'SET foreign_key_checks = 1, unique_checks = 1, sql_mode = @@GLOBAL.sql_mode, autocommit = 1'
  return [settings, ...(home === undefined ? [] : [`USE \`${home}\``])]
}
