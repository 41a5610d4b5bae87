import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, oneGate, remoteHas, runs } from '../support/guarded-repo.ts'
import { eventually } from '../support/scratch.ts'
import { type Ended, exec, type TempRepo } from '../support/temp-repo.ts'

async function warmRepo(script: string, more = ''): Promise<TempRepo> {
  return guardedRepo({ 'check.sh': script }, { config: `postMerge: warm\n${more}` })
}

/** A commit of a colleague on a branch, merged into main. */
async function merge(repo: TempRepo, name: string, files: Readonly<Record<string, string>> = {}): Promise<Ended> {
  await repo.ok('checkout', '-q', '-b', name)
  await repo.commit({ [`${name}.txt`]: name, ...files })
  await repo.ok('checkout', '-q', 'main')
  return repo.git('merge', '-q', '--no-ff', '-m', name, name)
}

/** The process of the gate that `check.sh` wrote down. */
async function gateLives(path: string): Promise<boolean> {
  const pid = (await readFile(path, 'utf8').catch(() => '')).trim()
  return pid !== '' && (await exec('ps', ['-o', 'stat=', '-p', pid])).stdout.trim().replace(/^Z.*/, '') !== ''
}

const isOver = (repo: TempRepo) =>
  eventually(async () => (await repo.shipGuard(['warm'])).stdout.includes('Nothing runs'), 20_000)

test.concurrent('a merge starts the slow gates and returns, and the push waits for them rather than asking twice', async () => {
  await using repo = await warmRepo('sleep 2.5\n')
  const merged = await merge(repo, 'topic')
  expect(merged.code).toBe(0)
  expect(merged.stderr).toContain('check runs in the background, for the push to origin/main')
  expect(merged.stderr).toContain(join(repo.dir, '.git/ship-guard/log/warm.log'))
  expect(await remoteHas(repo, 'main')).not.toBe(await repo.ok('rev-parse', 'HEAD'))
  expect((await repo.shipGuard(['warm'])).stdout).toMatch(/^Running for .* for origin\/main\./)
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(push.stderr).toContain('stored')
  expect(await runs(repo)).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(await repo.ok('rev-parse', 'HEAD'))
  expect(await readFile(join(repo.dir, '.git/ship-guard/log/warm.log'), 'utf8')).toContain('Passed: origin/main')
})

test.concurrent('a newer merge takes the place of an older run, which ends with all it started', async () => {
  await using repo = await warmRepo('exit 0\n')
  const pid = join(repo.home, 'pid')
  await merge(repo, 'one', { 'check.sh': `echo $$ >${pid}\nsleep 100 & wait\n` })
  expect(await eventually(() => gateLives(pid), 20_000)).toBe(true)
  await merge(repo, 'two', { 'check.sh': 'exit 0\n' })
  expect(await eventually(async () => !(await gateLives(pid)), 10_000)).toBe(true)
  expect(await isOver(repo)).toBe(true)
  expect((await repo.shipGuard(['warm'])).stdout).toContain((await repo.ok('rev-parse', 'HEAD')).slice(0, 7))
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('stored')
  expect(await runs(repo)).toBe(2)
})

test.concurrent('it can be seen and stopped, at the lowest priority and in a session of its own', async () => {
  await using repo = await warmRepo('exit 0\n')
  expect((await repo.shipGuard(['warm'])).stdout).toContain('Nothing ran in the background yet')
  const pid = join(repo.home, 'pid')
  await merge(repo, 'topic', { 'check.sh': `echo $$ >${pid}\nsleep 100 & wait\n` })
  expect(await eventually(() => gateLives(pid), 20_000)).toBe(true)
  const gate = (await readFile(pid, 'utf8')).trim()
  expect((await exec('ps', ['-o', 'ni=', '-p', gate])).stdout.trim()).toBe('19')
  expect((await exec('ps', ['-o', 'tty=', '-p', gate])).stdout.trim()).toBe('?')
  expect((await repo.shipGuard(['warm', '--stop'])).stdout).toContain('Stopped.')
  expect(await eventually(async () => !(await gateLives(pid)), 10_000)).toBe(true)
  expect((await repo.shipGuard(['warm', '--stop'])).stdout).toContain('Nothing runs in the background.')
})

