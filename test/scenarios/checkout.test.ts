import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { CheckoutOptions, Git } from '../../src/core/world.ts'
import { checkout as checkoutIn, discardCheckouts } from '../../src/io/checkout.ts'
import { openGit } from '../../src/io/git.ts'
import { exec, TempRepo, tempRepo } from '../support/temp-repo.ts'

const options = (changes: Partial<CheckoutOptions> = {}): CheckoutOptions => ({
  mode: 'auto',
  link: ['node_modules', 'vendor', '.venv', '.env'],
  prepareTimeoutMs: 20_000,
  signal: new AbortController().signal,
  progress: () => {},
  ...changes,
})
const checkout = (git: Git, commit: string, wanted: CheckoutOptions) => checkoutIn(git, commit, wanted, cacheOf(git))
const cacheOf = (git: Git) => join(git.commonDir, '../../cache')
const open = (repo: TempRepo) => openGit(repo.dir, process.env)

test('a clean work tree at the commit is used as it is', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  const found = await checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options())
  expect(found).toMatchObject({ inPlace: true, folder: repo.dir })
  expect(await found.stillTrue()).toBe(true)
  await repo.write('a.txt', 'edited while the tests ran')
  expect(await found.stillTrue()).toBe(false)
})

test.each([
  ['a changed file', { 'a.txt': 'dirty' }],
  ['an untracked file', { 'new.txt': 'untracked' }],
])('%s in the work tree cannot be seen from the checkout', async (_name, files) => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  for (const [path, content] of Object.entries(files)) await repo.write(path, content)
  const found = await checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options())
  expect(found.inPlace).toBe(false)
  expect(await readFile(join(found.folder, 'a.txt'), 'utf8')).toBe('a')
  expect(existsSync(join(found.folder, 'new.txt'))).toBe(false)
  expect(await repo.ok('status', '--porcelain')).not.toBe('')
  await found.release()
})

test.each([
  ['--skip-worktree', '--skip-worktree'],
  ['--assume-unchanged', '--assume-unchanged'],
])('an edit that git was told to overlook (%s) cannot be seen from the checkout', async (_name, flag) => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  await repo.ok('update-index', flag, 'a.txt')
  await repo.write('a.txt', 'edited')
  expect(await repo.ok('status', '--porcelain')).toBe('')
  const found = await checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options())
  expect(found.inPlace).toBe(false)
  expect(await readFile(join(found.folder, 'a.txt'), 'utf8')).toBe('a')
  await found.release()
})

test('an edit that a file monitor has not told of cannot be seen from the checkout', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  await repo.write('.git/monitor', "#!/bin/sh\nprintf 'token\\0'\n", 0o755)
  await repo.ok('config', 'core.fsmonitor', join(repo.dir, '.git/monitor'))
  await repo.ok('update-index', '--fsmonitor')
  await repo.ok('status')
  await repo.write('a.txt', 'edited')
  expect(await repo.ok('status', '--porcelain')).toBe('')
  const found = await checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options())
  expect(await readFile(join(found.folder, 'a.txt'), 'utf8')).toBe('a')
  await found.release()
})

test('a sparse checkout is judged whole, the first time and every time after', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a', 'far/b.txt': 'b' })
  await repo.ok('sparse-checkout', 'set', '--no-cone', '/*', '!/far/')
  expect(existsSync(join(repo.dir, 'far/b.txt'))).toBe(false)
  const git = await open(repo)
  for (let turn = 0; turn < 2; turn++) {
    const head = await repo.commit({ 'a.txt': `${turn}` })
    const found = await checkout(git, head, options())
    expect(await readFile(join(found.folder, 'far/b.txt'), 'utf8')).toBe('b')
    await found.release()
  }
  expect(existsSync(join(repo.dir, 'far/b.txt'))).toBe(false)
})

test('an older commit gets a checkout of its own, kept for the next one and swept before it is used again', async () => {
  await using repo = await tempRepo({ 'a.txt': 'old' })
  const old = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'a.txt': 'new', 'b.txt': 'b' })
  const git = await open(repo)
  const first = await checkout(git, old, options())
  expect(await readFile(join(first.folder, 'a.txt'), 'utf8')).toBe('old')
  await writeFile(join(first.folder, 'left-behind.txt'), 'x')
  await first.release()
  const second = await checkout(git, await repo.ok('rev-parse', 'HEAD'), options({ mode: 'strict' }))
  expect(second.folder).toBe(first.folder)
  expect(await readFile(join(second.folder, 'b.txt'), 'utf8')).toBe('b')
  expect(existsSync(join(second.folder, 'left-behind.txt'))).toBe(false)
  await second.release()
})

