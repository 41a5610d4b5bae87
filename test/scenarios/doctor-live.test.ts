// The proof by a real push, and what git remembers of pushes that went around the guard.
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diagnosed, typed } from '../support/diagnosed.ts'
import { guardedRepo } from '../support/guarded-repo.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

async function put(repo: TempRepo, name: string, text: string): Promise<void> {
  const path = join(repo.dir, '.git', 'hooks', name)
  await writeFile(path, text, { mode: 0o755 })
}

async function refs(repo: TempRepo): Promise<string> {
  return `${await repo.ok('for-each-ref')}\n${(await exec('git', ['--git-dir', repo.origin, 'for-each-ref'])).stdout}${await repo.ok('count-objects', '-v')}`
}

test('--live: a real push starts the guard, and nothing of the repository or its remote has changed', async () => {
  await using repo = await tempRepo()
  await repo.shipGuard(['install'])
  await repo.ok('tag', '-m', 'v1', 'v1')
  await repo.ok('config', 'push.followTags', 'true')
  await repo.ok('config', 'url.ssh://nobody.invalid/.pushInsteadOf', '/')
  await repo.ok('config', '--add', 'push.pushOption', 'x')
  const before = await refs(repo)
  const live = await diagnosed(repo, { args: ['--live'] })
  expect(live.looked.find(({ of }) => of === 'live')!.checks).toMatchObject([
    { id: 'live', state: 'fine', what: expect.stringContaining('git started .git/hooks/pre-push with the refs.') },
  ])
  expect(await refs(repo)).toBe(before)
  expect(live.code).toBe(0)
})

test('--live in a linked work tree, in a shallow clone and with SHA-256', async () => {
  await using repo = await tempRepo({}, { objectFormat: 'sha256' })
  await repo.shipGuard(['install'])
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  const there = await diagnosed(repo, { args: ['--live'], cwd: linked })
  expect(there.looked.find(({ of }) => of === 'live')!.checks).toMatchObject([{ state: 'fine' }])

  await repo.commit({ more: 'x' })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const shallow = join(repo.home, 'shallow')
  await exec('git', ['clone', '-q', '--depth', '1', `file://${repo.origin}`, shallow])
  await repo.shipGuard(['install'], { cwd: shallow })
  const cut = await diagnosed(repo, { args: ['--live'], cwd: shallow })
  expect(cut.looked.find(({ of }) => of === 'live')!.checks[0]).toMatchObject({ state: 'fine' })
})

test('--live finds what no look at files can: a hook that leaves early, one that eats stdin, and one that keeps the push back', async () => {
  await using repo = await tempRepo()
  await repo.shipGuard(['install'])
  const calls = 'sh "$(git rev-parse --git-common-dir)/ship-guard/hooks/pre-push" "$@"'
  const shim = await readFile(join(repo.dir, '.git', 'hooks', 'pre-push'), 'utf8')
  await mkdir(join(repo.dir, '.git', 'ship-guard', 'hooks'), { recursive: true })
  await writeFile(join(repo.dir, '.git', 'ship-guard', 'hooks', 'pre-push'), shim)

  await put(repo, 'pre-push', `#!/bin/sh\nexit 0\n${calls}\n`)
  const never = await diagnosed(repo, { args: ['--live'] })
  expect(never.problems).toMatchObject([{ id: 'live', what: expect.stringContaining('was not started by it') }])

  await put(repo, 'pre-push', `#!/bin/sh\ncat >/dev/null\n${calls}\n`)
  const deaf = await diagnosed(repo, { args: ['--live'] })
  expect(deaf.problems).toMatchObject([{ id: 'live', what: expect.stringContaining('reads stdin') }])

  await put(
    repo,
    'pre-push',
    `#!/bin/sh\nin=$(cat)\nfor i in 1 2; do ${calls} <<E\n$in\nE\ndone\necho not today >&2\nexit 1\n`,
  )
  const stopped = await diagnosed(repo, { args: ['--live'] })
  expect(stopped.problems).toEqual([])
  expect(stopped.told.map(({ id }) => id)).toEqual(['live-twice', 'live-stopped'])
  expect(stopped.told.at(-1)!.what).toContain('not today')
})

