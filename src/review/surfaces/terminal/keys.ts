import { counted } from '../../../core/amount.ts'
import { badReason, heldAgain, lifted, mayBeLifted, mayBeTicked, proposal, sameDraft, ticked } from '../../decide.ts'
import { reasonOf } from '../../reasons.ts'
import type { ReviewItem } from '../../review.ts'
import { chosen, selectors } from '../../selection.ts'
import { folded, type Prompt, type Row, shownItems, type View, withFilter } from './view.ts'

/** What a key asks for beyond another view. */
export type Wish = 'diff' | 'about' | 'help' | 'commit' | 'close'

export interface Pressed {
  readonly view: View
  readonly wish?: Wish
}

/** What becomes of the view when a key is pressed. `page`: rows of the list on the screen. */
export function pressed(before: View, key: string, page: number): Pressed {
  const { message: _, ...view } = before
  if (view.prompt !== undefined) return { view: typed(view, view.prompt, key) }
  const wish = wishes[key]
  if (wish !== undefined) return { view, wish }
  const move = moves[key]
  if (move !== undefined) return { view: { ...view, at: clamp(move(view.at, page, view.rows.length), view) } }
  return { view: changes[key]?.(view, view.rows[view.at]) ?? view }
}

const wishes: Readonly<Record<string, Wish>> = {
  d: 'diff',
  v: 'diff',
  i: 'about',
  '?': 'help',
  enter: 'commit',
  q: 'close',
  'ctrl-d': 'close',
}

type Move = (at: number, page: number, count: number) => number

const moves: Readonly<Record<string, Move>> = {
  up: at => at - 1,
  k: at => at - 1,
  down: at => at + 1,
  j: at => at + 1,
  'page-up': (at, page) => at - page,
  'ctrl-b': (at, page) => at - page,
  'page-down': (at, page) => at + page,
  'ctrl-f': (at, page) => at + page,
  home: () => 0,
  end: (_, __, count) => count - 1,
  G: (_, __, count) => count - 1,
}

function clamp(at: number, { rows }: View): number {
  return Math.min(Math.max(0, at), Math.max(0, rows.length - 1))
}

type Change = (view: View, row: Row | undefined) => View

const changes: Readonly<Record<string, Change>> = {
  ' ': toggled,
  x: toggled,
  t: view => all(view, true),
  u: view => all(view, false),
  r: view => ({ ...view, draft: proposal(view.review), message: 'As it was proposed.' }),
  '/': view => ({ ...view, prompt: { asks: 'glob', text: '' } }),
  g: view => ({ ...view, prompt: { asks: 'glob', text: '' } }),
  c: view => ({ ...view, prompt: { asks: 'class', text: '' } }),
  l: lifting,
  escape: view => (view.filter === undefined ? view : withFilter(view, undefined)),
  left: (view, row) => fold(view, row, true),
  right: (view, row) => fold(view, row, false),
  tab: (view, row) => fold(view, row, !view.folded.has(row?.key ?? '')),
}

function toggled(view: View, row: Row | undefined): View {
  if (row === undefined) return view
  const able = row.items.filter(item => mayBeTicked(item, view.draft))
  if (able.length === 0) return { ...view, message: heldMessage(row.items[0]!) }
  const on = !able.every(item => view.draft.ticked.has(item.id))
  const next = { ...view, draft: ticked(view.draft, able, on) }
  return row.kind === 'item' ? next : { ...next, message: changedText(view, next) }
}

function all(view: View, on: boolean): View {
  const next = { ...view, draft: ticked(view.draft, shownItems(view), on) }
  return { ...next, message: changedText(view, next) }
}

/** How many ticks came or went, and of what: a key that ticks a deletion should say so. */
function changedText(before: View, after: View): string {
  const items = before.review.items.filter(item => before.draft.ticked.has(item.id) !== after.draft.ticked.has(item.id))
  if (items.length === 0) return 'Nothing to change here.'
  const on = after.draft.ticked.has(items[0]!.id)
  const gone = items.filter(item => item.difference.change === 'deleted').length
  const deletions = gone === 0 ? '' : `, ${counted(gone, 'deletion')} among them`
  return `${on ? 'Ticked' : 'Unticked'} ${counted(items.length, 'file')}${deletions}.`
}

function heldMessage(item: ReviewItem): string {
  const hold = item.difference.holds[0]
  if (mayBeLifted(item)) return 'It is held. l lifts that with a reason, i says why.'
  return hold === undefined ? 'It was not read.' : `It is held. ${reasonOf(hold).instead}`
}

function lifting(view: View, row: Row | undefined): View {
  if (row?.kind !== 'item') return { ...view, message: 'A hold is lifted file by file.' }
  const { item } = row
  if (view.draft.lifted.has(item.id))
    return { ...view, draft: heldAgain(view.draft, item), message: 'It is held again.' }
  if (item.difference.holds.length === 0) return { ...view, message: 'Nothing holds it.' }
  if (!mayBeLifted(item)) return { ...view, message: `That cannot be lifted. ${heldMessage(item)}` }
  return { ...view, prompt: { asks: 'reason', text: '' } }
}

function fold(view: View, row: Row | undefined, shut: boolean): View {
  if (row === undefined) return view
  if (row.kind !== 'item') return folded(view, row.key, shut)
  // From a file to the folder or class that it lies in.
  const above = view.rows.findLastIndex((one, index) => index < view.at && one.kind !== 'item')
  return shut && above >= 0 ? { ...view, at: above } : view
}

function typed(view: View, prompt: Prompt, key: string): View {
  const { prompt: _, ...rest } = view
  switch (key) {
    case 'escape':
    case 'ctrl-g':
      return rest
    case 'enter':
      return answered(rest, prompt)
    case 'backspace':
      return { ...view, prompt: { ...prompt, text: [...prompt.text].slice(0, -1).join('') } }
    case 'ctrl-u':
      return { ...view, prompt: { ...prompt, text: '' } }
    case 'tab':
      return { ...view, prompt: { ...prompt, text: prompt.asks === 'class' ? completed(prompt.text) : prompt.text } }
    default:
      // Names of keys are longer than what a key types.
      return /^[a-z]+(-[a-z]+)?\d*$/.test(key) && key.length > 1
        ? view
        : { ...view, prompt: { ...prompt, text: prompt.text + key } }
  }
}

function completed(text: string): string {
  const fitting = selectors.filter(word => word.startsWith(text))
  return fitting.length === 1 ? fitting[0]! : text
}

function answered(view: View, { asks, text }: Prompt): View {
  const said = text.trim()
  if (asks === 'reason') return reasoned(view, said)
  if (said === '') return withFilter(view, undefined)
  if (asks === 'class' && !selectors.includes(said))
    return { ...view, message: `No such class. There are: ${selectors.join(', ')}.` }
  const items = chosen(view.review.items, said)
  if (items.length === 0) return { ...view, message: `Nothing matches ${said}.` }
  return said === 'all' ? withFilter(view, undefined) : withFilter(view, { said, items })
}

function reasoned(view: View, reason: string): View {
  const row = view.rows[view.at]
  if (row?.kind !== 'item') return view
  const bad = badReason(reason)
  if (bad !== undefined) return { ...view, message: `Still held. ${bad}` }
  return {
    ...view,
    draft: lifted(view.draft, row.item, reason),
    message: 'Lifted for exactly this content, and ticked.',
  }
}

/** Whether something that the person did would be lost. */
export function isTouched({ review, draft }: View): boolean {
  return !sameDraft(draft, proposal(review))
}
