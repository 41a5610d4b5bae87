import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closingLine, countChecks, countSuite } from './count.ts'

function result(...statuses: string[]): string {
  return JSON.stringify({
    numTotalTests: statuses.length,
    numPassedTests: statuses.filter(status => status === 'passed').length,
    testResults: [
      {
        name: 'a.test.ts',
        status: statuses.includes('failed') ? 'failed' : 'passed',
        assertionResults: statuses.map((status, n) => ({ status, fullName: `test ${n}` })),
      },
    ],
  })
}

test('counts what passed and names what failed', () => {
  const count = countSuite('node-20', result('passed', 'failed', 'passed'), true)
  expect(count).toEqual({ passed: 2, bad: ['node-20: test 1'], skipped: 0 })
})

test('a skipped or unwritten test fails in CI and is only counted elsewhere', () => {
  expect(countSuite('node-20', result('passed', 'skipped', 'todo', 'pending'), true).bad).toHaveLength(3)
  expect(countSuite('node-20', result('passed', 'skipped'), false)).toEqual({ passed: 1, bad: [], skipped: 1 })
})

test('a file that cannot be loaded has failed though no test of it did', () => {
  const text = JSON.stringify({
    numTotalTests: 1,
    numPassedTests: 1,
    testResults: [
      { name: 'broken.test.ts', status: 'failed', assertionResults: [] },
      { name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'works' }] },
    ],
  })
  expect(countSuite('node-20', text, true).bad).toEqual(['node-20: broken.test.ts could not run'])
})

test('no result and no test are failures', () => {
  expect(countSuite('node-22', undefined, false).bad).toEqual(['node-22: the run left no result'])
  expect(countSuite('node-22', result(), false).bad).toEqual(['node-22: no test ran'])
})

test('a failed check counts as one failure', () => {
  expect(countChecks('passed types\nfailed lint\n')).toEqual({ passed: 1, bad: ['check: lint'], skipped: 0 })
})

test('the last line can be read by a program', () => {
  expect(closingLine({ passed: 7, bad: [], skipped: 0 })).toBe('7 passed, 0 failed')
  expect(closingLine({ passed: 7, bad: ['x'], skipped: 2 })).toBe('7 passed, 1 failed, 2 skipped')
})

test.each([
  [
    'a green run',
    { suites: 'node-20\n', checks: 'passed types\n', 'node-20.json': result('passed') },
    0,
    '2 passed, 0 failed',
  ],
  [
    'a failed check',
    { suites: 'node-20\n', checks: 'failed types\n', 'node-20.json': result('passed') },
    1,
    '1 passed, 1 failed',
  ],
  ['a suite that left nothing', { suites: 'node-20\n', checks: '' }, 1, '0 passed, 1 failed'],
  ['a run without any suite', { checks: 'passed types\n' }, 1, '1 passed, 0 failed'],
])('the exit code tells the truth about %s', (_, files, code, line) => {
  const folder = mkdtempSync(join(tmpdir(), 'ship-guard-count-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const script = join(import.meta.dirname, 'count.ts')
    const run = spawnSync(process.execPath, ['--import', 'tsx', script, folder], { encoding: 'utf8' })
    expect(run.status).toBe(code)
    expect(run.stdout.trimEnd().split('\n').at(-1)).toBe(line)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
