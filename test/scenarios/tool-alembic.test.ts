import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import alembic from '../../src/db/tools/alembic/index.ts'
import { dropsOf, dropsRead, write } from '../support/php-tools.ts'
import { startScratch } from '../support/scratch.ts'
import { must, needs, sqliteFile, statusOn } from '../support/system-tools.ts'
import { toolFixtures } from '../support/tool-fixtures.ts'

const fixture = toolFixtures.find(one => one.id === 'alembic')!
const project = { tool: 'alembic', root: '' }
const commands = alembic.commands!
const all: Readonly<Record<string, string>> = { ...fixture.project, ...fixture.drop }
const texts = new Map(Object.entries(all))
const order = alembic.migrations(
  Object.keys(all).filter(path => path.includes('/versions/')),
  texts,
)
const names = order.map(path => alembic.nameOf(path, texts.get(path)))

let folder: string

beforeEach(async () => {
  needs('/usr/lib/python3/dist-packages/alembic/__init__.py', 'python.sh')
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-alembic-'))
  await write(folder, all)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('runs on PostgreSQL in the order that we say, and drops what we read', async () => {
  await using scratch = await startScratch({ flavour: 'postgres' })
  const database = scratch.environment
  const dropped: string[] = []
  for (const path of order) {
    const read = await dropsRead(alembic, path, all[path]!, 'postgres')
    dropped.push(...read)
    await must(commands.migrate(project, path, database), folder)
  }
  expect(dropped).toEqual(['column carts.note', 'column users.nickname', 'table wishes'])
  const left = await scratch.database.query(
    "SELECT count(*)::int AS n FROM information_schema.columns WHERE table_schema = 'public' AND (column_name IN ('nickname', 'note') OR table_name = 'wishes')",
  )
  expect(left).toEqual([{ n: 0 }])
  expect(await statusOn(alembic, folder, database, names)).toEqual({ state: 'clean' })
})

test('its dry run names the drops that we read', async () => {
  const database = { ...sqliteFile(folder), flavour: 'postgres' as const, host: '127.0.0.1', port: 1, user: 'nobody' }
  const tidy = 'alembic/versions/e3f4a5b6c7d8_tidy.py'
  // A connection is asked for by the helper; offline there is none.
  const offline = all[tidy]!.replace('connection = op.get_bind()', 'connection = op')
  await write(folder, { [tidy]: offline })
  for (const path of order) {
    const dry = await must(commands.dryRun!(project, path, database), folder)
    const said = await dropsOf(commands.readDryRun!(dry)!, 'postgres')
    expect(said).toEqual(await dropsRead(alembic, path, path === tidy ? offline : all[path]!, 'postgres'))
  }
})

test('tells clean, pending, diverged and unreachable apart, and takes the last one back', async () => {
  const database = sqliteFile(folder)
  const first = order.slice(0, 3)
  expect(await statusOn(alembic, folder, database, names)).toEqual({ state: 'pending', pending: names })
  for (const path of first) await must(commands.migrate(project, path, database), folder)
  expect(await statusOn(alembic, folder, database, names)).toEqual({ state: 'pending', pending: [names[3]] })
  expect(await statusOn(alembic, folder, database, names.slice(0, 3))).toEqual({ state: 'clean' })
  await rm(join(folder, first[2]!))
  await rm(join(folder, 'alembic/versions/e3f4a5b6c7d8_tidy.py'))
  expect(await statusOn(alembic, folder, database, names.slice(0, 2))).toMatchObject({
    state: 'diverged',
    names: [names[2]],
  })
  await write(folder, all)
  await must(commands.revert!(project, first[2]!, database), folder)
  expect(await statusOn(alembic, folder, database, names.slice(0, 3))).toEqual({
    state: 'pending',
    pending: [names[2]],
  })
  const missing = { ...database, database: join(folder, 'no/such/folder.sqlite3') }
  expect(await statusOn(alembic, folder, missing, names)).toMatchObject({ state: 'unreachable' })
})

test('an env.py that breaks is no pass', async () => {
  await write(folder, { 'alembic/env.py': 'import nowhere\n' })
  expect(await statusOn(alembic, folder, sqliteFile(folder), names)).toMatchObject({ state: 'unknown' })
})
