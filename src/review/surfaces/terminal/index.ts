import { type Colours, colours } from '../../../core/colour.ts'
import type { Keys } from '../../../core/world.ts'
import { allowancesOf, approved } from '../../decide.ts'
import type { Decisions, Review, ReviewDesk } from '../../review.ts'
import { defineSurface, type SurfaceWorld } from '../../surface.ts'
import { confirmLines } from './confirm.ts'
import { aboutLines, broken, detailLines } from './details.ts'
import { diffLines } from './diff-lines.ts'
import { helpLines } from './help.ts'
import { isTouched, pressed, type Wish } from './keys.ts'
import { ownPager, page } from './pager.ts'
import { askByLine } from './plain.ts'
import { screenOf } from './screen.ts'
import { firstView, type View } from './view.ts'

export default defineSurface({
  id: 'terminal',
  title: 'The list in the terminal',
  why: 'It works wherever the command was typed, also over ssh and without colour, and needs nothing else.',
  available: ({ terminal }) =>
    terminal.isTty ? undefined : 'There is no terminal to ask on: stdin or stderr leads elsewhere.',
  async present(review, desk, world) {
    const keys = world.keys()
    if (keys === undefined) return { kind: 'closed' }
    try {
      if (!keys.draws) return await askByLine(review, desk, keys, world)
      return await byKeys({ review, desk, world, keys, paint: colours(world.terminal.colour) })
    } finally {
      keys.close()
    }
  },
})

interface Sitting {
  readonly review: Review
  readonly desk: ReviewDesk
  readonly world: SurfaceWorld
  readonly keys: Keys
  readonly paint: Colours
}

const closed: Decisions = { kind: 'closed' }

async function byKeys(sitting: Sitting): Promise<Decisions> {
  const { review, keys, paint } = sitting
  let view = firstView(review)
  for (;;) {
    const screen = screenOf(view, keys.size(), paint)
    keys.draw(screen.lines, screen.at)
    const key = await keys.next()
    if (isEnd(key)) return closed
    const next = pressed(screen.view, key, screen.page)
    view = next.view
    if (next.wish === undefined) continue
    const ended = await granted(next.wish, view, sitting)
    if ('kind' in ended) return ended
    view = ended.view
  }
}

type Ended = Decisions | { readonly view: View }

async function granted(wish: Wish, view: View, sitting: Sitting): Promise<Ended> {
  switch (wish) {
    case 'commit':
      return committed(view, sitting)
    case 'close':
      return asksToClose(view, sitting)
    case 'help':
      await ownPager(helpLines(sitting.keys.size().columns), sitting)
      return { view }
    case 'about':
    case 'diff':
      return read(wish, view, sitting)
  }
}

async function read(wish: 'about' | 'diff', view: View, sitting: Sitting): Promise<Ended> {
  const row = view.rows[view.at]
  const { review, desk, world, keys, paint } = sitting
  const columns = keys.size().columns - 1
  if (row === undefined) return { view }
  if (wish === 'about')
    await ownPager(
      row.kind === 'item' ? aboutLines(row.item, review, columns) : detailLines(row, view, columns),
      sitting,
    )
  else if (row.kind !== 'item') return { view: { ...view, message: 'First choose a file.' } }
  else await page(await diffLines(row.item, review, desk, { paint, columns }), { ...world, keys, paint })
  return { view }
}

async function committed(view: View, { review, desk, keys, paint }: Sitting): Promise<Ended> {
  const { draft } = view
  if (draft.ticked.size === 0)
    return { view: { ...view, message: 'Nothing is ticked, so there is nothing to commit.' } }
  keys.draw(said(['Working out exactly what that would commit …'], keys))
  const tree = await desk.tree(draft.ticked, allowancesOf(draft))
  const key = await answer(keys, () => confirmLines(review, draft, tree, keys.size(), paint))
  if (key === 'y' || key === 'Y') return approved(draft, tree)
  return isEnd(key) ? closed : { view: { ...view, message: 'Not committed. The list is as you left it.' } }
}

async function asksToClose(view: View, { keys }: Sitting): Promise<Ended> {
  if (!isTouched(view)) return closed
  const key = await answer(keys, () => said(askClose, keys))
  return key === 'y' || key === 'Y' || isEnd(key) ? closed : { view }
}

const askClose = [
  'Close? Nothing is committed, and what you ticked and lifted is forgotten.',
  '',
  'y: close. Any other key: back.',
]

function said(texts: readonly string[], keys: Keys): string[] {
  const { columns, rows } = keys.size()
  // In a small window the end stays: the keys are named there.
  return ['', ...texts.flatMap(text => broken(text, columns - 5).map(line => `  ${line}`))].slice(-rows)
}

/** The key that answers a screen; another size of the window is no answer. */
async function answer(keys: Keys, lines: () => readonly string[]): Promise<string | undefined> {
  for (;;) {
    keys.draw(lines())
    const key = await keys.next()
    if (key !== 'resize') return key
  }
}

function isEnd(key: string | undefined): key is undefined | 'ctrl-c' {
  return key === undefined || key === 'ctrl-c'
}
