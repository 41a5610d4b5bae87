import type { Finding } from '../../src/core/finding.ts'
import type { Judgement } from '../../src/core/report.ts'
import type { Decision, Outcome, Verdict } from '../../src/core/verdict.ts'

export const dropsColumn: Finding = {
  rule: 'drop-column',
  code: 'DS103',
  severity: 'error',
  what: 'Drops users.email.',
  why: 'Processes of the previous release still read the column until the last one stops.',
  instead: 'Release code that no longer uses the column, then drop it in the next release.',
  at: { file: 'migrations/2_drop.sql', line: 1, column: 25 },
}

export const noEntry: Finding = {
  rule: 'changelog-entry',
  severity: 'error',
  what: 'No entry in CHANGELOG.md for this push.',
  why: 'People who upgrade read the changelog before anything else.',
  instead: 'Add a line under "Unreleased" that says what they will notice.',
  at: { file: 'CHANGELOG.md' },
}

export const longLine: Finding = {
  rule: 'line-length',
  severity: 'warning',
  what: 'The entry is 300 characters long.',
  why: 'A changelog is skimmed.',
  instead: 'Say it in one sentence.',
  at: { file: 'CHANGELOG.md', line: 9 },
}

export const failedTest: Finding = {
  rule: 'tests-failed',
  severity: 'error',
  what: [
    '1 of 30 tests failed: adds the tax.',
    'not ok 7 - adds the tax',
    '  ---',
    '  expected: 119',
    '  actual:   100   # kept as it was printed',
    '  ...',
  ].join('\n'),
  why: 'A protected branch is what others build on.',
  instead: 'Make it pass, then push again:\nnpm test -- tax',
  at: { file: 'test/tax.test.js', line: 12, column: 3 },
}

export function verdict(gate: string, outcome: Outcome, more: Partial<Verdict> = {}): Verdict {
  return {
    gate,
    title: `The ${gate} gate`,
    commit: commit,
    digest: 'd'.repeat(64),
    tookMs: 312,
    stored: false,
    ...more,
    ...outcome,
  } as Verdict
}

export const commit = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

export function decision(
  verdicts: readonly Verdict[],
  more: Partial<Decision['push']> = {},
  own: readonly Finding[] = [],
): Decision {
  return {
    push: {
      remote: { name: 'origin', url: 'https://example.test/app.git' },
      ref: 'refs/heads/develop',
      commit,
      ...more,
    },
    verdicts,
    findings: own,
  }
}

export function judgement(...decisions: readonly Decision[]): Judgement {
  return { version: '1.2.3', decisions, tookMs: 12_345 }
}

const fine: Outcome = { outcome: 'passed', findings: [] }

export const allPassed = judgement(
  decision([verdict('db', fine), verdict('tests', fine, { tookMs: 12_000, stored: true }), verdict('changelog', fine)]),
)

export const refused = judgement(
  decision([
    verdict('db', { outcome: 'refused', findings: [dropsColumn] }),
    verdict('tests', { outcome: 'refused', findings: [failedTest] }, { tookMs: 372_000 }),
    verdict('changelog', { outcome: 'refused', findings: [longLine, noEntry] }),
    verdict('secrets', fine, { stored: true }),
    verdict('linked-issues', { outcome: 'skipped', because: 'release branch, agreed on 12 May with the support team' }),
  ]),
)

export const undecided = judgement(
  decision([
    verdict('db', fine),
    verdict(
      'tests',
      {
        outcome: 'undecided',
        because: 'vendor/bin/phpunit did not end within 300 s and was stopped.',
        instead: 'Raise gates.tests.timeoutSeconds, or find out what hangs: vendor/bin/phpunit',
      },
      { tookMs: 300_100 },
    ),
  ]),
)

export const severalRefs = judgement(
  decision([], { ref: 'refs/heads/main' }, [
    {
      rule: 'delete-protected',
      severity: 'error',
      what: 'Deletes the protected branch main.',
      why: 'Everyone who works on it would lose their base.',
      instead: 'Take the branch out of `protect` first if it is really to go.',
    },
  ]),
  decision([verdict('db', { outcome: 'refused', findings: [dropsColumn] }), verdict('secrets', fine)]),
  decision([verdict('changelog', { outcome: 'passed', findings: [longLine] })], { ref: 'refs/heads/release/2.0' }),
  decision([verdict('db', fine, { stored: true })], { ref: 'refs/heads/stable' }),
)
