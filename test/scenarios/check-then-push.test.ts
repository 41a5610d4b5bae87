import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import type { TempRepo } from '../support/temp-repo.ts'

async function receipts(repo: TempRepo): Promise<readonly string[]> {
  return readdir(join(repo.dir, '.git/ship-guard/receipts')).catch(() => [])
}

test('after `check` has passed, the push needs neither a run nor a look at the verdicts', async () => {
  await using repo = await guardedRepo()
  const commit = await repo.commit({ 'a.txt': 'a' })
  expect((await repo.shipGuard(['check', '--for', 'main'])).code).toBe(0)
  expect(await receipts(repo)).toHaveLength(1)
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(push.stderr).toContain('ship-guard: origin/main passed (check, all stored).')
  expect(await runs(repo)).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(commit)
})

test('a `check` that asked only some gates, refused, or was for another branch does not speak for the push', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.shipGuard(['check', '--for', 'main', '--only', 'check'])).code).toBe(0)
  expect(await receipts(repo)).toHaveLength(0)
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main:develop')
  await repo.commit({ 'check.sh': 'exit 1\n' })
  expect((await repo.shipGuard(['check', '--for', 'main'])).code).toBe(1)
  expect(await receipts(repo)).toHaveLength(0)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
  await repo.commit({ 'check.sh': 'exit 0\n' })
  expect((await repo.shipGuard(['check', '--for', 'develop'])).code).toBe(0)
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(push.stderr).not.toContain('all stored')
})
