import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, pad, width, wrap } from './width.ts'

test('counts columns, not characters', () => {
  expect(['abc', '漢字', '👩‍🚀', 'é'].map(width)).toEqual([3, 4, 2, 1])
})

test('cuts to the columns and says so', () => {
  expect(cut('abcdef', 6)).toBe('abcdef')
  expect(cut('abcdef', 5)).toBe('abcd…')
  expect(cut('漢字漢字', 5)).toBe('漢字…')
})

test('pads by columns', () => {
  expect(pad('漢', 4)).toBe('漢  ')
  expect(pad('long', 2)).toBe('long')
})

test('wraps at spaces and keeps paths and URLs whole', () => {
  expect(wrap('See https://example.test/a/very/long/path for more', 20)).toEqual([
    'See',
    'https://example.test/a/very/long/path',
    'for more',
  ])
})

test('breaks scripts that write no spaces', () => {
  expect(wrap('漢'.repeat(12), 10)).toEqual(['漢漢漢漢漢', '漢漢漢漢漢', '漢漢'])
})

test('wrapping loses nothing and no line is too wide, whatever the text', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab é漢🙂'), maxLength: 200 })
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (text, columns) => {
      const lines = wrap(text, columns)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      for (const line of lines) if (!/^[\x21-\x7e]*$/.test(line)) expect(width(line)).toBeLessThanOrEqual(columns)
    }),
  )
})
