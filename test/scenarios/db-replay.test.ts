import { readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { guardedRepo, remoteHas } from '../support/guarded-repo.ts'
import { sourceRoot } from '../support/package-root.ts'
import { startScratch } from '../support/scratch.ts'
import { needs } from '../support/system-tools.ts'
import { exec, type TempRepo } from '../support/temp-repo.ts'

function config(db: string): string {
  return `protect: [main]\ngates:\n  secrets: false\n  changelog: false\n  tests: false\n  db: ${db}\n`
}

async function migratingRepo(db: string, files: Readonly<Record<string, string>>): Promise<TempRepo> {
  const repo = await guardedRepo(files)
  await repo.commit({ '.shiprc': config(db) }, 'judge migrations')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  return repo
}

const users = `CREATE TABLE users (id int PRIMARY KEY, email text);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));
CREATE VIEW buyers AS SELECT email FROM users JOIN orders ON orders.user_id = users.id;
`

describe('replay: auto on a push', () => {
  test('lets a clean migration through and says on which server it was run', async () => {
    await using repo = await migratingRepo('{ dialect: postgres }', { 'migrations/1_users.sql': users })
    const head = await repo.commit({ 'migrations/2_nick.sql': 'ALTER TABLE users ADD COLUMN nick text;\n' })
    const push = await repo.git('push', 'origin', 'main')
    expect(push.stderr).toMatch(/was also run on PostgreSQL \d+/)
    expect(push.stderr).not.toMatch(/\d (?:error|warning)/)
    expect(push.code).toBe(0)
    expect(await remoteHas(repo, 'main')).toBe(head)
  })

  test('names the table that dynamic SQL drops, which no reading finds out', async () => {
    await using repo = await migratingRepo('{ dialect: postgres }', { 'migrations/1_users.sql': users })
    await repo.commit({
      'migrations/2_tidy.sql': `DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'ord%' LOOP
    EXECUTE 'DROP TABLE ' || quote_ident(name) || ' CASCADE';
  END LOOP;
END $$;
`,
    })
    const push = await repo.git('push', 'origin', 'main')
    expect(push.code).toBe(1)
    expect(push.stderr).toContain('migrations/2_tidy.sql:1:1  drop-table DS102')
    expect(said(push.stderr)).toMatch(/Run on PostgreSQL \S+, it dropped table public\.orders\./)
    expect(said(push.stderr)).toContain('view public.buyers')
  })

  test('finds the column that goes by CASCADE with a type made long ago', async () => {
    await using repo = await migratingRepo('{ dialect: postgres }', {
      'migrations/1_users.sql': `${users}CREATE DOMAIN mood AS text;\nDO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN mood mood'; END $$;\n`,
    })
    await repo.commit({ 'migrations/2_mood.sql': '-- the last use is gone\nDROP DOMAIN mood CASCADE;\n' })
    const push = await repo.git('push', 'origin', 'main')
    expect(push.code).toBe(1)
    expect(push.stderr).toContain('migrations/2_mood.sql:2:1')
    expect(push.stderr).toContain('DS103')
    expect(said(push.stderr)).toMatch(/Drops column public\.users\.mood, taken along by type public\.mood/)
  })

  test('refuses a migration that does not run', async () => {
    await using repo = await migratingRepo('{ dialect: mariadb }', {
      'migrations/1_users.sql': 'CREATE TABLE users (id int PRIMARY KEY);\n',
    })
    await repo.commit({ 'migrations/2_nick.sql': 'ALTER TABLE user ADD COLUMN nick text;\n' })
    const push = await repo.git('push', 'origin', 'main')
    expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('migration-fails') })
  })

  test('without any engine what was read counts, and it is said', async () => {
    await using repo = await migratingRepo('{ dialect: postgres }', { 'migrations/1_users.sql': users })
    await repo.commit({ 'migrations/2_nick.sql': 'ALTER TABLE users ADD COLUMN nick text;\n' })
    const push = await pushWithout(repo)
    expect(said(push.stderr)).toContain('The migrations were read, not run')
    expect(push.stderr).not.toContain('s3cr3tword')
    expect(push.code).toBe(0)
  })
})

test('replay: required without an engine is undecided', async () => {
  await using repo = await migratingRepo('{ dialect: postgres, replay: required }', { 'migrations/1_users.sql': users })
  await repo.commit({ 'migrations/2_nick.sql': 'ALTER TABLE users ADD COLUMN nick text;\n' })
  const push = await pushWithout(repo)
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('? db')
  expect(push.stderr).toContain('Undecided:')
  const replay = await repo.shipGuard(['db', 'replay'], { env: await nowhere(repo) })
  expect(replay).toMatchObject({ code: 3, stdout: '' })
  expect(push.stderr + replay.stderr).not.toContain('s3cr3tword')
})

