import { type Allowance, branch, type Here, loop, routineSteps } from '../flow.ts'
import { type CodeNode, childOf, childrenOf, namedOf } from '../plain-tree.ts'
import type { Call, Span, Value } from '../script.ts'
import { either, joined, unknown } from '../values.ts'
import { folded, itemsOf, keyText } from './python-folding.ts'
import { percentValue, stringValue } from './python-strings.ts'

/** Python's expressions. What cannot be told becomes `unknown`, but the calls in it are steps all the same. */
export class PythonValues {
  readonly source: string
  readonly #allowance: Allowance

  constructor(source: string, allowance: Allowance) {
    this.source = source
    this.#allowance = allowance
  }

  text(node: CodeNode): string {
    return this.source.slice(node.offset, node.endOffset)
  }

  value(node: CodeNode, here: Here): Value {
    const span = { offset: node.offset, endOffset: node.endOffset }
    switch (node.type) {
      case 'identifier': {
        const name = this.text(node)
        return here.scope.get(name) ?? { ...span, is: 'name', name }
      }
      case 'attribute':
        return this.#attribute(node, here)
      case 'string':
        return stringValue(node, this.source, inner => this.value(inner, here))
      case 'concatenated_string':
        return joined(this.#all(node, here), span, this.text(node))
      case 'integer':
      case 'float':
        return { ...span, is: 'number', value: Number(this.text(node).replaceAll('_', '')) }
      case 'true':
      case 'false':
        return { ...span, is: 'boolean', value: node.type === 'true' }
      case 'none':
        return { ...span, is: 'nothing' }
      case 'list':
      case 'tuple':
      case 'set':
      case 'expression_list':
        return { ...span, is: 'list', items: this.#items(node, here) }
      case 'dictionary':
        return { ...span, is: 'map', entries: this.#entries(node, here) }
      case 'call':
        return this.call(node, here)
      case 'parenthesized_expression':
      case 'await':
      case 'expression_statement':
        return this.#last(node, here)
      case 'assignment':
      case 'augmented_assignment':
      case 'named_expression':
        return this.assign(node, here)
      case 'binary_operator':
        return this.#binary(node, here)
      case 'boolean_operator':
        return this.#boolean(node, here)
      case 'conditional_expression':
        return this.#conditional(node, here)
      case 'lambda':
        return this.#lambda(node, here)
      case 'list_comprehension':
      case 'set_comprehension':
      case 'generator_expression':
      case 'dictionary_comprehension':
        return this.#comprehension(node, here)
      case 'subscript':
        return this.#subscript(node, here)
      default:
        this.#all(node, here)
        return unknown(span, this.text(node))
    }
  }

  #all(node: CodeNode, here: Here): Value[] {
    return namedOf(node).map(child => this.value(child, here))
  }

  #last(node: CodeNode, here: Here): Value {
    return this.#all(node, here).at(-1) ?? unknown(node, this.text(node))
  }

  #items(node: CodeNode, here: Here): Value[] {
    return namedOf(node).flatMap(child => {
      if (child.type !== 'list_splat') return [this.value(child, here)]
      const value = this.#last(child, here)
      return value.is === 'list' ? value.items : [value.is === 'unknown' ? value : unknown(child, this.text(child))]
    })
  }

