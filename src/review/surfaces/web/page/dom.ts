type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
export type Child = Node | string | undefined | false

/** An element. Whatever text is given becomes a text node: names and contents come from a server and are never markup. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    made.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) if (child !== undefined && child !== false) made.append(child)
  return made
}

/** A name from outside, set apart from the direction of the text around it. */
export function name(text: string, className?: string): HTMLElement {
  return el('bdi', { class: className, dir: 'ltr' }, text)
}

export function button(label: string, attributes: Attributes, onClick: () => void): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, label)
  made.addEventListener('click', onClick)
  return made
}

/** An element of page.html. */
export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  return document.getElementById(id) as Type
}

/** Tells people who listen instead of look. */
export function say(text: string): void {
  byId('said').textContent = text
}

/** A row of buttons of which exactly one is pressed. */
export function choice<Id extends string>(
  label: string,
  options: readonly (readonly [id: Id, title: string])[],
  now: Id,
  onChoice: (id: Id) => void,
): HTMLElement {
  const buttons = options.map(([id, title]) =>
    button(title, { 'aria-pressed': String(id === now), 'data-id': id }, () => {
      for (const one of buttons) one.setAttribute('aria-pressed', String(one.dataset.id === id))
      onChoice(id)
    }),
  )
  return el('div', { class: 'choice', role: 'group', 'aria-label': label }, ...buttons)
}
