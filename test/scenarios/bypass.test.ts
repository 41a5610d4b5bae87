import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas } from '../support/guarded-repo.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

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

test('a push cannot switch off its own guard by making a new branch', async () => {
  await using repo = await guardedRepo()
  await repo.ok('switch', '-q', '-c', 'feature')
  await repo.commit({ '.shiprc': 'protect: [nothing]\n', 'check.sh': 'exit 1\n' })
  const push = await repo.git('push', 'origin', 'feature:refs/heads/develop')
  expect(push.stderr).toContain('This push takes away the gate check.')
  expect(push.code).toBe(1)
  expect(await remoteHas(repo, 'develop')).toBe('')
})

test('a push cannot switch off its own guard by overwriting what this clone has not fetched', async () => {
  await using repo = await guardedRepo()
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main:release/1')
  const theirs = join(repo.home, 'theirs')
  await exec('git', ['clone', '-q', '-b', 'release/1', repo.origin, theirs])
  await exec('git', ['commit', '-q', '--allow-empty', '-m', 'theirs'], { cwd: theirs })
  await exec('git', ['push', '-q', 'origin', 'release/1'], { cwd: theirs })
  const before = await remoteHas(repo, 'release/1')
  await repo.commit({ '.shiprc': 'protect: [nothing]\n' })
  const push = await repo.git('push', '--force', 'origin', 'main:release/1')
  expect(push.stderr).toContain('has commits on release/1 that this clone does not know')
  expect(await remoteHas(repo, 'release/1')).toBe(before)
})

test('a protection of origin holds by whatever name, URL or path its repository is reached', async () => {
  await using repo = await guardedRepo()
  const config = (await repo.read('.shiprc')).replace(/^protect:.*/, 'protect: [{ remotes: [origin], refs: [main] }]')
  await repo.commit({ '.shiprc': config })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  const before = await remoteHas(repo, 'main')
  await repo.ok('remote', 'add', 'backup', `file://${repo.origin}`)
  await repo.commit({ 'check.sh': 'exit 1\n' })
  for (const remote of ['origin', 'backup', repo.origin, `file://${repo.origin}`, '../origin.git'])
    expect((await repo.git('push', remote, 'main')).stderr).toContain('needs check')
  expect(await remoteHas(repo, 'main')).toBe(before)
  const fork = join(repo.home, 'fork.git')
  await exec('git', ['init', '-q', '--bare', fork])
  expect((await repo.git('push', fork, 'main')).code).toBe(0)
})

test('a push that takes a gate away says so also when nobody can read what the remote asks for', async () => {
  await using repo = await guardedRepo()
  const good = await repo.read('.shiprc')
  await repo.commit({ '.shiprc': `${good}gatez: {}\n` })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const mended = await repo.commit({ '.shiprc': good.replace(/ {2}command:[^]*/, '') })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.stderr).toContain('The config that the remote has now could not be read')
  expect(push.stderr).toContain('gatez')
  expect(await remoteHas(repo, 'main')).toBe(mended)
})
