import type { Node } from '../engine.ts'
import type { Condition, Value } from '../script.ts'
import { textsOf } from '../script.ts'

/** What holds where a condition is true, and where it is not. */
export interface Ways {
  readonly yes: readonly Condition[]
  readonly no: readonly Condition[]
}

const nothing: Ways = { yes: [], no: [] }

/** Only comparisons of a value with texts: `$driver === 'mysql'`, `in_array($driver, ['mysql', 'mariadb'])`, and what is put together from them. */
export function waysOf(node: Node | null, valueAt: (node: Node) => Value): Ways {
  if (node === null) return nothing
  if (node.type === 'parenthesized_expression') return waysOf(node.namedChild(0), valueAt)
  if (node.type === 'unary_op_expression' && node.child(0)?.type === '!') {
    const { yes, no } = waysOf(node.childForFieldName('argument'), valueAt)
    return { yes: no, no: yes }
  }
  if (node.type === 'binary_expression') return binary(node, valueAt)
  return node.type === 'function_call_expression' ? inArray(node, valueAt) : nothing
}

function binary(node: Node, valueAt: (node: Node) => Value): Ways {
  const operator = node.childForFieldName('operator')?.type ?? node.child(1)?.type ?? ''
  const left = node.childForFieldName('left')
  const right = node.childForFieldName('right')
  if (left === null || right === null) return nothing
  if (/^(?:&&|and)$/i.test(operator))
    return { yes: [...waysOf(left, valueAt).yes, ...waysOf(right, valueAt).yes], no: [] }
  if (/^(?:\|\||or)$/i.test(operator)) return anyOf(waysOf(left, valueAt), waysOf(right, valueAt))
  const [one, other] = [valueAt(left), valueAt(right)]
  if (/^instanceof$/i.test(operator)) return other.is === 'name' ? compared(one, [other.name], false) : nothing
  if (!/^[!=]==?$/.test(operator)) return nothing
  const [value, text] = other.is === 'text' ? [one, other.text] : one.is === 'text' ? [other, one.text] : []
  if (value === undefined || text === undefined) return nothing
  return compared(value, [text], operator.startsWith('!'))
}

function anyOf(left: Ways, right: Ways): Ways {
  const [one, other] = [left.yes[0], right.yes[0]]
  const isSame =
    left.yes.length === 1 && right.yes.length === 1 && !one!.not && !other!.not && isAlike(one!.value, other!.value)
  const yes = isSame ? [{ ...one!, among: [...one!.among, ...other!.among] }] : []
  return { yes, no: [...left.no, ...right.no] }
}

function isAlike(one: Value, other: Value): boolean {
  if (one.is === 'call' && other.is === 'call') return one.name === other.name
  return one.is === 'name' && other.is === 'name' && one.name === other.name
}

function inArray(node: Node, valueAt: (node: Node) => Value): Ways {
  const call = valueAt(node)
  if (call.is !== 'call' || call.name.toLowerCase() !== 'in_array') return nothing
  const [value, list] = call.args
  const among = list?.is === 'list' ? textsOf(list) : undefined
  return value === undefined || among === undefined ? nothing : compared(value, among, false)
}

function compared(value: Value, among: readonly string[], not: boolean): Ways {
  return { yes: [{ value, among, not }], no: [{ value, among, not: !not }] }
}
