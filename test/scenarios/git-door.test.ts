import { expect, test } from 'vitest'
import { GitError } from '../../src/core/errors.ts'
import { openGit } from '../../src/io/git.ts'
import { tempRepo } from '../support/temp-repo.ts'

test('a git that says no is told apart from a git that breaks, with its code and words', async () => {
  await using repo = await tempRepo()
  const git = await openGit(repo.dir, process.env)
  const failing = git.text(['rev-parse', '--verify', 'no-such-branch'])
  await expect(failing).rejects.toBeInstanceOf(GitError)
  await expect(failing).rejects.toMatchObject({
    code: 128,
    stderr: expect.stringContaining('Needed a single revision'),
  })
  expect(await git.answer(['config', '--get', 'branch.nowhere.remote'])).toBeUndefined()
})
