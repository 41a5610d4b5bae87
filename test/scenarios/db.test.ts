import { expect, test } from 'vitest'
import { guardedRepo } from '../support/guarded-repo.ts'
import type { TempRepo } from '../support/temp-repo.ts'

const config = `protect: [main]
gates:
  secrets: false
  changelog: false
  tests: false
  db: { dialect: DIALECT, replay: 'off' }
`

async function migratingRepo(dialect: string, first: string): Promise<TempRepo> {
  const repo = await guardedRepo({ 'migrations/001_first.sql': first })
  await repo.commit({ '.shiprc': config.replace('DIALECT', dialect) }, 'judge migrations')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  return repo
}

const users = 'CREATE TABLE users (id int PRIMARY KEY, email varchar(200));\n'

test.each(['postgres', 'mysql', 'sqlite'])('refuses a push whose migration drops a column (%s)', async dialect => {
  await using repo = await migratingRepo(dialect, users)
  await repo.commit({ 'migrations/002_drop.sql': '-- no longer used 🦆\nALTER TABLE users DROP COLUMN email;\n' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('DS103')
  expect(push.stderr).toContain('Drops users.email.')
  expect(push.stderr).toContain('migrations/002_drop.sql:2')
})

test('lets the drop through when a comment above it allows it with a reason', async () => {
  await using repo = await migratingRepo('postgres', users)
  const drop = '-- ship-guard:allow drop-column moved to accounts in release 41\nALTER TABLE users DROP COLUMN email;\n'
  await repo.commit({ 'migrations/002_drop.sql': drop })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.stderr).toContain('moved to accounts in release 41')
  expect(push.code).toBe(0)
})

test('lets an ordinary migration through', async () => {
  await using repo = await migratingRepo('postgres', users)
  await repo.commit({ 'migrations/002_add.sql': 'ALTER TABLE users ADD COLUMN nick text;\n' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

test('refuses a push that edits a migration which the branch already has', async () => {
  await using repo = await migratingRepo('postgres', users)
  await repo.commit({ 'migrations/001_first.sql': users.replace('200', '300') })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('001_first.sql was edited after it was on main')
})

test('refuses a drop that a DO block hides, and a statement that cannot be read', async () => {
  await using repo = await migratingRepo('postgres', users)
  await repo.commit({
    'migrations/002_hidden.sql': "DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$;\n",
    'migrations/003_broken.sql': 'ALTER TABLE users FROBNICATE;\n',
  })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('DS102')
  expect(push.stderr).toContain('Cannot read `ALTER TABLE users FROBNICATE`')
})
