import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakePackage, putHook, putShim } from '../support/shim.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

/** A repository whose pre-push hook is ours, with a package that only writes down how it was started. */
async function guarded(bare: Parameters<typeof putShim>[2] = {}, files = {}, options = {}) {
  const repo = await tempRepo(files, options)
  const fake = await FakePackage.at(join(repo.home, 'fake-package'))
  await putShim(repo, 'pre-push', bare)
  return Object.assign(repo, { fake })
}

/** PATH with a `node` in front that writes down each of its starts and then is the real one. */
async function watchedNode(repo: TempRepo) {
  const folder = join(repo.home, 'watched')
  const log = join(folder, 'log')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'node'), `#!/bin/sh\necho "$*" >>'${log}'\nexec '${process.execPath}' "$@"\n`)
  await chmod(join(folder, 'node'), 0o755)
  return {
    env: { PATH: `${folder}:${process.env.PATH}` },
    starts: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean),
  }
}

const zero = '0'.repeat(40)

test('a push of unprotected refs passes, says nothing and starts no Node', async () => {
  await using repo = await guarded({ node: '/nowhere/node' })
  const watched = await watchedNode(repo)
  await repo.ok('tag', '-a', '-m', 'x', 'v1')
  await repo.ok('tag', 'light')
  await repo.ok('branch', 'one')
  for (const refs of [
    ['HEAD:refs/heads/feature'],
    ['main:main-hotfix', 'main:refs/heads/MAIN', 'main:refs/heads/x/main'],
    ['--tags'],
    ['HEAD~0:refs/heads/odd;$(id)', 'one:refs/heads/世界', 'HEAD:refs/notes/x', 'HEAD:refs/for/main'],
    [':feature', ':main-hotfix'],
    [],
  ]) {
    const push = await exec('git', ['push', '--porcelain', 'origin', ...refs], { cwd: repo.dir, env: watched.env })
    expect(push.code).toBe(0)
    expect(push.stderr).not.toContain('ship-guard')
  }
  expect(await watched.starts()).toEqual([])
  expect(await repo.fake.started()).toEqual([])
  // The watch itself works: a protected ref starts that very node.
  await exec('git', ['push', 'origin', 'HEAD:refs/heads/develop'], { cwd: repo.dir, env: watched.env })
  expect((await watched.starts()).length).toBeGreaterThan(0)
  expect(await repo.fake.started()).toHaveLength(1)
})

test('a protected ref goes to Node with the arguments and the very lines that git gave', async () => {
  await using repo = await guarded()
  const oid = await repo.commit({ a: 'a' })
  const before = await repo.ok('rev-parse', 'HEAD~1')
  await repo.fake.endsWith(3)
  const push = await repo.git('push', 'origin', 'main', 'HEAD:refs/heads/feature')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('judged by the fake')
  expect(await repo.fake.started()).toEqual([
    {
      argv: ['pre-push', 'origin', repo.origin],
      stdin: `refs/heads/main ${oid} refs/heads/main ${before}\nHEAD ${oid} refs/heads/feature ${zero}\n`,
      cwd: repo.dir,
      gitDir: null,
      running: '1',
    },
  ])
  expect(await repo.ok('ls-remote', 'origin', 'refs/heads/feature')).toBe('')
})

