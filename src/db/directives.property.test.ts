import fc from 'fast-check'
import { expect, test } from 'vitest'
import { directivesIn } from './directives.ts'
import { dialectOf } from './lint.ts'

const piece = fc.constantFrom(
  '--',
  '-- ',
  '/*',
  '*/',
  '#',
  '\n',
  '\n\n',
  ';',
  "'",
  'atlas:nolint',
  'atlas:txmode none',
  'squawk-ignore',
  'squawk-ignore-file',
  'ship-guard:allow',
  ' DS103 ',
  ',',
  ' -- ',
  'SELECT 1',
  '\u0000',
  '\ufeff',
  '💾',
)

test.each(['postgres', 'mysql', 'sqlite'] as const)('%s: whatever stands in comments, reading them ends', dialect => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), parts => {
      for (const { line, column, names } of directivesIn(parts.join(''), dialectOf(dialect)).allowances) {
        expect(line).toBeGreaterThan(0)
        expect(column).toBeGreaterThan(0)
        expect(names.every(name => /^[^\s,]+$/.test(name))).toBe(true)
      }
    }),
  )
})
