import { liftable, mayBeTaken } from '../core/difference.ts'
import type { Oid } from '../core/push.ts'
import type { Allowance, Decisions, Review, ReviewItem } from './review.ts'

/** What a person has decided so far. A value: every step makes a new one. */
export interface Draft {
  readonly ticked: ReadonlySet<number>
  /** By item. */
  readonly lifted: ReadonlyMap<number, readonly Allowance[]>
}

/** As it is before anybody looked. */
export function proposal(review: Review): Draft {
  return { ticked: new Set(review.items.filter(item => item.proposed).map(item => item.id)), lifted: new Map() }
}

export function sameDraft(one: Draft, other: Draft): boolean {
  const equalTicks = one.ticked.size === other.ticked.size && [...one.ticked].every(id => other.ticked.has(id))
  return equalTicks && one.lifted.size === other.lifted.size && [...one.lifted.keys()].every(id => other.lifted.has(id))
}

/** Whether it can be ticked now: nothing holds it, or what did was lifted. */
export function mayBeTicked(item: ReviewItem, draft: Draft): boolean {
  return mayBeTaken(item.difference) || draft.lifted.has(item.id)
}

/** Ticks or unticks these; what is held stays as it is. */
export function ticked(draft: Draft, items: Iterable<ReviewItem>, on: boolean): Draft {
  const ids = new Set(draft.ticked)
  for (const item of items) {
    if (!on) ids.delete(item.id)
    else if (mayBeTicked(item, draft)) ids.add(item.id)
  }
  return { ...draft, ticked: ids }
}

/** Whether a person may lift what holds it. */
export function mayBeLifted({ difference }: ReviewItem): boolean {
  const { holds } = difference
  return (
    difference.change !== 'unread' &&
    holds.length > 0 &&
    holds.every(hold => liftable.has(hold.kind)) &&
    boundTo(difference) !== undefined
  )
}

/** What an allowance is bound to: the content there; of a deleted file the content that goes. */
function boundTo(difference: ReviewItem['difference']): Oid | undefined {
  return (difference.after ?? difference.before)?.oid
}

/** Why these words are no reason for lifting a hold; undefined when they are one. */
export function badReason(reason: string): string | undefined {
  const words = reason.trim()
  if (words === '') return 'A reason is needed: it is kept in the commit.'
  if (!/\p{L}.*\p{L}.*\p{L}/u.test(words)) return 'That says nothing to who reads it in the commit.'
  if (words.length > 500) return 'The reason is longer than 500 characters.'
  return undefined
}

/** Lifts every hold of the item for exactly its content, and ticks it. The draft as it was when that may not be. */
export function lifted(draft: Draft, item: ReviewItem, reason: string): Draft {
  const oid = boundTo(item.difference)
  if (!mayBeLifted(item) || oid === undefined || badReason(reason) !== undefined) return draft
  const kinds = [...new Set(item.difference.holds.map(hold => hold.kind as Allowance['kind']))]
  const allowances = kinds.map(kind => ({ path: item.difference.path, oid, kind, reason: reason.trim() }))
  return ticked({ ...draft, lifted: new Map(draft.lifted).set(item.id, allowances) }, [item], true)
}

/** The hold holds again, and the item is unticked. */
export function heldAgain(draft: Draft, item: ReviewItem): Draft {
  const left = new Map(draft.lifted)
  left.delete(item.id)
  return { ticked: new Set([...draft.ticked].filter(id => id !== item.id)), lifted: left }
}

/** Only what is ticked needs its allowances. */
export function allowancesOf(draft: Draft): readonly Allowance[] {
  return [...draft.lifted].flatMap(([id, allowances]) => (draft.ticked.has(id) ? allowances : []))
}

export type Approved = Extract<Decisions, { kind: 'approved' }>

export function approved(draft: Draft, tree: Oid): Approved {
  return { kind: 'approved', ticked: draft.ticked, allowances: allowancesOf(draft), tree }
}

/**
 * What is wrong with decisions that came from outside (a page, a plan file): ids that are not there, holds that nobody lifted, allowances for another
 * content or without a reason. Empty: they may be carried out.
 */
export function faultsOf(review: Review, decisions: Approved): readonly string[] {
  const items = new Map(review.items.map(item => [item.id, item]))
  return [...decisions.ticked].flatMap(id => {
    const item = items.get(id)
    if (item === undefined) return [`There is no item ${id} in this review.`]
    if (mayBeTaken(item.difference)) return []
    if (!mayBeLifted(item)) return [`${item.shown} is held, and that cannot be lifted here.`]
    const own = decisions.allowances.filter(one => one.path === item.difference.path)
    const missing = item.difference.holds.filter(
      hold =>
        !own.some(one => one.kind === hold.kind && one.oid === boundTo(item.difference) && !badReason(one.reason)),
    )
    return missing.map(hold => `${item.shown} is held (${hold.kind}), and nobody lifted that for this content.`)
  })
}

export interface Totals {
  readonly ticked: number
  /** Bytes of what is ticked, as it is on the server. */
  readonly bytes: number
  readonly added: number
  readonly changed: number
  readonly deleted: number
  readonly renamed: number
  readonly lifted: number
  readonly conflicts: number
  /** Could be ticked and is not. */
  readonly open: number
  readonly held: number
}

export function totalsOf(items: readonly ReviewItem[], draft: Draft): Totals {
  const chosen = items.filter(item => draft.ticked.has(item.id))
  const count = (...changes: readonly string[]) =>
    chosen.filter(({ difference }) => changes.includes(difference.change)).length
  const held = items.filter(item => !mayBeTicked(item, draft)).length
  return {
    ticked: chosen.length,
    bytes: chosen.reduce((sum, { difference }) => sum + (difference.after?.size ?? 0), 0),
    added: count('new'),
    changed: count('changed', 'mode', 'line-endings'),
    deleted: count('deleted'),
    renamed: count('renamed'),
    lifted: chosen.filter(item => draft.lifted.has(item.id)).length,
    conflicts: chosen.filter(item => item.merge === 'conflict').length,
    open: items.length - chosen.length - held,
    held,
  }
}
