import { expect, test } from 'vitest'
import { daysLeft, flakesOption, quietFor, stateOf } from './flakes.ts'

const at = (text: string) => new Date(text)

test('an entry counts through the last second of its day, in UTC', () => {
  const entry = { expires: '2027-01-31' }
  expect(stateOf(entry, at('2027-01-01T00:00:00Z'))).toBe('fine')
  expect(stateOf(entry, at('2027-01-20T00:00:00Z'))).toBe('soon')
  expect(daysLeft(entry, at('2027-01-31T00:00:00Z'))).toBe(0)
  expect(stateOf(entry, at('2027-01-31T23:59:59Z'))).toBe('soon')
  expect(stateOf(entry, at('2027-02-01T00:00:00Z'))).toBe('expired')
})

test.each(['2027-02-30', 'next week', '', '2027-1-1'])('%j is no day', expires => {
  expect(flakesOption.safeParse([{ test: 'a', issue: '#1', owner: 'Ada', expires }]).success).toBe(false)
})

test.each(['test', 'issue', 'owner', 'expires'])('an entry without %s is none', key => {
  const entry: Record<string, string> = { test: 'a', issue: '#1', owner: 'Ada', expires: '2027-01-31' }
  delete entry[key]
  expect(flakesOption.safeParse([entry]).success).toBe(false)
})

test('a test that did not fail by chance for a month is quiet; a regression in between is no sign of one', () => {
  const seen = (day: string, call: 'flake' | 'regression') => ({
    test: 'a',
    commit: 'c',
    call,
    passed: 1,
    failed: 1,
    at: `${day}T00:00:00Z`,
  })
  const now = at('2027-03-01T00:00:00Z')
  expect(quietFor([seen('2027-01-01', 'flake'), seen('2027-02-20', 'regression')], now)).toBe(59)
  expect(quietFor([seen('2027-02-20', 'flake')], now)).toBeUndefined()
  expect(quietFor([], now)).toBeUndefined()
})
