import type { PageDraft, PageItem, PageReview } from '../shape.ts'

export type Order = 'class' | 'path' | 'size' | 'mtime'

/** A chip: one class, or something else that can be true of an item. */
export interface Group {
  readonly id: string
  readonly title: string
  has(item: PageItem): boolean
}

/** What the person has done so far. */
export interface State {
  readonly review: PageReview
  readonly items: ReadonlyMap<number, PageItem>
  readonly ticked: Set<number>
  /** Reasons, by item. */
  readonly lifted: Map<number, string>
  text: string
  group: string
  order: Order
  /** In the order in which they are listed. */
  shown: readonly PageItem[]
}

export function stateOf(review: PageReview): State {
  return {
    review,
    items: new Map(review.items.map(item => [item.id, item])),
    ticked: new Set(review.items.filter(item => item.proposed).map(item => item.id)),
    lifted: new Map(),
    text: '',
    group: 'all',
    order: 'class',
    shown: review.items,
  }
}

export function mayBeTicked(state: State, item: PageItem): boolean {
  return item.state === 'free' || state.lifted.has(item.id)
}

export function groupsOf(review: PageReview): readonly Group[] {
  const short = (title: string) =>
    title.replace(/^Only (the )?| on the server$/g, '').replace(/^./, first => first.toUpperCase())
  const free = review.classes.filter(one => !one.held)
  const groups: Group[] = [
    { id: 'all', title: 'All', has: () => true },
    ...free.map(one => ({ id: one.id, title: short(one.title), has: (item: PageItem) => item.class === one.id })),
    { id: 'held', title: 'Held', has: item => item.state !== 'free' },
    { id: 'conflict', title: 'Conflicts', has: item => item.conflict !== undefined },
    { id: 'image', title: 'Images', has: item => item.content === 'image' },
    { id: 'upload', title: 'Uploads', has: item => item.upload === true },
  ]
  return groups.filter(group => group.id === 'all' || review.items.some(item => group.has(item)))
}

/** What fits the filter, in the order that was asked for. */
export function filtered({ review, text, group, order }: State, groups: readonly Group[]): readonly PageItem[] {
  const one = groups.find(({ id }) => id === group)
  const fits = matcher(text)
  const items = review.items.filter(item => (one === undefined || one.has(item)) && fits(item))
  if (order === 'size') return items.sort((a, b) => (b.size ?? -1) - (a.size ?? -1))
  if (order === 'mtime') return items.sort((a, b) => (b.mtime ?? -1) - (a.mtime ?? -1))
  if (order === 'path') return items.sort((a, b) => (a.path < b.path ? -1 : 1))
  return items
}

/** Every word must be in the path; a word with a star is a glob over the whole path or the name. */
function matcher(text: string): (item: PageItem) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return () => true
  const tests = words.map(word => (word.includes('*') ? globTest(word) : (path: string) => path.includes(word)))
  return item => {
    const path = item.path.toLowerCase()
    return tests.every(test => test(path))
  }
}

// By hand and not as a regular expression: many stars in one of those can take for ever.
function globTest(glob: string): (path: string) => boolean {
  const [first = '', ...rest] = glob.split(/\*+/)
  const last = rest.pop() ?? ''
  const fits = (text: string) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
    let at = first.length
    for (const part of rest) {
      const found = text.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= text.length - last.length
  }
  return path => fits(path) || (!glob.includes('/') && fits(path.slice(path.lastIndexOf('/') + 1)))
}

export function draftOf(state: State): PageDraft {
  return { ticked: [...state.ticked], lifted: [...state.lifted] }
}
