import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas } from '../support/guarded-repo.ts'
import type { TempRepo } from '../support/temp-repo.ts'

/** Two minutes, and a number that no other suite on this machine sleeps for. */
const nap = (test: number) => `120.${process.pid}${test}`

/** A push whose gate says that it started and then sleeps, in a process group of its own like a command typed at a terminal. */
async function hangingPush(repo: TempRepo, seconds: string) {
  const marker = join(repo.home, 'started')
  await repo.commit({ 'check.sh': `touch ${marker}; sleep ${seconds} & sleep ${seconds}\n` })
  const push = spawn('git', ['push', 'origin', 'main'], {
    cwd: repo.dir,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: undefined } as NodeJS.ProcessEnv,
  })
  let stderr = ''
  push.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = new Promise<void>(done => push.on('close', () => done()))
  await until(async () => existsSync(marker))
  return { pid: push.pid!, ended, said: () => stderr }
}

const sleepers = (seconds: string) => running(`^sleep ${seconds.replace('.', '[.]')}$`)

const running = (pattern: string) =>
  promisify(execFile)('pgrep', ['-f', pattern]).then(
    ({ stdout }) => stdout,
    () => '',
  )

async function until(done: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 20_000
  while (!(await done())) {
    if (performance.now() > limit) throw new Error('waited too long')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

test.each([
  ['Ctrl-C', 'SIGINT', nap(1)],
  ['closing the terminal', 'SIGHUP', nap(2)],
  ['SIGTERM', 'SIGTERM', nap(3)],
] as const)('%s ends the whole gate, pushes nothing and leaves nothing running', async (_name, signal, seconds) => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  const push = await hangingPush(repo, seconds)
  process.kill(-push.pid, signal)
  await push.ended
  await until(async () => (await sleepers(seconds)) === '')
  expect(await remoteHas(repo, 'main')).toBe(before)
  expect(await repo.ok('status', '--porcelain')).toBe('')
  // Nothing is left behind that would be in the way of the next push.
  await repo.commit({ 'check.sh': 'exit 0\n' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

test('kill -9 of everything leaves no command of the user running, and the next push works', async () => {
  await using repo = await guardedRepo()
  const push = await hangingPush(repo, nap(4))
  process.kill(-push.pid, 'SIGKILL')
  await push.ended
  await until(async () => (await sleepers(nap(4))) === '')
  await repo.commit({ 'check.sh': 'exit 0\n' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

test('when git alone is killed nobody waits for the answer, so the gate ends too', async () => {
  await using repo = await guardedRepo()
  const push = await hangingPush(repo, nap(5))
  process.kill(push.pid, 'SIGKILL')
  await until(async () => (await sleepers(nap(5))) === '')
})

test('a gate in JavaScript that loops without end does not outlive the push that was ended', async () => {
  await using repo = await guardedRepo()
  const marker = join(repo.home, 'started')
  const check = `() => { writeFileSync(${JSON.stringify(marker)}, ''); for (;;); }`
  await repo.commit({
    '.shiprc': undefined,
    'ship.config.mjs': `import { writeFileSync } from 'node:fs'
export default { protect: ['main'], gates: { db: false, secrets: false }, own: [{ id: 'spin', title: 'T', why: 'W', check: ${check} }] }
`,
  })
  const push = spawn('git', ['push', 'origin', 'main'], { cwd: repo.dir, detached: true, stdio: 'ignore' })
  await until(async () => existsSync(marker))
  process.kill(push.pid!, 'SIGINT')
  await until(async () => (await running(repo.origin)) === '')
})

test('kill -9 while a detached checkout is in use leaves it usable', async () => {
  await using repo = await guardedRepo()
  await repo.write('untracked.txt', 'makes the work tree dirty')
  const marker = join(repo.home, 'started')
  await repo.ok('add', 'check.sh')
  await repo.write('check.sh', `touch ${marker}; sleep ${nap(6)}\n`)
  await repo.ok('commit', '-q', '-m', 'hangs', '--', 'check.sh')
  const push = spawn('git', ['push', 'origin', 'main'], { cwd: repo.dir, detached: true, stdio: 'ignore' })
  const ended = new Promise<void>(done => push.on('close', () => done()))
  await until(async () => existsSync(marker))
  process.kill(-push.pid!, 'SIGKILL')
  await ended
  await until(async () => (await sleepers(nap(6))) === '')
  await repo.write('check.sh', 'exit 0\n')
  await repo.ok('commit', '-q', '-m', 'works', '--', 'check.sh')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await repo.read('untracked.txt')).toBe('makes the work tree dirty')
})
