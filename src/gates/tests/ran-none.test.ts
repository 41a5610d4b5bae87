import fc from 'fast-check'
import { expect, test } from 'vitest'
import { saysNoneRan } from './output.ts'
import { runners } from './runners/all.ts'

// What each runner prints when it found nothing, or when all that it found was skipped.
test.each([
  ['vitest, no file', 'No test files found, exiting with code 0\n'],
  ['vitest, all skipped', ' Test Files  1 skipped (1)\n      Tests  3 skipped (3)\n'],
  ['jest, no test', 'No tests found, exiting with code 0\n'],
  ['jest, all skipped', 'Test Suites: 1 skipped, 0 of 1 total\nTests:       3 skipped, 3 total\n'],
  ['mocha', '  0 passing (1ms)\n  2 pending\n'],
  ['node:test', 'ℹ tests 3\nℹ suites 0\nℹ pass 0\nℹ fail 0\nℹ cancelled 0\nℹ skipped 3\n'],
  ['Playwright, no test', 'Error: No tests found\n'],
  ['Playwright, all skipped', '  2 skipped\n'],
  ['PHPUnit, no test', 'No tests executed!\n'],
  ['PHPUnit, all skipped', 'OK, but some tests were skipped!\nTests: 3, Assertions: 0, Skipped: 3.\n'],
  ['Pest, all skipped', '  Tests:    3 skipped (0 assertions)\n'],
  ['pytest, no test', '============ no tests ran in 0.01s ============\n'],
  ['pytest, all skipped', '============ 3 skipped in 0.01s ============\n'],
  ['pytest, all deselected', '============ 5 deselected in 0.01s ============\n'],
  ['RSpec, no example', 'Finished in 0.0002 seconds\n0 examples, 0 failures\n'],
  ['RSpec, all pending', '3 examples, 0 failures, 3 pending\n'],
  ['minitest, no test', '0 runs, 0 assertions, 0 failures, 0 errors, 0 skips\n'],
  ['minitest, all skipped', '3 runs, 0 assertions, 0 failures, 0 errors, 3 skips\n'],
  ['go test, no test file', '?   \texample.test/app\t[no test files]\n'],
  ['go test, no test', 'ok  \texample.test/app\t0.003s [no tests to run]\n'],
])('%s: no test ran', (_, text) => {
  expect(saysNoneRan(Buffer.from(`> app@1.0.1 test\n\n${text}`))).toBe(true)
})

test.each([
  '      Tests  1 passed | 3 skipped (4)\n',
  'Tests:       3 skipped, 1 passed, 4 total\n',
  '  1 passing (1ms)\n',
  '# tests 3\n# pass 1\n# fail 0\n',
  '  1 passed (3.7s)\n  2 skipped\n',
  'OK (3 tests, 3 assertions)\n',
  '  Tests:    1 skipped, 2 passed (5 assertions)\n',
  '=== 1 passed, 3 skipped in 0.01s ===\n',
  '3 examples, 0 failures, 2 pending\n',
  '3 runs, 3 assertions, 0 failures, 0 errors, 2 skips\n',
  'ok  \texample.test/app\t0.003s\n?   \texample.test/b\t[no test files]\n',
])('%j: some ran', text => {
  expect(saysNoneRan(Buffer.from(text))).toBe(false)
})

test('every runner reads any text in time', () => {
  const word = fc.constantFrom(
    ' FAIL  a.js > b',
    'FAIL a.js',
    '  ● ',
    '  1) ',
    '--- FAIL: ',
    'Tests: ',
    '    [x] › ',
    '\n',
    ' ',
    ':1',
    '❌',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), words => {
      for (const runner of runners) {
        runner.tally(words.join(''))
        for (const test of runner.failedIn(words.join('')))
          runner.alone(test, { file: 'a.js', paths: ['a.js'], called: ['x'] })
      }
    }),
  )
  for (const piece of [
    ' FAIL  a',
    '  1) x\n',
    '    [a] › b:1',
    'FAILED a.py::b[',
    '--- FAIL: x (0',
    'Failure:\na#test_',
    '   FAILED  a ',
  ])
    for (const runner of runners) {
      const started = performance.now()
      runner.tally(piece.repeat(20_000))
      runner.failedIn(piece.repeat(20_000))
      expect(performance.now() - started, `${runner.id} ${piece}`).toBeLessThan(3_000)
    }
})
