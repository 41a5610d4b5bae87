import { expect, test } from 'vitest'
import { remoteHas } from '../support/guarded-repo.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const head = "import test from 'node:test'\n"
const two = `${head}test('adds', () => {})\ntest('subtracts', () => {})\n`

/** A repository whose tests are run by the real node --test. */
async function guarded(muted = ''): Promise<TempRepo> {
  const repo = await tempRepo({ 'test/sum.test.mjs': two, 'src/sum.mjs': 'export const sum = 1\n' })
  await repo.commit({
    '.shiprc': `protect: [main]\ngates:\n  db: false\n  secrets: false\n  changelog: false\n  tests:\n    run: node --test --test-reporter=tap test/\n${muted}`,
  })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  return repo
}

test('a push with a focused test is refused before anything is run', async () => {
  await using repo = await guarded()
  const before = await remoteHas(repo, 'main')
  await repo.commit({ 'test/sum.test.mjs': two.replace("test('adds'", "test.only('adds'") })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('“adds” is run alone (test.only).')
  expect(push.stderr).toContain('test/sum.test.mjs:2:1  focused-test')
  expect(await remoteHas(repo, 'main')).toBe(before)
})

test('a skipped and a deleted test are told, and let through; with a reason they are silent', async () => {
  await using repo = await guarded()
  await repo.commit({ 'test/sum.test.mjs': two.replace("test('adds'", "test.skip('adds'") })
  const skipped = await repo.git('push', 'origin', 'main')
  expect(skipped.code).toBe(0)
  expect(skipped.stderr).toContain('“adds” is now skipped (test.skip).')
  await repo.commit({ 'test/sum.test.mjs': `${head}test('subtracts', () => {})\n` })
  const deleted = await repo.git('push', 'origin', 'main')
  expect(deleted.code).toBe(0)
  expect(deleted.stderr).toContain('1 test fewer than before. No longer there: “adds”.')
  const allowed = "// ship-guard:allow skipped-test waits for the new service\ntest.skip('subtracts', () => {})"
  await repo.commit({ 'test/sum.test.mjs': `${head}${allowed}\ntest('more', () => {})\n` })
  const silent = await repo.git('push', 'origin', 'main')
  expect(silent.code).toBe(0)
  expect(silent.stderr).not.toContain('subtracts')
})

test('a team may refuse every skipped test', async () => {
  await using repo = await guarded('  muted-tests: { skipped: error }\n')
  await repo.commit({ 'test/sum.test.mjs': two.replace("test('adds'", "test.skip('adds'") })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('“adds” is now skipped (test.skip).')
})
