import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ScratchEnvironment, Status } from '../../src/db/tool.ts'
import doctrine from '../../src/db/tools/doctrine/index.ts'
import { run } from '../../src/io/process.ts'
import { dropsOf, dropsRead, installed, ran, write } from '../support/php-tools.ts'
import { startScratch } from '../support/scratch.ts'
import { toolFixtures } from '../support/tool-fixtures.ts'

const fixture = toolFixtures.find(one => one.id === 'doctrine')!
const project = { tool: 'doctrine', root: '' }
const commands = doctrine.commands!
const all = { ...fixture.project, ...fixture.drop }
const order = doctrine.migrations(Object.keys(all), new Map(Object.entries(all)))
const names = order.map(path => doctrine.nameOf(path, all[path]))

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-doctrine-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** The installed vendor folder itself: Doctrine's program looks for its project from there. */
async function set(files: Readonly<Record<string, string>>): Promise<void> {
  await write(folder, files)
  await mkdir(folder, { recursive: true })
  await symlink(dirname(installed.doctrine), join(folder, 'vendor'))
}

async function status(database: ScratchEnvironment, known: readonly string[]): Promise<Status> {
  const command = commands.status(project)
  const env = { ...command.env, ...commands.migrate(project, undefined, database).env }
  return commands.readStatus(await run({ ...command, cwd: folder, env }, { timeoutMs: 50_000 }), known)
}

describe('on PostgreSQL', () => {
  test('every migration runs in the order that we say, and its dry run names the drops that we read', async () => {
    await using scratch = await startScratch({ flavour: 'postgres' })
    const database = scratch.environment
    await set(all)
    const seen: string[] = []
    for (const path of order) {
      const dry = await ran(commands.dryRun!(project, path, database), folder)
      const drops = await dropsOf(commands.readDryRun!(dry) ?? '', 'postgres')
      const read = await dropsRead(doctrine, path, all[path]!, 'postgres')
      expect(read).toEqual(drops)
      seen.push(...read)
      await ran(commands.migrate(project, path, database), folder)
    }
    expect(seen.sort()).toEqual([
      'column account.iban',
      'column account.legacy_number',
      'column booking.old_rate',
      'table import_2021',
      'table import_2022',
    ])
    expect(await status(database, names)).toEqual({ state: 'clean' })
  })

  test('the last one is taken back', async () => {
    await using scratch = await startScratch({ flavour: 'postgres' })
    await set(fixture.project)
    await ran(commands.migrate(project, undefined, scratch.environment), folder)
    await ran(commands.revert!(project, fixture.order.at(-1)!, scratch.environment), folder)
    expect(await status(scratch.environment, fixture.names)).toEqual({
      state: 'pending',
      pending: [fixture.names.at(-1)],
    })
  })
})

describe('status', () => {
  test('tells clean, pending, diverged and unreachable apart', async () => {
    await using scratch = await startScratch({ flavour: 'postgres' })
    await set(fixture.project)
    const database = scratch.environment
    const known = fixture.names
    expect(await status(database, known)).toEqual({ state: 'pending', pending: known })
    await ran(commands.migrate(project, fixture.order[0], database), folder)
    expect(await status(database, known)).toEqual({ state: 'pending', pending: known.slice(1) })
    await ran(commands.migrate(project, undefined, database), folder)
    expect(await status(database, known)).toEqual({ state: 'clean' })
    await rm(join(folder, fixture.order.at(-1)!))
    expect(await status(database, known.slice(0, -1))).toMatchObject({ state: 'diverged', names: [known.at(-1)] })
    const wrong = { ...database, url: database.url.replace(/:\d+\//, ':1/') }
    expect(await status(wrong, known)).toMatchObject({ state: 'unreachable' })
  })
})

test('a migration in another namespace goes by its whole name', async () => {
  await using scratch = await startScratch({ flavour: 'postgres' })
  const [path] = fixture.order as [string]
  const text = fixture.project[path]!.replace('namespace DoctrineMigrations', 'namespace Acme\\Ledger\\Migrations')
  const config = fixture.project['migrations.php']!.replace('DoctrineMigrations', 'Acme\\Ledger\\Migrations')
  await set({
    ...pick(fixture.project, ['composer.json', 'migrations-db.php']),
    [path]: text,
    'migrations.php': config,
  })
  const known = [doctrine.nameOf(path, text)]
  expect(await status(scratch.environment, known)).toEqual({ state: 'pending', pending: known })
  await ran(commands.migrate(project, path, scratch.environment), folder)
  expect(await status(scratch.environment, known)).toEqual({ state: 'clean' })
})

function pick(files: Readonly<Record<string, string>>, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map(path => [path, files[path]!]))
}