test('--live does not try a push that would never come back, nor one of nothing', async () => {
  await using repo = await tempRepo()
  await mkdir(join(repo.dir, '.git', 'hooks', 'pre-push'), { recursive: true })
  const hung = await diagnosed(repo, { args: ['--live'] })
  expect(hung.looked.find(({ of }) => of === 'live')!.checks).toMatchObject([
    { state: 'unknown', what: expect.stringContaining('Not tried') },
  ])
  const empty = join(repo.home, 'empty')
  await exec('git', ['init', '-q', empty])
  const nothing = await diagnosed(repo, { args: ['--live'], cwd: empty })
  expect(nothing.looked.find(({ of }) => of === 'live')!.checks).toMatchObject([{ state: 'unknown' }])
  expect(await repo.shipGuard(['doctor', 'production', '--live'])).toMatchObject({ code: 2 })
})

test('a push with a probe in the environment is judged like any other', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'check.sh': 'exit 1\n' })
  const answers = join(repo.home, 'answers')
  await writeFile(answers, '')
  const push = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env: { SHIP_GUARD_PROBE: answers } })
  expect(push.code).toBe(1)
  expect(await readFile(answers, 'utf8')).toContain(' refs/heads/main ')
})

/** As if it had been installed long ago, and nothing pushed before: the reflog knows whole seconds only. */
async function longInstalled(repo: TempRepo): Promise<void> {
  await repo.ok('reflog', 'expire', '--expire=now', 'refs/remotes/origin/main')
  const then = new Date(Date.now() - 5000)
  await utimes(join(repo.dir, '.git', 'ship-guard', 'installed.json'), then, then)
}

test('pushes that went around the guard are shown, those that passed it and those of other branches are not', async () => {
  await using repo = await guardedRepo()
  await longInstalled(repo)
  await repo.commit({ a: '1' })
  await repo.ok('push', '-q', 'origin', 'main', 'main:side')
  await repo.commit({ a: '2' })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main:side')
  expect((await diagnosed(repo)).told.filter(({ id }) => id === 'around')).toEqual([])

  const refused = await repo.commit({ 'check.sh': 'exit 1\n' })
  expect((await repo.git('push', '-q', 'origin', 'main')).code).toBe(1)
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const unasked = await repo.commit({ a: '3' })
  await repo.ok('-c', 'core.hooksPath=/dev/null', 'push', '-q', 'origin', 'main:develop')
  const [around] = (await diagnosed(repo)).told.filter(({ id }) => id === 'around')
  expect(around!.what).toContain('2 pushes without the guard')
  expect(around!.what).toContain(`${refused.slice(0, 10)} to main`)
  expect(around!.what).toContain('which had been refused')
  expect(around!.what).toContain(`${unasked.slice(0, 10)} to develop`)
  const asked = await typed(repo, around!, repo.dir)
  expect(asked.code, asked.stderr).toBe(1)
})

test('a bypass with a reason is shown with it, and is not one of those that went around', async () => {
  await using repo = await guardedRepo()
  await longInstalled(repo)
  await repo.commit({ 'check.sh': 'exit 1\n' })
  const env = { SHIP_GUARD_SKIP: 'check', SHIP_GUARD_REASON: 'the shop is down' }
  const push = await exec('git', ['push', '-q', 'origin', 'main'], { cwd: repo.dir, env })
  expect(push.code, push.stderr).toBe(0)
  const { told } = await diagnosed(repo)
  expect(told.map(({ id }) => id)).toEqual(['bypasses'])
  expect(told[0]!.what).toContain('the shop is down')
})

test('without a reflog nothing is told, and that is said', async () => {
  await using repo = await guardedRepo()
  await repo.ok('reflog', 'expire', '--expire=now', '--all')
  const unseen = await diagnosed(repo)
  expect(unseen.code).toBe(3)
  expect(JSON.stringify(unseen.looked)).toContain('git keeps no reflog of refs/remotes/origin/main')
})

test('gates that take longer than a connection waits are told for SSH alone', async () => {
  await using repo = await guardedRepo()
  const line = (ms: number) =>
    `${JSON.stringify({ at: '2026-01-01T00:00:00Z', gate: 'check', commit: 'a', outcome: 'passed', tookMs: ms })}\n`
  const log = join(repo.dir, '.git', 'ship-guard', 'log', 'gates.jsonl')
  await mkdir(join(repo.dir, '.git', 'ship-guard', 'log'), { recursive: true })
  await writeFile(log, line(400_000))
  expect((await diagnosed(repo)).told).toEqual([])
  await repo.ok('remote', 'set-url', 'origin', 'git@nobody.invalid:app.git')
  const [lost] = (await diagnosed(repo)).told
  expect(lost).toMatchObject({ id: 'waiting', what: expect.stringContaining('most servers have closed it by then') })
  expect(lost!.instead).toContain('npx ship-guard push')
  await writeFile(log, line(90_000))
  expect((await diagnosed(repo)).told[0]!.what).toContain('some servers close one')
})