  #entries(node: CodeNode, here: Here): { key: string; value: Value }[] {
    return namedOf(node).flatMap(child => {
      if (child.type === 'dictionary_splat') {
        const value = this.#last(child, here)
        return value.is === 'map' ? value.entries : [{ key: '**', value }]
      }
      const [key, value] = [childOf(child, 'key'), childOf(child, 'value')]
      if (key === undefined || value === undefined) return []
      return [{ key: keyText(this.value(key, here)) ?? this.text(key), value: this.value(value, here) }]
    })
  }

  #attribute(node: CodeNode, here: Here): Value {
    const on = this.#receiver(childOf(node, 'object')!, here)
    if (on.is !== 'name') return unknown(node, this.text(node))
    const name = `${on.name}.${this.text(childOf(node, 'attribute')!)}`
    return here.scope.get(name) ?? { offset: node.offset, endOffset: node.endOffset, is: 'name', name }
  }

  /** What something is called on. Its own call is not a step of its own: the whole chain is one. */
  #receiver(node: CodeNode, here: Here): Value {
    return node.type === 'call' ? this.call(node, here, false) : this.value(node, here)
  }

  call(node: CodeNode, here: Here, isStep = true): Value {
    const callee = this.#callee(childOf(node, 'function')!, here)
    const { args, named } = this.#arguments(childOf(node, 'arguments'), here)
    const span = { offset: node.offset, endOffset: node.endOffset }
    const made = folded({ ...callee, args, named }, node, this.text(node))
    if (made !== undefined) return made
    this.#grow(node, callee, args, here)
    const call: Call = { ...span, is: 'call', on: callee.on, name: callee.name, args, named }
    if (isStep) here.flow.add(call)
    return call
  }

  /** `operations.append(x)` and `.extend([x])` on a list that is known. */
  #grow(
    node: CodeNode,
    { on, name }: { on: Value | undefined; name: string },
    args: readonly Value[],
    here: Here,
  ): void {
    const list = childOf(childOf(node, 'function')!, 'object')
    if (on?.is !== 'list' || list === undefined || !/^(?:append|extend|insert)$/.test(name)) return
    const added = name === 'extend' ? (args[0] === undefined ? undefined : itemsOf(args[0])) : args.slice(-1)
    const isKnown = added !== undefined && this.#allowance.take(on.items.length)
    this.bind(list, isKnown ? { ...on, items: [...on.items, ...added] } : unknown(node, this.text(node)), here)
  }

  #callee(node: CodeNode, here: Here): { on: Value | undefined; name: string } {
    if (node.type === 'attribute') {
      const on = this.#receiver(childOf(node, 'object')!, here)
      return { on, name: this.text(childOf(node, 'attribute')!) }
    }
    const value =
      node.type === 'call'
        ? (this.#attributeByName(node, here) ?? this.call(node, here, false))
        : this.value(node, here)
    if (value.is !== 'name') return { on: value, name: '' }
    // A variable may hold a method: `drop = op.drop_column`.
    const dot = value.name.lastIndexOf('.')
    if (dot < 0) return { on: undefined, name: value.name }
    return { on: { ...value, name: value.name.slice(0, dot) }, name: value.name.slice(dot + 1) }
  }

  /** `getattr(op, 'drop_column')` */
  #attributeByName(node: CodeNode, here: Here): Value | undefined {
    if (this.text(childOf(node, 'function')!) !== 'getattr') return undefined
    const { args } = this.#arguments(childOf(node, 'arguments'), here)
    const [on, name] = args
    if (on?.is !== 'name' || name?.is !== 'text') return undefined
    return { offset: node.offset, endOffset: node.endOffset, is: 'name', name: `${on.name}.${name.text}` }
  }

  #arguments(node: CodeNode | undefined, here: Here): { args: Value[]; named: Map<string, Value> } {
    const named = new Map<string, Value>()
    if (node === undefined) return { args: [], named }
    if (node.type === 'generator_expression') return { args: [this.value(node, here)], named }
    const args: Value[] = []
    for (const child of namedOf(node)) {
      if (child.type === 'keyword_argument')
        named.set(this.text(childOf(child, 'name')!), this.value(childOf(child, 'value')!, here))
      else if (child.type === 'dictionary_splat') {
        const value = this.#last(child, here)
        const entries = value.is === 'map' ? value.entries : [{ key: '**', value }]
        for (const entry of entries) named.set(entry.key, entry.value)
      } else if (child.type === 'list_splat') {
        const value = this.#last(child, here)
        args.push(...(value.is === 'list' ? value.items : [value]))
      } else args.push(this.value(child, here))
    }
    return { args, named }
  }

  /** Binds and returns what is bound. */
  assign(node: CodeNode, here: Here): Value {
    const left = childOf(node, 'left') ?? childOf(node, 'name')!
    const right = childOf(node, 'right') ?? childOf(node, 'value')
    // `name: str` alone says a type and sets nothing.
    if (right === undefined) return unknown(node, this.text(node))
    const value = this.value(right, here)
    if (node.type !== 'augmented_assignment') {
      this.bind(left, value, here)
      return value
    }
    const isSum = this.text(childOf(node, 'operator')!) === '+='
    const sum = isSum ? this.#sum(this.value(left, here), value, node) : unknown(node, this.text(node))
    this.bind(left, sum, here)
    return sum
  }

  bind(target: CodeNode, value: Value, here: Here): void {
    switch (target.type) {
      case 'identifier':
      case 'attribute':
        here.scope.set(this.text(target), value)
        return
      case 'pattern_list':
      case 'tuple_pattern':
      case 'list_pattern':
      case 'tuple':
      case 'list': {
        const items = itemsOf(value)
        for (const [index, part] of namedOf(target).entries())
          this.bind(part, items?.[index] ?? { ...spanOf(part), is: 'name', name: this.text(part) }, here)
        return
      }
      case 'subscript': {
        const base = childOf(target, 'value')!
        if (base.type === 'identifier') here.scope.forget([this.text(base)], base)
      }
    }
  }

  #binary(node: CodeNode, here: Here): Value {
    const operands: CodeNode[] = []
    // A long text is often a chain of `+`, nested to the left: gone through without recursion.
    let at = node
    for (; at.type === 'binary_operator' && this.#operator(at) === '+'; at = childOf(at, 'left')!)
      operands.push(childOf(at, 'right')!)
    if (operands.length > 0) {
      const values = [at, ...operands.reverse()].map(operand => this.value(operand, here))
      return values.some(value => value.is === 'list')
        ? values.reduce((sum, value) => this.#sum(sum, value, node))
        : joined(values, spanOf(node), this.text(node))
    }
    const left = this.value(childOf(node, 'left')!, here)
    const right = this.value(childOf(node, 'right')!, here)
    return this.#operator(node) === '%'
      ? percentValue(left, right, spanOf(node), this.text(node))
      : unknown(node, this.text(node))
  }

  #operator(node: CodeNode): string {
    const operator = childOf(node, 'operator')
    return operator === undefined ? '' : this.text(operator)
  }

  #sum(left: Value, right: Value, node: CodeNode): Value {
    const span = spanOf(node)
    if (left.is === 'list' || right.is === 'list') {
      const items = [left, right].flatMap(one => (one.is === 'list' ? one.items : [unknown(one, this.text(node))]))
      return { ...span, is: 'list', items }
    }
    return joined([left, right], span, this.text(node))
  }

  #boolean(node: CodeNode, here: Here): Value {
    const left = this.value(childOf(node, 'left')!, here)
    let right: Value = left
    branch(
      here,
      [
        inner => {
          right = this.value(childOf(node, 'right')!, inner)
        },
      ],
      false,
    )
    return either([left, right], spanOf(node), this.text(node))
  }

  #conditional(node: CodeNode, here: Here): Value {
    const [yes, condition, no] = namedOf(node)
    if (yes === undefined || condition === undefined || no === undefined) return unknown(node, this.text(node))
    this.value(condition, here)
    const values: Value[] = []
    branch(
      here,
      [yes, no].map(arm => inner => void values.push(this.value(arm, inner))),
      true,
    )
    return either(values, spanOf(node), this.text(node))
  }

  #lambda(node: CodeNode, here: Here): Value {
    const parameters = this.parameters(childOf(node, 'parameters'))
    const steps = routineSteps(here.scope, inner => {
      inner.scope.forget(parameters, node)
      this.value(childOf(node, 'body')!, inner)
    })
    return { ...spanOf(node), is: 'function', parameters, steps }
  }

  parameters(node: CodeNode | undefined): string[] {
    return (node === undefined ? [] : namedOf(node)).flatMap(child => {
      const name = child.type === 'identifier' ? child : (childOf(child, 'name') ?? namedOf(child)[0])
      return name?.type === 'identifier' ? [this.text(name)] : []
    })
  }

  #comprehension(node: CodeNode, here: Here): Value {
    const body = childOf(node, 'body')
    const clauses = namedOf(node).filter(child => child.type === 'for_in_clause' || child.type === 'if_clause')
    if (body === undefined) return unknown(node, this.text(node))
    const items: Value[] = []
    const inner: Here = { scope: here.scope.branch(), flow: here.flow }
    const isKnown = this.#clauses(clauses, body, inner, value => items.push(value))
    if (!isKnown) return unknown(node, this.text(node))
    return { ...spanOf(node), is: 'list', items }
  }

  /** Whether all its values could be told. */
  #clauses(clauses: readonly CodeNode[], body: CodeNode, here: Here, give: (value: Value) => void): boolean {
    const [clause, ...rest] = clauses
    if (clause === undefined) {
      give(this.value(body, here))
      return true
    }
    if (clause.type === 'if_clause') {
      this.#all(clause, here)
      branch(here, [inner => void this.#clauses(rest, body, inner, give)], false)
      return false
    }
    const target = childOf(clause, 'left')!
    let isKnown = true
    const over = this.value(childOf(clause, 'right')!, here)
    const isUnrolled = this.each(target, over, body.size, here, inner => {
      isKnown = this.#clauses(rest, body, inner, give) && isKnown
    })
    return isUnrolled && isKnown
  }

  /** Runs the body for each value of a literal list; once, with nothing known, for any other. Says which. */
  each(
    target: CodeNode,
    over: Value,
    size: number,
    here: Here,
    body: (here: Here) => void,
    sets: readonly string[] = [],
  ): boolean {
    const items = itemsOf(over)
    if (items !== undefined && this.#allowance.take(items.length * (size + 1))) {
      for (const item of items) {
        this.bind(target, item, here)
        body(here)
      }
      return true
    }
    const names = identifiersIn(target).map(node => this.text(node))
    loop(here, [...names, ...sets], target, body)
    return false
  }

  #subscript(node: CodeNode, here: Here): Value {
    const on = this.value(childOf(node, 'value')!, here)
    const [key] = childrenOf(node, 'subscript').map(child => this.value(child, here))
    const found =
      on.is === 'list' && key?.is === 'number'
        ? on.items.at(key.value)
        : on.is === 'map' && key !== undefined
          ? on.entries.find(entry => entry.key === keyText(key))?.value
          : undefined
    return found ?? unknown(node, this.text(node))
  }
}

function identifiersIn(node: CodeNode): CodeNode[] {
  return node.type === 'identifier' ? [node] : node.children.flatMap(identifiersIn)
}

function spanOf({ offset, endOffset }: Span): Span {
  return { offset, endOffset }
}
