import { bytesText, counted } from '../core/amount.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import { type Draft, totalsOf } from './decide.ts'
import { baseText } from './item-words.ts'
import type { Review } from './review.ts'

/** One thing to know before it is committed: a word and what it says. */
export interface ConfirmationLine {
  readonly label: string
  readonly text: string
  /** Something to look at twice. */
  readonly grave?: boolean
}

const names = 5

/** Exactly what will be committed, for the last look before the one confirming key or button. */
export function confirmation(review: Review, draft: Draft, tree: Oid): readonly ConfirmationLine[] {
  const totals = totalsOf(review.items, draft)
  const taken = review.items.filter(item => draft.ticked.has(item.id))
  const gone = taken.filter(item => item.difference.change === 'deleted').map(item => item.shown)
  const clashes = taken
    .filter(item => item.merge === 'conflict')
    .map(item => (item.conflict === undefined ? item.shown : `${item.shown} (${item.conflict})`))
  const lifted = taken.flatMap(item => {
    const reason = draft.lifted.get(item.id)?.[0]?.reason
    return reason === undefined ? [] : [`${item.shown}: ${printable(reason)}`]
  })
  return [
    { label: 'Files', text: filesText(totals) },
    ...(gone.length === 0 ? [] : [{ label: 'Deletes', text: some(gone), grave: true }]),
    ...(lifted.length === 0 ? [] : [{ label: 'Lifted', text: some(lifted), grave: true }]),
    ...(clashes.length === 0
      ? []
      : [{ label: 'Conflicts', text: `${some(clashes)}; to be settled by hand`, grave: true }]),
    { label: 'Branch', text: branchText(review, clashes.length) },
    { label: 'On top of', text: baseText(review) },
    { label: 'Left out', text: `${totals.open} not ticked, ${totals.held} held back` },
    { label: 'Tree', text: tree },
  ]
}

function filesText(totals: ReturnType<typeof totalsOf>): string {
  const parts = [
    [totals.added, 'new'],
    [totals.changed, 'changed'],
    [totals.renamed, 'renamed'],
    [totals.deleted, 'deleted'],
  ].filter(([count]) => count !== 0)
  const how = parts.map(([count, word]) => `${count?.toLocaleString('en-US')} ${word}`).join(', ')
  return `${counted(totals.ticked, 'file')} (${how}), ${bytesText(totals.bytes)}`
}

function branchText({ environment, into }: Review, conflicts: number): string {
  const own = `refs/ship-guard/capture/${environment}`
  if (into === undefined) return `${own}; nothing is merged`
  return conflicts > 0
    ? `${own}, left there for you to merge into ${printable(into)}`
    : `${own}, then merged into ${printable(into)}`
}

function some(all: readonly string[]): string {
  const more = all.length - names
  return `${all.slice(0, names).join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`
}
