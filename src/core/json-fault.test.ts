import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonFault } from './json-fault.ts'

test('JSON has no fault', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), fc.constantFrom('', '\t', '\r\n '), (text, space) => {
      expect(jsonFault(space + text + space)).toBeUndefined()
    }),
  )
})

test('agrees with JSON.parse about any text', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '1',
    '-',
    '01',
    '1e5',
    'null',
    ' ',
    '\n',
    '\\',
    "'",
    '//',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map(parts => parts.join('')),
      ),
      text => {
        expect(jsonFault(text) === undefined).toBe(isJson(text))
      },
    ),
    { numRuns: 2_000 },
  )
})

test.each([
  ['{"a":1,}', 7, 'a key in double quotes'],
  ['[1 2]', 3, '"," or "]"'],
  ['{"a" 1}', 5, '":" after the key'],
  ["{'a':1}", 1, 'a key in double quotes'],
  ['{"a":1} x', 8, 'the end of the file'],
  ['{"a":// no\n1}', 5, 'a value'],
  ['{"a":1', 6, '"," or "}"'],
])('%s stops being JSON at %d', (text, offset, expected) => {
  expect(jsonFault(text)).toEqual({ offset, expected })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