test('two at once never share a folder, and one whose owner is gone is taken over', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  const git = await open(repo)
  const head = await repo.ok('rev-parse', 'HEAD')
  const [one, two] = await Promise.all([
    checkout(git, head, options({ mode: 'strict' })),
    checkout(git, head, options({ mode: 'strict' })),
  ])
  expect(one.folder).not.toBe(two.folder)
  await one.release()
  await two.release()
  const gone = await promisify(execFile)('sh', ['-c', 'echo $$'])
  const slot = join(repo.home, 'cache')
  await writeFile(join(slot, '0.lock'), JSON.stringify({ pid: Number(gone.stdout), machine: hostname() }))
  // What a killed run may leave: a locked index and half a checkout.
  await writeFile(join(repo.dir, '.git/worktrees/0/index.lock'), '')
  const third = await checkout(git, head, options({ mode: 'strict' }))
  expect(third.folder).toBe(join(slot, '0'))
  expect(await third.stillTrue()).toBe(true)
  await third.release()
})

test("the user's own hooks do not fire for it, and his index and branches stay as they are", async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  await repo.write('.git/hooks/post-checkout', '#!/bin/sh\nexit 1\n', 0o755)
  const before = [await repo.ok('status', '--porcelain=v2', '--branch'), await repo.ok('for-each-ref')]
  const found = await checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options({ mode: 'strict' }))
  await found.release()
  expect([await repo.ok('status', '--porcelain=v2', '--branch'), await repo.ok('for-each-ref')]).toEqual(before)
})

test('dependencies come along when the lock files are equal, as a tree of its own and not as one link', async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules/\nvendor/\n.env\n',
    'package.json': '{}',
    'package-lock.json': '{"v":1}',
    'composer.json': '{}',
    'composer.lock': '{}',
  })
  await mkdir(join(repo.dir, 'node_modules/dep'), { recursive: true })
  await writeFile(join(repo.dir, 'node_modules/dep/index.js'), 'module.exports = 1')
  await mkdir(join(repo.dir, 'vendor/composer'), { recursive: true })
  await writeFile(join(repo.dir, 'vendor/autoload.php'), '<?php echo dirname(__DIR__);')
  await writeFile(join(repo.dir, '.env'), 'APP_ENV=testing\n')
  const found = await checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options({ mode: 'strict' }))
  expect(await readFile(join(found.folder, 'node_modules/dep/index.js'), 'utf8')).toBe('module.exports = 1')
  expect(await readFile(join(found.folder, '.env'), 'utf8')).toBe('APP_ENV=testing\n')
  // PHP's own resolution of vendor/ must stay inside the checkout, or it would load the user's dirty classes.
  const php = await promisify(execFile)('php', [join(found.folder, 'vendor/autoload.php')])
  expect(php.stdout).toBe(found.folder)
  expect((await stat(join(repo.dir, 'node_modules/dep/index.js'))).nlink).toBe(2)
  await found.release()
})

test("what the tests write into .env and into generated folders does not reach the user's own", async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules/\nvendor/\n.env\n',
    'package.json': '{}',
    'package-lock.json': '{}',
    'composer.json': '{}',
    'composer.lock': '{}',
  })
  const theirs = {
    '.env': 'mine',
    'node_modules/.prisma/client/index.js': 'mine',
    'vendor/composer/autoload_classmap.php': 'mine',
    'vendor/autoload.php': 'mine',
  }
  for (const [path, content] of Object.entries(theirs)) await repo.write(path, content)
  const head = await repo.ok('rev-parse', 'HEAD')
  for (let turn = 0; turn < 2; turn++) {
    const found = await checkout(await open(repo), head, options({ mode: 'strict' }))
    expect(await readFile(join(found.folder, '.env'), 'utf8')).toBe('mine')
    for (const path of Object.keys(theirs)) await writeFile(join(found.folder, path), 'of the tests')
    await found.release()
    expect(existsSync(join(found.folder, '.env'))).toBe(false)
  }
  for (const [path, content] of Object.entries(theirs)) expect(await repo.read(path)).toBe(content)
})

test('.env comes along also when the dependencies have to be installed', async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules/\n.env\n',
    'package.json': '{}',
    'package-lock.json': '1',
  })
  await repo.write('node_modules/dep.js', '')
  await repo.write('.env', 'mine')
  const pushed = await repo.commit({ 'package-lock.json': '2' })
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  for (let turn = 0; turn < 2; turn++) {
    const found = await checkout(await open(repo), pushed, options({ prepare: 'mkdir node_modules' }))
    expect(await readFile(join(found.folder, '.env'), 'utf8')).toBe('mine')
    await found.release()
  }
})

test('other lock files without a way to install them is a clear "cannot tell"', async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules/\n',
    'package.json': '{}',
    'package-lock.json': '{"v":1}',
  })
  await mkdir(join(repo.dir, 'node_modules'))
  const pushed = await repo.commit({ 'package-lock.json': '{"v":2}' })
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  await expect(checkout(await open(repo), pushed, options())).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringContaining('package-lock.json'),
    instead: expect.stringContaining('checkout.prepare'),
  })
})

