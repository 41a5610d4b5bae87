import type { Difference, Hold } from '../core/difference.ts'
import { mayBeTaken } from '../core/difference.ts'
import type { ReviewItem } from './review.ts'

/** What an item is filed under: what became of it, or the gravest reason why it is held. */
export type ClassId = Exclude<Difference['change'], 'unread'> | Hold['kind'] | 'unread'

export interface ItemClass {
  readonly id: ClassId
  /** For a heading: `Changed`, `Held: secret inside`. */
  readonly title: string
  readonly held: boolean
}

/** In the order in which they are shown: first what is proposed, last what can only be told. */
export const classes: readonly ItemClass[] = [
  { id: 'new', title: 'New', held: false },
  { id: 'changed', title: 'Changed', held: false },
  { id: 'renamed', title: 'Renamed', held: false },
  { id: 'deleted', title: 'Deleted on the server', held: false },
  { id: 'mode', title: 'Only the executable bit', held: false },
  { id: 'line-endings', title: 'Only line endings', held: false },
  { id: 'secret', title: 'Held: secret inside', held: true },
  { id: 'personal-data', title: 'Held: personal data inside', held: true },
  { id: 'still-changing', title: 'Held: still changing', held: true },
  { id: 'unsure', title: 'Held: perhaps deleted', held: true },
  { id: 'collision', title: 'Held: two names for one file', held: true },
  { id: 'unsafe-name', title: 'Held: unsafe name', held: true },
  { id: 'filter', title: 'Held: needs a filter', held: true },
  { id: 'too-big', title: 'Held: too big', held: true },
  { id: 'unreadable', title: 'Held: unreadable', held: true },
  { id: 'link', title: 'Held: link', held: true },
  { id: 'special', title: 'Held: no regular file', held: true },
  { id: 'denied', title: 'Held: stays there by a rule', held: true },
  { id: 'unread', title: 'Held: not read', held: true },
]

const byId = new Map(classes.map(one => [one.id, one]))
const heldOrder = classes.filter(one => one.held).map(one => one.id)

/** Where it is filed. A lifted hold does not move it: people find a file where they left it. */
export function classOf({ difference }: Pick<ReviewItem, 'difference'>): ItemClass {
  if (mayBeTaken(difference)) return byId.get(difference.change as ClassId)!
  const kinds: ReadonlySet<string> = new Set(difference.holds.map(hold => hold.kind))
  return byId.get(heldOrder.find(id => kinds.has(id)) ?? 'unread')!
}

/** Further words by which people choose: more than one can be true of an item. */
export const traits = {
  held: (item: ReviewItem) => !mayBeTaken(item.difference),
  image: (item: ReviewItem) => item.difference.content === 'image',
  binary: (item: ReviewItem) => item.difference.content === 'binary',
  text: (item: ReviewItem) => item.difference.content === 'text',
  upload: (item: ReviewItem) => item.difference.upload,
  ignored: (item: ReviewItem) => item.difference.ignored,
  conflict: (item: ReviewItem) => item.merge === 'conflict',
  proposed: (item: ReviewItem) => item.proposed,
} as const

export interface Folder {
  /** With a final slash, for people; empty at the top. */
  readonly name: string
  readonly items: readonly ReviewItem[]
}

export interface Section {
  readonly class: ItemClass
  readonly items: readonly ReviewItem[]
  readonly folders: readonly Folder[]
}

/** Items by class and folder, both in a fixed order; empty classes are left out. */
export function sectionsOf(items: readonly ReviewItem[]): readonly Section[] {
  const byClass = grouped(items, item => classOf(item).id)
  return classes.flatMap(one => {
    const own = byClass.get(one.id)
    if (own === undefined) return []
    const folders = [...grouped(own, folderOf)].map(([name, inside]) => ({ name, items: inside }))
    return [{ class: one, items: own, folders: folders.sort((a, b) => (a.name < b.name ? -1 : 1)) }]
  })
}

/** Whether a folder is worth a line of its own; a single file is better named whole. */
export function standsAlone({ name, items }: Folder): boolean {
  return name !== '' && items.length > 1
}

export function folderOf(item: ReviewItem): string {
  return item.shown.slice(0, item.shown.lastIndexOf('/') + 1)
}

export function nameOf(item: ReviewItem): string {
  return item.shown.slice(item.shown.lastIndexOf('/') + 1)
}

function grouped<Key>(items: readonly ReviewItem[], keyOf: (item: ReviewItem) => Key): Map<Key, ReviewItem[]> {
  const groups = new Map<Key, ReviewItem[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
