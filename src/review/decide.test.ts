import { expect, test } from 'vitest'
import { difference, everyHold, madeUpReview, oneOfEach } from '../../test/support/made-up-review.ts'
import type { Hold } from '../core/difference.ts'
import { liftable } from '../core/difference.ts'
import {
  allowancesOf,
  approved,
  badReason,
  faultsOf,
  heldAgain,
  lifted,
  mayBeLifted,
  mayBeTicked,
  proposal,
  ticked,
  totalsOf,
} from './decide.ts'
import type { ReviewItem } from './review.ts'

const review = madeUpReview(oneOfEach())

function itemHeld(...kinds: readonly Hold['kind'][]): ReviewItem {
  const holds = everyHold.filter(hold => kinds.includes(hold.kind))
  return madeUpReview([difference('a.txt', { change: 'new', holds })]).items[0]!
}

test('what is new, changed or renamed is proposed; deletions, modes and line ends wait for a person', () => {
  const proposed = review.items.filter(item => proposal(review).ticked.has(item.id))
  expect(new Set(proposed.map(item => item.difference.change))).toEqual(new Set(['new', 'changed', 'renamed']))
  expect(proposed.every(item => item.difference.holds.length === 0)).toBe(true)
})

test('what is held stays unticked, however many are ticked at once', () => {
  const all = ticked(proposal(review), review.items, true)
  expect(totalsOf(review.items, all)).toMatchObject({ ticked: 8, open: 0, held: 12 })
})

test.each(everyHold)('the hold $kind may be lifted only when the list of liftable ones names it', hold => {
  const item = itemHeld(hold.kind)
  expect(mayBeLifted(item)).toBe(liftable.has(hold.kind))
  expect(mayBeTicked(item, lifted(proposal(review), item, 'I looked at it'))).toBe(liftable.has(hold.kind))
})

test('a file that is also held for something else cannot be lifted', () => {
  expect(mayBeLifted(itemHeld('secret', 'collision'))).toBe(false)
})

test('what was not read cannot be lifted: there is no content to be responsible for', () => {
  const [item] = madeUpReview([difference('a', { change: 'unread', holds: [{ kind: 'still-changing' }] })]).items
  expect(mayBeLifted(item!)).toBe(false)
})

test('lifting ticks the file and is bound to its path and content, for each of its holds', () => {
  const item = itemHeld('secret', 'personal-data')
  const draft = lifted({ ticked: new Set(), lifted: new Map() }, item, '  an example of the docs ')
  const { path, after } = item.difference
  expect([...draft.ticked]).toEqual([item.id])
  expect(allowancesOf(draft)).toEqual([
    { path, oid: after!.oid, kind: 'secret', reason: 'an example of the docs' },
    { path, oid: after!.oid, kind: 'personal-data', reason: 'an example of the docs' },
  ])
})

test('a deletion is bound to the content that goes', () => {
  const [item] = madeUpReview([difference('a', { change: 'deleted', holds: [{ kind: 'unsure', because: 'x' }] })]).items
  expect(allowancesOf(lifted(proposal(review), item!, 'it is gone'))[0]?.oid).toBe(item!.difference.before?.oid)
})

test.each(['', '   ', '.', '???', 'x'.repeat(501)])('%j is no reason', reason => {
  expect(badReason(reason)).toBeDefined()
  const item = itemHeld('secret')
  expect(mayBeTicked(item, lifted(proposal(review), item, reason))).toBe(false)
})

test('a lifted hold that holds again takes its tick with it', () => {
  const item = itemHeld('secret')
  const draft = heldAgain(lifted(proposal(review), item, 'I looked at it'), item)
  expect(draft.ticked.has(item.id)).toBe(false)
  expect(allowancesOf(draft)).toEqual([])
})

test('the allowance of a file that was unticked again is not carried out', () => {
  const item = itemHeld('secret')
  const draft = ticked(lifted({ ticked: new Set(), lifted: new Map() }, item, 'I looked at it'), [item], false)
  expect(allowancesOf(draft)).toEqual([])
})

test('decisions from outside are held against the review', () => {
  const draft = proposal(review)
  const tree = review.base.tree
  const secret = review.items.find(item => item.difference.holds[0]?.kind === 'secret')!
  const link = review.items.find(item => item.difference.holds[0]?.kind === 'link')!
  const good = lifted(draft, secret, 'I looked at it')
  const [allowance] = allowancesOf(good)
  const with_ = (ids: readonly number[], allowances = [allowance!]) => ({
    kind: 'approved' as const,
    ticked: new Set(ids),
    allowances,
  })
  expect(faultsOf(review, approved(good, tree))).toEqual([])
  expect(faultsOf(review, with_([9_999]))).toEqual([expect.stringContaining('no item 9999')])
  expect(faultsOf(review, with_([link.id]))).toEqual([expect.stringContaining('cannot be lifted')])
  expect(faultsOf(review, with_([secret.id], []))).toHaveLength(1)
  expect(faultsOf(review, with_([secret.id], [{ ...allowance!, oid: tree }]))).toHaveLength(1)
  expect(faultsOf(review, with_([secret.id], [{ ...allowance!, reason: ' ' }]))).toHaveLength(1)
  expect(faultsOf(review, with_([secret.id], [{ ...allowance!, kind: 'personal-data' }]))).toHaveLength(1)
})
