import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openingsOf } from './openings.ts'
import { prefilter } from './prefilter.ts'

const rules = [
  { id: 'her', cues: [/her/, /hers/i] },
  { id: 'she', cues: [/she/] },
  { id: 'token', cues: [/(?:tok|key)[_-]\d/, /gh[op]_/] },
  { id: 'secret', cues: [/secret[a-z]{0,4}=/i] },
  { id: 'short', cues: [/pt/, /:\$(?:ap[rt]1|2[ey]|-)/] },
  { id: 'group', cues: [/(?:se(?:e|r{2})|te?c|he(?=p))[op]/] },
]

test('says what one expression after the other would say, for any text', () => {
  const relevant = prefilter(rules)
  const letters = fc.constantFrom(
    ...'sherS_-1tokeyghopcrt=é\u{1f511}',
    'HERS',
    'secret',
    'ghp_',
    ':$',
    '2y',
    'see',
    'serr',
    'tc',
  )
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 40 }), parts => {
      const text = parts.join('')
      const expected = rules.filter(rule => rule.cues.some(cue => cue.test(text))).map(({ id }) => id)
      const units = Buffer.from(text, 'latin1')
      // Blobs of one batch lie side by side in memory, at even and odd places.
      const shifted = Buffer.concat([Buffer.alloc(1), units]).subarray(1)
      expect(relevant({ units: shifted, text: () => text })).toEqual(relevant({ units, text: () => text }))
      expect([...relevant({ units, text: () => text })].map(({ id }) => id).sort()).toEqual(expected.sort())
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  [/do[op]_v1_[a-f0-9]{8}/, ['doo_v1_a', 'dop_v1_0']],
  [/(?:password|pwd)\s?=/i, ['password', 'PWD=', 'pwd \t']],
  [/SG\.[\w-]{22}/, ['SG.-_aZ9']],
  [/keys?\b/, ['key']],
  [/Q~[\w.~-]{20}/, ['Q~.~-aZ0']],
])('%s can begin as %j do', (cue, texts) => {
  for (const text of texts)
    expect(
      openingsOf(cue).some(opening => opening.every(({ has }, at) => has[text.charCodeAt(at)] === 1)),
      text,
    ).toBe(true)
  expect(openingsOf(cue).some(opening => opening.every(({ has }, at) => has['~~~~~~~~'.charCodeAt(at)] === 1))).toBe(
    false,
  )
})

test.each([/[^a]key/, /a|bcd/, /.*secret/, /a?bc/, /(?:ab|a)[^c]/])(
  'refuses %s, whose beginning it cannot look for',
  cue => {
    expect(() => openingsOf(cue)).toThrow(/The cue .* (?:does not begin|has a choice)/)
  },
)
