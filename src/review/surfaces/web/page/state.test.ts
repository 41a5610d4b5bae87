import { expect, test } from 'vitest'
import type { PageItem, PageReview } from '../shape.ts'
import { filtered, groupsOf, stateOf } from './state.ts'

const item = (id: number, path: string, more: Partial<PageItem> = {}): PageItem => ({
  id,
  path,
  class: 'new',
  change: 'new',
  content: 'text',
  state: 'free',
  proposed: true,
  ...more,
})

const review: PageReview = {
  environment: 'production',
  host: 'app',
  base: 'abc',
  ref: 'refs/ship-guard/capture/production',
  partial: false,
  notes: [],
  classes: [
    { id: 'new', title: 'New', held: false },
    { id: 'deleted', title: 'Deleted on the server', held: false },
    { id: 'secret', title: 'Held: secret inside', held: true },
  ],
  items: [
    item(1, 'public/img/Logo.png', { size: 5, content: 'image' }),
    item(2, 'public/img/deep/photo.jpg', { size: 90 }),
    item(3, 'old.php', { class: 'deleted', change: 'deleted' }),
    item(4, 'config/mail.php', { class: 'secret', state: 'liftable', size: 30 }),
  ],
}

function idsFor(change: { text?: string; group?: string; order?: 'path' | 'size' }): number[] {
  return filtered({ ...stateOf(review), ...change }, groupsOf(review)).map(({ id }) => id)
}

test.each([
  ['', [1, 2, 3, 4]],
  ['logo', [1]],
  ['img photo', [2]],
  ['*.png', [1]],
  ['*.php', [3, 4]],
  ['public/*', [1, 2]],
  ['public/*/photo*', [2]],
  ['*o*o*', [1, 2]],
  ['mail*', [4]],
  ['nothing', []],
])('the filter "%s" shows %j', (text, ids) => {
  expect(idsFor({ text })).toEqual(ids)
})

test('a filter of stars over a long name takes no time', () => {
  const long = { ...stateOf({ ...review, items: [item(1, 'a'.repeat(4_000))] }), text: `${'*a'.repeat(400)}*b` }
  const start = performance.now()
  expect(filtered(long, [])).toEqual([])
  expect(performance.now() - start).toBeLessThan(200)
})

test('chips stand for what is there, in short words', () => {
  expect(groupsOf(review).map(({ title }) => title)).toEqual(['All', 'New', 'Deleted', 'Held', 'Images'])
  expect(idsFor({ group: 'held' })).toEqual([4])
})

test('orders by size and by path, and leaves the review as it was', () => {
  expect(idsFor({ order: 'size' })).toEqual([2, 4, 1, 3])
  expect(idsFor({ order: 'path' })).toEqual([4, 3, 1, 2])
  expect(review.items.map(({ id }) => id)).toEqual([1, 2, 3, 4])
})
