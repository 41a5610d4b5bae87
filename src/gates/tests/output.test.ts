import { expect, test } from 'vitest'
import { failedInOutput, saysNoneRan } from './output.ts'

const failed = (text: string) => failedInOutput(Buffer.from(text))

// Abridged from what the runners print: vitest 4, jest 30, pytest 8, Python 3.12, go 1.23, PHPUnit 11, Pest 3, RSpec 3.13.
test.each([
  [
    'vitest',
    ' FAIL  src/sum.test.ts > sum > adds\nAssertionError: expected 2 to be 3\n ❯ src/sum.test.ts:4:19\n',
    'src/sum.test.ts > sum > adds',
    'src/sum.test.ts:4:19',
  ],
  [
    'jest',
    'FAIL ./sum.test.js\n  ● sum › adds\n\n    expect(received)\n\n      at Object.<anonymous> (sum.test.js:5:10)\n',
    'sum › adds',
    'sum.test.js:5:10',
  ],
  [
    'unittest',
    'FAIL: test_adds (test_sum.SumTest.test_adds)\n---\n  File "/x/test_sum.py", line 4, in test_adds\n',
    'test_adds (test_sum.SumTest.test_adds)',
    'line 4',
  ],
  [
    "node:test's spec reporter",
    '✖ failing tests:\n\ntest at test/sum.test.js:4:1\n✖ adds (1.28ms)\n  AssertionError: 2 == 3\n      at (file:///x/test/sum.test.js:5:10)\n',
    'adds',
    'sum.test.js:5:10',
  ],
  ['go', '--- FAIL: TestAdds (0.00s)\n    sum_test.go:9: got 2\nFAIL\n', 'TestAdds', 'sum_test.go:9'],
  [
    'PHPUnit',
    'There was 1 failure:\n\n1) Tests\\SumTest::testAdds\nFailed asserting.\n\n/x/tests/SumTest.php:4\n',
    'Tests\\SumTest::testAdds',
    'SumTest.php:4',
  ],
  [
    'Pest',
    '   FAILED  Tests\\Unit\\SumTest > it adds\n  Failed asserting.\n  at tests/Unit/SumTest.php:4\n',
    'Tests\\Unit\\SumTest > it adds',
    'SumTest.php:4',
  ],
])('recognises the failed test of %s', (_, text, name, place) => {
  const found = failed(`some output\n${text}`)
  expect(found.map(test => test.name)).toEqual([name])
  expect(found[0]!.trace).toContain(place)
})

test('recognises the failed tests of pytest and RSpec with their files', () => {
  expect(failed('FAILED tests/test_sum.py::test_adds[1-2] - assert 2 == 3\n')).toMatchObject([
    { name: 'tests/test_sum.py::test_adds[1-2]', told: { file: 'tests/test_sum.py' } },
  ])
  expect(failed('Failed examples:\n\nrspec ./spec/sum_spec.rb:5 # Sum adds\n')).toMatchObject([
    { name: 'Sum adds', told: { file: './spec/sum_spec.rb', line: 5 } },
  ])
})

test('colours and Windows line ends make no difference, and a test named twice is one', () => {
  const line = '\u001b[31m--- FAIL: TestAdds (0.00s)\u001b[39m\r\n'
  expect(failed(line + line)).toHaveLength(1)
})

test('ordinary output names no test', () => {
  expect(failed('FAILED to connect\n1) install\n2) run\nError: FAIL\n  ● a bullet\nFAIL: it broke\n')).toEqual([])
})

test.each([
  'No tests executed!',
  'Ran 0 tests in 0.000s',
  '============ no tests ran in 0.01s ============',
  'No test files found, exiting with code 1',
  'No tests found, exiting with code 1',
  '  0 passing (1ms)',
])('%j says that no test ran', text => {
  expect(saysNoneRan(Buffer.from(`> app@1.0.1 test\n\n${text}\n`))).toBe(true)
})

test.each([
  '0 passing (1ms)\n  12 passing (5ms)',
  'Ran 0 tests in 0.1s\n\nOK\nRan 3 tests in 1s',
  'all is well',
  'ok   example.test/sum\nNo tests executed!',
])('%j does not', text => {
  expect(saysNoneRan(Buffer.from(text))).toBe(false)
})

test('long hostile output is read in time', () => {
  for (const hostile of [
    'FAIL: a ('.repeat(200_000),
    `${' '.repeat(2_000_000)}x`,
    'a:1'.repeat(600_000),
    '● › '.repeat(300_000),
  ]) {
    const started = performance.now()
    failed(hostile)
    saysNoneRan(Buffer.from(hostile))
    expect(performance.now() - started).toBeLessThan(5_000)
  }
})
