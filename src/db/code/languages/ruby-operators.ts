import { branch, type Here } from '../flow.ts'
import { type CodeNode, childOf } from '../plain-tree.ts'
import type { Value } from '../script.ts'
import { either, joined, unknown } from '../values.ts'
import type { RubyReading } from './ruby-reading.ts'
import { formatted, spanOf } from './ruby-strings.ts'

export function assign(node: CodeNode, here: Here, values: RubyReading): Value {
  const left = childOf(node, 'left')!
  const right = childOf(node, 'right')
  const value = right === undefined ? unknown(node, values.text(node)) : values.value(right, here)
  if (node.type === 'operator_assignment') {
    const operator = node.children.find(child => child.field === 'operator')
    const isSum = operator !== undefined && values.text(operator) === '+='
    const before = left.type === 'identifier' ? here.scope.get(values.text(left)) : undefined
    const after =
      isSum && before !== undefined
        ? sum(before, value, node, values)
        : before === undefined
          ? value
          : either([before, value], spanOf(node), values.text(node))
    values.bind(left, after, here)
    return after
  }
  values.bind(left, value, here)
  return value
}

export function binary(node: CodeNode, here: Here, values: RubyReading): Value {
  const operands: CodeNode[] = []
  // A long text is often a chain of `+`, nested to the left: gone through without recursion.
  let at = node
  for (; at.type === 'binary' && operatorOf(at, values) === '+'; at = childOf(at, 'left')!)
    operands.push(childOf(at, 'right')!)
  if (operands.length > 0) {
    const all = [at, ...operands.reverse()].map(operand => values.value(operand, here))
    return all.some(value => value.is === 'list')
      ? all.reduce((before, value) => sum(before, value, node, values))
      : joined(all, spanOf(node), values.text(node))
  }
  const left = childOf(node, 'left')!
  const right = childOf(node, 'right')!
  const operator = operatorOf(node, values)
  const first = values.value(left, here)
  if (operator === '||' || operator === '&&' || operator === 'or' || operator === 'and') {
    let second = first
    branch(
      here,
      [
        inner => {
          second = values.value(right, inner)
        },
      ],
      false,
    )
    return either([first, second], spanOf(node), values.text(node))
  }
  const second = values.value(right, here)
  if (operator === '%') return formatted(first, second.is === 'list' ? second.items : [second], node, values.text(node))
  if (operator !== '<<') return unknown(node, values.text(node))
  const after = grown(first, second, node, values)
  if (left.type === 'identifier') here.scope.set(values.text(left), after)
  return after
}

/** `+'…'` and `-'…'` are the text itself. */
export function unary(node: CodeNode, here: Here, values: RubyReading): Value {
  const value = values.value(childOf(node, 'operand') ?? node.children.at(-1)!, here)
  if (value.is === 'text') return value
  const isMinus = operatorOf(node, values) === '-' && value.is === 'number'
  return isMinus ? { ...spanOf(node), is: 'number', value: -value.value } : unknown(node, values.text(node))
}

function operatorOf(node: CodeNode, values: RubyReading): string {
  const operator = node.children.find(child => child.field === 'operator')
  return operator === undefined ? '' : values.text(operator)
}

function grown(on: Value, added: Value, node: CodeNode, values: RubyReading): Value {
  if (on.is !== 'list') return joined([on, added], spanOf(node), values.text(node))
  return values.allowance.take(on.items.length)
    ? { ...on, items: [...on.items, added] }
    : unknown(node, values.text(node))
}

function sum(left: Value, right: Value, node: CodeNode, values: RubyReading): Value {
  if (left.is !== 'list' && right.is !== 'list') return joined([left, right], spanOf(node), values.text(node))
  const items = [left, right].flatMap(one => (one.is === 'list' ? one.items : [unknown(one, values.text(node))]))
  return { ...spanOf(node), is: 'list', items }
}
