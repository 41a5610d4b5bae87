import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readContent } from './decode.ts'

test('text is read whatever its encoding, and its byte order mark is not part of it', () => {
  expect(readContent(Buffer.from('\ufeffé'))).toMatchObject({ kind: 'text', text: 'é' })
  expect(readContent(Buffer.from('\ufeffkey = 1', 'utf16le'))).toMatchObject({ kind: 'text', text: 'key = 1' })
  expect(readContent(Buffer.from('key = 123456', 'utf16le'))).toMatchObject({ kind: 'text', text: 'key = 123456' })
  expect(readContent(Buffer.from('key = 123456', 'utf16le').swap16())).toMatchObject({
    kind: 'text',
    text: 'key = 123456',
  })
  expect(readContent(Buffer.from([0x61, 0xe9, 0x62]))).toMatchObject({ kind: 'text', text: 'a\ufffdb' })
  expect(readContent(new Uint8Array())).toMatchObject({ kind: 'text', text: '' })
})

test('what is not text is named by its first bytes', () => {
  expect(readContent(Buffer.from('\x7fELF\0\0'))).toEqual({ kind: 'binary' })
  expect(readContent(Buffer.from('PK\x03\x04rest'))).toEqual({ kind: 'archive' })
  expect(readContent(Buffer.from('SQLite format 3\0'))).toEqual({ kind: 'database' })
  expect(readContent(Buffer.from('PGDMP\x01'))).toEqual({ kind: 'dump' })
  expect(readContent(Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0]))).toEqual({ kind: 'key-store' })
})

test('any bytes are read without a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), bytes => readContent(bytes) !== undefined),
    { numRuns: 2_000 },
  )
})
