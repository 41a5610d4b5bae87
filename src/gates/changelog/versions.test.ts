import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareVersions, dateIn } from './versions.ts'

test('versions are ordered as semver.org says', () => {
  const ascending = [
    '0.9.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.0.1',
    'v1.2.0',
    '1.10.0',
    '2024.1',
  ]
  for (const [index, version] of ascending.entries())
    for (const [other, later] of ascending.entries())
      expect(Math.sign(compareVersions(version, later)), `${version} ${later}`).toBe(Math.sign(index - other))
})

test('a missing number is 0, and build metadata and a "v" say nothing', () => {
  expect(compareVersions('1.2', '1.2.0')).toBe(0)
  expect(compareVersions('v1.2.0+build.7', '1.2.0')).toBe(0)
})

test('the order is one: turned around, the sign turns', () => {
  const version = fc
    .tuple(fc.nat(3), fc.nat(3), fc.constantFrom('', '-a', '-1', '-a.1', '-1.a'))
    .map(([a, b, pre]) => `${a}.${b}${pre}`)
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)))
    }),
  )
})

test.each([
  ['2024-02-29', '2024-02-29'],
  ['(2024-01-31)', '2024-01-31'],
  ['"Name" - 2024-01-31', '2024-01-31'],
  ['2024-13-40', undefined],
  ['2023-02-29', undefined],
  ['2024-1-5', undefined],
  ['31/01/2024', undefined],
  ['12024-01-31', undefined],
  ['', undefined],
])('in %j stands the date %j', (text, date) => {
  expect(dateIn(text)).toBe(date)
})