test('other lock files are installed by the configured command, once', async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules/\n',
    'package.json': '{}',
    'package-lock.json': '{"v":1}',
  })
  await mkdir(join(repo.dir, 'node_modules'))
  const pushed = await repo.commit({ 'package-lock.json': '{"v":2}' })
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  const prepare = `mkdir -p node_modules && cp package-lock.json node_modules/installed && echo once >> ${join(repo.home, 'runs')}`
  for (let turn = 0; turn < 2; turn++) {
    const found = await checkout(await open(repo), pushed, options({ prepare }))
    expect(await readFile(join(found.folder, 'node_modules/installed'), 'utf8')).toBe('{"v":2}')
    await found.release()
  }
  expect(await readFile(join(repo.home, 'runs'), 'utf8')).toBe('once\n')
  expect(existsSync(join(repo.dir, 'node_modules/installed'))).toBe(false)
})

test('an editable Python install, which imports the dirty work tree, is not taken over', async () => {
  await using repo = await tempRepo({ '.gitignore': '.venv/\n', 'pyproject.toml': '[project]\nname="app"\n' })
  await repo.write('.venv/pyvenv.cfg', 'home = /usr/bin\n')
  await repo.write('.venv/lib/python3.11/site-packages/__editable__.app.pth', `${repo.dir}/src\n`)
  await expect(
    checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options({ mode: 'strict' })),
  ).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringContaining('points back into your work tree'),
  })
})

test('a cache that cannot be written is a clear "cannot tell"', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  // A file where the folder should be: root may write anywhere, so permissions would prove nothing here.
  await writeFile(join(repo.home, 'cache'), 'in the way')
  await expect(
    checkout(await open(repo), await repo.ok('rev-parse', 'HEAD'), options({ mode: 'strict' })),
  ).rejects.toMatchObject({ name: 'CannotTell' })
})

test('taking them away leaves no trace, and forgets no work tree of the user that is not there just now', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  const git = await open(repo)
  await repo.ok('worktree', 'add', '-q', '-b', 'theirs', join(repo.home, 'usb-stick'))
  await exec('mv', [join(repo.home, 'usb-stick'), join(repo.home, 'unplugged')])
  await (await checkout(git, await repo.ok('rev-parse', 'HEAD'), options({ mode: 'strict' }))).release()
  await discardCheckouts(git, cacheOf(git))
  expect(existsSync(cacheOf(git))).toBe(false)
  const known = await repo.ok('worktree', 'list')
  expect(known).toContain('usb-stick')
  expect(known).not.toContain('cache')
})

test('a partial clone whose remote is gone says so', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a', 'far/b.txt': 'b' })
  await exec('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: repo.origin })
  const dir = join(repo.home, 'partial')
  await exec('git', ['clone', '-q', '--filter=blob:none', '--sparse', `file://${repo.origin}`, dir])
  await exec('mv', [repo.origin, join(repo.home, 'gone.git')])
  const git = await openGit(dir, process.env)
  await expect(checkout(git, await git.text(['rev-parse', 'HEAD']), options())).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringContaining('git worktree add'),
    instead: expect.stringContaining('partial clone'),
  })
})

test('submodules are there with the commits that are pushed, not with what the user has there now', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  const lib = new TempRepo(join(repo.home, 'libs'))
  await exec('git', ['init', '-q', '-b', 'main', lib.dir])
  await lib.commit({ 'l.txt': 'first' })
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib.dir, 'lib')
  const first = await repo.commit({})
  await repo.write('lib/l.txt', 'second')
  await exec('git', ['commit', '-qam', 'second'], { cwd: join(repo.dir, 'lib') })
  const second = await repo.commit({})
  await repo.write('lib/l.txt', 'dirty')
  const git = await open(repo)
  for (const [commit, content] of [
    [first, 'first'],
    [second, 'second'],
    [first, 'first'],
  ] as const) {
    const found = await checkout(git, commit, options())
    expect(found.inPlace).toBe(false)
    expect(await readFile(join(found.folder, 'lib/l.txt'), 'utf8')).toBe(content)
    await writeFile(join(found.folder, 'lib/l.txt'), 'of the tests')
    await found.release()
  }
  expect(await repo.read('lib/l.txt')).toBe('dirty')
  await repo.ok('update-index', '--cacheinfo', `160000,${'1'.repeat(40)},lib`)
  await repo.ok('commit', '-qm', 'unknown')
  await expect(checkout(git, await repo.ok('rev-parse', 'HEAD'), options())).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringContaining('The submodule lib does not have the commit 111111111111'),
  })
})
