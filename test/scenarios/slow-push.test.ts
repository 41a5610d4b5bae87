import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { exec, type TempRepo } from '../support/temp-repo.ts'

/** A hook that was there before ours and takes down that it ran. */
async function foreignHook(repo: TempRepo): Promise<string> {
  const log = join(repo.home, 'foreign')
  await writeFile(log, '')
  await writeFile(join(repo.dir, '.git/hooks/pre-push.chained'), `#!/bin/sh\ncat >>${log}\n`, { mode: 0o755 })
  return log
}

async function lines(path: string): Promise<number> {
  return Number((await exec('wc', ['-l', path])).stdout.trim().split(' ')[0])
}

test('`ship-guard push` asks, then pushes with git’s own words, and the hook finds every answer kept', async () => {
  await using repo = await guardedRepo()
  const foreign = await foreignHook(repo)
  const commit = await repo.commit({ 'a.txt': 'a' })
  const pushed = await repo.shipGuard(['push', '-u', '--force-with-lease', 'origin', 'HEAD:main'])
  expect(pushed.code).toBe(0)
  expect(pushed.stderr).toContain('Passed: origin/main')
  expect(pushed.stderr).toContain('HEAD -> main')
  expect(pushed.stderr).toContain('all stored')
  expect(await runs(repo)).toBe(1)
  // The other hook saw the real push, and not the question before it.
  expect(await lines(foreign)).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(commit)
  expect(await repo.ok('rev-parse', '--abbrev-ref', 'main@{upstream}')).toBe('origin/main')
  expect((await exec('ls', [join(repo.dir, '.git/ship-guard')])).stdout).not.toContain('dry-run')
})

test('what the gates refuse never reaches git, and what git refuses never reaches the gates', async () => {
  await using repo = await guardedRepo({ 'check.sh': 'exit 1\n' })
  const foreign = await foreignHook(repo)
  await repo.commit({ 'a.txt': 'a' })
  const before = await remoteHas(repo, 'main')
  const refused = await repo.shipGuard(['push', 'origin', 'main'])
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Refused: origin/main needs check') })
  expect(await lines(foreign)).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(before)

  const unknown = await repo.shipGuard(['push', 'origin', 'no-such-branch'])
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no-such-branch') })
  const nowhere = await repo.shipGuard(['push', 'nowhere', 'main'])
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere') })
  const option = await repo.shipGuard(['push', '--no-such-option'])
  expect(option.code).toBe(2)
  const around = await repo.shipGuard(['push', '--no-verify', 'origin', 'main'])
  expect(around).toMatchObject({ code: 2, stderr: expect.stringContaining('SHIP_GUARD_REASON') })
  expect(await runs(repo)).toBe(1)
})

test('every ref and every address counts, quiet or not, from a folder below and from a linked work tree', async () => {
  await using repo = await guardedRepo()
  const second = join(repo.home, 'second.git')
  await exec('git', ['clone', '-q', '--bare', repo.origin, second])
  await repo.ok('remote', 'set-url', '--add', '--push', 'origin', repo.origin)
  await repo.ok('remote', 'set-url', '--add', '--push', 'origin', second)
  const commit = await repo.commit({ 'deep/er/a.txt': 'a' })
  await repo.ok('branch', 'topic')
  const below = await repo.shipGuard(['push', '-q', 'origin', 'topic', 'main:develop', 'main'], {
    cwd: join(repo.dir, 'deep/er'),
  })
  expect(below.code).toBe(0)
  expect(await runs(repo)).toBe(1)
  for (const branch of ['topic', 'develop', 'main']) expect(await remoteHas(repo, branch)).toBe(commit)
  expect((await exec('git', ['--git-dir', second, 'rev-parse', 'develop'])).stdout.trim()).toBe(commit)

  const tree = join(repo.home, 'tree')
  await repo.ok('worktree', 'add', '-q', '-b', 'other', tree)
  await writeFile(join(tree, 'b.txt'), 'b')
  await exec('git', ['add', '-A'], { cwd: tree })
  await exec('git', ['commit', '-q', '-m', 'b'], { cwd: tree })
  const linked = await repo.shipGuard(['push', 'origin', 'other:main'], { cwd: tree })
  expect(linked).toMatchObject({ code: 0, stderr: expect.stringContaining('other -> main') })
  expect(await runs(repo)).toBe(2)
})

test('nothing to push, an unprotected branch and a deletion are judged as git push would judge them', async () => {
  await using repo = await guardedRepo()
  const nothing = await repo.shipGuard(['push', 'origin', 'main'])
  expect(nothing).toMatchObject({ code: 0, stderr: expect.stringContaining('Everything up-to-date') })
  await repo.ok('branch', 'topic')
  expect((await repo.shipGuard(['push', 'origin', 'topic'])).code).toBe(0)
  expect(await runs(repo)).toBe(0)
  const deleted = await repo.shipGuard(['push', 'origin', '--delete', 'main'])
  expect(deleted).toMatchObject({ code: 1, stderr: expect.stringContaining('deletes main') })
  expect(await remoteHas(repo, 'main')).not.toBe('')
  expect((await repo.shipGuard(['push', '--dry-run', 'origin', 'topic:new'])).code).toBe(0)
  expect(await remoteHas(repo, 'new')).toBe('')
})

test('a gate that somebody switches off for one push is written down once', async () => {
  await using repo = await guardedRepo({ 'check.sh': 'exit 1\n' })
  const commit = await repo.commit({ 'a.txt': 'a' })
  const env = { SHIP_GUARD_SKIP: 'check', SHIP_GUARD_REASON: 'the server burns' }
  expect((await repo.shipGuard(['push', 'origin', 'main'], { env })).code).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(commit)
  expect(await lines(join(repo.dir, '.git/ship-guard/log/bypasses.jsonl'))).toBe(1)
})

test('it works as an alias of git, and without hooks in place', async () => {
  await using repo = await guardedRepo()
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  await repo.ok('config', 'alias.ship', `!${process.execPath} ${process.env.SHIP_GUARD_TEST_PACKAGE}/dist/main.js push`)
  await mkdir(join(repo.dir, 'below'))
  const commit = await repo.commit({ 'below/a.txt': 'a' })
  const pushed = await exec('git', ['ship', 'origin', 'main'], { cwd: join(repo.dir, 'below') })
  expect(pushed.code).toBe(0)
  expect(await runs(repo)).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(commit)
})
