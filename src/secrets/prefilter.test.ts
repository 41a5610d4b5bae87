import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainStarts, prefilter } from './prefilter.ts'

const rules = [
  { id: 'he', cues: [/he/, /hers/i] },
  { id: 'she', cues: [/she/] },
  { id: 'token', cues: [/(?:tok|key)[_-]\d/, /gh[op]_/] },
  { id: 'secret', cues: [/secret[a-z]{0,4}=/i] },
]

test('says what one expression after the other would say, for any text', () => {
  const relevant = prefilter(rules)
  const letters = fc.constantFrom(...'sherS_-1tokeyghopcrt=é\u{1f511}', 'HERS', 'secret', 'ghp_')
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 40 }), parts => {
      const text = parts.join('')
      const expected = rules.filter(rule => rule.cues.some(cue => cue.test(text))).map(({ id }) => id)
      expect([...relevant(text)].map(({ id }) => id).sort()).toEqual(expected.sort())
    }),
    { numRuns: 2_000 },
  )
})

test('reads the plain beginnings out of an expression', () => {
  expect(plainStarts(/do[op]_v1_[a-f0-9]{8}/)).toEqual(['doo_v1_', 'dop_v1_'])
  expect(plainStarts(/(?:password|pwd)\s?=/i)).toEqual(['password', 'pwd'])
  expect(plainStarts(/SG\.[\w-]{22}/)).toEqual(['sg.'])
  expect(plainStarts(/keys?\b/)).toEqual(['key'])
})

test.each([/[a-z]key/, /\d{8}:AA/, /a|bcd/, /.*secret/])('refuses %s, whose beginning it cannot look for', cue => {
  expect(() => plainStarts(cue)).toThrow('does not begin with plain characters')
})
