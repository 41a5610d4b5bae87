import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { type Ended, exec, type TempRepo } from '../support/temp-repo.ts'

function pushWith(repo: TempRepo, env: Readonly<Record<string, string>>, ...what: string[]): Promise<Ended> {
  return exec('git', ['push', 'origin', ...(what.length === 0 ? ['main'] : what)], { cwd: repo.dir, env })
}

async function log(repo: TempRepo, kind: string): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(join(repo.dir, `.git/ship-guard/log/${kind}.jsonl`), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Record<string, unknown>)
}

const failing = { 'check.sh': 'exit 1\n' }

test('a gate is switched off for one push with a reason, which is kept and shown', async () => {
  await using repo = await guardedRepo()
  const commit = await repo.commit(failing)
  const env = { SHIP_GUARD_SKIP: 'check', SHIP_GUARD_REASON: 'the shop is down, tests follow' }
  const push = await pushWith(repo, env)
  expect(push.code).toBe(0)
  expect(push.stderr).toContain('! check  bypassed: the shop is down, tests follow')
  expect(push.stderr).toMatch(/Passed: .* Bypassed: check; it is written down\.$/m)
  expect(await runs(repo)).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(commit)
  expect(await log(repo, 'bypasses')).toMatchObject([
    { remote: 'origin', ref: 'refs/heads/main', commit, gates: ['*'], reason: env.SHIP_GUARD_REASON },
  ])
  expect((await log(repo, 'bypasses'))[0]).toMatchObject({ by: 'Ada <ada@example.test>' })
  expect((await log(repo, 'pushes')).at(-1)).toMatchObject({ commit, result: 'bypassed' })
  const told = await repo.shipGuard(['doctor'])
  expect(told.stdout + told.stderr).toMatch(/ for a reason: \d{4}-\d\d-\d\d \d\d:\d\d \S+ for main by Ada/)
})

test('a bypass speaks for one push only: the next one is judged again, and no receipt was written', async () => {
  await using repo = await guardedRepo()
  const env = { SHIP_GUARD: '0', SHIP_GUARD_REASON: 'because' }
  await repo.commit(failing)
  const before = await remoteHas(repo, 'main')
  expect((await pushWith(repo, env)).code).toBe(0)
  await exec('git', ['--git-dir', repo.origin, 'update-ref', 'refs/heads/main', before])
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(before)
})

const refusedBypasses: readonly (readonly [Record<string, string>, string])[] = [
  [{ SHIP_GUARD_SKIP: 'check' }, 'gives no reason'],
  [{ SHIP_GUARD: '0' }, 'gives no reason'],
  [{ SHIP_GUARD_SKIP: 'all', SHIP_GUARD_REASON: ' \t\u200b…' }, 'gives no reason'],
  [{ SHIP_GUARD_SKIP: 'chekc', SHIP_GUARD_REASON: 'x' }, 'Did you mean check?'],
  [{ SHIP_GUARD_SKIP: 'check, db', SHIP_GUARD_REASON: 'x' }, '"db"'],
]

test('a bypass without a reason, or of a gate that there is not, is refused, and no gate runs', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await repo.commit({ 'a.txt': 'a' })
  for (const [env, says] of refusedBypasses) {
    const push = await pushWith(repo, env)
    expect(push.code).toBe(1)
    expect(push.stderr).toContain(says)
  }
  expect(await remoteHas(repo, 'main')).toBe(before)
  expect(await runs(repo)).toBe(0)
  expect(await log(repo, 'bypasses')).toEqual([])
})

test('what is wrong with the push itself cannot be switched off', async () => {
  await using repo = await guardedRepo()
  const env = { SHIP_GUARD: '0', SHIP_GUARD_SKIP: '*', SHIP_GUARD_REASON: 'I said so' }
  const before = await remoteHas(repo, 'main')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main:develop')
  expect((await pushWith(repo, env, ':develop')).stderr).toContain('This push deletes develop')
  await repo.ok('commit', '-q', '--amend', '-m', 'other')
  expect((await pushWith(repo, env, '+main')).stderr).toContain('takes commits away')
  await repo.ok('reset', '-q', '--hard', before)
  await repo.commit({ '.shiprc': 'gatez: {}\n' })
  expect((await pushWith(repo, env)).stderr).toContain('gatez')
  expect(await remoteHas(repo, 'main')).toBe(before)
  expect(await log(repo, 'bypasses')).toEqual([])
})

test('a gate that is not switched off still keeps the push back, and then nothing was bypassed', async () => {
  await using repo = await guardedRepo()
  const config = await repo.read('.shiprc')
  await repo.commit({ '.shiprc': `${config}    other: { run: 'exit 1' }\n`, ...failing })
  const env = { SHIP_GUARD_SKIP: 'check', SHIP_GUARD_REASON: 'known to fail' }
  const push = await pushWith(repo, env)
  expect(push.stderr).toContain('Refused: origin/main needs other')
  expect(push.code).toBe(1)
  expect(await log(repo, 'bypasses')).toEqual([])
  const both = await pushWith(repo, { ...env, SHIP_GUARD_SKIP: 'other , check' })
  expect(both.code).toBe(0)
})

test('names may be of any gate of any ref of the push', async () => {
  await using repo = await guardedRepo()
  const config = await repo.read('.shiprc')
  await repo.ok('switch', '-q', '-c', 'more')
  await repo.commit({ '.shiprc': `${config}    other: { run: 'exit 1' }\n` })
  const env = { SHIP_GUARD_SKIP: 'other', SHIP_GUARD_REASON: 'only there' }
  expect((await pushWith(repo, env, 'main:develop', 'more:release/1')).code).toBe(0)
  expect(await log(repo, 'bypasses')).toMatchObject([{ ref: 'refs/heads/release/1', gates: ['other'] }])
})

test('a bypass that cannot be written down is refused', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await repo.commit(failing)
  await rm(join(repo.dir, '.git/ship-guard/log'), { recursive: true, force: true })
  await writeFile(join(repo.dir, '.git/ship-guard/log'), 'a file in its place')
  const push = await pushWith(repo, { SHIP_GUARD: '0', SHIP_GUARD_REASON: 'quick' })
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('could not be written down')
  expect(await remoteHas(repo, 'main')).toBe(before)
})

test('a reason cannot draw on the terminal that shows it later', async () => {
  await using repo = await guardedRepo()
  await repo.commit(failing)
  const reason = 'fine\u001b[2J\nnext\u202eline'
  const push = await pushWith(repo, { SHIP_GUARD: '0', SHIP_GUARD_REASON: reason })
  expect(push.code).toBe(0)
  expect(push.stderr).not.toContain('\u001b')
  const [entry] = await log(repo, 'bypasses')
  expect(entry!.reason).toBe('fine\\x1b[2J\\x0anext\\x202eline')
})

test('what passed before needs no bypass, and none is written down', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.shipGuard(['check', '--for', 'main'])).code).toBe(0)
  expect((await pushWith(repo, { SHIP_GUARD: '0', SHIP_GUARD_REASON: 'no need' })).code).toBe(0)
  expect(await log(repo, 'bypasses')).toEqual([])
  expect((await log(repo, 'pushes')).at(-1)).toMatchObject({ result: 'passed' })
})
