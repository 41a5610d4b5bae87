import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AppServer, appServer } from '../support/app-server.ts'
import { freePort } from '../support/ssh-server.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const site = {
  'index.php': '<?php echo 1;\n',
  'config/shop.php':
    "<?php\nreturn [\n    'name' => 'Shop',\n    'mail' => 'a@example.com',\n    'phone' => '',\n    'tax' => 19,\n    'currency' => 'EUR',\n];\n",
  'public/robots.txt': 'User-agent: *\n',
}

let server: AppServer
beforeAll(async () => {
  server = await appServer()
})
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const name of await readdir(server.root)) await server.remove(name)
})

function config(capture = 'plain', gate = '', more = ''): string {
  return `protect: [main]
environments:
  production: { ssh: app${more}, path: '${server.root}', capture: ${capture} }
gates:
  db: false
  secrets: false
  changelog: false
  drift: { environments: [production]${gate} }
`
}

/** A guarded repository whose first commit is what the server runs. */
async function deployed(shiprc = config()): Promise<TempRepo> {
  const repo = await tempRepo({
    ...site,
    '.shiprc': shiprc,
    '.gitattributes': '.shiprc export-ignore\nREADME.md export-ignore\n',
  })
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  for (const [path, content] of Object.entries(site)) await server.write(path, content)
  await server.write('REVISION', `${await repo.ok('rev-parse', 'HEAD')}\n`)
  return repo
}

function push(repo: TempRepo) {
  return exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env: server.env })
}

function check(repo: TempRepo) {
  return repo.shipGuard(['check', '--only', 'drift'], { env: server.env })
}

test('a server as it was deployed lets the push pass, and a change here is no drift', async () => {
  await using repo = await deployed()
  await repo.commit({ 'index.php': '<?php echo 2;\n' }, 'work')
  const pushed = await push(repo)
  expect(pushed.stderr).toContain('drift')
  expect(pushed.code).toBe(0)
})

test('what was changed on the server refuses the push, until the commit has it', async () => {
  await using repo = await deployed()
  await server.write('public/logo.png', 'PNG')
  await server.write('config/shop.php', site['config/shop.php'].replace('19', '20'))
  await server.remove('public/robots.txt')
  await repo.commit({ 'index.php': '<?php echo 2;\n' }, 'work')
  const refused = await push(repo)
  expect(refused.code).toBe(1)
  const said = refused.stderr.replace(/\s+/g, ' ')
  expect(said).toContain('production has 3 changes that this commit does not have')
  for (const file of ['public/logo.png (new)', 'config/shop.php (changed)', 'public/robots.txt (deleted)'])
    expect(said).toContain(file)
  expect(refused.stderr).toContain('npx ship-guard capture production')

  await repo.commit({
    'public/logo.png': 'PNG',
    'config/shop.php': site['config/shop.php'].replace('19', '20'),
    'public/robots.txt': undefined,
  })
  expect((await push(repo)).code).toBe(0)
})

test('a change that was captured and merged with other work since is no drift', async () => {
  await using repo = await deployed()
  const there = site['config/shop.php'].replace('19', '20')
  await server.write('config/shop.php', there)
  await repo.ok('checkout', '-q', '-b', 'captured')
  await repo.commit({ 'config/shop.php': there }, 'capture')
  await repo.ok('checkout', '-q', 'main')
  await repo.commit({ 'config/shop.php': site['config/shop.php'].replace('Shop', 'My shop') }, 'work')
  await repo.ok('merge', '-q', '--no-edit', 'captured')
  expect(await repo.read('config/shop.php')).toContain('My shop')
  expect((await check(repo)).code).toBe(0)
})

test('uploads stop only when that is asked for', async () => {
  const roots = `{ preset: plain, roots: [{ from: '' }, { from: public/uploads, to: public/uploads, uploads: true }] }`
  await using repo = await deployed(config(roots))
  await server.write('public/uploads/photo.jpg', 'JPEG')
  expect((await check(repo)).code).toBe(0)
  await repo.commit({ '.shiprc': config(roots, ', uploads: true') })
  const refused = await check(repo)
  expect(refused.code).toBe(1)
  expect(refused.stdout + refused.stderr).toContain('public/uploads/photo.jpg (new)')
})

test('a server that cannot be asked leaves the push undecided, with what to do', async () => {
  await using repo = await deployed(config('plain', '', `, port: ${await freePort()}`))
  await repo.commit({ 'index.php': '<?php echo 2;\n' }, 'work')
  const ended = await push(repo)
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain('does not answer on its ssh port')
  expect((await check(repo)).code).toBe(3)
})

test('a server that says nothing about its commit leaves it undecided', async () => {
  await using repo = await deployed()
  await server.remove('REVISION')
  const ended = await check(repo)
  expect(ended.code).toBe(3)
  expect(ended.stdout + ended.stderr).toContain('Nothing on the server says which commit is deployed')
})

test('an environment that is not there, or has nothing to look at, is told', async () => {
  await using repo = await deployed()
  await repo.commit({ '.shiprc': config().replace('[production]', '[producton]') })
  const near = await check(repo)
  expect(near.code).toBe(3)
  expect(near.stdout + near.stderr).toContain('Did you mean production?')
  await repo.commit({ '.shiprc': config().replace(', capture: plain', '') })
  const without = await check(repo)
  expect(without.code).toBe(3)
  expect(without.stdout + without.stderr).toContain('capture: laravel-deployer')
})

test('a look leaves the repository as it was', async () => {
  await using repo = await deployed()
  await server.write('public/logo.png', 'PNG')
  await repo.commit({ 'index.php': '<?php echo 2;\n' }, 'work')
  await repo.write('draft.txt', 'not added')
  const before = await state(repo)
  expect((await push(repo)).code).toBe(1)
  expect(await state(repo)).toEqual(before)
})

async function state(repo: TempRepo) {
  return [
    await repo.ok('status', '--porcelain'),
    await repo.ok('for-each-ref'),
    await repo.ok('count-objects', '-v'),
    await repo.ok('ls-files', '--stage'),
  ]
}