test('what Node lets through is pushed, and stdout stays as git wrote it', async () => {
  await using repo = await guarded()
  await repo.commit({ a: 'a' })
  const push = await repo.git('push', '--porcelain', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(push.stdout).toMatch(/^To .*\n \trefs\/heads\/main:refs\/heads\/main\t.*\nDone\n$/)
})

test.each([
  ['a local ref with spaces', ['HEAD@{0 seconds ago}:refs/heads/main']],
  ['a local ref with a search', ['HEAD^{/fir st}:refs/heads/main']],
  ['HEAD under another name', ['@:refs/heads/main']],
  ['an object name', ['HEAD^{}:refs/heads/main']],
  ['a forced update', ['+HEAD~0:main']],
  ['a deletion', [':main']],
  ['--delete', ['--delete', 'main']],
  ['--all', ['--all']],
  ['--mirror', ['--mirror']],
  ['--dry-run', ['--dry-run', 'HEAD:main']],
  ['a second ref behind an unprotected one', ['HEAD:refs/heads/aaa', 'HEAD:main']],
])('%s that moves a protected branch is seen', async (_, args) => {
  await using repo = await guarded()
  await repo.commit({ a: 'a' }, 'fir st two')
  await repo.ok('branch', 'aaa')
  await repo.fake.endsWith(1)
  const remote = args.includes('--mirror') ? ['--mirror', 'origin'] : ['origin', ...args]
  const push = await repo.git('push', ...remote)
  expect(push.code).toBe(1)
  expect(await repo.fake.started()).toHaveLength(1)
  expect((await repo.fake.started())[0]!.stdin).toMatch(/ refs\/heads\/main [0-9a-f]{40}$/m)
})

test('one protected ref among 1,000 is found, and Node is given all of them', async () => {
  await using repo = await guarded()
  const oid = await repo.commit({ a: 'a' })
  const creates = Array.from({ length: 1000 }, (_, at) => `create refs/heads/branch-${at} ${oid}\n`).join('')
  await exec('git', ['update-ref', '--stdin'], { cwd: repo.dir, input: creates })
  await repo.fake.endsWith(1)
  expect((await repo.git('push', 'origin', '--all')).code).toBe(1)
  const [started] = await repo.fake.started()
  expect(started!.stdin.split('\n').filter(Boolean)).toHaveLength(1001)

  await repo.ok('branch', '-m', 'main', 'trunk')
  const free = await repo.git('push', 'origin', '--all')
  expect(free.code).toBe(0)
  expect(await repo.fake.started()).toHaveLength(1)
})

test('an empty push and a push by URL are understood', async () => {
  await using repo = await guarded()
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await repo.fake.started()).toEqual([])
  await repo.commit({ a: 'a' })
  expect((await repo.git('push', repo.origin, 'HEAD:main')).code).toBe(0)
  expect((await repo.fake.started())[0]!.argv).toEqual(['pre-push', repo.origin, repo.origin])
})

test('a SHA-256 repository has longer names and longer zeros', async () => {
  await using repo = await guarded({}, {}, { objectFormat: 'sha256' })
  await repo.commit({ a: 'a' })
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/feature')).code).toBe(0)
  expect((await repo.git('push', 'origin', ':feature')).code).toBe(0)
  expect(await repo.fake.started()).toEqual([])
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await repo.fake.started()).toHaveLength(1)
})

test('protected tags and globs are matched, and a wider match than the glob is left to Node', async () => {
  const rules = { protections: [{ refs: ['release/*', '!release/old', 'refs/tags/v*'] }] }
  await using repo = await guarded({ rules: { ...rules, protectionsWithoutConfig: rules.protections } })
  await repo.ok('tag', 'v1')
  await repo.ok('tag', 'x1')
  expect((await repo.git('push', 'origin', 'x1', 'HEAD:refs/heads/releases')).code).toBe(0)
  expect(await repo.fake.started()).toEqual([])
  for (const ref of ['v1', 'HEAD:refs/heads/release/1', 'HEAD:refs/heads/release/a/b', 'HEAD:refs/heads/release/old'])
    expect((await repo.git('push', 'origin', ref)).code).toBe(0)
  expect(await repo.fake.started()).toHaveLength(4)
})

