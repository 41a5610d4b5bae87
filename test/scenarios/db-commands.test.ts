import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { guardedRepo } from '../support/guarded-repo.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const users = 'CREATE TABLE users (id int PRIMARY KEY, email text, phone text);\n'
const add = 'ALTER TABLE users ADD COLUMN nick text;\n'
const drop = 'ALTER TABLE users DROP COLUMN email;\n'

function config(db: string): string {
  return `protect: [main]
gates:
  secrets: false
  changelog: false
  tests: false
  db: ${db}
`
}

/** What the branch has: one migration. */
async function migratingRepo(db = '{ dialect: postgres, replay: off }'): Promise<TempRepo> {
  const repo = await guardedRepo({ 'migrations/001_users.sql': users })
  await repo.commit({ '.shiprc': config(db.replace(': off', ": 'off'")) }, 'judge migrations')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  return repo
}

interface Shown {
  readonly dialect: string | null
  readonly static: boolean
  readonly replay: { engine: string | null; ran: boolean }
  readonly findings: { rule: string; code: string | null; severity: string; file: string; line: number }[]
}

async function lint(repo: TempRepo, ...args: string[]): Promise<{ code: number; shown: Shown; found: string[] }> {
  const { code, stdout, stderr } = await repo.shipGuard(['db', 'lint', ...args, '--json'])
  if (stdout === '') throw new Error(stderr)
  const shown = JSON.parse(stdout) as Shown
  return { code, shown, found: shown.findings.map(one => `${one.code ?? one.rule} ${one.file}:${one.line}`) }
}

