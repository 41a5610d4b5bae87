// The rows of table 4a of what git does on a push that no other file of this folder tries.

import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { exec, TempRepo } from '../support/temp-repo.ts'

const bad = { 'check.sh': 'echo the tests say no; exit 1\n' }
const good = { 'check.sh': 'exit 0\n' }

/** On main, a commit besides the one that a colleague pushed meanwhile, which is fetched. */
async function diverged(): Promise<TempRepo> {
  const repo = await guardedRepo()
  await repo.commit({ 'theirs.txt': 't' })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  return repo
}

test('what git rejects by itself is not asked about, and what it pushes beside it is', async () => {
  await using repo = await diverged()
  const mine = await repo.commit({ 'mine.txt': 'm' })
  await repo.commit(bad)
  const rejected = await repo.git('push', 'origin', 'main')
  expect(rejected).toMatchObject({ code: 1, stderr: expect.stringContaining('non-fast-forward') })
  expect(rejected.stderr).not.toContain('ship-guard:')
  expect(await runs(repo)).toBe(0)

  const both = await repo.git('push', 'origin', 'main', 'main:develop')
  expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('Refused: origin/develop') })
  expect(await runs(repo)).toBe(1)

  // All or nothing: the gates pass, git then pushes nothing, and the verdict is there for the next push.
  const atomic = await repo.git('push', '--atomic', 'origin', 'main', `${mine}:refs/heads/develop`)
  expect(atomic).toMatchObject({ code: 1, stderr: expect.stringContaining('Passed: origin/develop') })
  expect(await remoteHas(repo, 'develop')).toBe('')
  expect((await repo.git('push', 'origin', `${mine}:refs/heads/develop`)).code).toBe(0)
  expect(await runs(repo)).toBe(2)
})

test('where git gives up before it asks the hook, nothing is asked and nothing said', async () => {
  await using repo = await guardedRepo()
  await repo.commit(bad)
  await repo.ok('config', 'push.default', 'nothing')
  for (const words of [
    ['origin', ':nowhere'],
    ['origin', 'no-such-branch'],
    ['origin', 'main:refs/heads/bad..name'],
    ['origin'],
    [join(repo.home, 'no-such-remote.git'), 'main'],
  ]) {
    const push = await repo.git('push', ...words)
    expect(push.code, words.join(' ')).not.toBe(0)
    expect(push.stderr).not.toContain('ship-guard:')
  }
  await repo.ok('checkout', '-q', '--orphan', 'unborn')
  expect(await repo.git('push', 'origin', 'unborn')).toMatchObject({ code: 1 })
  await repo.ok('checkout', '-q', '-f', '--detach', 'main')
  expect((await repo.git('push', 'origin', 'HEAD')).stderr).toContain('not a full refname')
  expect(await runs(repo)).toBe(0)
})

test('short names, searches and peeled tags are judged as the commit that git makes of them', async () => {
  await using repo = await guardedRepo()
  const oid = await repo.commit(bad, 'a bad commit')
  await repo.ok('tag', '-a', 'v1', '-m', 'v1')
  await repo.commit(good)
  for (const source of [oid.slice(0, 7), ':/a bad commit', 'v1^{commit}', 'main@{1}']) {
    const push = await repo.git('push', 'origin', `${source}:refs/heads/main`)
    expect(push, source).toMatchObject({ code: 1, stderr: expect.stringContaining('Refused: origin/main') })
  }
  const tree = await repo.git('push', 'origin', 'HEAD^{tree}:refs/heads/develop')
  expect(tree).toMatchObject({ code: 1, stderr: expect.not.stringContaining('fault of ship-guard') })
  expect(tree.stderr).toContain('ship-guard')
})

test('names of branches reach no shell, whatever they hold', async () => {
  await using repo = await guardedRepo()
  await repo.commit(bad)
  const names = [
    `x;$(touch$\{IFS}pwned)&"q"`,
    `\`touch$\{IFS}pwned\``,
    "a'b",
    '世界',
    '-rf',
    '%s%n',
    '$HOME',
    'a|b>c',
    '!x#',
  ]
  const refs = names.map(name => `release/${name}`)
  const refused = await repo.git('push', 'origin', ...refs.map(ref => `HEAD:refs/heads/${ref}`))
  expect(refused.code).toBe(1)
  for (const ref of refs) expect(refused.stderr).toContain(ref)
  const commit = await repo.commit(good)
  expect(await repo.git('push', 'origin', ...refs.map(ref => `HEAD:refs/heads/${ref}`))).toMatchObject({ code: 0 })
  for (const ref of refs) expect(await remoteHas(repo, ref)).toBe(commit)
  expect(await repo.ok('status', '--porcelain', '--ignored')).toBe('')
  expect((await exec('find', [repo.home, '-name', 'pwned'])).stdout).toBe('')
})

test('--mirror is judged branch by branch, and what this clone remembers of remotes comes along', async () => {
  await using repo = await guardedRepo()
  const commit = await repo.commit({ 'a.txt': 'a' })
  expect((await repo.git('push', '--mirror', 'origin')).code).toBe(0)
  expect([await runs(repo), await remoteHas(repo, 'main')]).toEqual([1, commit])
})

test('what --mirror deletes git tells no hook of this clone; the server’s own gate keeps it', async () => {
  await using repo = await guardedRepo()
  const branch = () => exec('git', ['--git-dir', repo.origin, 'branch', '-f', 'develop', 'main'])
  await branch()
  // transport.c passes over refs of the remote that have no counterpart here, except for --prune and --delete.
  expect((await repo.git('push', '--mirror', 'origin')).code).toBe(0)
  expect(await remoteHas(repo, 'develop')).toBe('')

  expect((await repo.shipGuard(['ci', 'pre-receive', '--write'], { cwd: repo.origin })).code).toBe(0)
  await branch()
  expect((await repo.git('push', '--mirror', 'origin')).stderr).toContain('deletes develop')
  expect(await remoteHas(repo, 'develop')).not.toBe('')
})

