import { expect, test } from 'vitest'
import { guardedRepo } from '../support/guarded-repo.ts'
import { exec, tempRepo } from '../support/temp-repo.ts'

interface Shown {
  readonly branches: readonly object[]
  readonly push: { readonly gates: readonly object[] }
  readonly bypasses: readonly object[]
  readonly around: readonly object[]
}

test('says where the branches stand and what a push would ask, before and after the gates were asked', async () => {
  await using repo = await guardedRepo()
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main:staging')
  await repo.commit({ 'a.txt': 'a' })
  const before = await repo.shipGuard(['status'])
  expect(before.code).toBe(0)
  expect(before.stdout).toMatch(/^On main at \w{7}\. HEAD beside origin, as last fetched:$/m)
  expect(before.stdout).toMatch(/^ {2}staging {2}1 commit ahead \(not protected\)\n {2}main {5}1 commit ahead$/m)
  expect(before.stdout).toContain('A push to origin/main would ask 1 gate:\n  check  runs\n')
  expect((await repo.shipGuard(['check', '--for', 'main'])).code).toBe(0)
  const after = await repo.shipGuard(['status'])
  expect(after.stdout).toContain('check  passed, kept\nIt would be let through at once.')
  await repo.commit({ 'a.txt': 'b' })
  expect((await repo.shipGuard(['status'])).stdout).toMatch(/check {2}runs, usually \d/)
})

test('shows bypasses with their reasons, and pushes that went around the guard', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'check.sh': 'exit 1\n' })
  const env = { SHIP_GUARD_SKIP: 'check', SHIP_GUARD_REASON: 'known, see #7' }
  expect((await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })).code).toBe(0)
  // The reflog knows whole seconds only; what happened in the second of the install counts as before it.
  await new Promise(resolve => setTimeout(resolve, 1_100))
  const around = await repo.commit({ 'a.txt': 'a' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
  await repo.ok('-c', 'core.hooksPath=/dev/null', 'push', '-q', 'origin', 'main')
  const { stdout } = await repo.shipGuard(['status'])
  expect(stdout).toMatch(/Bypassed, with a reason:\n .* origin\/main \w{7} {2}all gates, by Ada <.*>: known, see #7/)
  expect(stdout).toMatch(/Pushed around the guard:\n .* origin\/main \w{7} {2}it had said refused/)
  expect(stdout).toContain('Nothing to push to origin/main.')
  const json = JSON.parse((await repo.shipGuard(['status', '--json'])).stdout) as Shown
  expect(json.around).toMatchObject([{ remote: 'origin', ref: 'refs/heads/main', commit: around, said: 'refused' }])
  expect(json.bypasses).toMatchObject([{ gates: ['*'], reason: 'known, see #7' }])
  expect(json.push).toMatchObject({ ref: 'refs/heads/main', nothingNew: true, gates: [] })
})

test('answers in a repository without commits or remotes, and names a config that cannot be used', async () => {
  await using repo = await tempRepo()
  await exec('git', ['init', '-q', 'fresh'], { cwd: repo.home })
  const fresh = await repo.shipGuard(['status'], { cwd: `${repo.home}/fresh` })
  expect(fresh).toMatchObject({ code: 0, stdout: 'There is no commit yet.\n' })
  await exec('git', ['commit', '-q', '--allow-empty', '-m', 'one'], { cwd: `${repo.home}/fresh` })
  expect((await repo.shipGuard(['status'], { cwd: `${repo.home}/fresh` })).code).toBe(0)
  await repo.commit({ '.shiprc': 'gatez: {}\n' })
  const wrong = await repo.shipGuard(['status'])
  expect(wrong).toMatchObject({ code: 0, stdout: expect.stringContaining('would be refused: .shiprc') })
})
