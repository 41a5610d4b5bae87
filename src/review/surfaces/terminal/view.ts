import { nameOf, type Section, sectionsOf, standsAlone } from '../../classes.ts'
import { type Draft, proposal } from '../../decide.ts'
import type { Review, ReviewItem } from '../../review.ts'

/** A line of the list: a class, a folder inside it, or a file. */
export type Row =
  | { readonly kind: 'class'; readonly key: string; readonly section: Section; readonly items: readonly ReviewItem[] }
  | { readonly kind: 'folder'; readonly key: string; readonly name: string; readonly items: readonly ReviewItem[] }
  | {
      readonly kind: 'item'
      readonly key: string
      readonly item: ReviewItem
      readonly items: readonly ReviewItem[]
      readonly name: string
    }

export interface Filter {
  /** As the person wrote it. */
  readonly said: string
  readonly items: readonly ReviewItem[]
}

/** A line that is being typed. */
export interface Prompt {
  readonly asks: 'glob' | 'class' | 'reason'
  readonly text: string
}

/** Everything that the list shows. A value: every key makes a new one. */
export interface View {
  readonly review: Review
  readonly draft: Draft
  readonly filter?: Filter
  readonly folded: ReadonlySet<string>
  readonly rows: readonly Row[]
  /** The row under the cursor and the first one on the screen. */
  readonly at: number
  readonly top: number
  readonly prompt?: Prompt
  /** Said once, gone with the next key. */
  readonly message?: string
}

export function firstView(review: Review): View {
  const rows = rowsOf(review.items, new Set())
  return { review, draft: proposal(review), folded: new Set(), rows, at: 0, top: 0 }
}

export function shownItems(view: View): readonly ReviewItem[] {
  return view.filter?.items ?? view.review.items
}

export function withFilter(view: View, filter: Filter | undefined): View {
  const { filter: _, ...rest } = view
  const rows = rowsOf(filter?.items ?? view.review.items, view.folded)
  return settled({ ...rest, ...(filter === undefined ? {} : { filter }), rows }, view.rows[view.at]?.key)
}

export function folded(view: View, key: string, fold: boolean): View {
  const all = new Set(view.folded)
  if (fold) all.add(key)
  else all.delete(key)
  return settled({ ...view, folded: all, rows: rowsOf(shownItems(view), all) }, key)
}

/** The cursor on the same row as before where that is still there. */
function settled(view: View, key: string | undefined): View {
  const found = view.rows.findIndex(row => row.key === key)
  return { ...view, at: Math.max(found, 0), top: found < 0 ? 0 : view.top }
}

/** Moves the window so that the cursor is in it. */
export function scrolled(view: View, height: number): View {
  const last = Math.max(0, view.rows.length - 1)
  const at = Math.min(Math.max(0, view.at), last)
  const highest = Math.max(0, view.rows.length - height)
  const top = Math.min(Math.max(view.top, at - height + 1), at, highest)
  return { ...view, at, top: Math.max(0, top) }
}

function rowsOf(items: readonly ReviewItem[], folded: ReadonlySet<string>): readonly Row[] {
  const rows: Row[] = []
  for (const section of sectionsOf(items)) {
    const key = section.class.id
    rows.push({ kind: 'class', key, section, items: section.items })
    if (folded.has(key)) continue
    for (const folder of section.folders) {
      const folderKey = `${key}/${folder.name}`
      const hasRow = standsAlone(folder)
      if (hasRow) rows.push({ kind: 'folder', key: folderKey, name: folder.name, items: folder.items })
      if (hasRow && folded.has(folderKey)) continue
      for (const item of folder.items)
        rows.push({ kind: 'item', key: `#${item.id}`, item, items: [item], name: hasRow ? nameOf(item) : item.shown })
    }
  }
  return rows
}
