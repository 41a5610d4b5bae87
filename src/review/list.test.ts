import { expect, test } from 'vitest'
import {
  difference,
  everyHold,
  hostile,
  madeUpReview,
  many,
  oneOfEach,
  someImages,
} from '../../test/support/made-up-review.ts'
import { pathOf } from '../core/path-bytes.ts'
import { width } from '../core/width.ts'
import { ageText } from './ages.ts'
import { listing } from './list.ts'
import { reasonOf } from './reasons.ts'

const plain = { columns: 80, colour: false }

test('says what will be committed, what is not ticked and what is held, each with its files', () => {
  const text = listing(madeUpReview(oneOfEach(), { into: 'develop', images: someImages }), plain)
  const [head = '', taken = '', open = '', held = ''] = text.split('\n\n')
  expect(head).toContain('staging on deploy@app.example: 20 differences')
  expect(head).toContain('from 3f2a91c4d5e6, as /srv/app/current/REVISION says.')
  expect(taken).toMatch(/^Will be committed: 5 files, 3\.3 MB/)
  expect(taken).toMatch(/ {6}banner\.jpg {2}JPG 1920×600, git-ignored +812 kB +26 h\n/)
  expect(taken).toMatch(/ {4}public\/img\/logo\.png {2}PNG 200×200 → PNG 512×512 +48 kB +2 h\n/)
  expect(open).toMatch(/^Not ticked, so not committed: 3 files/)
  expect(open).toContain('routes/old.php')
  expect(held).toMatch(/^Held back, so not committed: 12 files/)
  expect(text.trimEnd()).toMatch(/Of 20 differences 5 will be committed, 3 are not ticked, 12 are held back\.$/)
})

test.each(everyHold)('a file that is held ($kind) is listed with the reason and the way out', hold => {
  const text = listing(madeUpReview([difference('a/b.txt', { change: 'new', holds: [hold] })]), plain)
  const joined = text.replace(/\s+/g, ' ')
  const { because, details, instead } = reasonOf(hold)
  for (const part of [because, ...details, `→ ${instead}`]) expect(joined).toContain(part)
})

test('a reason that many files share is said once', () => {
  const hold = everyHold.find(one => one.kind === 'denied')!
  const all = Array.from({ length: 30 }, (_, n) => difference(`.env.${n}`, { change: 'unread', holds: [hold] }))
  expect(listing(madeUpReview(all), plain).match(/passwords of the application/g)).toHaveLength(1)
})

test('what the merge will stumble over is named with the file', () => {
  const conflicts = new Map([[pathOf('app/Http/routes.php'), 'changed here and there']])
  const text = listing(madeUpReview(oneOfEach(), { into: 'develop', conflicts }), plain)
  expect(text).toMatch(/routes\.php {2}CONFLICT.*\n +conflict: changed here and there/)
})

test('what the branch has already is counted and not listed, so that a second capture shows what is left', () => {
  const all = Array.from({ length: 12 }, (_, n) => difference(`uploads/${n}.png`, { change: 'new' }))
  const differences = [...all, difference('old.php', { change: 'deleted' })]
  const same = new Set(all.map(({ path }) => path))
  const text = listing(madeUpReview(differences, { into: 'develop', same }), {
    ...plain,
    draft: { ticked: new Set(), lifted: new Map() },
  })
  expect(text).toContain('12 are in develop already, exactly so.')
  expect(text).not.toContain('uploads/')
  expect(text).toContain('Not ticked, so not committed: 1 file\n')
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Of 13 differences 0 will be committed, 1 is not ticked, 0 are held back, 12 are in your branch already.',
  )
})

test('nothing different is said in a line', () => {
  expect(listing(madeUpReview([]), plain)).toContain('Nothing is different.')
})

test('a pull that was not complete is told, with what follows from it', () => {
  expect(listing(madeUpReview(oneOfEach(), { partial: true }), plain)).toContain('nothing counts as deleted')
})

test.each([30, 40, 80, 200])('in %i columns only names are longer than the screen', columns => {
  const names = new Set(hostile().map(({ path }) => path.length))
  expect(names.size).toBeGreaterThan(1)
  const text = listing(madeUpReview(oneOfEach(), { into: 'develop', images: someImages }), { columns, colour: false })
  const long = text.split('\n').filter(line => width(line) > columns)
  expect(long.filter(line => line.trim().includes(' '))).toEqual([])
})

test('names from the server cannot move the cursor, colour or hide anything, and add no line', () => {
  const text = listing(madeUpReview(hostile()), plain)
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  expect(text).toContain('new\\x0aline [x] approved.php')
  expect(text).toContain('\\x202egnp.exe')
  expect(text).toContain('\\xff\\xfe.txt')
  expect(text).toContain('写真 🦆.png')
})

test('colours only when they are wanted', () => {
  expect(listing(madeUpReview(oneOfEach()), { columns: 80, colour: true })).toContain('\u001b[32m')
  expect(listing(madeUpReview(oneOfEach()), plain)).not.toContain('\u001b')
})

test('ten thousand rows are listed while nobody waits', () => {
  const review = madeUpReview(many(10_000))
  const began = performance.now()
  expect(listing(review, plain).split('\n').length).toBeGreaterThan(10_000)
  expect(performance.now() - began).toBeLessThan(3_000)
})

test.each([
  [-3_600_000, 'ahead'],
  [30_000, 'now'],
  [59 * 60_000, '59 min'],
  [47 * 3_600_000, '47 h'],
  [59 * 86_400_000, '59 d'],
  [400 * 86_400_000, '13 mo'],
  [1_000 * 86_400_000, '2 y'],
])('%i milliseconds are %s', (age, text) => {
  expect(ageText(age)).toBe(text)
})
