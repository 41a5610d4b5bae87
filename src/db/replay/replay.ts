// Migrations applied for real: the earlier ones as fast as they go, each new one looked at, then down and up again.
import { DatabaseError } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Dialect } from '../dialect.ts'
import { dialects } from '../dialects/registry.generated.ts'
import { codeMigrator } from './code-migrator.ts'
import type { EngineWorld, Scratch } from './engine.ts'
import type { CodeProject, Migrator, ReplayFile } from './migrator.ts'
import type { Failure, Observation, ReplayResult, Roundtrip } from './observation.ts'
import type { Observer } from './observer.ts'
import { observeMysql } from './observers/mysql.ts'
import { Prober } from './observers/mysql-probe.ts'
import { observePostgres } from './observers/postgres.ts'
import { observeSqlite } from './observers/sqlite.ts'
import { differences, type Snapshot } from './snapshot.ts'
import { sqlMigrator } from './sql-migrator.ts'

export interface ReplayRequest {
  readonly world: EngineWorld
  /** Started, and stopped by whoever started it. */
  readonly scratch: Scratch
  /** One history, in the order in which it runs. */
  readonly files: readonly ReplayFile[]
  /** For histories with migrations in code. */
  readonly code?: CodeProject
  /** SQL of a migration's way back; undefined when it has none. */
  down(path: string): Promise<string | undefined>
  readonly signal: AbortSignal
  /** For one command of a migration tool. Default: ten minutes. */
  readonly timeoutMs?: number
  progress?(line: string): void
}

/**
 * What the new migrations of a history really do. Throws CannotTell when the engine dies, the tool cannot be run, or what is on the branch
 * already does not run: none of that says anything about the new ones.
 */
export async function replay(request: ReplayRequest): Promise<ReplayResult> {
  const { scratch, signal } = request
  try {
    return await observed(request)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof DatabaseError)) throw error
    if (error.code !== 'connection')
      throw new CannotTell(`${scratch.shown} does not let itself be observed: ${printable(error.message)}`, remedy, {
        cause: error,
      })
    throw new CannotTell(`${scratch.shown} died while migrations ran on it: ${printable(error.message)}`, remedy)
  }
}

const remedy =
  'Push again; if it happens again, set gates.db.replay to off and run npx ship-guard db replay to see more.'

async function observed(request: ReplayRequest): Promise<ReplayResult> {
  const { scratch, files } = request
  const dialect = dialects.find(one => one.id === dialectOf(scratch))!
  await dialect.load?.()
  const home = await homeOf(scratch)
  const observer = await observerFor(scratch, dialect, home)
  const migrator = migratorFor(request, dialect, observer, home)
  const news = files.filter(file => file.isNew)
  await migrator.base(files.filter(file => !file.isNew))
  await observer.prepare()
  const run = new Run(request, migrator, observer)
  const observations = await run.ups(news)
  const isWhole = observations.every(({ failed }) => failed === undefined)
  const roundtrips = isWhole ? await run.roundtrips(news) : []
  await observer.leave()
  return { engine: scratch.shown, observations, roundtrips }
}

function dialectOf({ flavour }: Scratch): Dialect['id'] {
  return flavour === 'mariadb' ? 'mysql' : flavour
}

async function homeOf({ database }: Scratch): Promise<string | undefined> {
  if (database.kind !== 'mysql') return undefined
  const [row] = await database.query('SELECT DATABASE() AS name')
  return String(row?.name)
}

async function observerFor(scratch: Scratch, dialect: Dialect, home: string | undefined): Promise<Observer> {
  if (dialect.id === 'postgres') return observePostgres(scratch.database)
  if (dialect.id === 'sqlite') return observeSqlite(scratch.database, dialect)
  return observeMysql(scratch.database, dialect, new Prober(await scratch.connect(), dialect, home!))
}

function migratorFor(request: ReplayRequest, dialect: Dialect, observer: Observer, home: string | undefined): Migrator {
  const { world, scratch, files, code, signal, timeoutMs = 600_000, progress = () => {}, down } = request
  if (files.every(file => file.code === undefined))
    return sqlMigrator({ scratch, dialect, observer, home, down, progress })
  const { environment } = scratch
  if (code === undefined || environment === undefined)
    throw new CannotTell(
      `Migrations in code need ${code === undefined ? 'their tool' : 'a server that their tool can connect to'}.`,
      'Set gates.db.replay to auto or off.',
    )
  return codeMigrator({ ...code, world, environment, signal, timeoutMs, progress })
}

