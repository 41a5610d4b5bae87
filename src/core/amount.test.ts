import { expect, test } from 'vitest'
import { bytesText, counted } from './amount.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [12_345, '12 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [3_400_000, '3.4 MB'],
  [5_000_000_000_000_000, '5000 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

test('one is one, and more have their plural', () => {
  expect(counted(1, 'file')).toBe('1 file')
  expect(counted(12_345, 'file')).toBe('12,345 files')
  expect(counted(0, 'entry', 'entries')).toBe('0 entries')
})
