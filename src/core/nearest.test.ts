import { expect, test } from 'vitest'
import { allNearest, nearest } from './nearest.ts'

const known = ['drop-column', 'drop-table', 'rename-column', 'tests', 'db', 'changelog']

test('finds what was meant, whatever the case', () => {
  expect(nearest('drop-colum', known)).toBe('drop-column')
  expect(nearest('Changelog', known)).toBe('changelog')
  expect(nearest('test', known)).toBe('tests')
})

test('a part of a name finds every name that has it', () => {
  expect(allNearest('column', known)).toEqual(['drop-column', 'rename-column'])
  expect(allNearest('drop', known)).toEqual(['drop-table', 'drop-column'])
})

test('a name with something behind it finds the name', () => {
  expect(allNearest('tests-failed', known)).toEqual(['tests'])
})

test('does not guess wildly', () => {
  expect(nearest('kubernetes', known)).toBeUndefined()
  expect(nearest('', known)).toBeUndefined()
})
