// Strings, names and parameters of JavaScript and TypeScript.
import { type CodeNode, childOf, namedOf } from '../plain-tree.ts'
import type { Span, Value } from '../script.ts'
import { unknown } from '../values.ts'

/** The text of a node. */
export type TextOf = (node: Span) => string

const wrappers = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'type_assertion',
  'instantiation_expression',
])

/** An expression without its parentheses and TypeScript's `as`, `satisfies`, `!`. */
export function bare(node: CodeNode): CodeNode {
  let inner = node
  while (wrappers.has(inner.type)) {
    const [first, last] = [namedOf(inner)[0], namedOf(inner).at(-1)]
    const next = inner.type === 'type_assertion' ? last : first
    if (next === undefined) break
    inner = next
  }
  return inner
}

const functions = new Set([
  'arrow_function',
  'function_expression',
  'function_declaration',
  'generator_function',
  'generator_function_declaration',
  'method_definition',
])

export function isFunction(node: CodeNode): boolean {
  return functions.has(node.type)
}

/** Names of the parameters. `({ context: queryInterface })` is called `queryInterface`: what it is called inside. */
export function parametersOf(node: CodeNode, textOf: TextOf): string[] {
  const single = childOf(node, 'parameter')
  if (single !== undefined) return [textOf(single)]
  const list = childOf(node, 'parameters')
  return list === undefined ? [] : namedOf(list).map(one => boundNames(one, textOf)[0] ?? textOf(one))
}

/** The patterns of a function's parameters. */
export function patternsOf(node: CodeNode): readonly CodeNode[] {
  const single = childOf(node, 'parameter')
  const list = childOf(node, 'parameters')
  return single !== undefined ? [single] : list === undefined ? [] : namedOf(list)
}

/** Every name that a pattern binds: `{ a, b: c = 1, ...d }` binds `a`, `c`, `d`. */
export function boundNames(pattern: CodeNode, textOf: TextOf): string[] {
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      return [textOf(pattern)]
    case 'required_parameter':
    case 'optional_parameter':
      return inner(childOf(pattern, 'pattern'), textOf)
    case 'pair_pattern':
      return inner(childOf(pattern, 'value'), textOf)
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      return inner(childOf(pattern, 'left'), textOf)
    case 'object_pattern':
    case 'array_pattern':
    case 'rest_pattern':
      return namedOf(pattern).flatMap(child => boundNames(child, textOf))
    default:
      return []
  }
}

function inner(pattern: CodeNode | undefined, textOf: TextOf): string[] {
  return pattern === undefined ? [] : boundNames(pattern, textOf)
}

/** The key of an object's property or of a class's member; undefined when it is computed. */
export function keyText(node: CodeNode | undefined, textOf: TextOf): string | undefined {
  if (node === undefined || node.type === 'computed_property_name') return undefined
  return node.type === 'string' ? plainString(node, textOf) : textOf(node)
}

function plainString(node: CodeNode, textOf: TextOf): string {
  return stringParts(node, textOf)
    .map(part => (part.is === 'text' ? part.text : ''))
    .join('')
}

/** The pieces of a quoted string: stretches as they stand in the file, and escapes. */
export function stringParts(node: CodeNode, textOf: TextOf): Value[] {
  return namedOf(node).map(child => piece(child, textOf))
}

/** A stretch of a string or of a template. `\` before a line end is nothing. */
export function piece(node: CodeNode, textOf: TextOf): Value {
  const { offset, endOffset } = node
  if (node.type !== 'escape_sequence') return { offset, endOffset, is: 'text', text: textOf(node), at: offset }
  return { offset, endOffset, is: 'text', text: unescaped(textOf(node)) }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
  '\r': '',
}

// ECMAScript, String Literals: EscapeSequence.
function unescaped(written: string): string {
  const code = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]+)\})$/.exec(written)
  if (code !== null) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16)
    return point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point)
  }
  return escapes[written[1]!] ?? written.slice(1)
}

export function numberValue(node: CodeNode, textOf: TextOf): Value {
  const { offset, endOffset } = node
  const source = textOf(node)
  const value = Number(source.replaceAll('_', '').replace(/n$/, ''))
  return Number.isNaN(value) ? unknown(node, source) : { offset, endOffset, is: 'number', value }
}
