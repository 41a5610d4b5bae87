import { branch, type Here, loop } from '../flow.ts'
import { type CodeNode, childOf, childrenOf, namedOf } from '../plain-tree.ts'
import type { Value } from '../script.ts'
import { either, unknown } from '../values.ts'
import { itemsFor, type RubyReading } from './ruby-reading.ts'
import { spanOf } from './ruby-strings.ts'

type Read = (node: CodeNode, here: Here, values: RubyReading) => Value

/** What decides whether and how often something runs. */
const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['conditional', readIf],
  ['if', readIf],
  ['unless', readIf],
  ['elsif', readIf],
  ['if_modifier', readModifier],
  ['unless_modifier', readModifier],
  ['rescue_modifier', readModifier],
  ['while', readWhile],
  ['until', readWhile],
  ['while_modifier', readWhile],
  ['until_modifier', readWhile],
  ['for', readFor],
  ['case', readCase],
  ['case_match', readCase],
  ['return', readLeave],
  ['next', readLeave],
  ['break', readLeave],
])

export const controls: ReadonlySet<string> = new Set(readers.keys())

export function control(node: CodeNode, here: Here, values: RubyReading): Value {
  return readers.get(node.type)!(node, here, values)
}

function readIf(node: CodeNode, here: Here, values: RubyReading): Value {
  const condition = childOf(node, 'condition')
  if (condition !== undefined) values.value(condition, here)
  const parts = [...childrenOf(node, 'consequence'), ...childrenOf(node, 'alternative')]
  const made: Value[] = []
  const hasElse = childOf(node, 'alternative') !== undefined
  branch(
    here,
    parts.map(part => inner => void made.push(values.value(part, inner))),
    hasElse && parts.length === 2,
  )
  return made.length === 2 ? either(made, spanOf(node), values.text(node)) : unknown(node, values.text(node))
}

function readModifier(node: CodeNode, here: Here, values: RubyReading): Value {
  const condition = childOf(node, 'condition')
  if (condition !== undefined) values.value(condition, here)
  const parts = [...childrenOf(node, 'body'), ...childrenOf(node, 'handler')]
  branch(
    here,
    parts.map(part => inner => void values.value(part, inner)),
    false,
  )
  return unknown(node, values.text(node))
}

function readWhile(node: CodeNode, here: Here, values: RubyReading): Value {
  const condition = childOf(node, 'condition')
  if (condition !== undefined) values.value(condition, here)
  const body = childOf(node, 'body')!
  loop(here, values.setIn(body), node, inner => void values.value(body, inner))
  return unknown(node, values.text(node))
}

function readFor(node: CodeNode, here: Here, values: RubyReading): Value {
  const target = childOf(node, 'pattern')!
  const over = values.value(namedOf(childOf(node, 'value')!)[0]!, here)
  const body = childOf(node, 'body')!
  const items = itemsFor(over, 'each')
  if (items === undefined || values.eachOf(items, [target], body, here) === undefined)
    loop(here, [values.text(target), ...values.setIn(body)], node, inner => void values.value(body, inner))
  return over
}

function readCase(node: CodeNode, here: Here, values: RubyReading): Value {
  const subject = childOf(node, 'value')
  if (subject !== undefined) values.value(subject, here)
  const arms = namedOf(node).filter(child => child !== subject)
  branch(
    here,
    arms.map(arm => inner => void values.block(arm.type === 'else' ? arm : (childOf(arm, 'body') ?? arm), inner)),
    arms.some(arm => arm.type === 'else'),
  )
  return unknown(node, values.text(node))
}

function readLeave(node: CodeNode, here: Here, values: RubyReading): Value {
  const given = namedOf(node).map(child => values.value(child, here))
  here.flow.end = 'surely'
  return given[0] ?? unknown(node, values.text(node))
}
