import type { PageItem, PagePlan, PageReview } from '../shape.ts'
import { ask, enter, Refused, sayGone } from './ask.ts'
import { openBottom, partsText } from './bottom.ts'
import { openDetail } from './detail.ts'
import { showKeys, showNotes } from './dialogs.ts'
import { byId, choice, el, name, say } from './dom.ts'
import { openList } from './list.ts'
import { filtered, groupsOf, mayBeTicked, type Order, type State, stateOf } from './state.ts'

/** Milliseconds between two looks whether the command is still there. */
const beatMs = 4_000

async function start(): Promise<void> {
  try {
    await enter()
    run(stateOf(await ask<PageReview>('/review')))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const used = error.status === 410
    gate(
      used ? 'This link was used already' : 'This review is not open here',
      `${used ? 'It works once, in one tab.' : error.message} Go back to that tab, or run the command again and open the new link.`,
    )
  }
}

function run(state: State): void {
  const { review } = state
  const groups = groupsOf(review)
  let over = false

  const failed = (error: unknown) => {
    if (over) return
    if (error instanceof Refused && (error.status === 0 || error.status === 401)) return ended()
    alarm(error instanceof Error ? error.message : String(error))
  }
  const ended = () => {
    over = true
    gate('The command has ended', 'Nothing was committed from this page. Run the command again to review anew.')
  }
  const committed = (plan: PagePlan) => {
    over = true
    gate(
      'Approved',
      `${partsText(plan)}, as tree ${plan.tree.slice(0, 12)}. The command goes on in your terminal; this page can be closed.`,
    )
  }

  const bottom = openBottom(state, { committed, failed })
  const toggle = (item: PageItem) => {
    if (!mayBeTicked(state, item)) return say('It is held, and cannot be ticked.')
    if (!state.ticked.delete(item.id)) state.ticked.add(item.id)
    changed()
  }
  const list = openList(state, { toggle, open: item => show(item) })
  const back = () => {
    document.body.classList.remove('reading')
    list.focus()
  }
  const lift = (item: PageItem, reason: string | undefined) => {
    if (reason === undefined) {
      state.lifted.delete(item.id)
      state.ticked.delete(item.id)
    } else {
      state.lifted.set(item.id, reason)
      state.ticked.add(item.id)
    }
    changed()
    list.focus()
  }
  const detail = openDetail(state, { toggle, lift, back, failed })
  const show = (item: PageItem) => {
    document.body.classList.add('reading')
    void detail.show(item)
  }

  const standing = review.partial ? 'Some of it could not be read there, so nothing counts as deleted.' : undefined
  const changed = () => {
    list.refresh()
    detail.refresh()
    drawTicks(state)
    bottom.changed()
    alarm(standing)
  }
  const filter = () => {
    state.shown = filtered(state, groups)
    list.refresh()
    drawTicks(state)
    say(`${state.shown.length.toLocaleString('en-US')} files shown.`)
  }
  const tickAll = () => {
    const free = state.shown.filter(item => mayBeTicked(state, item))
    const on = !free.every(item => state.ticked.has(item.id))
    for (const item of free) {
      if (on) state.ticked.add(item.id)
      else state.ticked.delete(item.id)
    }
    changed()
  }

  const search = byId<HTMLInputElement>('search')
  search.addEventListener('input', () => {
    state.text = search.value
    filter()
    list.goTo(0)
  })
  const order = byId<HTMLSelectElement>('order')
  order.addEventListener('change', () => {
    state.order = order.value as Order
    filter()
    list.goTo(0)
  })
  const titles = groups.map(group => {
    const count = review.items.filter(item => group.has(item)).length
    return [group.id, `${group.title} ${count.toLocaleString('en-US')}`] as const
  })
  byId('chips').replaceWith(
    Object.assign(
      choice('Show only', titles, 'all', id => {
        state.group = id
        filter()
        list.goTo(0)
      }),
      { id: 'chips' },
    ),
  )
  byId('chips').classList.replace('choice', 'chips')
  byId('tick-all').addEventListener('change', tickAll)
  byId('keys-button').addEventListener('click', showKeys)
  byId('notes-button').addEventListener('click', () => showNotes(review))
  byId('close-button').addEventListener('click', async () => {
    over = true
    await ask('/close', {}).catch(() => {})
    gate('Closed', 'Nothing was decided and nothing is committed.')
  })

  const onKey = keyMap({ list, detail, search, toggle, show, back, tickAll, filter, state })
  document.addEventListener('keydown', event => {
    if (!over) onKey(event)
  })
  addEventListener('pagehide', () => {
    if (!over) sayGone()
  })
  const beat = () => {
    if (!over && document.visibilityState === 'visible') ask('/alive').catch(failed)
  }
  setInterval(beat, beatMs)
  document.addEventListener('visibilitychange', beat)

  drawTop(review)
  alarm(standing)
  byId('gate').hidden = true
  byId('app').hidden = false
  filter()
  performance.mark('listed')
  bottom.changed()
  list.focus()
  const [first] = state.shown
  if (first !== undefined && innerWidth >= 900) show(first)
}

