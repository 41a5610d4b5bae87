import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guardedRepo } from '../support/guarded-repo.ts'
import { freePort, SshServer } from '../support/ssh-server.ts'
import { needs } from '../support/system-tools.ts'
import { exec, type TempRepo } from '../support/temp-repo.ts'

let server: SshServer
beforeAll(async () => {
  needs('/usr/lib/python3/dist-packages/django/__init__.py', 'python.sh')
  server = await SshServer.start()
})
afterAll(() => server?.[Symbol.asyncDispose]())

const project = {
  'requirements.txt': 'Django\n',
  'manage.py':
    "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
  'settings.py':
    "SECRET_KEY = 'x' * 50\nINSTALLED_APPS = ['shop']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'shop.sqlite3'}}\nDEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\nUSE_TZ = True\n",
  'shop/__init__.py': '',
  'shop/models.py':
    'from django.db import models\nclass Cart(models.Model):\n    note = models.TextField(null=True)\n    kind = models.TextField(null=True)\n',
  'shop/migrations/__init__.py': '',
  'shop/migrations/0001_initial.py':
    "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    initial = True\n    dependencies = []\n    operations = [migrations.CreateModel('Cart', [('id', models.AutoField(primary_key=True, serialize=False)), ('note', models.TextField(null=True))])]\n",
  'shop/migrations/0002_kind.py': adding('0001_initial', 'kind'),
  '.gitignore': '*.sqlite3\n__pycache__/\n',
}

function adding(after: string, column: string): string {
  return `from django.db import migrations, models\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '${after}')]\n    operations = [migrations.AddField('Cart', '${column}', models.TextField(null=True))]\n`
}

// Debian's own Python on both sides: a version manager's would not see Debian's Django.
const debian = '[env, PATH=/usr/bin:/bin]'
const path = () => `${join(server.folder, 'bin')}:/usr/bin:/bin`

/** The project, its copy on the server with the migrations up to one of them, and a config that knows the server. */
async function deployed(upTo: string, more = ''): Promise<TempRepo & { readonly app: string }> {
  const repo = await guardedRepo(project)
  const app = join(repo.home, 'the app')
  await mkdir(app)
  await cp(repo.dir, app, { recursive: true, filter: path => !path.includes('.git') || path.endsWith('.gitignore') })
  await onServer(app, 'manage.py', 'migrate', 'shop', upTo)
  await configure(repo, `{ ssh: app, port: ${server.port}, path: '${app}', via: ${debian} }`, more)
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  return Object.assign(repo, { app })
}

async function configure(repo: TempRepo, staging: string, gate = ''): Promise<void> {
  const text = `protect: [main]\nenvironments:\n  staging: ${staging}\ngates:\n  secrets: false\n  changelog: false\n  tests: false\n  db: { replay: 'off', dialect: sqlite${gate} }\n`
  await repo.commit({ '.shiprc': text }, 'config')
}

async function onServer(app: string, ...words: string[]): Promise<void> {
  const ended = await exec('/usr/bin/python3', words, { cwd: app })
  if (ended.code !== 0) throw new Error(ended.stderr)
}

function status(repo: TempRepo, ...args: string[]) {
  return repo.shipGuard(['db', 'status', ...args], { env: { PATH: path() } })
}

test('over ssh: clean, pending and diverged are told apart, and nothing is run there', async () => {
  await using repo = await deployed('0002')
  const clean = await status(repo, 'staging')
  expect(clean).toMatchObject({ code: 0, stdout: '✓ Django: staging has run every migration.\n' })

  await onServer(repo.app, 'manage.py', 'migrate', 'shop', '0001')
  const pending = await status(repo, 'staging')
  expect(pending).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('staging has not run 1:\n    shop.0002_kind'),
  })
  const again = await status(repo, 'staging', '--json')
  expect(again.code).toBe(1)
  expect(JSON.parse(again.stdout)).toEqual({
    format: 1,
    environment: 'staging',
    projects: [{ tool: 'django', root: '', state: 'pending', pending: ['shop.0002_kind'] }],
  })

  const insert = "INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0009_by_hand', '2024-01-01')"
  const byHand = `import sqlite3; c = sqlite3.connect('shop.sqlite3'); c.execute("""${insert}"""); c.commit()`
  await onServer(repo.app, '-c', byHand)
  const diverged = await status(repo, 'staging')
  expect(diverged.code).toBe(1)
  expect(diverged.stdout).toContain('staging has another history than the code')
  expect(diverged.stdout).toContain('shop.0009_by_hand')
})

test('what cannot be told is no answer: nobody listens, no such folder, garbage, a key that is not known', async () => {
  await using repo = await deployed('0002')
  const closed = await freePort()
  const cases: [environment: string, said: RegExp][] = [
    [`{ ssh: app, port: ${closed}, path: '${repo.app}' }`, /ssh does not get to staging: .*refused/],
    [`{ ssh: app, port: ${server.port}, path: /nowhere/at/all }`, /there is no folder \/nowhere\/at\/all on staging/],
    [`{ ssh: app, port: ${server.port}, path: '${repo.app}', via: [echo, hello] }`, /cannot be told/],
    [`{ ssh: 'nobody-at-all@app', port: ${server.port}, path: '${repo.app}' }`, /Permission denied/],
    [`{ ssh: '127.0.0.1', port: ${server.port}, path: '${repo.app}', via: [no-such-program] }`, /not there|not found/],
  ]
  for (const [environment, said] of cases) {
    await configure(repo, environment)
    const ended = await status(repo, 'staging')
    expect(ended.stdout).toMatch(said)
    expect(ended.stdout).not.toContain('..')
    expect([environment, ended.code]).toEqual([environment, 3])
  }
})

test('on this machine, and names that the config does not have', async () => {
  await using repo = await deployed('0002')
  expect(await status(repo)).toMatchObject({ code: 1, stdout: expect.stringContaining('this machine has not run 2') })
  const misspelt = await status(repo, 'stagin')
  expect(misspelt).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Did you mean staging?') })
})

test('a push asks: it may bring a migration to a clean environment, and waits where one is pending or cannot be told', async () => {
  await using repo = await deployed('0002', ', status: [staging]')
  const push = () => exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env: { PATH: path() } })
  await repo.commit({ 'shop/migrations/0003_size.py': adding('0002_kind', 'size') })
  const clean = await push()
  expect(clean.stderr).not.toMatch(/\d (?:error|warning)/)
  expect(clean.code).toBe(0)

  await onServer(repo.app, 'manage.py', 'migrate', 'shop', '0001')
  await repo.commit({ 'shop/migrations/0004_color.py': adding('0003_size', 'color') })
  const pending = await push()
  expect(pending.code).toBe(1)
  expect(pending.stderr).toContain('environment-pending')
  expect(pending.stderr).toContain('shop.0002_kind')
  expect(pending.stderr).toContain('npx ship-guard db status staging')

  await configure(repo, `{ ssh: app, port: ${await freePort()}, path: '${repo.app}' }`, ', status: [staging]')
  const unreachable = await push()
  expect(unreachable.code).toBe(1)
  expect(unreachable.stderr).toContain('undecided')
  expect(unreachable.stderr).toContain('What has run on staging cannot be told')
})
