import type { PageBody, PageDetail, PageHold, PageItem } from '../shape.ts'
import { ask } from './ask.ts'
import { type DiffView, diffTable, isOneSided } from './diff-view.ts'
import { button, byId, choice, el, name } from './dom.ts'
import { type ImageView, imageView } from './image-view.ts'
import { mayBeTicked, type State } from './state.ts'

/** The pane that shows one item. */
export interface Detail {
  show(item: PageItem): Promise<void>
  /** Draws the head of it anew: it was ticked, or its hold lifted. */
  refresh(): void
  /** To where the reason is written, when a hold can be lifted. */
  askReason(): void
  switchView(): void
  item(): PageItem | undefined
}

export interface DetailWishes {
  toggle(item: PageItem): void
  /** Undefined: the hold holds again. */
  lift(item: PageItem, reason: string | undefined): void
  back(): void
  failed(error: unknown): void
}

export function openDetail(state: State, wishes: DetailWishes): Detail {
  const pane = byId('detail')
  const head = el('div')
  const body = el('div', { class: 'body' })
  const views: { diff: DiffView; image: ImageView } = { diff: innerWidth < 900 ? 'inline' : 'side', image: 'side' }
  let item: PageItem | undefined
  let told: PageDetail | undefined
  pane.append(empty())

  let wantsReason = false
  const reasonField = () => pane.querySelector<HTMLInputElement>('.reason')
  const drawHead = () => {
    if (item === undefined) return
    const typed = reasonField()?.value
    head.replaceChildren(...headOf(state, item, told, wishes))
    const field = reasonField()
    if (field === null) return
    field.value = typed ?? ''
    if (wantsReason) field.focus()
    wantsReason = false
  }
  const drawBody = () => {
    if (item === undefined || told === undefined) return
    const { id } = item
    body.replaceChildren(...bodyNodes(told.body, id, views, drawBody))
  }
  return {
    async show(next) {
      const isOther = item?.id !== next.id
      item = next
      if (isOther) {
        told = undefined
        wantsReason = false
        head.replaceChildren()
      }
      pane.replaceChildren(head, body)
      drawHead()
      if (!isOther) return
      body.replaceChildren()
      pane.scrollTop = 0
      try {
        const answer = await ask<PageDetail>(`/item?id=${next.id}`)
        if (item !== next) return
        told = answer
        drawHead()
        drawBody()
      } catch (error) {
        if (item === next)
          body.replaceChildren(el('p', { class: 'nothing' }, error instanceof Error ? error.message : ''))
        wishes.failed(error)
      }
    },
    refresh: drawHead,
    askReason() {
      // What holds it may still be on its way.
      wantsReason = reasonField() === null
      reasonField()?.focus()
    },
    switchView() {
      if (told?.body.kind !== 'text') return
      views.diff = views.diff === 'side' ? 'inline' : 'side'
      drawBody()
    },
    item: () => item,
  }
}

function empty(): HTMLElement {
  return el(
    'div',
    { class: 'empty' },
    el('h2', { id: 'detail-title' }, 'Choose a file to see what changed'),
    el(
      'p',
      {},
      el('kbd', {}, '↑'),
      ' ',
      el('kbd', {}, '↓'),
      ' move, ',
      el('kbd', {}, 'Space'),
      ' ticks, ',
      el('kbd', {}, 'Enter'),
      ' opens, ',
      el('kbd', {}, '?'),
      ' shows every key.',
    ),
  )
}

function headOf(state: State, item: PageItem, told: PageDetail | undefined, wishes: DetailWishes): HTMLElement[] {
  const cut = item.path.lastIndexOf('/') + 1
  const free = mayBeTicked(state, item)
  const tick = el('input', { type: 'checkbox', id: 'tick-one', disabled: !free })
  tick.checked = state.ticked.has(item.id)
  tick.addEventListener('change', () => wishes.toggle(item))
  const nodes = [
    el(
      'div',
      { class: 'detail-head' },
      button('Back to the list', { class: 'quiet back' }, wishes.back),
      el('h2', { id: 'detail-title' }, name(item.path.slice(0, cut), 'dim'), name(item.path.slice(cut))),
      el(
        'label',
        { class: 'take', for: 'tick-one' },
        tick,
        free ? ' Commit this file' : ' Held, so it cannot be committed',
      ),
    ),
    factList(item, told),
  ]
  if (item.conflict !== undefined)
    nodes.push(
      el(
        'div',
        { class: 'note warn' },
        el('strong', {}, 'Conflict with your branch: '),
        item.conflict,
        '. It is committed as it is on the server; the merge will ask you to join the two.',
      ),
    )
  if (told !== undefined) nodes.push(...told.holds.map(holdBox))
  if (told !== undefined && item.state === 'liftable') nodes.push(liftBox(state, item, wishes))
  return nodes
}

