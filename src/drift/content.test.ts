import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kindOf, onlyLineEndings } from './content.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

describe('only line endings', () => {
  test.each([
    ['a\nb\n', 'a\r\nb\r\n'],
    ['a\r\nb\r\n', 'a\nb\n'],
    ['a\rb\r', 'a\nb\n'],
    ['a\r\nb\n', 'a\nb\r\n'],
    ['', ''],
  ])('%j and %j', (one, other) => {
    expect(onlyLineEndings(bytes(one), bytes(other))).toBe(true)
  })

  test.each([
    ['a\n', 'a'],
    ['a\n\n', 'a\n'],
    ['a\r\r', 'a\n'],
    ['a\n', 'b\r\n'],
    ['a b', 'a  b'],
  ])('%j and %j are more than that', (one, other) => {
    expect(onlyLineEndings(bytes(one), bytes(other))).toBe(false)
  })

  test('says what replacing all of them would say', () => {
    const text = fc
      .array(fc.constantFrom('\r', '\n', '\r\n', 'a', 'b', '\xff'), { maxLength: 12 })
      .map(parts => parts.join(''))
    const plain = (one: string) => one.replace(/\r\n?/g, '\n')
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(onlyLineEndings(bytes(one), bytes(other))).toBe(plain(one) === plain(other))
      }),
    )
  })
})

test.each([
  ['\x89PNG\r\n\x1a\n\0\0', 'image'],
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'image'],
  ['GIF89a\x01\0', 'image'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'image'],
  ['\0\0\0\x1cftypavif', 'image'],
  ['\0\0\x01\0\x01\0', 'image'],
  ['BM6\0\0\0', 'image'],
  ['BMW is a car', 'text'],
  ['12345678WEBP', 'text'],
  ['%PDF-1.7\0', 'binary'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'text'],
  ['', 'text'],
])('%j is %s', (head, kind) => {
  expect(kindOf(bytes(head))).toBe(kind)
})
