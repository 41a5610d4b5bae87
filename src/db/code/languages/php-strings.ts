// PHP's strings, from the tree's nodes to values. https://www.php.net/manual/en/language.types.string.php
import type { Node } from '../engine.ts'
import type { Span, Value } from '../script.ts'
import { spanOf } from '../tree.ts'
import { joined } from '../values.ts'

/** A stretch of a string: text as it is meant, or a node that is put in. `raw`: it stands in the file exactly so. */
export type Segment = { readonly text: string; readonly span: Span; readonly raw: boolean } | { readonly node: Node }

export function segmentsOf(node: Node, file: string): Segment[] {
  if (node.type === 'heredoc' || node.type === 'nowdoc') return heredocSegments(node, file)
  return node.namedChildren.flatMap(child => {
    if (child === null) return []
    return [isLiteral(child) ? literal(child, file, node.type === 'string') : { node: child }]
  })
}

function isLiteral(node: Node): boolean {
  return node.type === 'string_content' || node.type === 'escape_sequence'
}

function literal(node: Node, file: string, isSingle: boolean): Segment {
  const source = file.slice(node.startIndex, node.endIndex)
  const raw = node.type === 'string_content'
  const text = raw ? source : isSingle ? source.slice(1) : unescaped(source)
  return { text, span: spanOf(node), raw }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  e: '\u001b',
  f: '\f',
}

function unescaped(source: string): string {
  const [, code = ''] = source
  if (source.startsWith('\\u{')) return character(Number.parseInt(source.slice(3, -1), 16))
  if (source.startsWith('\\x')) return character(Number.parseInt(source.slice(2), 16))
  if (/^\\[0-7]/.test(source)) return character(Number.parseInt(source.slice(1), 8) & 255)
  return escapes[code] ?? source.slice(1)
}

function character(code: number): string {
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '�'
}

/** The lines between the markers, without the indent of the closing one. The tree leaves line breaks out, so the file itself is cut. */
function heredocSegments(node: Node, file: string): Segment[] {
  const opening = node.namedChildren.find(child => child?.type === 'heredoc_start')
  const closing = node.namedChildren.find(child => child?.type === 'heredoc_end')
  if (!opening || !closing) return []
  const start = file.indexOf('\n', opening.endIndex) + 1
  const lineEnd = file.lastIndexOf('\n', closing.startIndex)
  const end = file[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd
  if (start === 0 || end <= start) return []
  const indent = /^[ \t]*/.exec(file.slice(lineEnd + 1, closing.startIndex))![0].length
  const body = node.namedChildren.find(child => child?.type === 'heredoc_body')
  const inner = (body?.namedChildren ?? []).filter(child => child !== null && child.type !== 'string_content')
  return cut(inner as Node[], start, end, file).flatMap(part =>
    'node' in part ? [part] : unindented(part, indent, part.span.offset === start),
  )
}

function cut(nodes: readonly Node[], start: number, end: number, file: string): Segment[] {
  const segments: Segment[] = []
  let at = start
  const upTo = (to: number) => {
    if (to > at) segments.push({ text: file.slice(at, to), span: { offset: at, endOffset: to }, raw: true })
  }
  for (const node of nodes) {
    if (node.startIndex < at || node.endIndex > end) continue
    const isBraced = node.type !== 'escape_sequence' && file[node.startIndex - 1] === '{'
    upTo(isBraced ? node.startIndex - 1 : node.startIndex)
    segments.push(node.type === 'escape_sequence' ? literal(node, file, false) : { node })
    at = isBraced ? node.endIndex + 1 : node.endIndex
  }
  upTo(end)
  return segments
}

function unindented(part: Extract<Segment, { text: string }>, indent: number, isFirst: boolean): Segment[] {
  if (indent === 0 || !part.raw) return [part]
  let at = part.span.offset
  return part.text.split(/(?<=\n)/).map((line, index) => {
    const taken = index > 0 || isFirst ? /^[ \t]*/.exec(line)![0].slice(0, indent).length : 0
    const span = { offset: at + taken, endOffset: at + line.length }
    at += line.length
    return { text: line.slice(taken), span, raw: true }
  })
}

/** The value of a string whose inner nodes have their values. A plain one keeps its exact place. */
export function textOf(
  segments: readonly Segment[],
  span: Span,
  source: string,
  valueAt: (node: Node) => Value,
): Value {
  const [only] = segments
  if (only === undefined) return { ...span, is: 'text', text: '', at: span.offset + 1 }
  if (segments.length === 1 && 'text' in only && only.raw)
    return { ...span, is: 'text', text: only.text, at: only.span.offset }
  const parts = segments.map((segment): Value => {
    if ('node' in segment) return valueAt(segment.node)
    const at = segment.raw ? { at: segment.span.offset } : {}
    return { ...segment.span, is: 'text', text: segment.text, ...at }
  })
  return joined(parts, span, source)
}

/** `sprintf('ALTER TABLE %s DROP %2$s', $a, $b)` as the parts that it puts together; undefined when it does more than put them in. */
export function formatted(format: Value, args: readonly Value[]): Value[] | undefined {
  if (format.is !== 'text' || format.parts !== undefined) return undefined
  let next = 0
  let from = 0
  const parts: Value[] = []
  const piece = (start: number, end: number) => {
    const at = format.at === undefined ? {} : { at: format.at + start }
    const span =
      format.at === undefined ? spanOfValue(format) : { offset: format.at + start, endOffset: format.at + end }
    if (end > start) parts.push({ ...span, is: 'text', text: format.text.slice(start, end), ...at })
  }
  for (const match of format.text.matchAll(/%(?:%|(?:(\d+)\$)?([\w.'+-]*?)([bcdeEfFgGhHosuxX]))/g)) {
    piece(from, match.index)
    from = match.index + match[0].length
    if (match[0] === '%%') piece(from - 1, from)
    else parts.push(args[match[1] === undefined ? next++ : Number(match[1]) - 1] ?? format)
  }
  piece(from, format.text.length)
  return parts.includes(format) ? undefined : parts
}

function spanOfValue({ offset, endOffset }: Span): Span {
  return { offset, endOffset }
}