class Run {
  readonly #request: ReplayRequest
  readonly #migrator: Migrator
  readonly #observer: Observer
  /** By number of new migrations that have run; only where a way back leads there. */
  readonly #schemas = new Map<number, Snapshot>()
  /** The first new migration from which on every one has a way back. */
  #backTo = 0

  constructor(request: ReplayRequest, migrator: Migrator, observer: Observer) {
    this.#request = request
    this.#migrator = migrator
    this.#observer = observer
  }

  async ups(files: readonly ReplayFile[]): Promise<readonly Observation[]> {
    this.#backTo = files.length
    while (this.#backTo > 0 && (await this.#migrator.hasDown(files[this.#backTo - 1]!))) this.#backTo--
    const observations: Observation[] = []
    for (const [index, file] of files.entries()) {
      this.#request.signal.throwIfAborted()
      this.#request.progress?.(file.path)
      await this.#remember(index, files.length)
      const observation = await this.#up(file)
      observations.push(observation)
      if (observation.failed !== undefined) return observations
    }
    await this.#remember(files.length, files.length)
    return observations
  }

  async #remember(count: number, all: number): Promise<void> {
    if (count >= this.#backTo && this.#backTo < all) this.#schemas.set(count, await this.#observer.snapshot())
  }

  async #up(file: ReplayFile): Promise<Observation> {
    const steps = this.#migrator.steps(file)
    await this.#observer.begin(steps)
    const started = performance.now()
    const failed = await this.#migrator.up(file, true)
    const tookMs = performance.now() - started
    const notes = (steps ?? []).flatMap(step =>
      step.is === 'skipped' && step.because !== '' ? [`Line ${step.line} was not run: ${step.because}.`] : [],
    )
    const seen = await this.#observer.end()
    return { path: file.path, tookMs, ...seen, notes, ...(failed === undefined ? {} : { failed }) }
  }

  /** From the last one back as far as there is a way, then forward again. */
  async roundtrips(files: readonly ReplayFile[]): Promise<readonly Roundtrip[]> {
    const found = new Map<string, Roundtrip>()
    let at = files.length
    for (; at > this.#backTo; at--) {
      this.#request.signal.throwIfAborted()
      const back = await this.#back(files[at - 1]!, at - 1)
      found.set(back.path, back)
      // After a way back that stopped midway nobody knows what stands there.
      if (back.outcome === 'failed') break
    }
    if (at === this.#backTo) await this.#forward(files, found)
    return files.map(({ path }, index) => found.get(path) ?? this.#untried(path, index))
  }

  #untried(path: string, index: number): Roundtrip {
    return { path, outcome: index === this.#backTo - 1 ? 'no-down' : 'not-tried' }
  }

  async #back(file: ReplayFile, index: number): Promise<Roundtrip> {
    const { path } = file
    const failed = await this.#migrator.down(file)
    if (failed !== undefined) return failedRoundtrip(path, 'The way back fails', failed)
    const [before, whole] = [this.#schemas.get(index)!, this.#schemas.get(index + 1)!]
    const all = differences(before, await this.#observer.snapshot())
    const differs = all.filter(difference => !isKeysOwnIndex(difference, whole))
    return differs.length === 0 ? { path, outcome: 'restored' } : { path, outcome: 'differs', differs }
  }

  async #forward(files: readonly ReplayFile[], found: Map<string, Roundtrip>): Promise<void> {
    for (let index = this.#backTo; index < files.length; index++) {
      const { path } = files[index]!
      const failed = await this.#migrator.up(files[index]!, false)
      // What differs after the way back says why already.
      const isTold = found.get(path)?.outcome === 'differs'
      if (failed !== undefined) {
        if (!isTold) found.set(path, failedRoundtrip(path, 'Run again after its way back, it fails', failed))
        return
      }
      const differs = differences(this.#schemas.get(index + 1)!, await this.#observer.snapshot())
      if (differs.length > 0 && !isTold) found.set(path, { path, outcome: 'differs', differs })
    }
  }
}

// MySQL makes an index for a foreign key and keeps it when the key goes; nobody writes it into a way back, and it harms nobody.
function isKeysOwnIndex(difference: string, whole: Snapshot): boolean {
  const index = /^index (.+) is left over$/.exec(difference)?.[1]
  return index !== undefined && whole.has(`foreign key ${index}`)
}

function failedRoundtrip(path: string, what: string, { message }: Failure): Roundtrip {
  return { path, outcome: 'failed', message: `${what}: ${message}` }
}

export type { CodeProject, ReplayFile } from './migrator.ts'
