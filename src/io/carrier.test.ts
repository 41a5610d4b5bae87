import fc from 'fast-check'
import { expect, test } from 'vitest'
import { carrierAmong, type ProcessRow, rowOfPs, rowOfStat } from './carrier.ts'

function row(pid: number, parent: number, name: string, ended = false): ProcessRow {
  return { pid, parent, name, ended }
}

const chain = [row(1, 0, 'init'), row(10, 1, 'zsh'), row(20, 10, 'git'), row(30, 20, 'node')]

test('the sibling that git started before us carries the push', () => {
  expect(carrierAmong([...chain, row(21, 20, 'ssh')], 30)).toBe('lives')
  expect(carrierAmong([...chain, row(21, 20, 'ssh', true)], 30)).toBe('ended')
  expect(carrierAmong([...chain, row(21, 20, 'sh'), row(22, 21, 'ssh')], 30)).toBe('lives')
})

test('a hook manager between git and us makes no difference, and the nearest git counts', () => {
  const managed = [row(5, 1, 'git'), row(20, 5, 'git'), row(25, 20, 'lefthook'), row(26, 25, 'sh'), row(30, 26, 'node')]
  expect(carrierAmong([...managed, row(21, 20, 'ssh', true)], 30)).toBe('ended')
  expect(carrierAmong([...managed, row(21, 20, 'ssh'), row(27, 25, 'true', true)], 30)).toBe('lives')
})

test('a hook that runs beside us carries nothing', () => {
  expect(carrierAmong([...chain, row(21, 20, 'ssh', true), row(31, 20, 'eslint')], 30)).toBe('ended')
  expect(carrierAmong([...chain, row(21, 20, 'ssh'), row(31, 20, 'eslint', true)], 30)).toBe('lives')
})

test('what cannot be told is not guessed', () => {
  expect(carrierAmong(chain, 30)).toBe('unknown')
  expect(carrierAmong([row(1, 0, 'init'), row(30, 1, 'node'), row(31, 1, 'ssh', true)], 30)).toBe('unknown')
  expect(carrierAmong([], 30)).toBe('unknown')
  expect(carrierAmong([row(30, 31, 'a'), row(31, 30, 'b')], 30)).toBe('unknown')
})

test('any table of processes has an answer', () => {
  const name = fc.constantFrom('git', 'ssh', 'sh', 'node')
  const any = fc.record({ pid: fc.nat(9), parent: fc.nat(9), ended: fc.boolean(), name })
  fc.assert(fc.property(fc.array(any), rows => ['lives', 'ended', 'unknown'].includes(carrierAmong(rows, 3))))
})

test('a line of /proc and a line of ps are read, whatever the program is called', () => {
  expect(rowOfStat('21 (ssh) Z 20 20 20 0 -1')).toEqual([row(21, 20, 'ssh', true)])
  expect(rowOfStat('22 (a) S 1 (b) R 20 20')).toEqual([row(22, 20, 'a) S 1 (b')])
  expect(rowOfStat('')).toEqual([])
  expect(rowOfPs('   21    20 Z+   <defunct>')).toEqual([row(21, 20, '<defunct>', true)])
  expect(rowOfPs('  20  10 S    /Library/Developer/usr/bin/git')).toEqual([row(20, 10, 'git')])
  expect(rowOfPs('nothing')).toEqual([])
})
