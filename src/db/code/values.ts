// What every language does alike with values: put texts together, find their places, tell names.
import type { Span, Value } from './script.ts'

type Text = Extract<Value, { is: 'text' }>

/** A text longer than this, or a value of more parts, is not followed any further: it would grow without end. */
const longest = 1_000_000
const largest = 5000
const mostArms = 16

export const someName = 'some_name'

/** The value of a concatenation or an interpolated string. `source`: as written, for messages. */
export function joined(parts: readonly Value[], span: Span, source: string): Value {
  const arms = spread(parts)
  if (arms === undefined) return unknown(span, source, parts)
  const values = arms.map(arm => joinedArm(arm, parts, span, source))
  return values.length === 1 ? values[0]! : { ...place(span), is: 'either', values }
}

/** Every way to choose one arm of each `either`; undefined when there are too many. */
function spread(parts: readonly Value[]): Value[][] | undefined {
  let arms: Value[][] = [[]]
  for (const part of parts) {
    const choices = part.is === 'either' ? part.values : [part]
    if (arms.length * choices.length > mostArms) return undefined
    if (choices.length === 1) for (const arm of arms) arm.push(choices[0]!)
    else arms = arms.flatMap(arm => choices.map(choice => [...arm, choice]))
  }
  return arms
}

function joinedArm(arm: readonly Value[], parts: readonly Value[], span: Span, source: string): Value {
  const pieces: { from: number; at: number }[] = []
  let text = ''
  // The end of the text by itself: looked at for every part, it must not grow with them.
  let tail = ''
  let at = span.offset
  let guessed = false
  for (const [index, part] of arm.entries()) {
    const known = plainText(part)
    if (known === undefined && !isNamePlace(tail, arm[index + 1])) return unknown(span, source, parts)
    // A variable's text stands elsewhere: what is shown is the place where it is used.
    const isHere = index === 0 || (part.offset >= span.offset && part.endOffset <= span.endOffset)
    if (isHere && part.is === 'text')
      pieces.push(...piecesOf(part).map(p => ({ from: text.length + p.from, at: p.at })))
    else pieces.push({ from: text.length, at: isHere ? part.offset : at })
    at = isHere ? part.endOffset : at
    guessed ||= known === undefined || (part.is === 'text' && part.guessed === true)
    const more = known ?? someName
    text += more
    tail = (tail + more.slice(-tailLength)).slice(-tailLength)
    if (text.length > longest) return unknown(span, source, undefined)
  }
  const value: Text = { ...place(span), is: 'text', text, pieces }
  return guessed ? { ...value, guessed: true, parts } : value
}

function piecesOf(value: Text): readonly { from: number; at: number }[] {
  return value.at === undefined ? (value.pieces ?? [{ from: 0, at: value.offset }]) : [{ from: 0, at: value.at }]
}

function plainText(value: Value): string | undefined {
  if (value.is === 'text') return value.text
  return value.is === 'number' ? String(value.value) : undefined
}

const tailLength = 40

/** Words after which SQL wants a name or a value, so that what is put in there cannot be a clause of its own. */
const beforeNames =
  /(?:^|[^\w$])(?:table|drop|into|from|join|update|column|index|key|view|constraint|references|exists|on|to|as|by|set|schema|database|sequence|type|trigger|function|procedure|role|user|owner|in|like|values?|default|where|and|or|not|then|else|when|select|interval|limit|comment|only|after|call|returning|between|collate|charset)\s+$/i

/** Whether an unknown part stands where only a name or a value can: glued to a word or a quote, or after a word that wants one. */
function isNamePlace(before: string, after: Value | undefined): boolean {
  const next = after === undefined ? '' : (plainText(after) ?? 'x').slice(0, 1)
  if (/["'`\].\w$-]$/.test(before) || /^["'`[.\w$-]/.test(next)) return true
  return /[(,=<>+*/%|:]\s*$/.test(before) || beforeNames.test(before)
}

export function unknown(span: Span, source: string, parts?: readonly Value[]): Value {
  const value = {
    ...place(span),
    is: 'unknown' as const,
    source: source.length > 200 ? `${source.slice(0, 200)}…` : source,
  }
  return parts === undefined ? value : { ...value, parts }
}

function place({ offset, endOffset }: Span): Span {
  return { offset, endOffset }
}

/** One of several, without saying the same twice. */
export function either(values: readonly Value[], span: Span, source: string): Value {
  const flat = values.flatMap(value => (value.is === 'either' ? value.values : [value]))
  const distinct = [...new Set(flat)]
  if (distinct.length === 1) return distinct[0]!
  return distinct.length > mostArms ? unknown(span, source) : { ...place(span), is: 'either', values: distinct }
}

/** Where characters of a text stand in the file. */
export function spanIn(value: Text, from: number, to: number): Span {
  const pieces = piecesOf(value)
  const offset = placeIn(pieces, value, from)
  return { offset, endOffset: Math.max(offset + 1, placeIn(pieces, value, Math.max(from, to - 1)) + 1) }
}

function placeIn(pieces: readonly { from: number; at: number }[], value: Text, index: number): number {
  let [low, high] = [0, pieces.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (pieces[middle]!.from <= index) low = middle
    else high = middle - 1
  }
  const piece = pieces[low] ?? { from: 0, at: value.offset }
  // What was put in for a variable may be longer than what stands in the file.
  const room = pieces[low + 1]?.at
  const at = piece.at + Math.max(0, index - piece.from)
  return room === undefined || room < piece.at ? at : Math.min(at, Math.max(piece.at, room - 1))
}

const sizes = new WeakMap<object, number>()

/** How many values it is made of, so that what doubles with every line can be given up in time. */
export function sizeOf(value: Value): number {
  const known = sizes.get(value)
  if (known !== undefined) return known
  const size = 1 + partsOf(value).reduce((sum, part) => sum + sizeOf(part), 0)
  sizes.set(value, size)
  return size
}

export function isTooLarge(value: Value): boolean {
  return sizeOf(value) > largest
}

/** Every value directly inside another. */
export function partsOf(value: Value): readonly Value[] {
  switch (value.is) {
    case 'list':
      return value.items
    case 'map':
      return value.entries.map(entry => entry.value)
    case 'either':
      return value.values
    case 'call':
      return [...(value.on === undefined ? [] : [value.on]), ...value.args, ...value.named.values()]
    case 'function':
      return value.steps.map(step => step.call)
    case 'text':
    case 'unknown':
      return value.parts ?? []
    default:
      return []
  }
}

/** A name that a value stands for. `isSure`: it is written there; otherwise it is the source's own word for it: `$table`. */
export interface Told {
  readonly name: string
  readonly isSure: boolean
}

/** The names of a text, of each item of a list, of both arms of an `either`. Always at least one, unless a list is empty. */
export function toldBy(value: Value | undefined): readonly Told[] {
  if (value === undefined) return [{ name: '?', isSure: false }]
  switch (value.is) {
    case 'text':
      return [{ name: value.text, isSure: value.guessed !== true }]
    case 'number':
      return [{ name: String(value.value), isSure: true }]
    case 'name':
      return [{ name: value.name, isSure: false }]
    case 'list':
      return value.items.flatMap(toldBy)
    case 'either':
      return value.values.flatMap(toldBy).map(told => ({ ...told, isSure: false }))
    case 'unknown':
      return [{ name: value.source, isSure: false }]
    default:
      return [{ name: '?', isSure: false }]
  }
}
