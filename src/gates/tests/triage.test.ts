import { expect, test } from 'vitest'
import { type Tries, triage } from './triage.ts'

const passes = { passed: 1, failed: 2 }
const fails = { passed: 0, failed: 3 }
const always = { passed: 3, failed: 0 }

test.each<[string, Tries, Tries, number, string]>([
  ['never passes alone', fails, passes, 5, 'regression'],
  ['passes alone, never failed elsewhere', passes, always, 0, 'regression'],
  ['passes alone, new in this push', passes, { absent: true }, 0, 'regression'],
  ['passes alone, fails sometimes on the last green commit', passes, passes, 0, 'flake'],
  ['passes alone, always fails on the last green commit', passes, fails, 0, 'unknown'],
  ['passes alone, did both before', passes, always, 1, 'flake'],
  ['passes alone, the last green commit cannot be asked', passes, { unknown: 'no' }, 0, 'unknown'],
  ['cannot be run alone', { unknown: 'no' }, passes, 5, 'unknown'],
  ['is not found when it is asked for alone', { absent: true }, passes, 5, 'unknown'],
])('what %s', (_, head, base, history, call) => {
  expect(triage({ head, base, history }).call).toBe(call)
})

test('only what passed alone on the pushed commit is ever called a flake', () => {
  const tries: Tries[] = [passes, fails, always, { absent: true }, { unknown: 'no' }]
  for (const head of tries)
    for (const base of tries)
      for (const history of [0, 1, 9]) {
        const { call } = triage({ head, base, history })
        if (call === 'flake') expect(head).toMatchObject({ passed: expect.toSatisfy((n: number) => n > 0) })
      }
})
