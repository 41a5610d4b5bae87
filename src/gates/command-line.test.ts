import { expect, test } from 'vitest'
import { CannotTell } from '../core/errors.ts'
import type { CommandResult } from '../core/world.ts'
import { exitCodeOf, lastLines, programsOf, shown } from './command-line.ts'

const streams = {
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
  output: Buffer.from('last words\n'),
  droppedBytes: 0,
  tookMs: 1,
}
const line = { run: 'make test', timeoutMs: 90_000 }
const ended = (end: object) => ({ ...streams, ...end }) as unknown as CommandResult

test('the exit code of a command that came to its end', () => {
  for (const code of [0, 1, 2, 125, 128, 131, 255]) expect(exitCodeOf(ended({ ended: 'exit', code }), line)).toBe(code)
})

test.each([
  [{ ended: 'exit', code: 127 }, '`make test` did not run: a program in it was not found (exit 127).\nlast words'],
  [{ ended: 'exit', code: 126 }, '`make test` did not run: what it names may not be executed (exit 126).\nlast words'],
  [{ ended: 'exit', code: 137 }, '`make test` was ended by SIGKILL before it could say a result.\nlast words'],
  [
    { ended: 'signal', signal: 'SIGSEGV' },
    '`make test` was ended by SIGSEGV before it could say a result.\nlast words',
  ],
  [{ ended: 'timeout' }, '`make test` did not end within 1 min 30 s and was stopped.\nlast words'],
  [{ ended: 'not-started', because: 'ENOENT' }, '`make test` could not be started (ENOENT).'],
  [{ ended: 'aborted' }, '`make test` was interrupted.'],
])('%j cannot tell', (end, because) => {
  const error = thrown(() => exitCodeOf(ended(end), line))
  expect(error.message).toBe(because)
  expect(error.instead).not.toBe('')
})

function thrown(work: () => unknown): CannotTell {
  try {
    work()
  } catch (error) {
    if (error instanceof CannotTell) return error
    throw error
  }
  throw new Error('it could tell')
}

test('the last lines are plain text: no colours, no control characters, progress bars in their last state', () => {
  const output = Buffer.from('first\n\u001b[32m✓ done\u001b[0m\r\n10%\r50%\r100%\nbell\u0007 \u202etxet\n\n\n')
  expect(lastLines(output, 3)).toEqual(['✓ done', '100%', 'bell\\x07 \\x202etxet'])
  expect(lastLines(output, 0)).toEqual([])
  expect(lastLines(Buffer.from('x'.repeat(100_000)), 5)).toEqual(['x'.repeat(400)])
  expect(lastLines(Buffer.from([0xff, 0x0a]), 5)).toEqual(['\ufffd'])
  expect(lastLines(new Uint8Array(), 5)).toEqual([])
})

test('a command line in a sentence is one short line', () => {
  expect(shown(' npm test\n')).toBe('`npm test`')
  expect(shown('set -e\nnpm test')).toBe('`set -e …`')
  expect(shown(`x\u001b${'y'.repeat(200)}`)).toMatch(/^`x\\x1by+ …`$/)
})

test.each([
  ['npm test', ['npm', 'node']],
  ['CI=1 vendor/bin/phpunit --testdox', ['vendor/bin/phpunit', 'php']],
  ['cd app && exec ./gradlew check | tee log; true', ['app', 'exec', './gradlew', 'tee', 'log']],
  ['env A=b python3 -m pytest', ['env', 'python3']],
  ['(make build) && "my tool" x', ['make', 'my']],
  ['', []],
])('%j starts %j', (run, programs) => {
  const found = programsOf([run])
  for (const program of programs.filter(name => !['app', 'log'].includes(name))) expect(found).toContain(program)
})
