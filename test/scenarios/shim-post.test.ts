import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakePackage, putHook, putShim } from '../support/shim.ts'
import { exec, tempRepo } from '../support/temp-repo.ts'

async function guarded(where?: string) {
  const repo = await tempRepo()
  const fake = await FakePackage.at(join(repo.home, 'fake-package'))
  for (const event of ['post-merge', 'post-rewrite'] as const)
    await putShim(repo, event, where === undefined ? {} : { package: where })
  await repo.ok('checkout', '-q', '-b', 'side')
  await repo.commit({ side: 'x' })
  await repo.ok('checkout', '-q', 'main')
  return Object.assign(repo, { fake })
}

test('a merge is told to Node, whose exit code and stdout do not matter', async () => {
  await using repo = await guarded()
  await repo.fake.endsWith(3)
  const merge = await repo.git('merge', '-q', 'side')
  expect(merge).toMatchObject({ code: 0, stdout: '' })
  expect(merge.stderr).toContain('judged by the fake')
  expect(await repo.fake.started()).toMatchObject([{ argv: ['post-merge', '0'], stdin: '', cwd: repo.dir }])
})

test('an amended commit and a rebase are told to Node with their lines', async () => {
  await using repo = await guarded()
  const before = await repo.commit({ a: 'a' })
  const amend = await repo.git('commit', '-q', '--amend', '-m', 'better')
  expect(amend.code).toBe(0)
  const after = await repo.ok('rev-parse', 'HEAD')
  expect((await repo.git('rebase', '-q', 'side')).code).toBe(0)
  const [first, second] = await repo.fake.started()
  expect(first).toMatchObject({ argv: ['post-rewrite', 'amend'], stdin: `${before} ${after}\n` })
  expect(second).toMatchObject({ argv: ['post-rewrite', 'rebase'] })
  expect(second!.stdin).toBe(`${after} ${await repo.ok('rev-parse', 'HEAD')}\n`)
})

test('a chained hook runs first with its arguments and stdin, and its exit code is the hook’s', async () => {
  await using repo = await guarded()
  const log = join(repo.home, 'log')
  for (const event of ['post-merge', 'post-rewrite'])
    await putHook(repo, `${event}.chained`, `#!/bin/sh\n{ echo "$@"; cat; } >>'${log}'\nexit 5\n`)
  await repo.git('merge', '-q', 'side')
  await repo.git('commit', '-q', '--amend', '-m', 'better')
  expect(await readFile(log, 'utf8')).toMatch(/^0\namend\n[0-9a-f]{40} [0-9a-f]{40}\n$/)
  expect(await repo.fake.started()).toHaveLength(2)
  for (const event of ['post-merge', 'post-rewrite']) {
    const direct = await exec(join(repo.dir, '.git', 'hooks', event), ['x'], { cwd: repo.dir, input: '' })
    expect(direct.code).toBe(5)
  }
  await chmod(join(repo.dir, '.git/hooks/post-merge.chained'), 0o644)
  expect((await exec(join(repo.dir, '.git/hooks/post-merge'), ['0'], { cwd: repo.dir, input: '' })).code).toBe(0)
})

test('without the package one line is said and nothing fails', async () => {
  await using repo = await guarded('/nowhere')
  const merge = await repo.git('merge', '-q', 'side')
  expect(merge.code).toBe(0)
  expect(merge.stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /^ship-guard: nothing was looked at, the ship-guard package was not found\. Run `npm install`/,
    ),
  ])
})

test('in a linked work tree Node is told the git dir', async () => {
  await using repo = await guarded()
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'other', linked)
  expect((await exec('git', ['merge', '-q', 'side'], { cwd: linked })).code).toBe(0)
  expect(await repo.fake.started()).toMatchObject([{ gitDir: join(repo.dir, '.git', 'worktrees', 'linked') }])
})
