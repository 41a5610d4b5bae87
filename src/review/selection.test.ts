import { expect, test } from 'vitest'
import { hostile, madeUpReview, many, oneOfEach } from '../../test/support/made-up-review.ts'
import { chosen, selectors } from './selection.ts'

const review = madeUpReview([...oneOfEach(), ...hostile()], { into: 'develop' })
const names = (said: string) => chosen(review.items, said).map(item => item.shown)

const ordinary = madeUpReview(oneOfEach())

test.each([
  ['route*.php', ['app/Http/routes.php']],
  ['routes.php', ['app/Http/routes.php']],
  ['/routes/*', ['routes/old.php']],
  ['app/**', ['app/Http/routes.php']],
  ['public/uploads/', ['public/uploads/2026/banner.jpg', 'public/uploads/2026/price list.pdf']],
  ['*.{png,jpg}', ['public/img/logo.png', 'public/uploads/2026/banner.jpg']],
  ['deleted', ['routes/old.php']],
  ['upload', ['public/uploads/2026/banner.jpg', 'public/uploads/2026/price list.pdf']],
  ['ignored', ['public/uploads/2026/banner.jpg']],
  ['secret', ['held/00-secret.txt']],
])('%s chooses %j', (said, files) => {
  expect(chosen(ordinary.items, said).map(item => item.shown)).toEqual(files)
})

test('a held file is chosen by its class and by `held`, not by what became of it', () => {
  expect(names('held')).toHaveLength(12)
  expect(names('new').filter(name => name.startsWith('held/'))).toEqual([])
})

test('nothing said chooses nothing, and `all` everything', () => {
  expect(names('  ')).toEqual([])
  expect(names('all')).toHaveLength(review.items.length)
})

test('every word of the list chooses without a fault', () => {
  for (const word of selectors) expect(() => names(word)).not.toThrow()
})

test('names that are no text can be chosen like any other', () => {
  expect(names('evil/*.txt')).toContain('evil/\\xff\\xfe.txt')
})

test('a glob over ten thousand rows answers while a person waits for it', () => {
  const large = madeUpReview(many(10_000))
  const began = performance.now()
  expect(chosen(large.items, 'public/uploads/0001/**')).toHaveLength(20)
  expect(performance.now() - began).toBeLessThan(1_000)
})
