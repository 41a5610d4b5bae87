import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatcher } from '../core/glob.ts'
import { casePattern, shQuote } from './case-pattern.ts'

test.each([
  ['refs/heads/main', "'refs/heads/main'"],
  ['refs/heads/release/*', "'refs/heads/release/'*"],
  ['refs/heads/release/**', "'refs/heads/release'*"],
  ['refs/heads/**/stable', "'refs/heads'*'stable'"],
  ['refs/heads/{main,develop}', "'refs/heads/'*"],
  ['refs/heads/v?.x', "'refs/heads/v'*'.x'"],
  ['refs/heads/v[0-9]-x', "'refs/heads/v'*"],
  ["refs/heads/it's", "'refs/heads/it'\\''s'"],
  ['refs/heads/a|b', '*'],
])('%s becomes the case pattern %s', (glob, pattern) => {
  expect(casePattern(glob)).toBe(pattern)
})

/** Asks real sh about many pairs in one process: a line `1` or `0` for each. */
function shMatches(pairs: readonly (readonly [pattern: string, ref: string])[]): boolean[] {
  const script = pairs
    .map(([pattern, ref]) => `case ${shQuote(ref)} in ${pattern}) echo 1 ;; *) echo 0 ;; esac`)
    .join('\n')
  const ended = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8' })
  expect(ended.stderr).toBe('')
  return ended.stdout
    .trimEnd()
    .split('\n')
    .map(line => line === '1')
}

const piece = fc.constantFrom(
  ...'a b main release / / - . * ** ? + @ ! ^ $ ~ | ( ) [ab] [!a] [a-c]+ [[:alpha:]] {a,b} {a,b}+ {1..3} {a,{b,main}} @(a|b) +(a) !(a) ?(b) *(a|b) (a|b) (a)+ \\* \\ " \' é 世 😀 & ; = , : % #'.split(
    ' ',
  ),
  ' ',
)
const glob = fc.array(piece, { minLength: 1, maxLength: 7 }).map(parts => `refs/heads/${parts.join('')}`)
// Words from which a ref that matches is likely to come out.
const word = fc.constantFrom(
  'a',
  'b',
  'c',
  '1',
  '2',
  'main',
  'release',
  '/',
  '-',
  '.',
  '+',
  '@',
  '!',
  'é',
  '世',
  '😀',
  '|',
  'aa',
  'ab',
  ' ',
  "'",
  '"',
)
const ref = fc.array(word, { maxLength: 6 }).map(parts => `refs/heads/${parts.join('')}`)

test('sh matches every ref that the glob matches, however odd the glob', () => {
  let matched = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(glob, fc.array(ref, { minLength: 1, maxLength: 12 })), { minLength: 40, maxLength: 60 }),
      cases => {
        const pairs = cases.flatMap(([one, refs]) => [...refs, one].map(name => [one, name] as const))
        const exact = pairs.map(([one, name]) => {
          try {
            return globMatcher([one])(name)
          } catch {
            return false
          }
        })
        const inSh = shMatches(pairs.map(([one, name]) => [casePattern(one), name]))
        pairs.forEach(([one, name], at) => {
          if (!exact[at]) return
          matched += 1
          expect({ glob: one, ref: name, sh: inSh[at] }).toEqual({ glob: one, ref: name, sh: true })
        })
      },
    ),
    { numRuns: 60 },
  )
  // A property about matching refs says nothing when none matches.
  expect(matched).toBeGreaterThan(500)
})

test('a plain name matches itself and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(ref, ref), { minLength: 50, maxLength: 50 }), pairs => {
      const plainNames = pairs.filter(([name]) => /^[\w/.é世' -]+$/u.test(name))
      const inSh = shMatches([['*', 'x'], ...plainNames.map(([name, other]) => [casePattern(name), other] as const)])
      plainNames.forEach(([name, other], at) => {
        expect(inSh[at + 1]).toBe(name === other)
      })
    }),
    { numRuns: 20 },
  )
})