describe('db lint', () => {
  test('judges what the work tree adds, also what is not committed', async () => {
    await using repo = await migratingRepo()
    expect(await lint(repo)).toMatchObject({ code: 0, found: [] })
    await repo.write('migrations/002_drop.sql', drop)
    expect(await lint(repo)).toMatchObject({
      code: 1,
      found: ['DS103 migrations/002_drop.sql:1'],
      shown: { dialect: 'postgres', static: true, replay: { engine: null, ran: false } },
    })
  })

  test('judges a folder: all of it, its last ones, or what a commit has not', async () => {
    await using repo = await migratingRepo()
    await repo.commit({ 'migrations/002_drop.sql': drop })
    await repo.commit({ 'migrations/003_add.sql': add })
    const dropped = ['DS103 migrations/002_drop.sql:1']
    expect(await lint(repo, 'migrations')).toMatchObject({ code: 1, found: dropped })
    expect(await lint(repo, 'migrations', '--new', '1')).toMatchObject({ code: 0, found: [] })
    expect(await lint(repo, 'migrations', '--new', '2')).toMatchObject({ code: 1, found: dropped })
    expect(await lint(repo, 'migrations', '--since', 'HEAD~1')).toMatchObject({ code: 0, found: [] })
    expect(await lint(repo, 'migrations', '--since', 'origin/main')).toMatchObject({ code: 1, found: dropped })
    expect(await lint(repo, '--base', 'HEAD~1')).toMatchObject({ code: 0, found: [] })
    expect(await lint(repo, '--base', 'HEAD~2')).toMatchObject({ code: 1, found: dropped })
  })

  test('judges files on top of a folder, outside of any repository too', async () => {
    await using repo = await tempRepo()
    await using folder = await folderWith({ 'old/1.sql': users, 'new/2.sql': 'DROP TABLE users;\n' })
    const named = ['new/2.sql', '--base', 'old', '--dialect', 'postgres']
    const ended = await repo.shipGuard(['db', 'lint', ...named, '--json'], { cwd: folder.path })
    expect(ended.code).toBe(1)
    expect(JSON.parse(ended.stdout).findings).toMatchObject([{ code: 'DS102', file: 'new/2.sql', line: 1 }])
  })

  test('finds the repository from a folder within it', async () => {
    await using repo = await migratingRepo()
    await repo.write('src/deep/a.txt', '')
    await repo.write('migrations/002_drop.sql', drop)
    const ended = await repo.shipGuard(['db', 'lint'], { cwd: join(repo.dir, 'src/deep') })
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('migrations/002_drop.sql:1:1') })
  })

  test('prints the line that allows a drop, and it does when it is pasted above the statement', async () => {
    await using repo = await migratingRepo()
    await repo.write('migrations/002_drop.sql', drop)
    const { stderr } = await repo.shipGuard(['db', 'lint'])
    const line = /^ *(-- ship-guard:allow drop-column <reason>)$/m.exec(stderr)?.[1]
    await repo.write('migrations/002_drop.sql', `${line}\n${drop}`)
    expect((await repo.shipGuard(['db', 'lint'])).stderr).toContain('gives no reason')
    await repo.write('migrations/002_drop.sql', `${line!.replace('<reason>', 'moved to accounts')}\n${drop}`)
    const allowed = await repo.shipGuard(['db', 'lint'])
    expect(allowed).toMatchObject({ code: 0, stderr: expect.stringContaining('Allowed: moved to accounts') })
  })

  test('prints a rewrite that goes through without a word when it is pasted', async () => {
    await using repo = await migratingRepo()
    await repo.write('migrations/002_index.sql', 'CREATE INDEX users_email ON users (email);\n')
    const { stderr } = await repo.shipGuard(['db', 'lint'])
    const rewrite = /^ *(CREATE INDEX CONCURRENTLY .*;)$/m.exec(stderr)?.[1]
    await repo.commit({ 'migrations/002_index.sql': `${rewrite}\n` })
    expect((await repo.shipGuard(['db', 'lint'])).stderr).toMatch(/^Passed: 1 migration in \S+ s\.\n$/)
  })

  test.each([
    [['nowhere.sql'], 'There is no file or folder nowhere.sql.'],
    [['--new', '1'], '--new and --since speak of a folder.'],
    [['migrations', '--new', '0'], '--new 0 is no number of migrations.'],
    [['migrations', '--new', '1', '--since', 'HEAD'], '--new and --since each say what is new.'],
    [['migrations', '--since', 'nowhere'], 'There is no folder and no commit "nowhere".'],
    [['--base', 'nowhere'], 'There is no folder and no commit "nowhere".'],
    [['--base', 'migrations'], '--base migrations is a folder, and nothing says which files are new beside it.'],
    [['--dialect', 'postgress'], 'Did you mean postgres?'],
    [['--tool', 'laravl'], 'Did you mean laravel?'],
    [['--tool', 'django', 'migrations'], 'nothing was judged'],
    [['--report', 'xml'], 'There is no report format "xml".'],
    [['--dialect'], 'argument missing'],
  ])('refuses wrong use: %j', async (args, said) => {
    await using repo = await migratingRepo()
    const ended = await repo.shipGuard(['db', 'lint', ...args])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(said)
    expect(ended.stderr).not.toMatch(/^\s+at /m)
  })

  test('without a repository only files can be judged', async () => {
    await using repo = await tempRepo()
    await using folder = await folderWith({})
    for (const command of ['lint', 'replay', 'status']) {
      const ended = await repo.shipGuard(['db', command], { cwd: folder.path })
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('is not in a git repository') })
    }
  })
})

test('a migration that is only moved away is told on a push', async () => {
  await using repo = await migratingRepo()
  await repo.ok('mv', 'migrations/001_users.sql', 'old.sql')
  await repo.commit({})
  const push = await repo.git('push', 'origin', 'main')
  expect(push).toMatchObject({ code: 0, stderr: expect.stringContaining('deleted-migration') })
})