function factList(item: PageItem, told: PageDetail | undefined): HTMLElement {
  const list = el('dl', { class: 'facts' })
  const add = (label: string, value: Node | string) =>
    list.append(el('div', {}, el('dt', {}, label), el('dd', {}, value)))
  if (item.from !== undefined) add('From', name(item.from))
  if (item.mtime !== undefined) add('Written there', new Date(item.mtime).toLocaleString())
  for (const [label, value] of told?.facts ?? []) add(label, value)
  for (const { host, holds } of told?.hosts ?? []) add(`On ${host}`, holds)
  return list
}

function holdBox({ title, because, details, instead }: PageHold): HTMLElement {
  return el(
    'div',
    { class: 'note warn' },
    el('strong', {}, title),
    details.length > 0 && el('ul', {}, ...details.map(line => el('li', {}, name(line)))),
    el('p', {}, because),
    el('p', { class: 'dim' }, instead),
  )
}

function liftBox(state: State, item: PageItem, wishes: DetailWishes): HTMLElement {
  const reason = state.lifted.get(item.id)
  if (reason !== undefined)
    return el(
      'div',
      { class: 'note lifted' },
      el('strong', {}, 'You lifted this hold, for exactly this content: '),
      name(reason),
      el(
        'p',
        {},
        button('Hold it again', {}, () => wishes.lift(item, undefined)),
      ),
    )
  const field = el('input', {
    type: 'text',
    class: 'reason',
    id: 'reason',
    maxlength: 500,
    autocomplete: 'off',
    'aria-describedby': 'reason-help',
  })
  const problem = el(
    'p',
    { id: 'reason-help', class: 'dim small' },
    'The reason is kept in the commit, for everybody to read.',
  )
  const form = el(
    'form',
    { class: 'lift' },
    el('label', { for: 'reason' }, 'Commit it all the same, because'),
    el('div', { class: 'lift-row' }, field, el('button', { type: 'submit' }, 'Lift the hold')),
    problem,
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (isReason(field.value)) return wishes.lift(item, field.value.trim())
    problem.textContent = 'Say in a few words why it may be committed.'
    problem.setAttribute('role', 'alert')
    field.focus()
  })
  return form
}

// As the server asks for it: `badReason` in decide.ts.
function isReason(text: string): boolean {
  return /\p{L}.*\p{L}.*\p{L}/u.test(text.trim())
}

function bodyNodes(
  body: PageBody,
  id: number,
  views: { diff: DiffView; image: ImageView },
  redraw: () => void,
): HTMLElement[] {
  if (body.kind === 'nothing') return [el('p', { class: 'nothing' }, body.because)]
  if (body.kind === 'images')
    return [
      imageView(body, id, views.image, view => {
        views.image = view
      }),
    ]
  const tools = choice(
    'How to compare the text',
    [
      ['side', 'Side by side'],
      ['inline', 'Inline'],
    ],
    views.diff,
    (view: DiffView) => {
      views.diff = view
      redraw()
    },
  )
  const notes = [...body.notes, ...(body.masked ? ['Every value that was found is masked, on both sides.'] : [])]
  const bar = el(
    'div',
    { class: 'diff-bar' },
    !isOneSided(body.rows) && tools,
    ...notes.map(note => el('span', { class: 'dim small' }, note)),
  )
  if (body.rows.length === 0) return [bar, el('p', { class: 'nothing' }, 'No line is different.')]
  return [bar, diffTable(body, views.diff)]
}
