import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { dumpCommand } from '../../src/db/rehearse/copy.ts'
import { shipGuardBin } from '../support/package-root.ts'
import { startScratch } from '../support/scratch.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const users = 'CREATE TABLE users (id int PRIMARY KEY, email varchar(90), phone varchar(20));\n'
const rows =
  "INSERT INTO users VALUES (1, 'a@x.test', '1'), (2, 'b@x.test', NULL), (3, NULL, '3'), (4, 'a@x.test', '4');\n"

async function migrating(migrations: Readonly<Record<string, string>>): Promise<TempRepo> {
  const repo = await tempRepo({ 'migrations/1_users.sql': users })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  await repo.commit(migrations)
  return repo
}

interface Report {
  engine: string
  statements: {
    file: string
    line: number
    loses: unknown[]
    breaks: unknown[]
    failed?: string
    lock?: { mode: string }
  }[]
}

async function rehearsed(repo: TempRepo, ...args: string[]): Promise<{ code: number; report: Report; stderr: string }> {
  const ended = await repo.shipGuard(['db', 'rehearse', ...args, '--json'])
  return { code: ended.code, report: ended.stdout === '' ? undefined : JSON.parse(ended.stdout), stderr: ended.stderr }
}

test.each(['postgres', 'mariadb'] as const)(
  '%s: counts what a drop would lose and what a constraint breaks on, and only reads the source',
  async flavour => {
    await using source = await startScratch({ flavour })
    for (const sql of [users, rows]) await source.database.execute(sql)
    const before = await source.database.query('SELECT * FROM users ORDER BY id')
    await using repo = await migrating({ 'migrations/2_drop.sql': '-- gone\nALTER TABLE users DROP COLUMN phone;\n' })

    const { code, report, stderr } = await rehearsed(repo, '--from', source.environment.url, '--dialect', flavour)
    expect(report?.statements ?? stderr).toMatchObject([
      { file: 'migrations/2_drop.sql', line: 2, loses: [{ what: 'values of users.phone', count: 3 }], breaks: [] },
    ])
    expect(code).toBe(1)
    expect(stderr).not.toContain(source.environment.password)
    expect(await source.database.query('SELECT * FROM users ORDER BY id')).toEqual(before)

    await repo.commit({ 'migrations/2_drop.sql': 'CREATE UNIQUE INDEX users_email ON users (email);\n' })
    const unique = await rehearsed(repo, '--from', source.environment.url, '--dialect', flavour)
    expect(unique.report.statements).toMatchObject([
      {
        breaks: [{ what: 'rows of users that repeat (email)', count: 1 }],
        failed: expect.stringMatching(/duplicate|unique/i),
      },
    ])
  },
)

test('the session on the source may not write, whatever ran in it', async () => {
  await using source = await startScratch({ flavour: 'postgres' })
  await source.database.execute(users)
  const { host, port, user, password, database } = source.environment
  const address = { kind: 'postgres', host, port, user, password, database } as const
  const { env } = dumpCommand({ kind: 'server', address }, 'postgres', { dump: 'pg_dump', client: 'psql' })
  const ended = await exec('psql', ['-c', "INSERT INTO users VALUES (1, 'a', 'b')"], { env: env ?? {} })
  expect(ended.stderr).toContain('read-only transaction')
  expect(ended.code).not.toBe(0)
})

test('says which lock a statement takes on PostgreSQL', async () => {
  await using repo = await migrating({ 'migrations/2_a.sql': 'ALTER TABLE users ADD COLUMN nick text;\n' })
  await writeFile(join(repo.dir, '..', 'dump.sql'), users + rows)
  const { code, report, stderr } = await rehearsed(repo, '--from', '../dump.sql', '--dialect', 'postgres')
  expect(report?.statements ?? stderr).toMatchObject([
    { lock: { mode: 'AccessExclusiveLock', table: 'users' }, loses: [] },
  ])
  expect(code).toBe(0)
})

test('sqlite: the file is copied, and stays as it is', async () => {
  await using source = await startScratch({ flavour: 'sqlite' })
  for (const sql of [users, rows]) await source.database.execute(sql)
  const before = await readFile(source.environment.database)
  await using repo = await migrating({ 'migrations/2_drop.sql': 'ALTER TABLE users DROP COLUMN phone;\n' })
  const { code, report, stderr } = await rehearsed(repo, '--from', source.environment.database, '--dialect', 'sqlite')
  expect(report?.statements ?? stderr).toMatchObject([{ loses: [{ what: 'values of users.phone', count: 3 }] }])
  expect(code).toBe(1)
  expect(await readFile(source.environment.database)).toEqual(before)
})

test.each<[string, string, string]>([
  ['a dump that does not fit', 'SELEKT 1;\n', 'could not be restored'],
  ['a dump with half a statement', "CREATE TABLE t (a text); INSERT INTO t VALUES ('x", 'could not be restored'],
])('%s leaves it undecided', async (_, dump, said) => {
  await using repo = await migrating({ 'migrations/2_a.sql': 'ALTER TABLE users ADD COLUMN nick text;\n' })
  await writeFile(join(repo.home, 'dump.sql'), dump)
  const { code, stderr } = await rehearsed(repo, '--from', '../dump.sql', '--dialect', 'postgres')
  expect(stderr).toContain(said)
  expect(code).toBe(3)
})

test('a wrong source is wrong use, and a password in it is not shown', async () => {
  await using repo = await migrating({ 'migrations/2_a.sql': 'ALTER TABLE users ADD COLUMN nick text;\n' })
  expect((await rehearsed(repo)).code).toBe(2)
  expect((await rehearsed(repo, '--from', 'nowhere.sql')).code).toBe(2)
  expect((await rehearsed(repo, '--from', 'ssh:staging')).code).toBe(2)
  const gone = await rehearsed(repo, '--from', 'postgres://ann:hush-hush@127.0.0.1:1/shop', '--dialect', 'postgres')
  expect(gone.code).toBe(3)
  expect(gone.stderr).not.toContain('hush-hush')
})

test('a kill in the middle leaves neither server nor copy', async () => {
  await using repo = await migrating({ 'migrations/2_a.sql': 'SELECT pg_sleep(60);\n' })
  await writeFile(join(repo.home, 'dump.sql'), users + rows)
  const child = spawn(
    process.execPath,
    [shipGuardBin, 'db', 'rehearse', '--from', '../dump.sql', '--dialect', 'postgres'],
    {
      cwd: repo.dir,
      env: { ...process.env, TMPDIR: repo.home },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  while (!stderr.includes('pg_sleep') && child.exitCode === null) await sleep(50)
  child.kill('SIGKILL')
  await new Promise(done => child.once('close', done))
  const until = Date.now() + 20_000
  while ((await serversOf(repo.home)).length > 0 && Date.now() < until) await sleep(200)
  expect(await serversOf(repo.home)).toEqual([])
}, 90_000)

/** Command lines of processes that work in a folder. */
async function serversOf(home: string): Promise<string[]> {
  const lines = await Promise.all(
    (await readdir('/proc'))
      .filter(name => /^\d+$/.test(name))
      .map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter(line => line.includes('postgres') && line.includes(home))
}
