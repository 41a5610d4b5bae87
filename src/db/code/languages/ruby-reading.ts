import type { Allowance, Here } from '../flow.ts'
import type { CodeNode } from '../plain-tree.ts'
import type { Value } from '../script.ts'
import { spanOf } from './ruby-strings.ts'

/** The reader of expressions as control flow and operators see it. */
export interface RubyReading {
  readonly allowance: Allowance
  text(node: CodeNode): string
  value(node: CodeNode, here: Here): Value
  /** The value of the last statement. */
  block(node: CodeNode | undefined, here: Here): Value | undefined
  bind(target: CodeNode, value: Value, here: Here): void
  /** What the body gives for each of the items; undefined, and nothing read, when they are too many. */
  eachOf(items: readonly Value[], targets: readonly CodeNode[], body: CodeNode, here: Here): Value[] | undefined
  /** Variables that assignments in it set. */
  setIn(node: CodeNode): string[]
}

/** What a block is run for, one after the other. */
export function itemsFor(on: Value, name: string): readonly Value[] | undefined {
  const span = spanOf(on)
  const pairs =
    on.is === 'map'
      ? on.entries.map(
          (entry): Value => ({ ...span, is: 'list', items: [{ ...span, is: 'text', text: entry.key }, entry.value] }),
        )
      : undefined
  const items = on.is === 'list' ? on.items : pairs
  if (items === undefined) return undefined
  if (name === 'each_with_index')
    return items.map((item, value) => ({ ...span, is: 'list', items: [item, { ...span, is: 'number', value }] }))
  const isEach = /^(?:each|each_pair|map|collect|flat_map|each_entry)$/.test(name)
  const isReverse = name === 'reverse_each'
  return isEach ? items : isReverse ? [...items].reverse() : undefined
}
