import { join } from 'node:path'
import { expect, test } from 'vitest'
import { remoteHas } from '../support/guarded-repo.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

/** develop, staging, production and main on one commit, all guarded by this gate alone. */
async function fourBranches(options = 'true'): Promise<TempRepo> {
  const repo = await tempRepo({
    '.shiprc': `protect: [develop, staging, production, main]\ngates: { db: false, changelog: false, secrets: false, branch-sync: ${options} }\n`,
  })
  for (const name of ['develop', 'staging', 'production']) await repo.ok('push', '-q', 'origin', `main:${name}`)
  await repo.ok('switch', '-q', '-c', 'develop', '--track', 'origin/develop')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  return repo
}

test('a hotfix that only production has keeps develop back until it is merged there', async () => {
  await using repo = await fourBranches()
  await repo.ok('switch', '-q', '-c', 'hotfix', 'origin/production')
  const fix = await repo.commit({ 'fix.txt': 'x' }, 'Mend the login')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'hotfix:production', 'hotfix:main')
  await repo.ok('switch', '-q', 'develop')
  const before = await remoteHas(repo, 'develop')
  await repo.commit({ 'a.txt': 'a' })
  const refused = await repo.git('push', 'origin', 'develop')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`production has 1 commit that develop lacks: ${fix.slice(0, 7)} Mend the login.`)
  expect(refused.stderr).toContain('git merge origin/production')
  expect(await remoteHas(repo, 'develop')).toBe(before)
  await repo.ok('merge', '-q', '--no-edit', 'origin/production')
  expect((await repo.git('push', 'origin', 'develop')).code).toBe(0)
})

test('a commit on staging that develop lacks is refused, and comes the other way round', async () => {
  await using repo = await fourBranches()
  await repo.ok('switch', '-q', '-c', 'staging', 'origin/staging')
  const commit = await repo.commit({ 'a.txt': 'a' }, 'Quick change')
  const refused = await repo.git('push', 'origin', 'staging')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('This push brings 1 commit to staging that develop lacks')
  expect(refused.stderr).toContain(`git cherry-pick ${commit.slice(0, 12)}`)
  await repo.ok('switch', '-q', 'develop')
  await repo.ok('commit', '-q', '--allow-empty', '-m', 'other')
  await repo.ok('cherry-pick', commit.slice(0, 12))
  expect((await repo.git('push', 'origin', 'develop')).code).toBe(0)
  expect((await repo.git('push', 'origin', 'staging')).code).toBe(0)
})

test('merges, and squashes of all that develop had, are nothing that develop lacks', async () => {
  await using repo = await fourBranches()
  await repo.commit({ 'a.txt': 'a' }, 'one')
  await repo.commit({ 'b.txt': 'b' }, 'two')
  expect((await repo.git('push', 'origin', 'develop')).code).toBe(0)
  await repo.ok('switch', '-q', '-c', 'staging', 'origin/staging')
  await repo.ok('merge', '-q', '--no-ff', '-m', 'Release', 'develop')
  expect((await repo.git('push', 'origin', 'staging')).code).toBe(0)
  await repo.ok('switch', '-q', '-c', 'production', 'origin/production')
  await repo.ok('merge', '-q', '--squash', 'develop')
  await repo.ok('commit', '-q', '-m', 'Release 2')
  expect((await repo.git('push', 'origin', 'production')).code).toBe(0)
  await repo.ok('switch', '-q', 'develop')
  await repo.commit({ 'c.txt': 'c' })
  expect((await repo.git('push', 'origin', 'develop')).code).toBe(0)
})

test('the size of a change is told, with the reason, and a branch is the better way for a big one', async () => {
  await using repo = await fourBranches('{ big: error }')
  await repo.commit({ 'a.txt': 'a' })
  const small = await repo.git('push', 'origin', 'develop')
  expect(small.stderr).toMatch(/1 commit, 1 file; straight on the branch is the\s+shortest way/)
  for (const name of ['b', 'c', 'd', 'e']) await repo.commit({ [`${name}.txt`]: name })
  const big = await repo.git('push', 'origin', 'develop')
  expect(big.code).toBe(1)
  expect(big.stderr).toContain('A big change straight on develop: 4 commits, 4 files.')
  await repo.ok('branch', 'feature')
  await repo.ok('reset', '-q', '--hard', 'origin/develop')
  await repo.ok('merge', '-q', '--no-ff', '--no-edit', 'feature')
  const merged = await repo.git('push', 'origin', 'develop')
  expect(merged.code).toBe(0)
  expect(merged.stderr).toMatch(/it came by a branch of\s+its own/)
})

test('what was fetched since a gate passed is asked anew, and a branch that is behind is told before the push', async () => {
  await using repo = await fourBranches()
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.shipGuard(['check', '--for', 'develop'])).code).toBe(0)
  const theirs = join(repo.home, 'theirs')
  await exec('git', ['clone', '-q', '-b', 'develop', repo.origin, theirs])
  for (const branch of ['develop', 'main']) {
    await exec('git', ['checkout', '-q', branch], { cwd: theirs })
    await exec('git', ['commit', '-q', '--allow-empty', '-m', `theirs on ${branch}`], { cwd: theirs })
    await exec('git', ['push', '-q', 'origin', branch], { cwd: theirs })
  }
  await repo.ok('fetch', '-q')
  const checked = await repo.shipGuard(['check', '--for', 'develop'])
  expect(checked.code).toBe(1)
  expect(checked.stderr).toContain('develop on origin has 1 commit that is not in this push.')
  expect(checked.stderr).toContain('main has 1 commit that develop lacks')
})

test('a push to a URL is compared with the branches that some remote is known to have', async () => {
  await using repo = await fourBranches()
  await repo.ok('switch', '-q', '-c', 'hotfix', 'origin/main')
  await repo.commit({ 'fix.txt': 'x' })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'hotfix:main')
  await repo.ok('switch', '-q', 'develop')
  await repo.commit({ 'a.txt': 'a' })
  const push = await repo.git('push', repo.origin, 'develop')
  expect(push.stderr).toContain('main has 1 commit that develop lacks')
  expect(push.code).toBe(1)
})

test('a shallow clone cannot tell, and says how it could', async () => {
  await using repo = await fourBranches()
  const clone = join(repo.home, 'shallow')
  const shallow = ['--depth', '1', '--no-single-branch', '-b', 'develop']
  await exec('git', ['clone', '-q', ...shallow, `file://${repo.origin}`, clone])
  await exec('git', ['commit', '-q', '--allow-empty', '-m', 'one more'], { cwd: clone })
  const checked = await repo.shipGuard(['check', '--for', 'develop'], { cwd: clone })
  expect(checked.code).toBe(3)
  expect(checked.stderr).toContain('git fetch --unshallow')
})
