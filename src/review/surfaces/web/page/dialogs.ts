import type { PageReview } from '../shape.ts'
import { button, byId, el } from './dom.ts'

const keys: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['↑', '↓', 'j', 'k'], 'to the next or the last file'],
  [['Page ↑', 'Page ↓', 'Home', 'End'], 'further'],
  [['Space', 'x'], 'tick or untick the file'],
  [['a'], 'tick everything that is shown, or untick it'],
  [['Enter'], 'show the file; again to move into it'],
  [['/'], 'filter by path'],
  [['Esc'], 'back to the list, then clear the filter'],
  [['v'], 'side by side or inline'],
  [['l'], 'lift what holds the file, with a reason'],
  [['c'], 'to the button that commits'],
  [['?'], 'these keys'],
]

export function showKeys(): void {
  const rows = keys.map(([names, does]) =>
    el('tr', {}, el('th', { scope: 'row' }, ...names.flatMap(one => [el('kbd', {}, one), ' '])), el('td', {}, does)),
  )
  open('Keys', el('table', { class: 'keys' }, el('tbody', {}, ...rows)))
}

export function showNotes({ notes }: PageReview): void {
  open('What the look at the server says', el('ul', {}, ...notes.map(note => el('li', {}, note))))
}

function open(title: string, content: HTMLElement): void {
  const dialog = byId<HTMLDialogElement>('dialog')
  dialog.replaceChildren(
    el('h2', { id: 'dialog-title' }, title),
    content,
    el(
      'p',
      { class: 'end' },
      button('Close', { autofocus: true }, () => dialog.close()),
    ),
  )
  dialog.showModal()
}
