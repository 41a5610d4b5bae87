// The rows of table 4b of what git starts after a merge that no other file of this folder tries: with and without a hook, nothing is lost.

import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Ended, exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const config = 'gates:\n  secrets: true\n  changelog: false\n  tests: false\n  db: { dialect: postgres }\n'
const drop = { 'migrations/2_drop.sql': 'ALTER TABLE users DROP COLUMN email;\n' }

/** On main; the branch `topic`, here and on origin, drops a column. */
async function withTopic(): Promise<TempRepo> {
  const repo = await tempRepo({
    '.shiprc': config,
    'migrations/1_create.sql': 'CREATE TABLE users (id int, email text);\n',
  })
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  await repo.ok('checkout', '-q', '-b', 'topic')
  await repo.commit(drop)
  await repo.ok('push', '-q', '--no-verify', 'origin', 'topic')
  await repo.ok('checkout', '-q', 'main')
  return repo
}

const looked = (ended: Ended) => ended.stderr.includes('ship-guard:') || ended.stderr.includes('2_drop.sql')

test.each<[string, readonly string[], boolean]>([
  ['a fast-forward', ['merge', 'topic'], false],
  ['a fast-forward in silence', ['merge', '-q', '--ff-only', 'topic'], false],
  ['pull --no-rebase of other commits', ['pull', '--no-rebase', '--no-edit', 'origin', 'topic'], true],
  ['pull --rebase of other commits', ['pull', '--rebase', 'origin', 'topic'], true],
  ['pull of a fast-forward', ['pull', 'origin', 'topic'], false],
  ['pull --rebase without commits of one’s own', ['pull', '--rebase', 'origin', 'topic'], false],
  ['pull --squash', ['pull', '--no-rebase', '--squash', 'origin', 'topic'], true],
])('%s', async (name, words, diverged) => {
  await using repo = await withTopic()
  if (diverged) await repo.commit({ 'mine.txt': 'm' })
  const merged = await repo.git(...words)
  expect(merged.code, merged.stderr).toBe(0)
  expect(looked(merged)).toBe(name !== 'pull --squash')
  expect(await repo.ok('status', '--porcelain')).toBe(name === 'pull --squash' ? 'A  migrations/2_drop.sql' : '')
  await expect(access(join(repo.dir, '.git', 'MERGE_HEAD'))).rejects.toThrow()
})

test('what comes without a hook that says so is looked at with the next that does', async () => {
  const quietly: readonly (readonly (readonly string[])[])[] = [
    [['reset', '-q', '--hard', 'topic']],
    [['rebase', '-q', 'topic']],
    [
      ['merge', '-q', '--no-commit', '--no-ff', 'topic'],
      ['commit', '-q', '-m', 'merged'],
    ],
    [
      ['merge', '-q', '--no-commit', '--no-ff', 'topic'],
      ['-c', 'core.editor=true', 'merge', '--continue'],
    ],
    [
      ['merge', '-q', '--squash', 'topic'],
      ['commit', '-q', '-m', 'squashed'],
    ],
  ]
  await using repo = await withTopic()
  await repo.ok('branch', 'start')
  for (const commands of quietly) {
    await repo.ok('checkout', '-q', '-B', 'main', 'start')
    for (const words of commands) {
      const done = await repo.git(...words)
      expect(done.code, done.stderr).toBe(0)
      expect(looked(done), words.join(' ')).toBe(false)
    }
    const amended = await repo.git('commit', '-q', '--amend', '--allow-empty', '-m', 'amended')
    expect(looked(amended), commands.join(' | ')).toBe(true)
  }
})

test('an octopus, a merge in a linked work tree of another branch and a merge of nothing', async () => {
  await using repo = await withTopic()
  await repo.ok('checkout', '-q', '-b', 'other', 'main')
  await repo.commit({ 'other.txt': 'o' })
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '--detach', linked, 'main')
  await repo.ok('checkout', '-q', 'main')
  expect(looked(await repo.git('merge', '--no-ff', '-m', 'octopus', 'topic', 'other'))).toBe(true)
  expect(looked(await repo.git('merge', 'topic'))).toBe(false)
  const detached = await exec('git', ['merge', '--ff-only', 'topic'], { cwd: linked })
  expect(detached).toMatchObject({ code: 0, stderr: expect.not.stringContaining('broke') })
})
