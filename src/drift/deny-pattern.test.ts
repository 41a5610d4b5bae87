import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pathOf } from '../core/path-bytes.ts'
import { type Pattern, parsePattern, patternTest } from './deny-pattern.ts'

function matches(written: string, path: string, anyCase = false): boolean {
  return patternTest(parsePattern(written) as Pattern, anyCase)(pathOf(path), false)
}

test('patterns with many wildcards mean the same, and no pattern takes long with any name', () => {
  const started = performance.now()
  expect(matches(`${'*a'.repeat(40)}*cb`, `${'a'.repeat(240)}b`)).toBe(false)
  expect(matches(`${'*a'.repeat(40)}*cb`, `${'a'.repeat(240)}cb`)).toBe(true)
  expect(matches(`${'**/a/'.repeat(4)}cb`, `${'a/'.repeat(2_000)}b`)).toBe(false)
  expect(matches(`${'**/a/'.repeat(4)}cb`, `${'a/'.repeat(2_000)}cb`)).toBe(true)
  expect(matches(`[${'\\a'.repeat(60)}`, 'b')).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('many `**` mean the same as each of them by itself', () => {
  const part = fc.constantFrom('a', 'b', '*', '?', '[ab]', '*a', '*a*b*', '**')
  const name = fc.constantFrom('a', 'b', 'ab', 'aabb')
  const parts = fc.array(part, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(parts, fc.array(name, { minLength: 1, maxLength: 5 }), ([...rest], names) => {
      const later = [...names.keys()].some(from => matches(`/${rest.join('/')}`, names.slice(from).join('/')))
      expect(matches(`/**/${rest.join('/')}`, names.join('/'))).toBe(later)
    }),
    { numRuns: 500 },
  )
})

test('a range that goes downwards is its first character, as for git', () => {
  expect(['[z-a]', '[xz-a]', '[a-\\]]'].map(pattern => ['z', 'a', 'x'].map(name => matches(pattern, name)))).toEqual([
    [true, false, false],
    [true, false, true],
    [false, true, false],
  ])
})

test('no pattern throws', () => {
  for (const written of ['[\\--]', '[a-\\', '[z-a', '[]-a]', '[!]-a]', '[--/]', '[[:alpha:]-a]']) matches(written, 'a')
  const any = fc.string({ unit: fc.constantFrom(...'ab*?[]\\!^-:/.{('), maxLength: 12 })
  fc.assert(
    fc.property(any, fc.boolean(), (written, anyCase) => {
      const pattern = parsePattern(written)
      if (pattern !== undefined) patternTest(pattern, anyCase)(pathOf('a/b'), true)
    }),
    { numRuns: 3_000 },
  )
})
