import { expect, test } from 'vitest'
import { remoteHas } from '../support/guarded-repo.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

/** A repository whose `main` and `release/*` let no secret in. */
async function withoutSecrets(): Promise<TempRepo> {
  const repo = await tempRepo({
    '.shiprc': "protect: [main, 'release/*']\ngates: { db: false, changelog: false, tests: false }\n",
  })
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  return repo
}

test('what the remote got on an unguarded branch is judged when a new protected branch is made of it', async () => {
  await using repo = await withoutSecrets()
  await repo.ok('switch', '-q', '-c', 'feature')
  await repo.commit({ '.env': 'PASSWORD=correct-horse\n' })
  expect((await repo.git('push', 'origin', 'feature')).code).toBe(0)
  const checked = await repo.shipGuard(['check', '--for', 'release/1'])
  expect(checked.code).toBe(1)
  const push = await repo.git('push', 'origin', 'feature:refs/heads/release/1')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('.env')
  expect(await remoteHas(repo, 'release/1')).toBe('')
})
