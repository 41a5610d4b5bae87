import { describe, expect, test } from 'vitest'
import { duration, size, z } from './schema.ts'

describe('duration', () => {
  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(duration().parse(text)).toBe(ms)
  })

  test.each(['10', '10 m', '-1s', '0s', '25h', '1d', '', '1e3s', 10])('%j is no duration', text => {
    expect(duration().safeParse(text).success).toBe(false)
  })

  test('a default is given as it would be written', () => {
    expect(z.strictObject({ timeout: duration().prefault('10m') }).parse({})).toEqual({ timeout: 600_000 })
  })
})

describe('size', () => {
  test.each([
    ['1B', 1],
    ['500KB', 512_000],
    ['10MB', 10_485_760],
    ['1GB', 1_073_741_824],
  ])('%s is %d bytes', (text, bytes) => {
    expect(size().parse(text)).toBe(bytes)
  })

  test.each(['10', '10mb', 'MB', 10])('%j is no size', text => {
    expect(size().safeParse(text).success).toBe(false)
  })
})
