// Texts that are written in pieces: strings with escapes, templates, sums.
import { type CodeNode, childOf, namedOf } from '../plain-tree.ts'
import type { Value } from '../script.ts'
import { joined, unknown } from '../values.ts'
import { bare, piece, stringParts, type TextOf } from './literals.ts'
import { span } from './patterns.ts'

type Read = (node: CodeNode) => Value

export function stringValue(node: CodeNode, textOf: TextOf): Value {
  return together(node, stringParts(node, textOf), textOf)
}

export function templateValue(node: CodeNode, textOf: TextOf, read: Read): Value {
  const parts = namedOf(node).map(child => {
    if (child.type !== 'template_substitution') return piece(child, textOf)
    const inner = namedOf(child)[0]
    return inner === undefined ? unknown(child, textOf(child)) : { ...read(inner), ...span(child) }
  })
  return together(node, parts, textOf)
}

function together(node: CodeNode, parts: readonly Value[], textOf: TextOf): Value {
  const [first] = parts
  if (first === undefined) return { ...span(node), is: 'text', text: '', at: node.offset + 1 }
  const isPlain = parts.length === 1 && first.is === 'text' && first.at === node.offset + 1
  return isPlain ? { ...first, ...span(node) } : joined(parts, span(node), textOf(node))
}

/** `a + b + c` left to right without going down: a text may be put together from thousands of lines. */
export function sumValue(node: CodeNode, textOf: TextOf, read: Read): Value {
  const terms: CodeNode[] = []
  let left: CodeNode = node
  while (left.type === 'binary_expression' && childOf(left, 'operator')?.type === "'+") {
    terms.push(childOf(left, 'right') ?? left)
    left = bare(childOf(left, 'left') ?? { ...left, type: '' })
  }
  terms.push(left)
  return joined(terms.reverse().map(read), span(node), textOf(node))
}
