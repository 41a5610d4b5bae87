import { expect, test } from 'vitest'
import {
  allPassed,
  decision,
  dropsColumn,
  judgement,
  refused,
  severalRefs,
  undecided,
  verdict,
} from '../../test/support/judgements.ts'
import { summary } from './summary.ts'

test('says in one line what was refused, which gates want what, and what to do', () => {
  expect(summary(refused)).toBe(
    'Refused: origin/develop needs db, tests, changelog. Mend what is listed and push again.',
  )
})

test('undecided is not refused, and its only remedy is told', () => {
  expect(summary(undecided)).toBe(
    'Undecided: origin/develop: tests could not tell. Raise gates.tests.timeoutSeconds, or find out what hangs: vendor/bin/phpunit',
  )
})

test('a gate that could not tell is named beside those that refuse', () => {
  const both = judgement(
    decision([
      verdict('tests', { outcome: 'undecided', because: 'No php.', instead: 'Install php.' }),
      verdict('db', { outcome: 'refused', findings: [dropsColumn] }),
    ]),
  )
  expect(summary(both)).toBe(
    'Refused: origin/develop needs db (tests could not tell). Mend what is listed and push again.',
  )
})

test('what is wrong with the push itself is said, with its own remedy', () => {
  const deletion = judgement(severalRefs.decisions[0]!)
  expect(summary(deletion)).toBe(
    'Refused: origin/main: Deletes the protected branch main. Take the branch out of `protect` first if it is really to go.',
  )
})

test('names three refs and counts the rest, the worst first whatever their order', () => {
  const fine = decision([verdict('db', { outcome: 'passed', findings: [] })], { ref: 'refs/heads/fine' })
  const bad = ['a', 'b', 'c', 'd', 'e'].map(name =>
    decision([verdict('db', { outcome: 'refused', findings: [dropsColumn] })], { ref: `refs/heads/${name}` }),
  )
  expect(summary(judgement(fine, ...bad))).toBe(
    'Refused: origin/a needs db; origin/b needs db; origin/c needs db; and 2 more. Mend what is listed and push again.',
  )
})

test('passed names the commit, the gates, and which answers were kept from before', () => {
  expect(summary(allPassed)).toBe('Passed: origin/develop 1a2b3c4 by db, tests (stored), changelog in 12 s.')
})

test('a gate that was skipped did not pass anything', () => {
  const skipped = judgement(decision([verdict('db', { outcome: 'skipped', because: 'agreed' })]))
  expect(summary(skipped)).toBe('Passed: origin/develop 1a2b3c4 in 12 s.')
})

test('nothing to judge is passed, and said', () => {
  expect(summary(judgement())).toBe('Passed: nothing that is protected is pushed.')
})

test('a config with many mistakes is told in one clear sentence', () => {
  const mistakes = Array.from({ length: 9 }, (_, n) => `  .shiprc:${n}:1: gates.a: expected a map of keys, found "b".`)
  const instead = `Mend them in .shiprc; ${'every key is explained in .shiprc.example. '.repeat(5)}`
  const what = `.shiprc (in commit 1a2b3c4) has 9 mistakes:\n${mistakes.join('\n')}`
  const line = (problem: string) =>
    summary(judgement(decision([], {}, [{ rule: 'config', severity: 'error', what: problem, why: 'x', instead }])))
  expect(line(what)).toBe(
    'Refused: origin/develop: .shiprc (in commit 1a2b3c4) has 9 mistakes. Mend what is listed and push again.',
  )
  expect(line(`.shiprc:1:1: gates: expected one of ${'`some-name`, '.repeat(40)}`).length).toBeLessThan(190)
})

test('is always one line, whatever the messages hold', () => {
  const hostile = decision(
    [verdict('db\n\u001b[2J', { outcome: 'undecided', because: 'x', instead: 'Run:\n  npm ci' })],
    {
      ref: 'refs/heads/a\nRefused: no',
      remote: { name: 'https://ada:s3cret@example.test/app.git', url: 'https://ada:s3cret@example.test/app.git' },
    },
  )
  const line = summary(judgement(hostile))
  expect(line).not.toMatch(/[\n\u001b]/)
  expect(line).toMatch(/Run: npm ci$/)
  expect(line).not.toContain('s3cret')
})

test('of very many gates that passed only the first are named', () => {
  const many = Array.from({ length: 30 }, (_, at) => verdict(`p${at}/tests`, { outcome: 'passed', findings: [] }))
  expect(summary(judgement(decision(many)))).toContain(' by p0/tests, p1/tests, p2/tests, ')
  expect(summary(judgement(decision(many)))).toContain('p9/tests and 20 more in ')
})
