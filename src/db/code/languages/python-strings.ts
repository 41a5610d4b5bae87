import { type CodeNode, namedOf } from '../plain-tree.ts'
import type { Span, Value } from '../script.ts'
import { joined, unknown } from '../values.ts'

type Text = Extract<Value, { is: 'text' }>
type ValueOf = (node: CodeNode) => Value

/** `'a'`, `r"b"`, `f'{c}'`. Python manual, Lexical analysis: String and Bytes literals. */
export function stringValue(node: CodeNode, source: string, inner: ValueOf): Value {
  const parts = node.children.flatMap(child => {
    if (child.type === 'string_content') return contentParts(child, source)
    if (child.type === 'interpolation') return [inner(namedOf(child)[0] ?? child)]
    return []
  })
  const [only] = parts
  if (parts.length === 0) return { offset: node.offset, endOffset: node.endOffset, is: 'text', text: '' }
  if (parts.length === 1 && only?.is === 'text' && only.at !== undefined) return { ...only, ...spanOf(node) }
  return joined(parts, spanOf(node), source.slice(node.offset, node.endOffset))
}

function contentParts(node: CodeNode, source: string): Value[] {
  const parts: Value[] = []
  let from = node.offset
  for (const child of node.children) {
    if (child.offset > from) parts.push(plain(source, from, child.offset))
    parts.push({ ...spanOf(child), is: 'text', text: decoded(source.slice(child.offset, child.endOffset)) })
    from = child.endOffset
  }
  if (node.endOffset > from) parts.push(plain(source, from, node.endOffset))
  return parts
}

function plain(source: string, offset: number, endOffset: number): Text {
  return { offset, endOffset, is: 'text', text: source.slice(offset, endOffset), at: offset }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r': '',
}

function decoded(written: string): string {
  if (written === '{{' || written === '}}') return written[0]!
  const code = /^\\(?:x|u|U)([0-9a-fA-F]+)$/.exec(written)?.[1]
  const octal = /^\\([0-7]{1,3})$/.exec(written)?.[1]
  const point = code !== undefined ? Number.parseInt(code, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1
  if (point >= 0) return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
  return escapes[written[1] ?? ''] ?? written.slice(1)
}

/** `'… %s …' % values`. A `%` of the SQL that is no placeholder stays. */
export function percentValue(text: Value, values: Value, span: Span, source: string): Value {
  if (text.is !== 'text') return unknown(span, source)
  let next = 0
  const items = values.is === 'list' ? values.items : [values]
  return filled(text, /%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([sdrifa%])/g, span, source, match => {
    if (match[2] === '%') return undefined
    if (match[1] !== undefined) return values.is === 'map' ? entry(values, match[1]) : undefined
    return items[next++]
  })
}

/** `'… {} {0} {name}'.format(…)` */
export function formatValue(
  text: Text,
  args: readonly Value[],
  named: ReadonlyMap<string, Value>,
  span: Span,
  source: string,
): Value {
  let next = 0
  return filled(text, /\{\{|\}\}|\{([\w]*)[^{}]*\}/g, span, source, match => {
    const name = match[1]
    if (name === undefined) return undefined
    return name === '' ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : named.get(name)
  })
}

function filled(
  text: Text,
  holes: RegExp,
  span: Span,
  source: string,
  fill: (match: RegExpExecArray) => Value | undefined,
): Value {
  const parts: Value[] = []
  let from = 0
  for (const match of text.text.matchAll(holes)) {
    if (match.index > from) parts.push(piece(text, from, match.index))
    const doubled = match[0] === '%%' || match[0] === '{{' || match[0] === '}}'
    const here = piece(text, match.index, match.index + match[0].length)
    const value = doubled ? { ...here, text: match[0][0]! } : fill(match)
    parts.push(value ?? unknown(here, match[0]))
    from = match.index + match[0].length
  }
  if (from < text.text.length) parts.push(piece(text, from, text.text.length))
  return joined(parts, span, source)
}

function piece(text: Text, from: number, to: number): Text {
  const { at } = text
  const part = text.text.slice(from, to)
  if (at === undefined) return { offset: text.offset, endOffset: text.endOffset, is: 'text', text: part }
  return { offset: at + from, endOffset: at + to, is: 'text', text: part, at: at + from }
}

function entry(map: Extract<Value, { is: 'map' }>, key: string): Value | undefined {
  return map.entries.find(one => one.key === key)?.value
}

function spanOf({ offset, endOffset }: Span): Span {
  return { offset, endOffset }
}