test('an entry for one remote lets a remote pass that is known to be another repository, by name and URL', async () => {
  await using repo = await tempRepo()
  const fake = await FakePackage.at(join(repo.home, 'fake-package'))
  const forkDir = join(repo.home, 'fork.git')
  await exec('git', ['init', '-q', '--bare', forkDir])
  await repo.ok('remote', 'add', 'fork', forkDir)
  await putShim(repo, 'pre-push', {
    rules: { protections: [{ remotes: ['origin'], refs: ['main'] }], protectionsWithoutConfig: [] },
    remotes: [
      { name: 'origin', url: repo.origin },
      { name: 'fork', url: forkDir },
    ],
  })
  expect((await repo.git('push', 'fork', 'main')).code).toBe(0)
  expect(await fake.started()).toEqual([])
  // The same name with another URL is not known any more.
  const elsewhere = join(repo.home, 'elsewhere.git')
  await exec('git', ['init', '-q', '--bare', elsewhere])
  await repo.ok('remote', 'set-url', 'fork', elsewhere)
  expect((await repo.git('push', 'fork', 'main')).code).toBe(0)
  expect(await fake.started()).toHaveLength(1)
  await repo.ok('remote', 'set-url', 'fork', repo.origin)
  await repo.commit({ a: 'a' })
  expect((await repo.git('push', 'fork', 'main')).code).toBe(0)
  expect(await fake.started()).toHaveLength(2)
})

test.each(['#!/bin/sh', ...otherShells()])('with %s the same refs are protected', async shebang => {
  await using repo = await guarded({ shebang })
  await repo.commit({ a: 'a' })
  for (const content of ['b', 'c']) {
    const free = await repo.git('push', '-q', 'origin', 'HEAD:refs/heads/feature')
    expect(free).toEqual({ code: 0, stdout: '', stderr: '' })
    await repo.commit({ a: content })
  }
  expect(await repo.fake.started()).toEqual([])
  await repo.fake.endsWith(1)
  expect((await repo.git('push', 'origin', 'HEAD@{0 seconds ago}:refs/heads/main')).code).toBe(1)
  expect(await repo.fake.started()).toHaveLength(1)
  const none = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env: { SHIP_GUARD_NODE: '/nowhere' } })
  expect(none.code).toBe(1)
})

/** dash, bash and busybox, those that this machine has: people's /bin/sh is one of them. */
function otherShells(): string[] {
  return ['dash', 'bash', 'busybox'].flatMap(name => {
    try {
      const path = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
      return [`#!${path}${name === 'busybox' ? ' sh' : ''}`]
    } catch {
      return []
    }
  })
}

// --- without Node or without the package ---

/** A PATH in which git and the shell's tools are, and no node. */
async function pathWithoutNode(repo: TempRepo): Promise<string> {
  const folder = join(repo.home, 'tools')
  await mkdir(folder, { recursive: true })
  for (const tool of ['git', 'cat', 'sh', 'sort', 'rm', 'mkdir', 'env', 'sleep']) {
    const path = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim()
    await symlink(path, join(folder, tool)).catch(() => {})
  }
  return folder
}

// What the search would find on the machine that runs the tests is taken out of the hook.
async function withoutSystemNode(repo: TempRepo): Promise<void> {
  const path = join(repo.dir, '.git', 'hooks', 'pre-push')
  const text = await readFile(path, 'utf8')
  await writeFile(
    path,
    text.replaceAll(/ (\/opt\/homebrew|\/home\/linuxbrew\/\.linuxbrew|\/usr\/local|\/usr)\/bin\/node/g, ''),
  )
}

test('without Node a protected push is refused and the last line says what to do; others pass', async () => {
  await using repo = await guarded({ node: '' })
  await withoutSystemNode(repo)
  const env = { PATH: await pathWithoutNode(repo), HOME: repo.home, NVM_DIR: undefined, VOLTA_HOME: undefined }
  const push = (...refs: string[]) => exec('git', ['push', '-q', 'origin', ...refs], { cwd: repo.dir, env })
  await repo.commit({ a: 'a' })
  const refused = await push('main')
  expect(refused.code).toBe(1)
  const lines = refused.stderr
    .trimEnd()
    .split('\n')
    .filter(line => !line.startsWith('error: failed to push'))
  expect(lines[0]).toBe(
    'ship-guard: push refused: refs/heads/main is protected, and Node.js 20.19 or newer was not found to judge what is pushed.',
  )
  expect(lines.at(-1)).toBe(
    'Install Node.js (https://nodejs.org), or name it: export SHIP_GUARD_NODE=/path/to/node. Then push again.',
  )
  const free = await push('HEAD:refs/heads/feature')
  expect(free).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect((await push(':main')).code).toBe(1)
  const named = await exec('git', ['push', 'origin', 'main'], {
    cwd: repo.dir,
    env: { ...env, SHIP_GUARD_NODE: process.execPath },
  })
  expect(named.code).toBe(0)
})