describe('the options of the gate', () => {
  test('levels, names and owners count in the command as on a push', async () => {
    await using repo = await migratingRepo(
      "{ dialect: postgres, replay: off, rules: { DS103: warning }, naming: { table: '^[a-z_]+$' }, owners: [{ tables: 'users*', allow: [bob@example.test] }] }",
    )
    await repo.commit({ 'migrations/002_mixed.sql': `CREATE TABLE "UserCards" (id int PRIMARY KEY);\n${drop}` })
    const { code, found, shown } = await lint(repo)
    expect(code).toBe(0)
    expect(found).toContain('DS103 migrations/002_mixed.sql:2')
    expect(found).toContain('NM102 migrations/002_mixed.sql:1')
    expect(found).toContain('OW101 migrations/002_mixed.sql:2')
    expect(shown.findings.map(one => one.severity)).not.toContain('error')
    const push = await repo.git('push', 'origin', 'main')
    expect(push.stderr).toContain('Names the table UserCards, which does not match ^[a-z_]+$.')
    expect(push.code).toBe(0)
  })

  test('owners of tables are those who wrote the commits', async () => {
    await using repo = await migratingRepo(
      '{ dialect: postgres, replay: off, owners: [{ tables: users, allow: [bob@example.test] }] }',
    )
    await repo.write('migrations/002_add.sql', add)
    const here = await repo.shipGuard(['db', 'lint'])
    expect(here.stderr).toContain('Changes users, but Ada <ada@example.test> is not among those who may')
    await repo.ok('add', '-A')
    await repo.ok('commit', '-qm', 'add', '--no-verify')
    const ada = await repo.git('push', '--dry-run', 'origin', 'main')
    expect(ada.stderr).toContain('owner-not-allowed OW101')
    await repo.ok('commit', '--amend', '-qm', 'add', '--no-verify', '--author', 'Bob <bob@example.test>')
    const bob = await repo.git('push', 'origin', 'main')
    expect(bob.stderr).not.toContain('OW101')
    expect(bob.code).toBe(0)
  })

  test('a misspelt rule name is wrong use, for a push undecided', async () => {
    await using repo = await migratingRepo('{ dialect: postgres, replay: off, rules: { drop-colum: warning } }')
    await repo.commit({ 'migrations/002_drop.sql': drop })
    const ended = await repo.shipGuard(['db', 'lint'])
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean drop-column?') })
    const push = await repo.git('push', 'origin', 'main')
    expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean drop-column?') })
  })
})

describe('db explain', () => {
  test.each(['DS103', 'ds103', 'drop-column', 'ban-drop-column'])('%s', async name => {
    await using repo = await tempRepo()
    const ended = await repo.shipGuard(['db', 'explain', name], { cwd: repo.home })
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^drop-column {2}DS103/) })
  })

  test.each([
    [['nonsense'], 'There is no gate or rule "nonsense".'],
    [['drop-colum'], 'Did you mean drop-column'],
    [[], 'missing required argument'],
  ])('refuses %j', async (args, said) => {
    await using repo = await tempRepo()
    const ended = await repo.shipGuard(['db', 'explain', ...args])
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})

describe('db rehearse refuses', () => {
  test.each([
    [[], 'A rehearsal needs data.'],
    [['--from', 'nowhere.sql'], 'There is no file nowhere.sql.'],
    [['--from', 'ssh:staging'], 'The config names no environment "staging".'],
    [['--from', 'oracle://localhost/shop'], 'begins with none of postgres://'],
    [['--from', 'mysql://localhost/shop'], 'The data are of MySQL or MariaDB, and the migrations are for PostgreSQL.'],
  ])('%j', async (args, said) => {
    await using repo = await migratingRepo()
    await repo.write('migrations/002_add.sql', add)
    const ended = await repo.shipGuard(['db', 'rehearse', ...args])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(said)
    expect(ended.stderr).not.toMatch(/^\s+at /m)
  })
})

test('a source that cannot be reached is no answer, and its password is not shown', async () => {
  await using repo = await migratingRepo()
  await repo.write('migrations/002_add.sql', add)
  // Port 1 is nobody's.
  const ended = await repo.shipGuard(['db', 'rehearse', '--from', 'postgres://ann:s3cr3tword@127.0.0.1:1/shop'])
  expect(ended).toMatchObject({ code: 3, stdout: '' })
  expect(ended.stderr).toContain('could not tell')
  expect(ended.stderr).not.toContain('s3cr3tword')
})

test.each(['lint', 'status', 'replay', 'rehearse', 'explain'])('db %s --help shows commands to copy', async command => {
  await using repo = await tempRepo()
  const ended = await repo.shipGuard(['db', command, '--help'])
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain(`npx ship-guard db ${command}`)
  for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

/** A folder outside of any repository. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'ship-guard-folder-'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(path, name, '..'), { recursive: true })
    await writeFile(join(path, name), text)
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('a pipe is no migration, and nobody waits for it', async () => {
  await using repo = await tempRepo()
  await exec('mkfifo', [join(repo.dir, '9.sql')])
  for (const named of ['9.sql', 'linked.sql']) {
    if (named === 'linked.sql') await exec('ln', ['-s', '9.sql', join(repo.dir, named)])
    const { code, stderr } = await repo.shipGuard(['db', 'lint', named, '--dialect', 'postgres'])
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('neither a file nor a folder') })
  }
})
