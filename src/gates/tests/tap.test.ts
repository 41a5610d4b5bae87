import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTap } from './tap.ts'

test('names the test that failed inside suites, not the suites that sum up', () => {
  const report = readTap(`TAP version 13
# Subtest: sum
    # Subtest: adds
    not ok 1 - adds
      ---
      location: '/tmp/app/sum.test.js:4:1'
      error: '2 == 3'
      stack: |-
        TestContext.<anonymous> (file:///tmp/app/sum.test.js:5:10)
      ...
    ok 2 - is there
    not ok 3 - later # TODO
    ok 4 - never # SKIP
    1..4
not ok 1 - sum
  ---
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
ok 2 - other
1..2
`)
  expect(report).toEqual({
    ran: 4,
    failed: [
      {
        name: 'sum › adds',
        told: { file: '/tmp/app/sum.test.js', line: 4 },
        message: '2 == 3',
        trace: 'TestContext.<anonymous> (file:///tmp/app/sum.test.js:5:10)\n/tmp/app/sum.test.js:4:1',
      },
    ],
  })
})

test('a suite that fails although its tests passed is named itself', () => {
  const report = readTap('TAP version 13\n# Subtest: db\n    ok 1 - reads\n    1..1\nnot ok 1 - db\n1..1\n')
  expect(report!.failed.map(({ name }) => name)).toEqual(['db'])
})

test('finds TAP among other output, and none where there is none', () => {
  expect(readTap('> app@1.0.0 test\n> tape\n\nTAP version 13\nok 1 a\n1..1\n# done\n')).toEqual({ ran: 1, failed: [] })
  expect(readTap('ready\nokay then\n')).toBeUndefined()
})

test('a plan that was not kept and a bail-out are told', () => {
  expect(readTap('TAP version 13\n1..5\nok 1\n')).toMatchObject({
    ran: 1,
    failed: [],
    broken: expect.stringContaining('number'),
  })
  expect(readTap('TAP version 13\nok 1\nBail out! no database\n')).toMatchObject({ broken: 'Bail out! no database' })
})

test('an empty plan ran nothing', () => {
  expect(readTap('TAP version 13\n1..0\n')).toEqual({ ran: 0, failed: [] })
  expect(readTap('TAP version 13\n1..0 # SKIP no database\n')).toEqual({ ran: 0, failed: [] })
})

test('a bomb of aliases in a diagnosis does no harm', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `  a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}*a${i}]`)
  const report = readTap(`TAP version 13\nnot ok 1 - x\n  ---\n  a0: &a0 [x]\n${levels.join('\n')}\n  ...\n1..1\n`)
  expect(report!.failed.map(({ name }) => name)).toEqual(['x'])
})

test('any text is read', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'TAP version 13',
      'ok 1',
      'not ok 2 - x',
      '1..2',
      '    ok 1',
      '  ---',
      '  ...',
      '  a: b',
      'Bail out!',
      '# Subtest: x',
      '    1..1',
      'ok 1 {',
      '}',
    ),
    fc.string({ maxLength: 6 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), lines => {
      const report = readTap(lines.join('\n'))
      if (report !== undefined) expect(report.failed.every(test => typeof test.name === 'string')).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