test('without the package a protected push is refused with the command that brings it; others pass', async () => {
  await using repo = await guarded({ package: '/nowhere' })
  await repo.commit({ a: 'a' })
  const refused = await repo.git('push', '-q', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('the ship-guard package was not found')
  expect(refused.stderr).toContain('Run `npm install` here, or `npx ship-guard install`')
  expect((await repo.git('push', '-q', 'origin', 'HEAD:refs/heads/feature')).code).toBe(0)
})

test('a ref name that could fool a terminal is not shown', async () => {
  const rules = { protections: [{ refs: ['**'] }] }
  await using repo = await guarded({ package: '/nowhere', rules })
  const refused = await repo.git('push', 'origin', 'HEAD:refs/heads/a\u009b31m\u202e')
  expect(refused.stderr).toContain('ship-guard: push refused: a protected ref is protected')
})

async function fakeNode(path: string, version: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(
    path,
    `#!/bin/sh\n[ "$1" != --version ] || { echo ${version}; exit 0; }\necho "from ${path}" >&2\nexec '${process.execPath}' "$@"\n`,
  )
  await chmod(path, 0o755)
}

test.each([
  ['v18.20.0', false],
  ['v20.18.3', false],
  ['v20.19.0', true],
  ['v21.7.0', false],
  ['v22.11.0', false],
  ['v22.12.0', true],
  ['v24.1.0', true],
  ['v100.0.0', true],
  ['garbage', false],
])('a node %s in PATH is taken: %s', async (version, taken) => {
  await using repo = await guarded({ node: '' })
  await withoutSystemNode(repo)
  const tools = await pathWithoutNode(repo)
  await fakeNode(join(repo.home, 'bin', 'node'), version)
  await repo.commit({ a: 'a' })
  const env = { PATH: `${join(repo.home, 'bin')}:${tools}`, HOME: repo.home, NVM_DIR: undefined, VOLTA_HOME: undefined }
  const push = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })
  expect(push.code).toBe(taken ? 0 : 1)
  expect(push.stderr.includes(`from ${join(repo.home, 'bin', 'node')}`)).toBe(taken)
})

test.each([
  ['volta', '.volta/bin/node'],
  ['fnm', '.local/share/fnm/aliases/default/bin/node'],
  ['mise', '.local/share/mise/shims/node'],
  ['asdf', '.asdf/shims/node'],
  ['nvm', '.nvm/versions/node/v22.20.1/bin/node'],
  ['nvm under XDG', '.config/nvm/versions/node/v22.20.1/bin/node'],
  ['n', 'n/bin/node'],
  ['an asdf whose shim wants asdf itself', '.asdf/installs/nodejs/22.20.1/bin/node'],
  ['a mise without shims', '.local/share/mise/installs/node/22.20.1/bin/node'],
  ['an fnm without a default', '.local/share/fnm/node-versions/v22.20.1/installation/bin/node'],
  ['a volta without its own program', '.volta/tools/image/node/22.20.1/bin/node'],
  ['nodenv', '.nodenv/versions/22.20.1/bin/node'],
  ['a versioned formula of Homebrew', 'brew/opt/node@22/bin/node'],
])('a program with no PATH to speak of finds the node of %s', async (tool, place) => {
  await using repo = await guarded({ node: '' })
  await withoutSystemNode(repo)
  const tools = await pathWithoutNode(repo)
  const home = join(repo.home, 'the home')
  await fakeNode(join(home, place), 'v22.20.1')
  if (tool === 'nvm') {
    await fakeNode(join(home, '.nvm/versions/node/v18.0.0/bin/node'), 'v18.0.0')
    await mkdir(join(home, '.nvm/alias/lts'), { recursive: true })
    await writeFile(join(home, '.nvm/alias/default'), 'lts/jod\n')
    await writeFile(join(home, '.nvm/alias/lts/jod'), 'v22.20.1\n')
  }
  if (tool.includes('asdf whose')) {
    await mkdir(join(home, '.asdf/shims'), { recursive: true })
    await writeFile(join(home, '.asdf/shims/node'), '#!/bin/sh\nexec asdf exec node "$@"\n', { mode: 0o755 })
  }
  await repo.commit({ a: 'a' })
  const names = [
    'NVM_DIR',
    'VOLTA_HOME',
    'FNM_DIR',
    'MISE_DATA_DIR',
    'ASDF_DATA_DIR',
    'N_PREFIX',
    'NODENV_ROOT',
    'XDG_DATA_HOME',
    'XDG_CONFIG_HOME',
  ]
  const unset = Object.fromEntries(names.map(name => [name, undefined]))
  const env = { ...unset, PATH: tools, HOME: home, HOMEBREW_PREFIX: join(home, 'brew') }
  const push = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })
  expect(push.stderr).toContain(`from ${join(home, place)}`)
  expect(push.code).toBe(0)
})

