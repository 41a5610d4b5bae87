import { join } from 'node:path'
import { duration } from '../../core/duration.ts'
import { CannotTell } from '../../core/errors.ts'
import type { CommandResult, World } from '../../core/world.ts'
import { chooseEngine } from '../replay/choose.ts'
import type { Scratch } from '../replay/engine.ts'
import { foldersWith } from '../replay/programs.ts'
import type { Flavour } from '../rule.ts'
import { type CopySource, dumpCommand, type Programs, restoreCommand } from './copy.ts'

export interface CopyRequest {
  readonly source: CopySource | { readonly kind: 'sqlite'; readonly file: string }
  readonly flavour: Flavour
  /** Absolute: the user's project. */
  readonly folder: string
  readonly world: World
  progress(line: string): void
}

/**
 * A scratch engine of our own with a copy of the data. The source is only read. Throws CannotTell when it cannot be had, read or restored; then
 * nothing is left behind.
 */
export async function openCopy(request: CopyRequest): Promise<Scratch> {
  const { source, flavour, folder, world, progress } = request
  // Never the user's own scratch server: real data goes nowhere but into what we make and destroy.
  const wanted = { flavour, url: undefined, folder, forTools: true, signal: world.signal }
  const { engine } = await chooseEngine(world, wanted, 'required')
  if (engine === undefined) throw new CannotTell('There is no scratch engine.', 'Install the database server here.')
  const scratch = await engine.start()
  try {
    progress(`${scratch.shown} is up`)
    await fill(scratch, source, request)
    return scratch
  } catch (error) {
    await scratch.stop()
    throw error
  }
}

async function fill(scratch: Scratch, source: CopyRequest['source'], { flavour, world, progress }: CopyRequest) {
  const { environment } = scratch
  if (source.kind === 'sqlite') return copyFile(scratch, source.file, world)
  if (environment === undefined || flavour === 'sqlite')
    throw new CannotTell(
      `${scratch.shown} takes no copy of this source.`,
      'Give a database or a dump of the same kind.',
    )
  const programs = await programsFor(flavour, world)
  const started = performance.now()
  let bytes = 0
  let told = started
  const { from, into } = await world.pipe(
    dumpCommand(source, flavour, programs),
    restoreCommand(source, environment, programs),
    {
      signal: world.signal,
      onOutput(chunk) {
        bytes += chunk.length
        if (performance.now() - told < 1000) return
        told = performance.now()
        progress(`copied ${megabytes(bytes)}`)
      },
    },
  )
  world.signal.throwIfAborted()
  // Whichever failed first made the other one fail: the reader's words tell more when it stopped reading.
  if (!succeeded(into)) throw failure('restored', into)
  if (!succeeded(from)) throw failure('read', from)
  progress(`copied ${megabytes(bytes)} in ${duration(performance.now() - started)}`)
}

/** SQLite copies itself, whatever else writes to it meanwhile (`VACUUM INTO`), through a connection that may only read. */
async function copyFile({ environment }: Scratch, file: string, world: World): Promise<void> {
  if (environment === undefined) throw new CannotTell('There is no file to copy into.', 'Report this.')
  const source = await world.database({ kind: 'sqlite', file, readOnly: true }, { signal: world.signal })
  try {
    await source.execute(`VACUUM INTO '${environment.database.replaceAll("'", "''")}'`)
  } finally {
    await source.close()
  }
}

const places = [
  '/usr/lib/postgresql/*/bin',
  '/opt/homebrew/opt/postgresql*/bin',
  '/usr/local/opt/postgresql*/bin',
  '/opt/homebrew/bin',
  '/usr/local/bin',
]

async function programsFor(flavour: Flavour, world: World): Promise<Programs> {
  const sets =
    flavour === 'postgres'
      ? [['pg_dump', 'psql', 'pg_restore']]
      : [
          ['mariadb-dump', 'mariadb'],
          ['mysqldump', 'mysql'],
        ]
  for (const [dump, client, restore] of sets as [string, string, string?][]) {
    const names = [dump, client, ...(restore === undefined ? [] : [restore])]
    // The newest: a dump program reads servers up to its own version only.
    const folder = (await foldersWith(world, names, places)).at(-1)
    if (folder === undefined) continue
    return {
      dump: join(folder, dump),
      client: join(folder, client),
      ...(restore === undefined ? {} : { restore: join(folder, restore) }),
    }
  }
  throw new CannotTell(
    `${sets[0]!.slice(0, 2).join(' and ')} are not here.`,
    'Install the client programs of your database.',
  )
}

function succeeded(result: CommandResult): boolean {
  return result.ended === 'exit' && result.code === 0
}

function failure(what: 'restored' | 'read', result: CommandResult): CannotTell {
  const words = new TextDecoder().decode(result.stderr).trim().split('\n').slice(-3).join(' ').slice(0, 400)
  const because = result.ended === 'not-started' ? result.because : words || `it ended with ${result.ended}`
  return new CannotTell(
    `The data could not be ${what}: ${because}`,
    'Nothing was changed anywhere. Mend that, and run the rehearsal again.',
  )
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
