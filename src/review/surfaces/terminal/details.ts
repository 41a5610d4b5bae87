import { bytesText, counted } from '../../../core/amount.ts'
import { printable } from '../../../core/printable.ts'
import { wrap } from '../../../core/width.ts'
import { mayBeTicked } from '../../decide.ts'
import { ageOf, factsOf } from '../../item-words.ts'
import { reasonOf } from '../../reasons.ts'
import type { Review, ReviewItem } from '../../review.ts'
import type { Row, View } from './view.ts'

/** What stands below the list about the row under the cursor, the most telling first. */
export function detailLines(row: Row, view: View, columns: number): string[] {
  if (row.kind !== 'item') return groupLines(row, view, columns)
  const { item } = row
  const lifted = view.draft.lifted.get(item.id)?.[0]
  const texts = [
    item.shown,
    ...(lifted === undefined ? holdTexts(item).short : [`Lifted: ${printable(lifted.reason)}`]),
    whatText(item, view.review.seenAt),
    ...conflictTexts(item, view.review),
    ...hostTexts(item, view.review),
  ]
  return texts.flatMap(text => broken(text, columns).slice(0, 3))
}

/** Everything there is to say about an item, for a page of its own. */
export function aboutLines(item: ReviewItem, review: Review, columns: number): string[] {
  const { before, after } = item.difference
  const side = (label: string, one: typeof before) =>
    one === undefined ? [] : [`${label}: ${bytesText(one.size)}, mode ${one.mode}, ${one.oid}${timeText(one.mtimeMs)}`]
  const parts = [
    [item.shown, whatText(item, review.seenAt)],
    holdTexts(item).long,
    [...conflictTexts(item, review), ...hostTexts(item, review)],
    [...side('As deployed', before), ...side('On the server', after)],
  ].filter(part => part.length > 0)
  return parts.flatMap((part, index) => [...(index === 0 ? [] : ['']), ...part.flatMap(text => broken(text, columns))])
}

function timeText(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(new Date(ms).getTime())) return ''
  return `, written ${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function groupLines(row: Exclude<Row, { kind: 'item' }>, view: View, columns: number): string[] {
  const bytes = row.items.reduce((sum, { difference }) => sum + (difference.after?.size ?? 0), 0)
  const able = row.items.filter(item => mayBeTicked(item, view.draft)).length
  const name = row.kind === 'class' ? row.section.class.title : row.name
  const can = able === 0 ? 'None can be ticked as it is.' : 'space ticks or unticks them together.'
  const hold = able === 0 ? row.items[0]?.difference.holds[0] : undefined
  const reason = hold === undefined ? [] : [reasonOf(hold).because, `→ ${reasonOf(hold).instead}`]
  const texts = [`${name}: ${counted(row.items.length, 'file')}, ${bytesText(bytes)}. ${can}`, ...reason]
  return texts.flatMap(text => broken(text, columns))
}

function holdTexts({ difference }: ReviewItem): { short: string[]; long: string[] } {
  const reasons = difference.holds.map(reasonOf)
  const held = difference.change === 'unread' && reasons.length === 0 ? ['It was not read.'] : []
  const found = (all: number) =>
    reasons.flatMap(({ because, details, instead }) => [
      ...(details.length === 0 || all > 2 ? [because] : []),
      ...details.slice(0, all),
      ...(details.length > all ? [`and ${details.length - all} more`] : []),
      `→ ${instead}`,
    ])
  return { short: [...held, ...found(2)], long: [...held, ...found(200)] }
}

const whats = {
  new: 'New on the server',
  changed: 'Changed on the server',
  renamed: 'Renamed on the server',
  deleted: 'Deleted on the server',
  mode: 'Only its executable bit is different',
  'line-endings': 'Only its line ends are different',
  unread: 'There, and not read',
} as const

function whatText(item: ReviewItem, seenAt: number | undefined): string {
  const { change, before, after, upload } = item.difference
  const sizes = [before, after].flatMap(side => (side === undefined ? [] : [bytesText(side.size)]))
  const age = ageOf(item, seenAt)
  const aged = age === '' ? [] : [writtenText(age)]
  const facts = factsOf(item).filter(fact => fact !== 'CONFLICT')
  return [whats[change], [...new Set(sizes)].join(' → '), ...facts, ...(upload ? ['an upload'] : []), ...aged]
    .filter(text => text !== '')
    .join(', ')
}

function writtenText(age: string): string {
  if (age === 'ahead') return 'written at a time that is yet to come'
  return /^\d+ /.test(age) ? `written ${age} ago` : `written ${age === 'now' ? 'just now' : age}`
}

function conflictTexts({ conflict, merge }: ReviewItem, { into: branch = 'your branch' }: Review): string[] {
  const into = printable(branch)
  if (merge === 'same-here') return [`${into} has it exactly so already.`]
  if (merge !== 'conflict') return []
  return [
    `Conflict with ${into}: ${conflict ?? 'both sides changed it'}. It can be committed; the merge will stop for it.`,
  ]
}

function hostTexts({ difference }: ReviewItem, { hosts, host }: Review): string[] {
  const columns = hosts?.get(difference.path) ?? []
  if (columns.length === 0) return []
  const words = columns.map(({ host: other, oid, size }) => {
    if (oid === undefined) return `${printable(other)}: not there`
    const same = oid === difference.after?.oid
    return `${printable(other)}: ${same ? 'the same' : `something else${size === undefined ? '' : `, ${bytesText(size)}`}`}`
  })
  return [`${printable(host)}: this; ${words.join('; ')}`]
}

/** Lines of at most so many columns, also for names without spaces. */
export function broken(text: string, columns: number): string[] {
  return wrap(text, columns).flatMap(line => {
    const parts = line.match(new RegExp(`.{1,${Math.max(10, columns)}}`, 'gsu'))
    return parts ?? ['']
  })
}