test('the recorded node is asked for its version again when its file is newer than the hook', async () => {
  await using repo = await tempRepo()
  await FakePackage.at(join(repo.home, 'fake-package'))
  const node = join(repo.home, 'node')
  await putShim(repo, 'pre-push', { node })
  await withoutSystemNode(repo)
  await new Promise(resolve => setTimeout(resolve, 20))
  await fakeNode(node, 'v18.0.0')
  await repo.commit({ a: 'a' })
  const env = { PATH: await pathWithoutNode(repo), HOME: repo.home, NVM_DIR: undefined, VOLTA_HOME: undefined }
  expect((await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })).code).toBe(1)
})

// --- chained hooks ---

test('a chained hook runs first, with the same arguments and stdin, for every push', async () => {
  await using repo = await guarded()
  const log = join(repo.home, 'chained')
  await putHook(repo, 'pre-push.chained', `#!/bin/sh\n{ echo "args $1 $2"; cat; } >>'${log}'\n`)
  const oid = await repo.commit({ a: 'a' })
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/feature')).code).toBe(0)
  expect(await readFile(log, 'utf8')).toBe(`args origin ${repo.origin}\nHEAD ${oid} refs/heads/feature ${zero}\n`)
  await rm(log)
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/feature')).code).toBe(0)
  expect(await readFile(log, 'utf8')).toBe(`args origin ${repo.origin}\n`)
  await putHook(repo, 'pre-push.chained', '#!/bin/sh\necho "chained says no" >&2\nexit 7\n')
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('chained says no')
  expect(await repo.fake.started()).toEqual([])
  const direct = await exec(join(repo.dir, '.git/hooks/pre-push'), ['origin', repo.origin], {
    cwd: repo.dir,
    input: '',
  })
  expect(direct.code).toBe(7)
})

test('a chained hook that git would not have run is not run: one that is not executable', async () => {
  await using repo = await guarded()
  const path = await putHook(repo, 'pre-push.chained', '#!/bin/sh\nexit 7\n')
  await chmod(path, 0o644)
  await repo.commit({ a: 'a' })
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/feature')).code).toBe(0)
})

test('a chained hook gets 1,000 lines although it reads none of them', async () => {
  await using repo = await guarded()
  await putHook(repo, 'pre-push.chained', '#!/bin/sh\nexit 0\n')
  const oid = await repo.commit({ a: 'a' })
  const creates = Array.from({ length: 1000 }, (_, at) => `create refs/heads/branch-${at} ${oid}\n`).join('')
  await exec('git', ['update-ref', '--stdin'], { cwd: repo.dir, input: creates })
  const push = await repo.git('push', '-q', 'origin', 'refs/heads/branch-*:refs/heads/branch-*')
  expect(push).toMatchObject({ code: 0, stderr: '' })
})

