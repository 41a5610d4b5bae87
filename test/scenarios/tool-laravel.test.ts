import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ScratchEnvironment, Status } from '../../src/db/tool.ts'
import laravel from '../../src/db/tools/laravel/index.ts'
import { run } from '../../src/io/process.ts'
import { dropsOf, dropsRead, installed, laravel8, phpProject, ran, write } from '../support/php-tools.ts'
import { startScratch } from '../support/scratch.ts'
import { toolFixtures } from '../support/tool-fixtures.ts'

const fixture = toolFixtures.find(one => one.id === 'laravel')!
const project = { tool: 'laravel', root: '' }
const commands = laravel.commands!
const all = { ...fixture.project, ...fixture.drop }
const order = laravel.migrations(Object.keys(all).filter(path => /igrations\//.test(path)))
const names = order.map(path => laravel.nameOf(path))

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-laravel-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function sqlite(file = join(folder, 'shop.sqlite')): ScratchEnvironment {
  return { flavour: 'sqlite', host: '', port: 0, user: '', password: '', database: file, url: `sqlite://${file}` }
}

async function status(database: ScratchEnvironment, known: readonly string[]): Promise<Status> {
  const command = commands.status(project)
  const env = { ...command.env, ...commands.migrate(project, undefined, database).env }
  return commands.readStatus(await run({ ...command, cwd: folder, env }, { timeoutMs: 50_000 }), known)
}

/** Migrates one file after the other, and compares before each what the tool says it would run with what we read. */
async function migrateAll(database: ScratchEnvironment, dialect: 'sqlite' | 'mysql' | 'postgres'): Promise<string[]> {
  const seen: string[] = []
  for (const path of order) {
    const dry = await ran(commands.dryRun!(project, path, database), folder)
    const sql = commands.readDryRun!(dry)
    const drops = await dropsOf(sql ?? '', dialect)
    const read = await dropsRead(laravel, path, all[path]!, dialect)
    // A dry run answers every question with no: what stands behind hasColumn() is not in it.
    expect(read.filter(one => one !== 'column users.legacy_token')).toEqual(drops)
    seen.push(...read)
    await ran(commands.migrate(project, path, database), folder)
  }
  return seen
}

const drops = [
  'column orders.coupon',
  'column posts.body_html',
  'column users.legacy_token',
  'table legacy_imports',
  'table legacy_sessions',
]

describe('on SQLite', () => {
  beforeEach(async () => {
    await phpProject(folder, all, installed.laravel)
    await writeFile(join(folder, 'shop.sqlite'), '')
  })

  test('every migration runs in the order that we say, and its dry run names the drops that we read', async () => {
    expect((await migrateAll(sqlite(), 'sqlite')).sort()).toEqual(drops)
    const { stdout } = await ran(
      {
        argv: ['php', 'artisan', 'migrate', '--pretend', '--force', '--no-ansi', '--no-interaction'],
        env: commands.migrate(project, undefined, sqlite()).env!,
      },
      folder,
    )
    expect(new TextDecoder().decode(stdout)).toContain('Nothing to migrate')
  })

  test('the last one is taken back', async () => {
    const [first, second] = order as [string, string]
    for (const path of [first, second]) await ran(commands.migrate(project, path, sqlite()), folder)
    await ran(commands.revert!(project, second, sqlite()), folder)
    expect(await status(sqlite(), names.slice(0, 2))).toEqual({ state: 'pending', pending: [names[1]] })
  })

  test('the status tells clean, pending, diverged and unreachable apart', async () => {
    expect(await status(sqlite(), names)).toMatchObject({
      state: 'unreachable',
      because: expect.stringContaining('no table of migrations'),
    })
    await ran(commands.migrate(project, undefined, sqlite()), folder)
    expect(await status(sqlite(), names)).toEqual({ state: 'clean' })
    expect(await status(sqlite(), [...names, '2030_01_01_000000_later'])).toEqual({
      state: 'pending',
      pending: ['2030_01_01_000000_later'],
    })
    expect(await status(sqlite(), names.slice(1))).toMatchObject({ state: 'diverged', names: [names[0]] })
    expect(await status(sqlite(join(folder, 'none.sqlite')), names)).toMatchObject({ state: 'unreachable' })
  })

  test('what installed packages bring along is no divergence', async () => {
    const provider = fixture.project['Modules/Blog/Providers/BlogServiceProvider.php']!
    await write(folder, {
      'vendor/acme/tokens/migrations/2019_12_14_000001_create_tokens.php':
        "<?php\nreturn new class extends Illuminate\\Database\\Migrations\\Migration { public function up() { Schema::create('tokens', fn ($t) => $t->id()); } };\n".replace(
          'Schema::',
          'Illuminate\\Support\\Facades\\Schema::',
        ),
      'Modules/Blog/Providers/BlogServiceProvider.php': provider.replace(
        'loadMigrationsFrom(',
        "loadMigrationsFrom(base_path('vendor/acme/tokens/migrations'));\n        $this->loadMigrationsFrom(",
      ),
    })
    await ran(commands.migrate(project, undefined, sqlite()), folder)
    expect(await status(sqlite(), names)).toEqual({ state: 'clean' })
  })

  test("reads the table of Laravel's own migrate:status as well", async () => {
    const env = commands.migrate(project, undefined, sqlite()).env!
    const table = async () =>
      await run({ argv: ['php', 'artisan', 'migrate:status', '--no-ansi'], cwd: folder, env }, { timeoutMs: 50_000 })
    expect(commands.readStatus(await table(), names)).toMatchObject({ state: 'unreachable' })
    await ran(commands.migrate(project, order[0], sqlite()), folder)
    expect(commands.readStatus(await table(), names)).toEqual({ state: 'pending', pending: names.slice(1) })
    await ran(commands.migrate(project, undefined, sqlite()), folder)
    expect(commands.readStatus(await table(), names)).toEqual({ state: 'clean' })
  })
})

describe('Laravel 8', () => {
  test('is asked the same way, and its table and its dry run are read', async () => {
    await phpProject(folder, fixture.project, laravel8)
    await writeFile(join(folder, 'shop.sqlite'), '')
    const known = fixture.names
    const env = commands.migrate(project, undefined, sqlite()).env!
    const table = async () =>
      await run({ argv: ['php', 'artisan', 'migrate:status', '--no-ansi'], cwd: folder, env }, { timeoutMs: 50_000 })
    await ran(commands.migrate(project, fixture.order[0], sqlite()), folder)
    expect(commands.readStatus(await table(), known)).toEqual({ state: 'pending', pending: known.slice(1) })
    expect(await status(sqlite(), known)).toEqual({ state: 'pending', pending: known.slice(1) })
    const dry = await ran(commands.dryRun!(project, fixture.order[1]!, sqlite()), folder)
    expect(commands.readDryRun!(dry)).toMatch(/^create table "orders"/)
    await ran(commands.migrate(project, undefined, sqlite()), folder)
    expect(commands.readStatus(await table(), known)).toEqual({ state: 'clean' })
    expect(await status(sqlite(), known)).toEqual({ state: 'clean' })
  })
})

describe.each([
  ['mariadb', 'mysql'],
  ['postgres', 'postgres'],
] as const)('on %s', (flavour, dialect) => {
  test('the dry run names the drops that we read', async () => {
    await using scratch = await startScratch({ flavour })
    // MariaDB's driver has a name of its own only from Laravel 11 on.
    const database = { ...scratch.environment, flavour: flavour === 'mariadb' ? ('mysql' as const) : flavour }
    await phpProject(folder, all, installed.laravel)
    expect((await migrateAll(database, dialect)).sort()).toEqual(drops)
    expect(await status(database, names)).toEqual({ state: 'clean' })
  })
})