test.concurrent('an uninstall ends it, and leaves nothing of what was kept', async () => {
  await using repo = await warmRepo('exit 0\n')
  await repo.commit({ a: 'a' })
  const env = { SHIP_GUARD_SKIP: 'all', SHIP_GUARD_REASON: 'the server burns' }
  expect((await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })).code).toBe(0)
  for (const name of ['tmp/left', 'trusted.json']) await repo.write(`.git/ship-guard/${name}`, '{}')
  const pid = join(repo.home, 'pid')
  await merge(repo, 'topic', { 'check.sh': `echo $$ >${pid}\nsleep 100 & wait\n` })
  expect(await eventually(() => gateLives(pid), 20_000)).toBe(true)
  const dry = await repo.shipGuard(['uninstall', '--dry-run'])
  expect(dry.stderr).toContain('of pushes, gates and flakes: one bypass with the reasons')
  expect(await gateLives(pid)).toBe(true)
  const { stderr } = await repo.shipGuard(['uninstall'])
  expect(stderr).toContain('ends    the gates that ran in the background')
  expect(stderr).toContain('removes .git/ship-guard/log')
  expect(await eventually(async () => !(await gateLives(pid)), 10_000)).toBe(true)
  await expect(access(join(repo.dir, '.git', 'ship-guard'))).rejects.toThrow()
})

test.concurrent('nothing starts for an unprotected branch, for what passed already, or for what would be refused anyway', async () => {
  await using repo = await warmRepo('exit 0\n')
  await repo.ok('checkout', '-q', '-b', 'work')
  await repo.commit({ 'work.txt': 'w' })
  await repo.ok('checkout', '-q', '-b', 'other', 'main')
  await repo.commit({ 'other.txt': 'o' })
  expect((await repo.git('merge', '-q', '--no-ff', '-m', 'm', 'work')).stderr).not.toContain('background')

  await repo.ok('checkout', '-q', 'main')
  expect((await repo.git('merge', '-q', '--ff-only', 'other')).stderr).toContain('background')
  expect(await isOver(repo)).toBe(true)
  expect((await repo.git('commit', '-q', '--amend', '-m', 'said better')).stderr).not.toContain('background')

  await repo.commit({ '.shiprc': oneGate(repo.home, 'postMerge: warm\n').replace('db: false', 'db: true') })
  const refused = await merge(repo, 'drop', { 'migrations/1_drop.sql': 'DROP TABLE users;\n' })
  expect(refused.stderr).toContain('would be refused')
  expect(refused.stderr).not.toContain('background')
})

test.concurrent('commands that nobody accepted here do not run in the background', async () => {
  await using repo = await warmRepo('exit 0\n', 'trust: ask\n')
  const merged = await merge(repo, 'topic')
  expect(merged.code).toBe(0)
  expect(merged.stderr).toContain('nobody has accepted here what they run')
  expect(merged.stderr).toContain('npx ship-guard trust')
  expect((await repo.shipGuard(['warm'])).stdout).toContain('Nothing ran in the background yet')
  expect(await runs(repo)).toBe(0)
})

test.concurrent('a run in the background that was killed is not waited for', async () => {
  await using repo = await warmRepo('exit 0\n')
  const pid = join(repo.home, 'pid')
  await merge(repo, 'topic', { 'check.sh': `[ -e ${pid} ] && exit 0\necho $$ >${pid}\nsleep 100 & wait\n` })
  expect(await eventually(() => gateLives(pid), 20_000)).toBe(true)
  const { pid: group } = JSON.parse(await readFile(join(repo.dir, '.git/ship-guard/warm/run.json'), 'utf8'))
  process.kill(-group, 'SIGKILL')
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(await runs(repo)).toBe(2)
  expect(await eventually(async () => !(await gateLives(pid)), 10_000)).toBe(true)
})
