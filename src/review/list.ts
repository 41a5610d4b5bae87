import { bytesText, counted } from '../core/amount.ts'
import { type Colours, colours } from '../core/colour.ts'
import { printable } from '../core/printable.ts'
import { pad, width, wrap } from '../core/width.ts'
import { type Folder, nameOf, type Section, sectionsOf, standsAlone } from './classes.ts'
import { type Draft, mayBeTicked, proposal, totalsOf } from './decide.ts'
import { baseText, itemWords, pullLines } from './item-words.ts'
import { reasonOf } from './reasons.ts'
import type { Review, ReviewItem } from './review.ts'

export interface ListingOptions {
  readonly columns: number
  readonly colour: boolean
  /** What was decided so far; absent: what is proposed. */
  readonly draft?: Draft
  /** Nothing is decided here: what is ticked would be committed by a capture. */
  readonly would?: boolean
  /** Puts an item's number before its name, to be typed. */
  readonly numbered?: boolean
}

interface Style {
  readonly paint: Colours
  readonly columns: number
  readonly numbered: boolean
  readonly seenAt: number | undefined
}

/**
 * The review for people without a keyboard at hand: every difference with class, size and age, in three parts: what will be committed, what is not
 * ticked, and what is held with the reason and the way out. Ends with a newline.
 */
export function listing(review: Review, options: ListingOptions): string {
  const draft = options.draft ?? proposal(review)
  const style: Style = {
    paint: colours(options.colour),
    columns: Math.max(30, options.columns || 80),
    numbered: options.numbered === true,
    seenAt: review.seenAt,
  }
  const parts = [
    heading(review, style),
    ...partsOf(review, draft, options.would === true ? 'Would' : 'Will', style),
    notes(review, style),
    summary(review, draft, style),
  ]
  return `${parts
    .filter(part => part.length > 0)
    .map(part => part.join('\n'))
    .join('\n\n')}\n`
}

function heading(review: Review, style: Style): string[] {
  const { paint } = style
  const into = review.into === undefined ? [] : [`To be merged into ${printable(review.into)}.`]
  return [
    ...wrap(
      `${review.environment} on ${review.host}: ${counted(review.items.length, 'difference')}`,
      style.columns,
    ).map(line => paint.bold(line)),
    ...wrap(`from ${baseText(review)}.`, style.columns),
    ...into,
  ]
}

function partsOf(review: Review, draft: Draft, will: 'Will' | 'Would', style: Style): string[][] {
  const { paint } = style
  const totals = totalsOf(review.items, draft)
  const taken = review.items.filter(item => draft.ticked.has(item.id))
  const held = review.items.filter(item => !mayBeTicked(item, draft))
  const here = style.numbered ? [] : hereAlready(review, draft)
  const settled = new Set(here)
  const open = review.items.filter(item => !draft.ticked.has(item.id) && mayBeTicked(item, draft) && !settled.has(item))
  const none = review.items.length === 0 ? 'Nothing is different.' : `Nothing ${will.toLowerCase()} be committed.`
  return [
    taken.length === 0
      ? headed(none, paint.bold, style)
      : [
          ...headed(
            `${will} be committed: ${counted(taken.length, 'file')}, ${bytesText(totals.bytes)}`,
            paint.green,
            style,
          ),
          ...sections(taken, style),
        ],
    open.length === 0
      ? []
      : [
          ...headed(`Not ticked, so not committed: ${counted(open.length, 'file')}`, paint.bold, style),
          ...wrap('Tick them in the review where they are meant.', style.columns - 2).map(line => `  ${line}`),
          ...sections(open, style),
        ],
    held.length === 0
      ? []
      : [
          ...headed(`Held back, so not committed: ${counted(held.length, 'file')}`, paint.yellow, style),
          ...sections(held, style),
        ],
    here.length === 0
      ? []
      : wrap(`${are(here.length)} in ${printable(review.into ?? 'your branch')} already, exactly so.`, style.columns),
  ]
}

/** What a former capture brought needs no decision, so it is counted and not listed. */
function hereAlready({ items }: Review, draft: Draft): readonly ReviewItem[] {
  return items.filter(item => item.merge === 'same-here' && !draft.ticked.has(item.id) && mayBeTicked(item, draft))
}

