import { type CodeNode, namedOf } from '../plain-tree.ts'
import type { Span, Value } from '../script.ts'
import { joined, unknown } from '../values.ts'

type Text = Extract<Value, { is: 'text' }>
type ValueOf = (node: CodeNode) => Value

/**
 * `'a'`, `"a #{b}"`, `%q(a)`, `:"a"`, a heredoc's body. The indent that `<<~` takes away stays: to SQL it means nothing, and so the text stands in the
 * file as it is.
 */
export function stringValue(node: CodeNode, source: string, inner: ValueOf): Value {
  const span = spanOf(node)
  const parts = node.children.flatMap((child): Value[] => {
    switch (child.type) {
      case 'string_content':
      case 'heredoc_content':
        return [plain(source, child)]
      case 'escape_sequence':
        return [{ ...spanOf(child), is: 'text', text: decoded(source.slice(child.offset, child.endOffset)) }]
      case 'interpolation':
        return [inner(namedOf(child).at(-1) ?? child)]
      default:
        return []
    }
  })
  const [only] = parts
  if (parts.length === 0) return { ...span, is: 'text', text: '' }
  if (parts.length === 1 && only?.is === 'text' && only.at !== undefined) return { ...only, ...span }
  return joined(parts, span, source.slice(node.offset, node.endOffset))
}

function plain(source: string, { offset, endOffset }: Span): Text {
  return { offset, endOffset, is: 'text', text: source.slice(offset, endOffset), at: offset }
}

/** `:users`, `users:` */
export function symbolValue(node: CodeNode, source: string): Text {
  const written = source.slice(node.offset, node.endOffset)
  const skipped = written.startsWith(':') ? 1 : 0
  return { ...spanOf(node), is: 'text', text: written.slice(skipped), at: node.offset + skipped }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  s: ' ',
  v: '\v',
  '\n': '',
}

function decoded(written: string): string {
  const code = /^\\(?:x|u)\{?([0-9a-fA-F]+)\}?$/.exec(written)?.[1]
  const octal = /^\\([0-7]{1,3})$/.exec(written)?.[1]
  const point = code !== undefined ? Number.parseInt(code, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1
  if (point >= 0) return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
  return escapes[written[1] ?? ''] ?? written.slice(1)
}

/** Which body belongs to which `<<~SQL`: both stand in the same order. */
export function heredocsIn(root: CodeNode): ReadonlyMap<CodeNode, CodeNode> {
  const found = new Map<CodeNode, CodeNode>()
  const waiting: CodeNode[] = []
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'heredoc_beginning') waiting.push(node)
    if (node.type === 'heredoc_body') {
      const beginning = waiting.shift()
      if (beginning !== undefined) found.set(beginning, node)
    }
    for (let index = node.children.length - 1; index >= 0; index--) open.push(node.children[index]!)
  }
  return found
}

const sameText = new Set([
  'to_s',
  'to_str',
  'to_sym',
  'freeze',
  'dup',
  'strip',
  'lstrip',
  'rstrip',
  'chomp',
  'squish',
  'strip_heredoc',
  'html_safe',
  'itself',
])
const sameItems = new Set(['freeze', 'dup', 'to_a', 'to_set', 'uniq', 'compact', 'sort', 'flatten', 'itself'])

/** Calls that only make a value of values: `.freeze`, `.squish`, `.join(', ')`, `format('…', x)`. Undefined for every other. */
export function folded(
  on: Value | undefined,
  name: string,
  args: readonly Value[],
  span: Span,
  source: string,
): Value | undefined {
  const [first] = args
  if (on === undefined && (name === 'format' || name === 'sprintf') && first?.is === 'text')
    return formatted(first, args.slice(1), span, source)
  if (on?.is === 'text' || on?.is === 'unknown') return sameText.has(name) ? on : undefined
  if (on?.is === 'map') return ofMap(on, name, spanOf(span))
  if (on?.is === 'name' && /^(?:freeze|to_s|to_sym|itself)$/.test(name)) return on
  if (on?.is !== 'list') return undefined
  if (name === 'reverse') return { ...on, items: [...on.items].reverse() }
  if (name === 'first' && args.length === 0) return on.items[0]
  if (name === 'last' && args.length === 0) return on.items.at(-1)
  if (name === 'flatten') return { ...on, items: on.items.flatMap(item => (item.is === 'list' ? item.items : [item])) }
  if (name === 'join') {
    const by: Value = first ?? { ...spanOf(span), is: 'text', text: '' }
    return joined(
      on.items.flatMap((item, index) => (index === 0 ? [item] : [by, item])),
      spanOf(span),
      source,
    )
  }
  return sameItems.has(name) ? on : undefined
}

function ofMap(on: Extract<Value, { is: 'map' }>, name: string, span: Span): Value | undefined {
  if (name === 'freeze' || name === 'dup' || name === 'to_h') return on
  if (name === 'values') return { ...span, is: 'list', items: on.entries.map(entry => entry.value) }
  const key = (text: string): Value => ({ ...span, is: 'text', text })
  return name === 'keys' ? { ...span, is: 'list', items: on.entries.map(entry => key(entry.key)) } : undefined
}

/** `'… %s %{name}' % values` */
export function formatted(text: Value, given: readonly Value[], span: Span, source: string): Value {
  if (text.is !== 'text') return unknown(span, source)
  const [first] = given
  const items = first?.is === 'list' ? first.items : given
  const parts: Value[] = []
  let [from, next] = [0, 0]
  for (const match of text.text.matchAll(/%(?:%|(?:\{(\w+)\}|<(\w+)>)?[-#0 +]*\d*(?:\.\d+)?[sdfi]?)/g)) {
    const name = match[1] ?? match[2]
    if (match[0] === '%') continue
    parts.push({ ...spanOf(text), is: 'text', text: text.text.slice(from, match.index) })
    const filled = name === undefined ? items[next++] : entryOf(first, name)
    if (match[0] === '%%') parts.push({ ...spanOf(text), is: 'text', text: '%' })
    else parts.push(filled ?? unknown(text, match[0]))
    if (match[0] === '%%' && name === undefined) next--
    from = match.index + match[0].length
  }
  parts.push({ ...spanOf(text), is: 'text', text: text.text.slice(from) })
  return joined(parts, spanOf(span), source)
}

function entryOf(value: Value | undefined, key: string): Value | undefined {
  return value?.is === 'map' ? value.entries.find(entry => entry.key === key)?.value : undefined
}

export function spanOf({ offset, endOffset }: Span): Span {
  return { offset, endOffset }
}
