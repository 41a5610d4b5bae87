import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleReview, workingDay } from '../../test/support/web-review.ts'
import type { Oid } from '../core/push.ts'
import { captureHtml } from './html.ts'

const tree = '9d01e2fab3'.repeat(4) as Oid

test('tells every file, what is taken and why the rest is held', () => {
  const { review } = sampleReview(workingDay)
  const html = captureHtml(review, { did: 'committed', tree, said: 'Merged into develop.' })
  for (const { path } of workingDay) expect(html).toContain(path.slice(path.lastIndexOf('/') + 1))
  expect(html).toContain('<dt>Proposed</dt><dd>8 files: 5 new, 3 changed, 0 renamed, 0 deleted</dd>')
  const taken = captureHtml(review, { did: 'committed', files: 1, taken: new Set([1]) })
  expect(taken).toContain('<dt>Taken</dt><dd>1 file: 0 new, 1 changed, 0 renamed, 0 deleted</dd>')
  expect(html).toContain(tree)
  expect(html).toContain('Stripe secret key')
  // Also told where nothing was merged yet.
  expect(html).toContain('<dt>Merges into</dt>')
  expect(html).toContain('Merged into develop.')
})

test('holds no contents', () => {
  const { review } = sampleReview(workingDay)
  const html = captureHtml(review, { did: 'shown', tree })
  for (const content of ['sk_live_4eC3', 'free_shipping_from', 'a@example.org']) expect(html).not.toContain(content)
})

test('loads and runs nothing', () => {
  const { review } = sampleReview(workingDay)
  const html = captureHtml(review, { did: 'shown', tree })
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\bon\w+=/i)
})

const hostile = '"><img src=x onerror=alert(1)>\u202egpj.exe\u001b[2J<script>\'`&amp;'

test('shows hostile names, branches and reasons as the text that they are', () => {
  const { review } = sampleReview([
    { path: `public/${hostile}.php`, after: 'x', conflict: hostile },
    { path: 'b', change: 'unread', holds: [{ kind: 'link', target: hostile }] },
  ])
  const html = captureHtml({ ...review, into: hostile, host: hostile }, { did: 'x', said: hostile, ref: hostile })
  expect(html).not.toMatch(/<img|<script|\u202e|\u001b/)
  expect(html).toContain('&#60;script&#62;')
})

test('names of any bytes never become markup', () => {
  const count = (html: string) => html.split('<').length
  const empty = count(captureHtml(sampleReview([{ path: 'a', after: 'x' }]).review, { did: 'x' }))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), path => {
      const { review } = sampleReview([{ path, after: 'x' }])
      expect(count(captureHtml(review, { did: 'x' }))).toBe(empty)
    }),
  )
})