function are(number: number): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? 'is' : 'are'}`
}

function headed(text: string, tint: (text: string) => string, { paint, columns }: Style): string[] {
  return wrap(text, columns).map(line => tint(paint.bold(line)))
}

function sections(items: readonly ReviewItem[], style: Style): string[] {
  return sectionsOf(items).flatMap(section => {
    const { title, held } = section.class
    const words = held ? title.replace('Held: ', '') : title
    return [
      `  ${style.paint.bold(words[0]!.toUpperCase() + words.slice(1))} (${section.items.length.toLocaleString('en-US')})`,
      ...section.folders.flatMap(folder => folderLines(folder, style)),
      ...(held ? reasonLines(section, style) : []),
    ]
  })
}

function folderLines(folder: Folder, style: Style): string[] {
  if (!standsAlone(folder)) return folder.items.flatMap(item => rows(item, { name: item.shown, indent: 4 }, style))
  const inside = folder.items.flatMap(item => rows(item, { name: nameOf(item), indent: 6 }, style))
  return [`    ${style.paint.dim(folder.name)}`, ...inside]
}

function rows(item: ReviewItem, as: { name: string; indent: number }, style: Style): string[] {
  const { facts, size, age } = itemWords(item, style.seenAt)
  const number = style.numbered ? `${item.id}. ` : ''
  const { indent } = as
  const name = `${' '.repeat(indent)}${number}${as.name}`
  const tail = style.columns < 60 ? size.padStart(8) : `${size.padStart(8)}  ${age.padStart(6)}`
  const room = style.columns - width(tail) - 2
  const middle = facts === '' ? [] : [facts]
  const oneLine = [name, ...middle].join('  ')
  const detail = found(item).flatMap(line => indented(line, indent + 2, style))
  if (width(oneLine) <= room) return [paddedRow(oneLine, tail, room, style), ...detail]
  const more = middle.flatMap(text => indented(text, indent + 2, style))
  if (width(name) <= room) return [paddedRow(name, tail, room, style), ...more, ...detail]
  // A path is never cut: it is what people copy.
  return [name, paddedRow('', tail, room, style), ...more, ...detail]
}

function paddedRow(text: string, tail: string, room: number, { paint }: Style): string {
  return `${pad(text, room)}  ${paint.dim(tail)}`.trimEnd()
}

function found(item: ReviewItem): string[] {
  const conflict = item.conflict === undefined ? [] : [`conflict: ${item.conflict}`]
  return [...conflict, ...item.difference.holds.flatMap(hold => reasonOf(hold).details.slice(0, 5))]
}

/** Each reason once, with whom it concerns when not all of them. */
function reasonLines(section: Section, style: Style): string[] {
  const reasons = new Map<string, { instead: string; names: string[] }>()
  for (const item of section.items)
    for (const hold of item.difference.holds) {
      const { because, instead } = reasonOf(hold)
      const reason = reasons.get(because)
      if (reason === undefined) reasons.set(because, { instead, names: [nameOf(item)] })
      else reason.names.push(nameOf(item))
    }
  return [...reasons].flatMap(([because, { instead, names }], index, all) => {
    const who = all.length === 1 ? '' : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''}: `
    const next = all[index + 1]
    const lines = indented(`${who}${because}`, 4, style)
    return next?.[1].instead === instead ? lines : [...lines, ...arrow(instead, style)]
  })
}

function arrow(text: string, style: Style): string[] {
  return indented(text, 6, style).map((line, index) => (index === 0 ? `    → ${line.trimStart()}` : line))
}

function indented(text: string, indent: number, style: Style): string[] {
  return wrap(text, Math.max(10, style.columns - indent)).map(line => ' '.repeat(indent) + line)
}

/** Last, because that is what is seen when a long list has gone by. */
function summary(review: Review, draft: Draft, style: Style): string[] {
  const totals = totalsOf(review.items, draft)
  if (review.items.length < 10) return []
  const here = hereAlready(review, draft).length
  const merged = here === 0 ? '' : `, ${are(here)} in your branch already`
  const text = `Of ${counted(review.items.length, 'difference')} ${totals.ticked} will be committed, ${are(totals.open - here)} not ticked, ${are(totals.held)} held back${merged}.`
  return wrap(text, style.columns).map(line => style.paint.bold(line))
}

function notes(review: Review, style: Style): string[] {
  return pullLines(review).flatMap(line => wrap(line, style.columns).map(part => style.paint.dim(part)))
}