test('a push option is not seen by a hook, so none switches a gate off', async () => {
  await using repo = await guardedRepo()
  await exec('git', ['--git-dir', repo.origin, 'config', 'receive.advertisePushOptions', 'true'])
  await repo.commit(bad)
  await repo.ok('config', 'push.pushOption', 'ship-guard.skip')
  for (const option of ['SHIP_GUARD_SKIP=all', 'ci.skip']) {
    const push = await repo.git('push', '-q', '-o', option, 'origin', 'main')
    expect(push).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('the tests say no') })
  }
})

test('a gate that commits does not change what is pushed', async () => {
  await using repo = await guardedRepo({ 'check.sh': 'git commit -q --allow-empty -m "from a gate"\n' })
  const commit = await repo.commit({ 'a.txt': 'a' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push).toMatchObject({ code: 0 })
  expect(await remoteHas(repo, 'main')).toBe(commit)
})

test('however a hook ends that is not well, nothing is pushed', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await repo.commit({ 'a.txt': 'a' })
  const chained = join(repo.dir, '.git', 'hooks', 'pre-push.chained')
  for (const end of ['exit 200', 'kill -9 $$', 'kill -TERM $$', 'exec no-such-program', 'exit 1']) {
    await writeFile(chained, `#!/bin/sh\n${end}\n`)
    await chmod(chained, 0o755)
    expect((await repo.git('push', 'origin', 'main', 'main:feature')).code, end).toBe(1)
  }
  expect([await remoteHas(repo, 'main'), await remoteHas(repo, 'feature')]).toEqual([before, ''])
  expect(await runs(repo)).toBe(0)
})

// git tells a hook where it is by GIT_DIR and the like. A command of the user that makes a repository of its own would make it here.
const tells = 'pwd >"$OUT"; git rev-parse --show-toplevel >>"$OUT"; env | grep "^GIT_" >>"$OUT"; exit 0\n'

test('from a folder below, a linked work tree and a submodule a gate is told of no repository but by where it stands', async () => {
  await using repo = await guardedRepo({ 'check.sh': tells, 'deep/down/file': 'x' })
  await using inner = await guardedRepo({ 'check.sh': tells })
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.origin, 'lib')
  await repo.commit({})
  expect((await repo.shipGuard(['install'], { cwd: join(repo.dir, 'lib') })).code).toBe(0)
  const local = (await repo.ok('rev-parse', '--local-env-vars')).split('\n')
  const env = { OUT: join(repo.home, 'out'), GIT_INDEX_FILE: undefined }
  for (const [cwd, top] of [
    [join(repo.dir, 'deep', 'down'), repo.dir],
    [linked, linked],
    [join(repo.dir, 'lib'), join(repo.dir, 'lib')],
  ] as const) {
    await exec('git', ['commit', '-q', '--allow-empty', '-m', `from ${cwd}`], { cwd })
    const push = await exec('git', ['push', 'origin', 'HEAD:release/1'], { cwd, env })
    expect(push, cwd).toMatchObject({ code: 0, stderr: expect.stringContaining('Passed') })
    const [folder, sees, ...variables] = (await readFile(env.OUT, 'utf8')).trimEnd().split('\n')
    expect([folder, sees]).toEqual([top, top])
    expect(variables.filter(line => local.includes(line.split('=')[0]!))).toEqual([])
    await exec('git', ['--git-dir', repo.origin, 'update-ref', '-d', 'refs/heads/release/1'])
  }
})

test('--recurse-submodules=on-demand: each repository is judged by its own hooks, and one refusal keeps both back', async () => {
  await using repo = await guardedRepo()
  await using inner = await guardedRepo()
  await repo.ok('config', 'push.recurseSubmodules', 'on-demand')
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.origin, 'lib')
  const lib = new TempRepo(repo.home)
  const at = (...args: string[]) => exec('git', args, { cwd: join(repo.dir, 'lib') })
  expect((await lib.shipGuard(['install'], { cwd: join(repo.dir, 'lib') })).code).toBe(0)
  const before = [await remoteHas(repo, 'main'), await remoteHas(inner, 'main')]
  for (const [check, code] of [
    ['echo the library says no; exit 1\n', 1],
    ['exit 0\n', 0],
  ] as const) {
    await writeFile(join(repo.dir, 'lib', 'check.sh'), check)
    await at('commit', '-qam', check)
    const both = [await repo.commit({}), (await at('rev-parse', 'HEAD')).stdout.trim()]
    const push = await repo.git('push', 'origin', 'main')
    expect(push.code === 0 ? 0 : 1, push.stderr).toBe(code)
    if (code === 1) expect(push.stderr).toContain('the library says no')
    expect([await remoteHas(repo, 'main'), await remoteHas(inner, 'main')]).toEqual(code === 0 ? both : before)
  }
  expect(await runs(inner)).toBe(2)
})

test('a gate that pushes: what it pushes is judged as well, and it comes to an end', async () => {
  await using repo = await guardedRepo()
  await repo.commit({
    'check.sh': 'git push -q origin HEAD:refs/heads/free && git push origin HEAD:refs/heads/develop\n',
  })
  const push = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, timeoutMs: 30_000 })
  expect(push.code, push.stderr).toBe(1)
  expect(push.stderr).toContain('A gate of this repository pushes to develop while it runs.')
  expect(await remoteHas(repo, 'free')).not.toBe('')
  expect(await remoteHas(repo, 'develop')).toBe('')
  expect(await runs(repo)).toBe(1)
})
