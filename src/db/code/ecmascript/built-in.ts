// The few functions of the language itself whose results are followed.
import type { Span, Value } from '../script.ts'
import { joined } from '../values.ts'

/** Undefined when it is none of these, or when what it is called on is not known. */
export function builtIn(
  on: Value,
  name: string,
  args: readonly Value[],
  span: Span,
  source: string,
): Value | undefined {
  if (on.is === 'name' && on.name === 'Object') return ofObject(name, args[0], span)
  // A template's escapes were taken for what they mean; SQL has few.
  if (on.is === 'name' && on.name === 'String' && name === 'raw') return args[0]
  if (on.is === 'text') return ofText(on, name, args, span, source)
  if (on.is === 'list') return ofList(on, name, args, span, source)
  return undefined
}

function ofObject(name: string, map: Value | undefined, span: Span): Value | undefined {
  if (name === 'freeze') return map
  if (map?.is !== 'map') return undefined
  if (name === 'keys') return keysOf(map, span)
  if (name === 'values') return { ...span, is: 'list', items: map.entries.map(entry => entry.value) }
  if (name !== 'entries') return undefined
  const pairs = map.entries.map(({ key, value }): Value => {
    return { ...span, is: 'list', items: [{ ...span, is: 'text', text: key }, value] }
  })
  return { ...span, is: 'list', items: pairs }
}

export function keysOf(map: Extract<Value, { is: 'map' }>, span: Span): Value {
  return { ...span, is: 'list', items: map.entries.map(({ key }): Value => ({ ...span, is: 'text', text: key })) }
}

type Text = Extract<Value, { is: 'text' }>

function ofText(on: Text, name: string, args: readonly Value[], span: Span, source: string): Value | undefined {
  switch (name) {
    case 'trim':
    case 'trimStart':
    case 'trimEnd':
    case 'toString':
    case 'valueOf':
      return on
    case 'toLowerCase':
      return { ...on, text: on.text.toLowerCase() }
    case 'toUpperCase':
      return { ...on, text: on.text.toUpperCase() }
    case 'concat':
      return joined([on, ...args], span, source)
    case 'split':
      return parted(on, args[0], span)
    default:
      return undefined
  }
}

function parted(on: Text, by: Value | undefined, span: Span): Value | undefined {
  if (by?.is !== 'text' || by.text === '') return undefined
  return { ...span, is: 'list', items: on.text.split(by.text).map((text): Value => ({ ...span, is: 'text', text })) }
}

type List = Extract<Value, { is: 'list' }>

function ofList(on: List, name: string, args: readonly Value[], span: Span, source: string): Value | undefined {
  switch (name) {
    case 'join': {
      const glue: Value = args[0] ?? { ...span, is: 'text', text: ',' }
      return joined(
        on.items.flatMap((item, index) => (index === 0 ? [item] : [glue, item])),
        span,
        source,
      )
    }
    case 'concat':
      return { ...on, items: [...on.items, ...args.flatMap(arg => (arg.is === 'list' ? arg.items : [arg]))] }
    case 'reverse':
    case 'sort':
    case 'slice':
    case 'filter':
      // In another order or fewer of them: what is done to all of them covers it.
      return on
    default:
      return undefined
  }
}

/** What a loop goes through, when it is known. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  return value.is === 'list' && value.items.every(item => item.is !== 'unknown') ? value.items : undefined
}

/** Functions of Promise: what is handed to them runs. */
export const settling = new Set(['all', 'allSettled', 'race', 'any', 'resolve'])

/** Functions of a list that call a function for each of its items. */
export const each = new Set(['forEach', 'map', 'flatMap', 'reduce', 'filter', 'some', 'every'])

/** What runs after another call. */
export const chaining = new Set(['then', 'catch', 'finally'])
