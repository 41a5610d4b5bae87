import type { Span, Value } from '../script.ts'
import { joined } from '../values.ts'
import { formatValue } from './python-strings.ts'

type Text = Extract<Value, { is: 'text' }>

export interface Called {
  readonly on: Value | undefined
  readonly name: string
  readonly args: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
}

/** Calls that only make a value of values: `'…'.format(x)`, `dedent('…')`, `', '.join([…])`. Undefined for every other. */
export function folded(called: Called, { offset, endOffset }: Span, source: string): Value | undefined {
  const span = { offset, endOffset }
  const { on, name, args } = called
  if (on?.is === 'text') return ofText(on, called, span, source)
  if (on?.is === 'map') return ofMap(on, name, span)
  const [first] = args
  if (name === 'dedent' || (on === undefined && name === 'str')) return first?.is === 'text' ? first : undefined
  const items = on === undefined && first !== undefined ? itemsOf(first) : undefined
  return items === undefined ? undefined : ofItems(name, items, span)
}

function ofText(on: Text, { name, args, named }: Called, span: Span, source: string): Value | undefined {
  const [first] = args
  if (sameText.has(name)) return on
  if (name === 'format') return formatValue(on, args, named, span, source)
  if (name !== 'join' || first?.is !== 'list') return undefined
  const separated = first.items.flatMap((item, index) => (index === 0 ? [item] : [on, item]))
  return joined(separated, span, source)
}

function ofMap(on: Extract<Value, { is: 'map' }>, name: string, span: Span): Value | undefined {
  const items = on.entries.map(entry => {
    if (name === 'values') return entry.value
    const key = keyValue(entry, span)
    return name === 'keys' ? key : list([key, entry.value], span)
  })
  return name === 'items' || name === 'values' || name === 'keys' ? list(items, span) : undefined
}

function ofItems(name: string, items: readonly Value[], span: Span): Value | undefined {
  if (sameItems.has(name)) return list(items, span)
  if (name === 'reversed') return list([...items].reverse(), span)
  if (name !== 'enumerate') return undefined
  return list(
    items.map((item, value) => list([{ ...span, is: 'number', value }, item], span)),
    span,
  )
}

const sameText = new Set(['strip', 'lstrip', 'rstrip', 'encode', 'decode'])
const sameItems = new Set(['list', 'tuple', 'set', 'sorted', 'frozenset'])

function list(items: readonly Value[], span: Span): Value {
  return { ...span, is: 'list', items }
}

export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.is === 'list') return value.items
  return value.is === 'map' ? value.entries.map(entry => keyValue(entry, value)) : undefined
}

export function keyText(key: Value): string | undefined {
  if (key.is === 'text') return key.text
  return key.is === 'number' ? String(key.value) : key.is === 'name' ? key.name : undefined
}

function keyValue(entry: { readonly key: string }, span: Span): Text {
  return { offset: span.offset, endOffset: span.endOffset, is: 'text', text: entry.key }
}
