import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatcher } from '../core/glob.ts'
import { fileRules } from './file-names.ts'
import { anywhere, nameMatcher } from './name-matcher.ts'

const lists = fileRules.flatMap(({ names, perhaps }) => [names, perhaps?.names ?? []])
const pieces = [
  ...new Set(
    lists
      .flat()
      .join(',')
      .split(/[^\w]+|(?<=\.)|(?=\.)/),
  ),
].filter(piece => piece !== '')

test('every list of names is answered as globs answer it, for any path', () => {
  const matchers = lists.map(list => ({ list, quick: nameMatcher(list), slow: globMatcher(anywhere(list)) }))
  const part = fc.constantFrom(...pieces, '.', '.', '-', '_', 'a', 'é', ' ', 'X')
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join(''))
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
  fc.assert(
    fc.property(path, at => {
      fc.pre(!/(?:^|\/)\.{1,2}(?:\/|$)/.test(at))
      for (const { list, quick, slow } of matchers) expect(quick(at), `${list}`).toBe(slow(at))
    }),
    { numRuns: 3_000 },
  )
})

test('a folder or file with a line feed in its name hides nothing', () => {
  const matches = nameMatcher(['.netrc', '*.pem', 'sess_*'])
  for (const path of ['a\nb/.netrc', 'a\nb.pem', 'sess_\nx']) expect(matches(path)).toBe(true)
})

test('a glob that it cannot read is refused, not misread', () => {
  expect(() => nameMatcher(['a[bc].txt'])).toThrow('more than a name with stars')
})