interface KeyParts {
  readonly list: ReturnType<typeof openList>
  readonly detail: ReturnType<typeof openDetail>
  readonly search: HTMLInputElement
  readonly state: State
  toggle(item: PageItem): void
  show(item: PageItem): void
  back(): void
  tickAll(): void
  filter(): void
}

function keyMap(parts: KeyParts): (event: KeyboardEvent) => void {
  const { list, detail, search, state } = parts
  const pane = byId('detail')
  const withItem = (act: (item: PageItem) => void) => () => {
    const item = list.current()
    if (item !== undefined) act(item)
  }
  const move = (by: number) => () => {
    list.move(by)
    // Whoever has the pane open beside the list reads on as they move.
    const item = list.current()
    if (item !== undefined && detail.item() !== undefined && innerWidth >= 900) parts.show(item)
  }
  const open = withItem(item => {
    const isOpen = detail.item()?.id === item.id
    parts.show(item)
    if (isOpen || innerWidth < 900) pane.focus()
  })
  const inList: Record<string, () => void> = {
    ArrowDown: move(1),
    j: move(1),
    ArrowUp: move(-1),
    k: move(-1),
    PageDown: () => move(list.page())(),
    PageUp: () => move(-list.page())(),
    Home: move(Number.NEGATIVE_INFINITY),
    End: move(Number.POSITIVE_INFINITY),
    ' ': withItem(parts.toggle),
    Enter: open,
  }
  const anywhere: Record<string, () => void> = {
    x: withItem(parts.toggle),
    a: parts.tickAll,
    v: () => detail.switchView(),
    l: withItem(item => {
      parts.show(item)
      detail.askReason()
    }),
    c: () => byId('commit').focus(),
    '/': () => search.select(),
    '?': showKeys,
    Escape: () => {
      if (document.activeElement !== byId('list')) return parts.back()
      if (document.body.classList.contains('reading') && innerWidth < 900) return parts.back()
      search.value = ''
      state.text = ''
      parts.filter()
    },
  }
  return event => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId<HTMLDialogElement>('dialog').open) return
    const target = event.target as HTMLElement
    const isWriting = target.matches('input[type=search], input[type=text], select')
    const act =
      target === byId('list')
        ? (inList[event.key] ?? anywhere[event.key])
        : isWriting
          ? {
              Escape: anywhere.Escape,
              ...(target === search ? { ArrowDown: () => list.focus(), Enter: () => list.focus() } : {}),
            }[event.key]
          : anywhere[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
}

function drawTop(review: PageReview): void {
  document.title = `Capture of ${review.environment}`
  byId('title').replaceChildren(
    'Capture of ',
    name(review.environment),
    el('span', { class: 'dim' }, ' on ', name(review.host)),
  )
  byId('base').append(
    `Deployed commit ${review.base}. `,
    review.into === undefined ? `Committed to ${review.ref}.` : `Merges into ${review.into}.`,
  )
  byId('notes-button').hidden = review.notes.length === 0
}

function drawTicks(state: State): void {
  const all = byId<HTMLInputElement>('tick-all')
  const free = state.shown.filter(item => mayBeTicked(state, item))
  const on = free.filter(item => state.ticked.has(item.id)).length
  all.checked = free.length > 0 && on === free.length
  all.indeterminate = on > 0 && on < free.length
  all.disabled = free.length === 0
  byId('tick-all-text').textContent =
    state.shown.length === state.review.items.length
      ? `Tick all ${free.length.toLocaleString('en-US')}`
      : `Tick the ${free.length.toLocaleString('en-US')} shown`
  byId('ticked-text').textContent = `${state.ticked.size.toLocaleString('en-US')} ticked`
}

function alarm(text: string | undefined): void {
  const place = byId('alarm')
  place.hidden = text === undefined
  place.textContent = text ?? ''
}

function gate(title: string, text: string): void {
  byId('app').hidden = true
  byId('gate').hidden = false
  byId('gate-title').textContent = title
  byId('gate-text').textContent = text
  document.title = title
  say(`${title}. ${text}`)
}

void start()
