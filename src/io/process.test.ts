import { execFileSync, spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { pipe, run } from './process.ts'

/** Two minutes, and a number that no other suite on this machine sleeps for. */
const nap = (test: number) => `120.${process.pid}${test}`

test('gives exit code and both streams', async () => {
  const result = await run({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 7'] })
  expect(result).toMatchObject({ ended: 'exit', code: 7 })
  expect(Buffer.from(result.stdout).toString()).toBe('out\n')
  expect(Buffer.from(result.stderr).toString()).toBe('err\n')
})

test('a program that does not exist is a result, not an exception', async () => {
  expect(await run({ argv: ['ship-guard-no-such-program'] })).toMatchObject({ ended: 'not-started', because: 'ENOENT' })
})

test('a time limit ends the whole process group', async () => {
  const result = await run({ argv: ['sh', '-c', `sleep ${nap(4)} & sleep ${nap(4)}`] }, { timeoutMs: 200 })
  expect(result.ended).toBe('timeout')
  expect(sleepers(nap(4))).toBe('')
})

test('aborting ends the whole process group', async () => {
  const controller = new AbortController()
  const running = run({ argv: ['sh', '-c', `sleep ${nap(3)} & sleep ${nap(3)}`] }, { signal: controller.signal })
  setTimeout(() => controller.abort(), 100)
  expect((await running).ended).toBe('aborted')
  expect(sleepers(nap(3))).toBe('')
})

test('what a finished command left running in its group ends with it', async () => {
  expect(await run({ argv: ['sh', '-c', `sleep ${nap(2)} >/dev/null 2>&1 & exit 0`] })).toMatchObject({ code: 0 })
  expect(sleepers(nap(2))).toBe('')
})

test.each([
  ['in its group', `sleep ${nap(0)} & echo done; exit 0`],
  ['in a group of its own', `setsid sleep ${nap(0)} & echo done; exit 0`],
])('does not wait for a server that was left behind %s and holds the output open', async (_, script) => {
  const result = await run({ argv: ['sh', '-c', script] }, { timeoutMs: 15_000 })
  expect(result).toMatchObject({ ended: 'exit', code: 0 })
  expect(Buffer.from(result.stdout).toString()).toBe('done\n')
  expect(result.tookMs).toBeLessThan(10_000)
  for (const pid of sleepers(nap(0)).split('\n').filter(Boolean)) process.kill(Number(pid))
})

test('keeps only the end of 100 MB of output', async () => {
  const result = await run({ argv: ['sh', '-c', 'head -c 100000000 /dev/zero; echo END'] }, { keepBytes: 1000 })
  expect(result.output.length).toBe(1000)
  expect(result.droppedBytes).toBe(100_000_004 - 1000)
  expect(Buffer.from(result.stdout).toString().endsWith('END\n')).toBe(true)
}, 30_000)

test('a killed ship-guard leaves no command behind', async () => {
  const script = `import { run } from ${JSON.stringify(new URL('./process.ts', import.meta.url).href)}; await run({ argv: ['sh', '-c', 'sleep ${nap(1)}; true'] })`
  const us = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'ignore' })
  await until(() => sleepers(nap(1)) !== '')
  us.kill('SIGKILL')
  await until(() => sleepers(nap(1)) === '')
})

function sleepers(seconds: string): string {
  try {
    return execFileSync('pgrep', ['-f', `^sleep ${seconds}`], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

async function until(done: () => boolean): Promise<void> {
  const limit = performance.now() + 10_000
  while (!done()) {
    if (performance.now() > limit) throw new Error('waited too long')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

test('a command of the user gets its own words and an empty stdin', async () => {
  const result = await run({ argv: ['sh', '-c', 'cat; echo "[$1]"', 'sh', 'a b'] })
  expect(Buffer.from(result.stdout).toString()).toBe('[a b]\n')
  expect(await run({ argv: ['sh', '-c', 'exit 9'] })).toMatchObject({ ended: 'exit', code: 9 })
})

describe('two commands, one into the other', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

  test('every byte arrives, more than any buffer holds', async () => {
    let passed = 0
    const made = ['head', '-c', '20000000', '/dev/zero'] as const
    const { from, into } = await pipe(
      { argv: made },
      { argv: ['wc', '-c'] },
      { onOutput: chunk => (passed += chunk.length) },
    )
    expect(from).toMatchObject({ ended: 'exit', code: 0 })
    expect(text(into.stdout).trim()).toBe('20000000')
    expect(passed).toBe(20_000_000)
  })

  test('a reader that ends early ends the writer', async () => {
    const { from, into } = await pipe({ argv: ['yes'] }, { argv: ['head', '-n', '1'] }, { timeoutMs: 20_000 })
    expect(into).toMatchObject({ ended: 'exit', code: 0 })
    expect(from.ended).not.toBe('timeout')
  })

  test('a writer that cannot be started gives the reader an end', async () => {
    const { from, into } = await pipe({ argv: ['/no/such/program'] }, { argv: ['cat'] }, { timeoutMs: 20_000 })
    expect(from.ended).toBe('not-started')
    expect(into.ended).toBe('exit')
  })

  test('both end when it is aborted', async () => {
    const signal = AbortSignal.timeout(300)
    const { from, into } = await pipe({ argv: ['sleep', '30'] }, { argv: ['cat'] }, { signal })
    expect([from.ended, into.ended]).toEqual(['aborted', 'aborted'])
  })
})
