import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import django from '../../src/db/tools/django/index.ts'
import { dropsOf, dropsRead, write } from '../support/php-tools.ts'
import { startScratch } from '../support/scratch.ts'
import { must, needs, sqliteFile, statusOn } from '../support/system-tools.ts'
import { toolFixtures } from '../support/tool-fixtures.ts'

const fixture = toolFixtures.find(one => one.id === 'django')!
const project = { tool: 'django', root: '' }
const commands = django.commands!
const all: Readonly<Record<string, string>> = { ...fixture.project, ...fixture.drop }
const texts = new Map(Object.entries(all))
const order = django.migrations(
  Object.keys(all).filter(path => /\/migrations\/\w+\.py$/.test(path)),
  texts,
)
const names = order.map(path => django.nameOf(path))
const last = 'shop/migrations/0004_tidy.py'

let folder: string

beforeEach(async () => {
  needs('/usr/lib/python3/dist-packages/django/__init__.py', 'python.sh')
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-django-'))
  await write(folder, all)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('runs on PostgreSQL in the order that we say, and its dry run names the drops that we read', async () => {
  await using scratch = await startScratch({ flavour: 'postgres' })
  const database = scratch.environment
  await scratch.database.execute('CREATE TABLE shop_legacy_cart (id int)')
  const dropped: string[] = []
  for (const path of order) {
    const dry = await must(commands.dryRun!(project, path, database), folder)
    const said = await dropsOf(commands.readDryRun!(dry)!, 'postgres')
    const read = await dropsRead(django, path, all[path]!, 'postgres')
    // sqlmigrate prints nothing of a RunPython.
    expect(read.filter(one => !one.includes('legacy'))).toEqual(said)
    dropped.push(...read)
    await must(commands.migrate(project, path, database), folder)
  }
  expect(dropped).toEqual([
    'column shop_customer.nickname',
    'column shop_order.created',
    'table shop_legacy_cart',
    'table shop_legacy_wish',
  ])
  const left = await scratch.database.query(
    "SELECT count(*)::int AS n FROM information_schema.columns WHERE table_schema = 'public' AND (column_name IN ('nickname', 'created') OR table_name = 'shop_legacy_cart')",
  )
  expect(left).toEqual([{ n: 0 }])
  expect(await statusOn(django, folder, database, names)).toEqual({ state: 'clean' })
})

test('tells clean, pending, diverged and unreachable apart, and takes the last one back', async () => {
  const database = sqliteFile(folder)
  expect(await statusOn(django, folder, database, names)).toEqual({ state: 'pending', pending: names })
  await must(commands.migrate(project, 'shop/migrations/0002_phone.py', database), folder)
  expect(await statusOn(django, folder, database, names)).toMatchObject({
    state: 'pending',
    pending: ['catalog.0002_stock', 'shop.0003_coupon', 'shop.0004_tidy'],
  })
  await must(commands.migrate(project, undefined, database), folder)
  expect(await statusOn(django, folder, database, names)).toEqual({ state: 'clean' })
  await rm(join(folder, last))
  expect(
    await statusOn(
      django,
      folder,
      database,
      names.filter(name => name !== 'shop.0004_tidy'),
    ),
  ).toMatchObject({ state: 'diverged', names: ['shop.0004_tidy'] })
  const missing = { ...database, database: join(folder, 'no/such/folder.sqlite3') }
  expect(await statusOn(django, folder, missing, names)).toMatchObject({ state: 'unreachable' })
})

test('goes back to what was before the last migration of its app', async () => {
  const database = sqliteFile(folder)
  await must(commands.migrate(project, 'shop/migrations/0003_coupon.py', database), folder)
  await must(commands.revert!(project, 'shop/migrations/0003_coupon.py', database), folder)
  expect(await statusOn(django, folder, database, names.slice(0, -1))).toEqual({
    state: 'pending',
    pending: ['shop.0003_coupon'],
  })
})

test('settings that cannot be read are no pass', async () => {
  await write(folder, { 'config/settings.py': 'import nowhere\n' })
  expect(await statusOn(django, folder, sqliteFile(folder), names)).toMatchObject({ state: 'unknown' })
})