test('started by pre-commit as its legacy hook, ours does not start pre-commit again', async () => {
  await using repo = await guarded()
  const hooks = join(repo.dir, '.git', 'hooks')
  await copyFile(join(hooks, 'pre-push'), join(hooks, 'pre-push.legacy'))
  await chmod(join(hooks, 'pre-push.legacy'), 0o755)
  const preCommit = `#!/bin/sh
# File generated by pre-commit: https://pre-commit.com
[ -z "$PRE_COMMIT_RUNNING_LEGACY" ] || { echo 'bug: running in migration mode' >&2; exit 1; }
PRE_COMMIT_RUNNING_LEGACY=1 "\${0%/*}/pre-push.legacy" "$@"
`
  await putHook(repo, 'pre-push', preCommit)
  await putHook(repo, 'pre-push.chained', preCommit)
  await repo.commit({ a: 'a' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await repo.fake.started()).toHaveLength(1)
})

// --- where it runs ---

test('a fresh linked work tree is served by the node_modules of the main one, and Node is told the git dir', async () => {
  await using repo = await guarded({ package: '/nowhere' })
  const fake = await FakePackage.at(join(repo.dir, 'node_modules', 'ship-guard'))
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  await exec('git', ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: linked })
  expect((await exec('git', ['push', 'origin', 'HEAD:refs/heads/feature'], { cwd: linked })).code).toBe(0)
  expect(await fake.started()).toEqual([])
  expect((await exec('git', ['push', 'origin', 'HEAD:main'], { cwd: linked })).code).toBe(0)
  expect(await fake.started()).toMatchObject([
    { cwd: linked, gitDir: join(repo.dir, '.git', 'worktrees', 'linked'), running: '1' },
  ])
})

test('the pinned copy beside the verdicts is the last resort', async () => {
  await using repo = await guarded({ package: '/nowhere' })
  const pinned = await FakePackage.at(join(repo.dir, '.git', 'ship-guard', 'package'))
  await repo.commit({ a: 'a' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await pinned.started()).toHaveLength(1)
})

test('a git dir elsewhere, a submodule and a bare repository are guarded as well', async () => {
  await using repo = await guarded()
  const shim = join(repo.dir, '.git', 'hooks', 'pre-push')

  const separate = join(repo.home, 'separate')
  await exec('git', ['clone', '-q', '--separate-git-dir', join(repo.home, 'separate.git'), repo.origin, separate])
  await copyFile(shim, join(repo.home, 'separate.git', 'hooks', 'pre-push'))
  await exec('git', ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: separate })
  expect((await exec('git', ['push', 'origin', 'HEAD:refs/heads/a', 'HEAD:main'], { cwd: separate })).code).toBe(0)
  expect(await repo.fake.started()).toMatchObject([{ cwd: separate, gitDir: join(repo.home, 'separate.git') }])

  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repo.origin, 'sub')
  const sub = join(repo.dir, 'sub')
  await copyFile(shim, join(repo.dir, '.git', 'modules', 'sub', 'hooks', 'pre-push'))
  await exec('git', ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: sub })
  expect((await exec('git', ['push', 'origin', 'HEAD:refs/heads/b', 'HEAD:main'], { cwd: sub })).code).toBe(0)
  expect((await repo.fake.started())[1]).toMatchObject({ cwd: sub, gitDir: join(repo.dir, '.git', 'modules', 'sub') })

  const bare = join(repo.home, 'bare.git')
  await exec('git', ['clone', '-q', '--bare', repo.origin, bare])
  await copyFile(shim, join(bare, 'hooks', 'pre-push'))
  const pushed = await exec('git', ['push', repo.origin, 'main:refs/heads/c', 'main:develop'], { cwd: bare })
  expect(pushed.code).toBe(0)
  expect((await repo.fake.started())[2]).toMatchObject({ cwd: bare, gitDir: '.' })
})

test('an inherited SHIP_GUARD_GIT_DIR of an outer hook does not point the inner one elsewhere', async () => {
  await using repo = await guarded()
  await repo.commit({ a: 'a' })
  const env = { SHIP_GUARD_GIT_DIR: '/elsewhere/.git', SHIP_GUARD_RUNNING: '1' }
  expect((await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })).code).toBe(0)
  expect((await repo.fake.started())[0]).toMatchObject({ gitDir: null })
})
