import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exec, TempRepo, tempRepo } from '../support/temp-repo.ts'

const config = `gates:
  secrets: true
  changelog: { file: CHANGELOG.md }
  db: { dialect: postgres }
`
const changelog = '# Changelog\n\n## [Unreleased]\n'

/** Ada's clone with the hooks, and a colleague's clone that pushes without them. */
async function twoClones(): Promise<{ ada: TempRepo; colleague: TempRepo }> {
  const ada = await tempRepo({
    '.shiprc': config,
    'CHANGELOG.md': changelog,
    'migrations/1_create.sql': 'CREATE TABLE users (id int, email text);\n',
    'composer.lock': '{}\n',
  })
  const installed = await ada.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  const colleague = new TempRepo(join(ada.home, 'colleague'))
  await exec('git', ['clone', '-q', ada.origin, colleague.dir])
  return { ada, colleague }
}

const drop = { 'migrations/2_drop.sql': 'ALTER TABLE users DROP COLUMN email;\n', 'composer.lock': '{"v":2}\n' }

test('a pull says which migrations to apply and which dependencies to install, and what a push would meet', async () => {
  const { ada, colleague } = await twoClones()
  await using _ = ada
  await colleague.commit(drop)
  await colleague.ok('push', '-q', 'origin', 'main')
  const pull = await ada.git('pull', '-q', '--ff-only')
  expect(pull.code).toBe(0)
  expect(pull.stderr).toContain('migrations/2_drop.sql')
  expect(pull.stderr).toContain('composer install')
  expect(pull.stdout).toBe('')
})

test('a merge of a branch that would be refused says so at once, changes no file and blocks nothing', async () => {
  const { ada } = await twoClones()
  await using _ = ada
  await ada.ok('checkout', '-q', '-b', 'topic')
  await ada.commit(drop)
  await ada.ok('checkout', '-q', 'main')
  const merge = await ada.git('merge', '--no-ff', '-m', 'merge topic', 'topic')
  expect(merge.code).toBe(0)
  expect(merge.stderr).toContain('a push of this to origin/main would be refused')
  expect(merge.stderr).toContain('migrations/2_drop.sql:1')
  expect(await ada.ok('status', '--porcelain')).toBe('')
})

test('the verdicts of the fast gates are kept for the push', async () => {
  const { ada } = await twoClones()
  await using _ = ada
  await ada.ok('checkout', '-q', '-b', 'topic')
  await ada.commit({ 'a.txt': 'a', 'CHANGELOG.md': `${changelog}\n### Added\n\n- A thing.\n` })
  await ada.ok('checkout', '-q', 'main')
  await ada.ok('merge', '-q', '--no-ff', '-m', 'merge topic', 'topic')
  const push = await ada.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(push.stderr).toContain('stored')
})

test('a finished rebase and an amended commit are looked at, a squash is not', async () => {
  const { ada, colleague } = await twoClones()
  await using _ = ada
  await colleague.commit({ 'theirs.txt': 't' })
  await colleague.ok('push', '-q', 'origin', 'main')
  await ada.commit(drop)
  const rebase = await ada.git('pull', '--rebase', '-q')
  expect(rebase.code).toBe(0)
  expect(rebase.stderr).toContain('would be refused')
  await ada.write('more.txt', 'm')
  await ada.ok('add', '-A')
  expect((await ada.git('commit', '-q', '--amend', '-m', 'amended')).stderr).toContain('would be refused')
  await ada.ok('reset', '-q', '--hard', 'origin/main')
  await ada.ok('checkout', '-q', '-b', 'topic')
  await ada.commit(drop)
  await ada.ok('checkout', '-q', 'main')
  expect((await ada.git('merge', '--squash', 'topic')).stderr).not.toContain('would be refused')
})

test('it can be switched off, and a broken config stops no merge', async () => {
  const { ada } = await twoClones()
  await using _ = ada
  await ada.commit({ '.shiprc': `${config}postMerge: off\n` })
  await ada.ok('checkout', '-q', '-b', 'topic')
  await ada.commit(drop)
  await ada.ok('checkout', '-q', 'main')
  expect((await ada.git('merge', '--no-ff', '-m', 'm', 'topic')).stderr).not.toContain('would be refused')
  await ada.commit({ '.shiprc': 'protect: [\n' })
  await ada.ok('checkout', '-q', '-b', 'another')
  await ada.commit({ 'b.txt': 'b' })
  await ada.ok('checkout', '-q', 'main')
  expect((await ada.git('merge', '--no-ff', '-m', 'm', 'another')).code).toBe(0)
})

test('however the commits come in they are looked at, once: --no-verify, a rebase that is none, a linked work tree', async () => {
  const { ada, colleague } = await twoClones()
  await using _ = ada
  await ada.ok('branch', 'aside')
  await colleague.commit(drop)
  await colleague.ok('push', '-q', 'origin', 'main')
  const rebased = await ada.git('pull', '--rebase')
  expect(rebased.stderr).toContain('migrations/2_drop.sql')
  expect((await ada.git('pull')).stderr).not.toContain('ship-guard')
  expect((await ada.git('fetch', 'origin')).stderr).not.toContain('ship-guard')

  await ada.ok('checkout', '-q', '-b', 'topic', 'main~1')
  await ada.commit({ 'migrations/3_drop.sql': 'DROP TABLE users;\n' })
  await ada.ok('checkout', '-q', 'aside')
  const unverified = await ada.git('merge', '--no-verify', '--no-ff', '-m', 'm', 'topic')
  expect(unverified.stderr).toContain('migrations/3_drop.sql')

  const tree = join(ada.home, 'tree')
  await ada.ok('worktree', 'add', '-q', '-b', 'linked', tree, 'main')
  const linked = await exec('git', ['merge', '--no-ff', '-m', 'm', 'topic'], { cwd: tree })
  expect(linked).toMatchObject({ code: 0, stdout: expect.not.stringContaining('refused') })
  expect(linked.stderr).toContain('would be refused')
})

test('a merge that stops at a conflict is looked at when the next one moves HEAD', async () => {
  const { ada } = await twoClones()
  await using _ = ada
  await ada.ok('checkout', '-q', '-b', 'topic')
  await ada.commit({ ...drop, 'a.txt': 'theirs\n' })
  await ada.ok('checkout', '-q', 'main')
  await ada.commit({ 'a.txt': 'ours\n' })
  const conflict = await ada.git('merge', 'topic')
  expect(conflict.code).toBe(1)
  expect(conflict.stderr).not.toContain('ship-guard')
  await ada.write('a.txt', 'both\n')
  await ada.ok('add', '-A')
  expect((await ada.git('commit', '-q', '-m', 'merge topic')).code).toBe(0)
  expect((await ada.git('commit', '-q', '--amend', '-m', 'merge topic, both')).stderr).toContain('would be refused')
})

test('each lock file that came in is installed where it lies', async () => {
  const { ada, colleague } = await twoClones()
  await using _ = ada
  await colleague.commit({
    'package-lock.json': '{}\n',
    'apps/web/pnpm-lock.yaml': 'a: 1\n',
    "it's odd/Gemfile.lock": 'GEM\n',
  })
  await colleague.ok('push', '-q', 'origin', 'main')
  const { stderr } = await ada.git('pull', '-q', '--ff-only')
  expect(stderr).toContain('(package-lock.json): npm ci')
  expect(stderr).toContain('(apps/web/pnpm-lock.yaml): cd apps/web && pnpm install --frozen-lockfile')
  expect(stderr).toContain(`cd './it'\\''s odd' && bundle install`)
})
