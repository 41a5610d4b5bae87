import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, test } from 'vitest'
import { globMatcher } from './glob.ts'

const word = fc.constantFrom('a', '2', 'a.a', 'b', 'ab', '.a', 'a.sql', '-', '_a', 'a b', 'a\nb', '..', '.')
const path = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join('/'))
const piece = fc.constantFrom(
  '*',
  '**',
  '?',
  '{a,b}',
  '{a,*.sql}',
  '[ab]',
  '!(a)',
  '+(a)',
  'a|b',
  '\\*',
  '*.sql',
  '**a',
)
const glob = fc.array(fc.oneof(word, piece), { minLength: 1, maxLength: 4 }).chain(words => {
  return fc.constantFrom('/', '').map(between => words.join(between))
})

test('a glob says what picomatch says of it', () => {
  fc.assert(
    fc.property(glob, fc.array(path), (glob, paths) => {
      fc.pre(!glob.startsWith('!'))
      const matches = picomatch(glob, { dot: true, nonegate: true, flags: 's' })
      expect(paths.filter(globMatcher([glob]))).toEqual(paths.filter(path => matches(path)))
    }),
    { numRuns: 3000 },
  )
})

test('a later glob takes away from an earlier one', () => {
  expect(['a/b.sql', 'a/c.sql', 'd.sql'].filter(globMatcher(['a/*.sql', '!**/c.sql']))).toEqual(['a/b.sql'])
})
