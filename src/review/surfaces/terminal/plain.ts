import { colours } from '../../../core/colour.ts'
import { printable } from '../../../core/printable.ts'
import { width, wrap } from '../../../core/width.ts'
import type { Keys } from '../../../core/world.ts'
import { confirmation } from '../../confirmation.ts'
import {
  allowancesOf,
  approved,
  badReason,
  type Draft,
  heldAgain,
  lifted,
  mayBeLifted,
  mayBeTicked,
  proposal,
  ticked,
} from '../../decide.ts'
import { listing } from '../../list.ts'
import { reasonOf } from '../../reasons.ts'
import type { Decisions, Review, ReviewDesk, ReviewItem } from '../../review.ts'
import { chosen, selectors } from '../../selection.ts'
import type { SurfaceWorld } from '../../surface.ts'
import { diffLines } from './diff-lines.ts'

/** The review as a conversation, line by line: for terminals that cannot move a cursor, and for people who listen to theirs. */
export async function askByLine(
  review: Review,
  desk: ReviewDesk,
  keys: Keys,
  { terminal }: Pick<SurfaceWorld, 'terminal'>,
): Promise<Decisions> {
  const talk: Talk = {
    review,
    desk,
    say: text => terminal.error(fitted(text, keys.size().columns)),
    keys,
    columns: () => keys.size().columns,
  }
  let draft = proposal(review)
  talk.say(list(talk, draft))
  talk.say('Type commit to go on, close to decide nothing, help for the rest.')
  for (;;) {
    const line = await keys.line('review> ')
    if (line === undefined) return { kind: 'closed' }
    const [word = '', ...rest] = line.trim().split(/\s+/)
    if (['close', 'quit', 'q', 'exit'].includes(word)) return { kind: 'closed' }
    if (word === 'commit') {
      const decisions = await confirmed(talk, draft)
      if (decisions !== undefined) return decisions
      continue
    }
    draft = await done(word, rest.join(' '), draft, talk)
  }
}

interface Talk {
  readonly review: Review
  readonly desk: ReviewDesk
  readonly keys: Keys
  readonly say: (text: string) => void
  readonly columns: () => number
}

const help = `tick WHAT      WHAT is numbers (3 5-9), a glob (*.png, public/**) or a class
untick WHAT    the same
diff NUMBER    the difference, secrets masked
why NUMBER     why it is held
lift NUMBER REASON   lifts what holds it; the reason is kept in the commit
hold NUMBER    holds it again
list [WHAT]    the list as it is now
commit         shows exactly what will be committed and asks once
close          decides nothing
Classes: ${selectors.join(', ')}`

async function done(word: string, rest: string, draft: Draft, talk: Talk): Promise<Draft> {
  switch (word) {
    case '':
      return draft
    case 'tick':
    case 'untick':
      return tickedByLine(word === 'tick', rest, draft, talk)
    case 'list':
      talk.say(list(talk, draft, rest))
      return draft
    case 'diff':
    case 'why':
    case 'lift':
    case 'hold':
      return withOne(word, rest, draft, talk)
    default:
      talk.say(help)
      return draft
  }
}

/** A line that is too long goes on below; every other one stays as it is. */
function fitted(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap(line => (width(line) < columns ? line : wrap(line, columns - 1)))
    .join('\n')
}

function list({ review, columns }: Talk, draft: Draft, what = ''): string {
  const items = what === '' ? review.items : meant(review.items, what)
  return listing({ ...review, items }, { columns: columns(), colour: false, draft, numbered: true })
}

function tickedByLine(on: boolean, what: string, draft: Draft, { review, say }: Talk): Draft {
  const items = meant(review.items, what)
  const able = items.filter(item => mayBeTicked(item, draft))
  const held = items.length - able.length
  if (items.length === 0) say(`Nothing matches ${printable(what)}.`)
  else say(`${on ? 'Ticked' : 'Unticked'}: ${able.length}.${held === 0 ? '' : ` Held, so left alone: ${held}.`}`)
  return ticked(draft, able, on)
}

/** `3 5-9` by number; else what a glob or a class chooses. */
function meant(items: readonly ReviewItem[], what: string): readonly ReviewItem[] {
  if (!/^\d+(-\d+)?([ ,]+\d+(-\d+)?)*$/.test(what)) return chosen(items, what)
  const ranges = what.split(/[ ,]+/).map(part => part.split('-').map(Number))
  return items.filter(({ id }) => ranges.some(([from = 0, to = from]) => id >= from && id <= to))
}

async function withOne(word: 'diff' | 'why' | 'lift' | 'hold', rest: string, draft: Draft, talk: Talk): Promise<Draft> {
  const [number, ...words] = rest.split(' ')
  const item = talk.review.items.find(({ id }) => String(id) === number)
  if (item === undefined) {
    talk.say(`${word} needs the number of a file, as the list shows it.`)
    return draft
  }
  if (word === 'lift') return liftedByLine(item, words.join(' '), draft, talk)
  if (word === 'hold') {
    talk.say(draft.lifted.has(item.id) ? 'It is held again.' : 'Nothing was lifted.')
    return heldAgain(draft, item)
  }
  talk.say(word === 'why' ? why(item) : await difference(item, talk))
  return draft
}

function why(item: ReviewItem): string {
  const reasons = item.difference.holds.map(reasonOf)
  if (reasons.length === 0) return 'Nothing holds it.'
  return reasons.flatMap(({ because, details, instead }) => [because, ...details, `→ ${instead}`]).join('\n')
}

async function difference(item: ReviewItem, { review, desk, columns }: Talk): Promise<string> {
  return (await diffLines(item, review, desk, { paint: colours(false), columns: columns() })).join('\n')
}

function liftedByLine(item: ReviewItem, reason: string, draft: Draft, { say }: Talk): Draft {
  if (!mayBeLifted(item)) {
    say(`That cannot be lifted.\n${why(item)}`)
    return draft
  }
  const bad = badReason(reason)
  say(bad ?? 'Lifted for exactly this content, and ticked.')
  return lifted(draft, item, reason)
}

async function confirmed({ review, desk, keys, say }: Talk, draft: Draft): Promise<Decisions | undefined> {
  if (draft.ticked.size === 0) {
    say('Nothing is ticked, so there is nothing to commit.')
    return undefined
  }
  const tree = await desk.tree(draft.ticked, allowancesOf(draft))
  say(
    confirmation(review, draft, tree)
      .map(({ label, text }) => `${label}: ${text}`)
      .join('\n'),
  )
  const answer = await keys.line('Commit exactly this? yes or no: ')
  if (answer === undefined) return { kind: 'closed' }
  if (['y', 'yes'].includes(answer.trim().toLowerCase())) return approved(draft, tree)
  say('Not committed.')
  return undefined
}