test('replay: required runs the tool’s own commands, and never on the database that the project is set up for', async () => {
  const packages = join(sourceRoot, 'test/tools/javascript/node_modules')
  needs(packages, 'javascript.sh')
  await using own = await startScratch({ flavour: 'postgres' })
  const { host, port, user, password, database } = own.environment
  const knexfile = { client: 'pg', connection: { host, port, user, password, database } }
  await using repo = await migratingRepo('{ dialect: postgres, replay: required }', {
    'knexfile.js': `module.exports = ${JSON.stringify(knexfile)}\n`,
    'package.json': '{ "private": true, "dependencies": { "knex": "3", "pg": "8" } }\n',
    '.gitignore': 'node_modules\n',
    'migrations/20240101000000_users.js':
      "exports.up = knex => knex.schema.createTable('users', t => { t.increments(); t.string('email'); t.string('nick') })\nexports.down = knex => knex.schema.dropTable('users')\n",
  })
  await symlink(packages, join(repo.dir, 'node_modules'))
  await repo.commit({
    'migrations/20240102000000_tidy.js': `const columns = "select column_name as c from information_schema.columns where table_name = 'users' and column_name like 'n%'"
exports.up = async knex => {
  for (const { c } of (await knex.raw(columns)).rows) await knex.schema.table('users', t => t.dropColumn(c))
}
exports.down = knex => knex.schema.table('users', t => t.string('nick'))
`,
  })
  const push = await repo.git('push', 'origin', 'main')
  expect(said(push.stderr)).toContain('Drops column public.users.nick (seen by running it on PostgreSQL')
  expect(push.stderr).toContain('DS103')
  expect(push.code).toBe(1)
  const tables = await own.database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
  expect(tables).toEqual([])
})

test('replay: required of Django leaves the project’s own SQLite file as it was', async () => {
  needs('/usr/lib/python3/dist-packages/django/__init__.py', 'python.sh')
  await using repo = await migratingRepo('{ replay: required }', {
    'requirements.txt': 'Django\n',
    'manage.py':
      "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
    'settings.py': `SECRET_KEY = 'x' * 50\nINSTALLED_APPS = ['shop']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'real.sqlite3'}}\nDEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\nUSE_TZ = True\n`,
    'shop/__init__.py': '',
    'shop/migrations/__init__.py': '',
    'shop/migrations/0001_initial.py':
      "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    initial = True\n    operations = [migrations.CreateModel('Cart', [('id', models.AutoField(primary_key=True, serialize=False)), ('note', models.TextField(null=True))])]\n",
    '.gitignore': '*.sqlite3\n__pycache__/\n',
  })
  const PATH = '/usr/bin:/bin'
  const migrated = await exec('python3', ['manage.py', 'migrate'], { cwd: repo.dir, env: { PATH } })
  expect(migrated.stderr).toBe('')
  const before = await exec('sha256sum', ['real.sqlite3'], { cwd: repo.dir })
  await repo.commit({
    'shop/migrations/0002_tidy.py':
      "from django.db import migrations\ndef gone(apps, schema_editor):\n    schema_editor.execute('ALTER TABLE shop_cart DROP COLUMN no' + 'te')\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = [migrations.RunPython(gone, migrations.RunPython.noop)]\n",
  })
  const push = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env: { PATH } })
  expect(push.stderr).toContain('DS103')
  expect(push.stderr).toMatch(/also run on SQLite/)
  expect(push.code).toBe(1)
  expect(await exec('sha256sum', ['real.sqlite3'], { cwd: repo.dir })).toEqual(before)
})

/** A message as one line: it is wrapped to the terminal. */
function said(text: string): string {
  return text.replace(/\s+/g, ' ')
}

/** A PATH with git and what the hooks need and no database server on it; and the user's own is not up. Port 1 is nobody's. */
async function nowhere(repo: TempRepo): Promise<Record<string, string | undefined>> {
  const bin = join(repo.home, 'bin')
  await exec('mkdir', ['-p', bin])
  for (const program of ['git', 'sh', 'cat', 'sed', 'env', 'uname', 'dirname', 'mkdir', 'rm', 'node']) {
    const { stdout } = await exec('sh', ['-c', `command -v ${program}`])
    await symlink(stdout.trim(), join(bin, program)).catch(() => readlink(join(bin, program)))
  }
  return { PATH: bin, SHIP_GUARD_SCRATCH_URL: 'postgres://ann:s3cr3tword@127.0.0.1:1/scratch' }
}

async function pushWithout(repo: TempRepo) {
  return exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env: await nowhere(repo) })
}
