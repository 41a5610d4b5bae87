import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import rails from '../../src/db/tools/rails/index.ts'
import { dropsRead, write } from '../support/php-tools.ts'
import { startScratch } from '../support/scratch.ts'
import { must, needs, sqliteFile, statusOn } from '../support/system-tools.ts'
import { toolFixtures } from '../support/tool-fixtures.ts'

const fixture = toolFixtures.find(one => one.id === 'rails')!
const project = { tool: 'rails', root: '' }
const commands = rails.commands!
// strong_migrations is not there; what it wraps runs all the same.
const plain = (text: string) => text.replace('safety_assured {', 'say_with_time("tidy") {')
const all = Object.fromEntries(
  Object.entries({ ...fixture.project, ...fixture.drop }).map(([path, text]) => [path, plain(text)]),
)
const order = rails.migrations(Object.keys(all).filter(path => path.startsWith('db/migrate/')))
const names = order.map(path => rails.nameOf(path))

let folder: string

beforeEach(async () => {
  needs('/usr/bin/rails', 'ruby.sh')
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-rails-'))
  await write(folder, all)
  await chmod(join(folder, 'bin/rails'), 0o755)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('runs on PostgreSQL in the order that we say, and drops what we read', async () => {
  await using scratch = await startScratch({ flavour: 'postgres' })
  const database = scratch.environment
  const dropped: string[] = []
  for (const path of order) {
    dropped.push(...(await dropsRead(rails, path, all[path]!, 'postgres')))
    await must(commands.migrate(project, path, database), folder)
  }
  expect(dropped).toEqual(['column carts.total', 'column users.active', 'column users.nickname', 'table wishes'])
  const left = await scratch.database.query(
    "SELECT count(*)::int AS n FROM information_schema.columns WHERE table_schema = 'public' AND (column_name IN ('nickname', 'active', 'total') OR table_name = 'wishes')",
  )
  expect(left).toEqual([{ n: 0 }])
  expect(await statusOn(rails, folder, database, names)).toEqual({ state: 'clean' })
})

test('tells clean, pending, diverged and unreachable apart, and takes the last one back', async () => {
  const database = sqliteFile(folder)
  const first = order.slice(0, 3)
  expect(await statusOn(rails, folder, database, names)).toEqual({ state: 'pending', pending: names })
  await must(commands.migrate(project, first[2], database), folder)
  expect(await statusOn(rails, folder, database, names)).toEqual({ state: 'pending', pending: [names[3]] })
  expect(await statusOn(rails, folder, database, names.slice(0, 3))).toEqual({ state: 'clean' })
  expect(await statusOn(rails, folder, database, names.slice(0, 2))).toMatchObject({ state: 'diverged' })
  await rm(join(folder, first[2]!))
  expect(await statusOn(rails, folder, database, names.slice(0, 2))).toMatchObject({
    state: 'diverged',
    names: [names[2]],
  })
  await write(folder, { [first[2]!]: all[first[2]!]! })
  await must(commands.revert!(project, first[2]!, database), folder)
  expect(await statusOn(rails, folder, database, names.slice(0, 3))).toEqual({ state: 'pending', pending: [names[2]] })
})

test('a server that does not answer is unreachable, and an app that does not load is no pass', async () => {
  const nowhere = { ...sqliteFile(folder), flavour: 'postgres' as const, url: 'postgres://a:b@127.0.0.1:1/none' }
  expect(await statusOn(rails, folder, nowhere, names)).toMatchObject({ state: 'unreachable' })
  await write(folder, { 'config/application.rb': 'raise "no"\n' })
  expect(await statusOn(rails, folder, sqliteFile(folder), names)).toMatchObject({ state: 'unknown' })
})
