import { bytesText } from '../../../../core/amount.ts'
import { ageText } from '../../../ages.ts'
import type { PageItem } from '../shape.ts'
import { byId, el, name } from './dom.ts'
import { mayBeTicked, type State } from './state.ts'

const rowHeight = 46
const headHeight = 30
/** Rows drawn beyond what is seen, on both sides. */
const spare = 8

/** The list draws only the rows that are seen, so that ten thousand are as quick as ten. */
export interface List {
  /** Draws anew: what is shown or ticked has changed. */
  refresh(): void
  /** The item that the keys act on. */
  current(): PageItem | undefined
  goTo(index: number): void
  move(by: number): void
  /** How many rows fit. */
  page(): number
  focus(): void
}

export interface ListWishes {
  toggle(item: PageItem): void
  open(item: PageItem): void
}

/** One line of the list: a heading has no item. */
interface Line {
  readonly top: number
  readonly heading?: string
  readonly index?: number
}

const marks: Readonly<Record<string, readonly [letter: string, word: string]>> = {
  new: ['N', 'New'],
  changed: ['C', 'Changed'],
  renamed: ['R', 'Renamed'],
  deleted: ['D', 'Deleted'],
  mode: ['X', 'Executable bit'],
  'line-endings': ['L', 'Line endings'],
  unread: ['–', 'Not read'],
}

export function openList(state: State, wishes: ListWishes): List {
  const box = byId('list')
  const sheet = byId('sheet')
  const drawn = new Map<number, HTMLElement>()
  let lines: readonly Line[] = []
  let cursor = 0
  let waiting = false

  const draw = () => {
    waiting = false
    const from = Math.max(0, lineAt(lines, box.scrollTop) - spare)
    const to = Math.min(lines.length, lineAt(lines, box.scrollTop + box.clientHeight) + spare + 1)
    for (const [at, node] of drawn)
      if (at < from || at >= to) {
        node.remove()
        drawn.delete(at)
      }
    for (let at = from; at < to; at++) {
      if (drawn.has(at)) continue
      const line = lines[at]!
      const node = line.index === undefined ? heading(line.heading!) : row(state, line.index, line.index === cursor)
      node.style.transform = `translateY(${line.top}px)`
      drawn.set(at, node)
      sheet.append(node)
    }
    const active = state.shown[cursor]
    if (active === undefined) box.removeAttribute('aria-activedescendant')
    else box.setAttribute('aria-activedescendant', rowId(active))
  }

  const redraw = () => {
    for (const node of drawn.values()) node.remove()
    drawn.clear()
    draw()
  }

  const list: List = {
    refresh() {
      lines = linesOf(state)
      const last = lines.at(-1)
      sheet.style.height = `${last === undefined ? 0 : last.top + heightOf(last)}px`
      cursor = Math.min(cursor, Math.max(0, state.shown.length - 1))
      byId('none').hidden = state.shown.length > 0
      redraw()
    },
    current: () => state.shown[cursor],
    goTo(index) {
      cursor = Math.max(0, Math.min(state.shown.length - 1, index))
      scrollTo(box, lines, cursor)
      redraw()
    },
    move: by => list.goTo(cursor + by),
    page: () => Math.max(1, Math.floor(box.clientHeight / rowHeight) - 1),
    focus: () => box.focus(),
  }

  box.addEventListener(
    'scroll',
    () => {
      if (!waiting) requestAnimationFrame(draw)
      waiting = true
    },
    { passive: true },
  )
  new ResizeObserver(draw).observe(box)
  sheet.addEventListener('click', event => {
    const target = event.target as HTMLElement
    const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset.index ?? -1)
    const item = state.shown[index]
    if (item === undefined) return
    list.goTo(index)
    if (target.closest('.tick')) wishes.toggle(item)
    else wishes.open(item)
  })
  return list
}

function linesOf({ shown, order, review }: State): readonly Line[] {
  const lines: Line[] = []
  const titles = new Map(review.classes.map(one => [one.id, one.title]))
  const counts = new Map<string, number>()
  for (const item of shown) counts.set(item.class, (counts.get(item.class) ?? 0) + 1)
  let top = 0
  let last: string | undefined
  for (const [index, item] of shown.entries()) {
    if (order === 'class' && item.class !== last) {
      last = item.class
      lines.push({ top, heading: `${titles.get(last)} · ${counts.get(last)!.toLocaleString('en-US')}` })
      top += headHeight
    }
    lines.push({ top, index })
    top += rowHeight
  }
  return lines
}

function heightOf(line: Line): number {
  return line.index === undefined ? headHeight : rowHeight
}

/** The line at this height, by halving. */
function lineAt(lines: readonly Line[], top: number): number {
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lines[middle]!.top <= top) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}

function scrollTo(box: HTMLElement, lines: readonly Line[], cursor: number): void {
  const at = lines.findIndex(line => line.index === cursor)
  const line = lines[at]
  if (line === undefined) return
  const above = lines[at - 1]
  // The heading of a class comes into view with its first file.
  const top = above !== undefined && above.index === undefined ? above.top : line.top
  if (top < box.scrollTop) box.scrollTop = top
  else if (line.top + rowHeight > box.scrollTop + box.clientHeight)
    box.scrollTop = line.top + rowHeight - box.clientHeight
}

function heading(text: string): HTMLElement {
  return el('div', { class: 'head', role: 'presentation' }, text)
}

function rowId(item: PageItem): string {
  return `row-${item.id}`
}

function row(state: State, index: number, isCurrent: boolean): HTMLElement {
  const item = state.shown[index]!
  const ticked = state.ticked.has(item.id)
  const free = mayBeTicked(state, item)
  const cut = item.path.lastIndexOf('/') + 1
  const [letter, word] = marks[item.change] ?? ['?', item.change]
  const size = item.size === undefined ? '' : bytesText(item.size)
  const age = item.mtime === undefined ? '' : ageText((state.review.seenAt ?? Date.now()) - item.mtime)
  const words = [word, item.path, size, age, ...flagsOf(state, item), free ? '' : 'held, cannot be ticked']
  return el(
    'div',
    {
      id: rowId(item),
      class: `row${isCurrent ? ' current' : ''}${free ? '' : ' held'}`,
      role: 'option',
      'data-index': index,
      'aria-selected': isCurrent,
      'aria-checked': ticked ? 'true' : 'false',
      'aria-disabled': free ? undefined : 'true',
      'aria-setsize': state.shown.length,
      'aria-posinset': index + 1,
      'aria-label': words.filter(Boolean).join(', '),
    },
    el('span', { class: 'tick' }, el('span', { class: free ? `box${ticked ? ' on' : ''}` : 'lock' })),
    el('span', { class: `mark ${item.change}`, title: word }, letter),
    el(
      'span',
      { class: 'names' },
      el('span', { class: 'name' }, name(item.path.slice(cut)), ...flagsOf(state, item).map(flag)),
      el('span', { class: 'folder' }, name(item.path.slice(0, cut) || './')),
    ),
    el('span', { class: 'amount' }, el('span', {}, size), el('span', { class: 'dim' }, age)),
  )
}

function flagsOf(state: State, item: PageItem): string[] {
  return [
    ...(item.conflict === undefined ? [] : ['conflict']),
    ...(state.lifted.has(item.id) ? ['hold lifted'] : []),
    ...(item.sameHere ? ['in your branch already'] : []),
    ...(item.ignored ? ['ignored'] : []),
  ]
}

function flag(text: string): HTMLElement {
  return el('span', { class: `flag ${text === 'conflict' || text === 'hold lifted' ? 'warn' : ''}` }, text)
}
