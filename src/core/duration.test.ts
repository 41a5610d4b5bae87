import { expect, test } from 'vitest'
import { duration } from './duration.ts'

test.each([
  [0, '0.0 s'],
  [312, '0.3 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min 00 s'],
  [372_000, '6 min 12 s'],
  [3_599_600, '1 h 00 min'],
  [3_900_000, '1 h 05 min'],
  [-5, '0.0 s'],
])('%i ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})
