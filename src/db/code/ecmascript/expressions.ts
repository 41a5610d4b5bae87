import { type CodeNode, childOf, namedOf } from '../plain-tree.ts'
import { Scope } from '../scope.ts'
import type { Call, Span, Step, Value } from '../script.ts'
import { either, joined, unknown } from '../values.ts'
import { builtIn, chaining, each, itemsOf, settling } from './built-in.ts'
import type { Flow, ReadBody } from './flow.ts'
import {
  bare,
  boundNames,
  isFunction,
  keyText,
  numberValue,
  parametersOf,
  patternsOf,
  type TextOf,
} from './literals.ts'
import { bindPattern, nameOf, onOf, propertyOf, span } from './patterns.ts'
import { stringValue, sumValue, templateValue } from './texts.ts'

/** Loops over literal lists are unrolled as long as this many nodes may be read again, so that nested ones do not grow without end. */
const unrolled = 200_000

/** How deep own functions that call each other are followed. */
const deepest = 5

/** Values of expressions, and the calls that they make. */
export class Expressions {
  readonly #textOf: TextOf
  readonly #body: ReadBody
  #left = unrolled
  /** Functions of the file by the name they are called by: `forget`, `this.tidy`. */
  readonly functions = new Map<string, CodeNode>()
  /** Where a function that is a value was written. */
  readonly #written = new WeakMap<Value, { readonly node: CodeNode; readonly scope: Scope }>()
  readonly #running: CodeNode[] = []
  /** What the file itself holds; a class puts its fields there while it is read. */
  top = new Scope()

  constructor(textOf: TextOf, body: ReadBody) {
    this.#textOf = textOf
    this.#body = body
  }

  /** With a flow its calls are steps; without one it is part of another call, which holds it. */
  value(node: CodeNode, scope: Scope, flow?: Flow): Value {
    const inner = bare(node)
    if (isFunction(inner)) return this.function(inner, scope)
    switch (inner.type) {
      case 'string':
        return stringValue(inner, this.#textOf)
      case 'template_string':
        return templateValue(inner, this.#textOf, part => this.value(part, scope))
      case 'number':
        return numberValue(inner, this.#textOf)
      case 'true':
      case 'false':
        return { ...span(inner), is: 'boolean', value: inner.type === 'true' }
      case 'null':
      case 'undefined':
        return { ...span(inner), is: 'nothing' }
      case 'identifier':
      case 'this':
      case 'super':
        return this.#identifier(inner, scope)
      case 'member_expression':
        return this.#member(inner, scope)
      case 'subscript_expression':
        return this.#subscript(inner, scope)
      case 'array':
        return { ...span(inner), is: 'list', items: this.#items(inner, scope, flow) }
      case 'object':
        return this.#object(inner, scope)
      case 'call_expression':
        return this.#call(inner, scope, flow)
      case 'new_expression':
        return this.#new(inner, scope, flow)
      case 'await_expression':
      case 'yield_expression':
      case 'unary_expression':
        return this.#inner(inner, scope, flow)
      case 'ternary_expression':
        return this.#ternary(inner, scope, flow)
      case 'binary_expression':
        return this.#binary(inner, scope, flow)
      case 'assignment_expression':
      case 'augmented_assignment_expression':
        return this.#assignment(inner, scope, flow)
      case 'sequence_expression':
        return (
          namedOf(inner)
            .map(child => this.value(child, scope, flow))
            .at(-1) ?? this.#unknown(inner)
        )
      default:
        return this.#unknown(inner)
    }
  }

  /** A function as a value: read once, with what is known where it stands. */
  function(node: CodeNode, scope: Scope): Extract<Value, { is: 'function' }> {
    const parameters = parametersOf(node, this.#textOf)
    const steps: Step[] = []
    this.#run(node, scope.branch(), { steps, maybe: false, repeated: false })
    const value = { ...span(node), is: 'function' as const, parameters, steps }
    this.#written.set(value, { node, scope })
    return value
  }

  /** An own function that is called in a step: its body is read again with the arguments, so that loops over them can be unrolled. */
  #entered(
    written: { readonly node: CodeNode; readonly scope: Scope } | undefined,
    args: readonly Value[],
    flow: Flow | undefined,
  ): Value | undefined {
    if (written === undefined || flow === undefined) return undefined
    const { node, scope } = written
    if (this.#running.length >= deepest || this.#running.includes(node) || node.size > this.#left) return undefined
    this.#left -= node.size
    const inner = scope.branch()
    const given = patternsOf(node).slice(0, args.length)
    for (const [index, pattern] of given.entries()) bindPattern(pattern, args[index]!, inner, this.#textOf)
    this.#running.push(node)
    const value = this.#run(
      node,
      inner,
      flow,
      given.flatMap(pattern => boundNames(pattern, this.#textOf)),
    )
    this.#running.pop()
    return value ?? this.#unknown(node)
  }

  /** Once for each item of a known list; false when it is not known, or too much would be read again. */
  unrolled(list: Value, { size }: CodeNode, round: (item: Value) => void): boolean {
    const items = itemsOf(list)
    if (items === undefined || items.length * size > this.#left) return false
    this.#left -= items.length * size
    for (const item of items) round(item)
    return true
  }

  /** `given`: names of parameters that have a value already. What it gives is known of arrows without a block only. */
  #run(node: CodeNode, scope: Scope, flow: Flow, given: readonly string[] = []): Value | undefined {
    for (const pattern of patternsOf(node))
      scope.forget(
        boundNames(pattern, this.#textOf).filter(name => !given.includes(name)),
        pattern,
      )
    const body = childOf(node, 'body')
    if (body === undefined) return undefined
    if (body.type !== 'statement_block') return this.value(body, scope, flow)
    this.#body(body, scope, flow)
    return undefined
  }

  #identifier(node: CodeNode, scope: Scope): Value {
    const name = this.#textOf(node)
    const value = scope.get(name)
    if (value === undefined) return { ...span(node), is: 'name', name }
    // Shown where it is used; its text stands where it was written.
    return value.is === 'name' ? { ...value, ...span(node) } : value
  }

  #member(node: CodeNode, scope: Scope): Value {
    const object = childOf(node, 'object')
    const property = childOf(node, 'property')
    if (object === undefined || property === undefined) return this.#unknown(node)
    const own = scope.get(this.#textOf(node))
    return own ?? propertyOf(this.value(object, scope), this.#textOf(property), node, this.#textOf)
  }

  #subscript(node: CodeNode, scope: Scope): Value {
    const [object, index] = [childOf(node, 'object'), childOf(node, 'index')]
    if (object === undefined || index === undefined) return this.#unknown(node)
    const key = this.value(index, scope)
    const value = this.value(object, scope)
    if (key.is === 'number' && value.is === 'list') return value.items[key.value] ?? this.#unknown(node)
    return key.is === 'text' ? propertyOf(value, key.text, node, this.#textOf) : this.#unknown(node)
  }

  #items(node: CodeNode, scope: Scope, flow?: Flow): Value[] {
    return namedOf(node).flatMap(child => {
      if (child.type !== 'spread_element') return [this.value(child, scope, flow)]
      const inner = namedOf(child)[0]
      const value = inner === undefined ? this.#unknown(child) : this.value(inner, scope, flow)
      return value.is === 'list' ? [...value.items] : [value.is === 'unknown' ? value : unknown(value, '...')]
    })
  }

  #object(node: CodeNode, scope: Scope): Value {
    const entries = namedOf(node).flatMap((child): { key: string; value: Value }[] => {
      if (child.type === 'shorthand_property_identifier')
        return [{ key: this.#textOf(child), value: this.#identifier(child, scope) }]
      if (child.type === 'spread_element') {
        const inner = namedOf(child)[0]
        const value = inner === undefined ? this.#unknown(child) : this.value(inner, scope)
        return value.is === 'map' ? [...value.entries] : [{ key: '...', value }]
      }
      const key = this.#key(childOf(child, 'key') ?? childOf(child, 'name'), scope)
      const value = childOf(child, 'value')
      if (child.type === 'method_definition') return [{ key, value: this.function(child, scope) }]
      return value === undefined ? [] : [{ key, value: this.value(value, scope) }]
    })
    return { ...span(node), is: 'map', entries }
  }

  #key(node: CodeNode | undefined, scope: Scope): string {
    const plain = keyText(node, this.#textOf)
    if (plain !== undefined || node === undefined) return plain ?? '?'
    const inner = namedOf(node)[0]
    const value = inner === undefined ? undefined : this.value(inner, scope)
    return value?.is === 'text' ? value.text : this.#textOf(node)
  }

  #call(node: CodeNode, scope: Scope, flow?: Flow): Value {
    const callee = bare(childOf(node, 'function') ?? node)
    const passed = childOf(node, 'arguments')
    if (callee === node) return this.#unknown(node)
    // The grammar takes `await (x)` for a call.
    if (callee.type === 'identifier' && this.#textOf(callee) === 'await')
      return this.#inner(passed ?? node, scope, flow)
    if (callee.type === 'member_expression' || callee.type === 'subscript_expression')
      return this.#method(node, callee, passed, scope, flow)
    const target = callee.type === 'import' ? undefined : this.value(callee, scope)
    const args = this.#arguments(passed, scope)
    const own = target?.is === 'name' ? this.functions.get(target.name) : undefined
    const written = own === undefined ? target && this.#written.get(target) : { node: own, scope: this.top }
    const entered = this.#entered(written, args, flow)
    if (entered !== undefined) return entered
    const call: Call =
      target === undefined || target.is === 'name'
        ? { ...span(node), is: 'call', on: onOf(target), name: nameOf(target) ?? 'import', args, named: new Map() }
        : { ...span(node), is: 'call', on: target, name: '', args, named: new Map() }
    return this.#done(call, flow)
  }

  #method(node: CodeNode, callee: CodeNode, passed: CodeNode | undefined, scope: Scope, flow?: Flow): Value {
    const object = childOf(callee, 'object')
    const key = childOf(callee, 'property') ?? childOf(callee, 'index')
    if (object === undefined || key === undefined) return this.#unknown(node)
    const name = callee.type === 'member_expression' ? this.#textOf(key) : this.#key({ ...key, type: 'string' }, scope)
    const special = flow === undefined ? undefined : this.#flowing(name, object, passed, scope, flow)
    if (special !== undefined) return special
    const on = this.value(object, scope)
    if (each.has(name) && flow === undefined) {
      const mapped = this.#mapped(name, on, passed, scope)
      if (mapped !== undefined) return { ...mapped, ...span(node) }
    }
    const args = this.#arguments(passed, scope)
    const known = builtIn(on, name, args, span(node), this.#textOf(node))
    if (known !== undefined) return known
    const own = on.is === 'name' && on.name === 'this' ? this.functions.get(`this.${name}`) : undefined
    const entered = own === undefined ? undefined : this.#entered({ node: own, scope: this.top }, args, flow)
    if (entered !== undefined) return entered
    const stored = on.is === 'map' ? on.entries.findLast(entry => entry.key === name)?.value : undefined
    if (stored?.is === 'function')
      return this.#done({ ...span(node), is: 'call', on: stored, name: '', args, named: new Map() }, flow)
    // In a chain each call stands where its own name does: that is the line which people look for.
    const offset = on.is === 'call' && bare(object).type === 'call_expression' ? key.offset : node.offset
    return this.#done({ offset, endOffset: node.endOffset, is: 'call', on, name, args, named: new Map() }, flow)
  }

  /** Calls that only arrange others: what they arrange are the steps. */
  #flowing(name: string, object: CodeNode, passed: CodeNode | undefined, scope: Scope, flow: Flow): Value | undefined {
    const nodes = passed === undefined || passed.type === 'template_string' ? [] : namedOf(passed)
    if (bare(object).type === 'identifier' && this.#textOf(object) === 'Promise' && settling.has(name))
      return nodes.map(child => this.value(child, scope, flow))[0] ?? this.#unknown(object)
    const callbacks = nodes.map(bare).filter(isFunction)
    if (callbacks.length === 0) return undefined
    if (chaining.has(name)) {
      this.value(object, scope, flow)
      for (const callback of callbacks)
        this.#run(callback, scope.branch(), { ...flow, maybe: flow.maybe || name === 'catch' })
      return this.#unknown(object)
    }
    return each.has(name) ? this.#each(name, object, callbacks[0]!, scope, flow) : undefined
  }

  #each(name: string, object: CodeNode, callback: CodeNode, scope: Scope, flow: Flow): Value | undefined {
    const list = this.value(object, scope)
    if (list.is === 'call' || list.is === 'function') return undefined
    const made: Value[] = []
    const run = (bound: Scope, way: Flow, given: readonly string[] = []) => {
      made.push(this.#run(callback, bound, way, given) ?? this.#unknown(callback))
    }
    if (this.#rounds(name, list, callback, scope, (bound, given) => run(bound, flow, given)))
      return name === 'map' ? { ...span(callback), is: 'list', items: made } : this.#unknown(callback)
    run(scope.branch(), { ...flow, repeated: true })
    return this.#unknown(callback)
  }

  /** `list.map(x => value)` where nothing runs: the values. */
  #mapped(name: string, list: Value, passed: CodeNode | undefined, scope: Scope): Value | undefined {
    const callback = passed === undefined ? undefined : namedOf(passed).map(bare).find(isFunction)
    const body = callback === undefined ? undefined : childOf(callback, 'body')
    if (name !== 'map' || callback === undefined || body === undefined || body.type === 'statement_block')
      return undefined
    const items: Value[] = []
    const isKnown = this.#rounds(name, list, callback, scope, bound => items.push(this.value(body, bound)))
    return isKnown ? { ...span(callback), is: 'list', items } : undefined
  }

  #rounds(
    name: string,
    list: Value,
    callback: CodeNode,
    scope: Scope,
    run: (scope: Scope, given: readonly string[]) => void,
  ): boolean {
    const pattern = patternsOf(callback)[name === 'reduce' ? 1 : 0]
    return this.unrolled(list, callback, item => {
      const bound = scope.branch()
      if (pattern !== undefined) bindPattern(pattern, item, bound, this.#textOf)
      run(bound, pattern === undefined ? [] : boundNames(pattern, this.#textOf))
    })
  }

  #new(node: CodeNode, scope: Scope, flow?: Flow): Value {
    const what = childOf(node, 'constructor')
    const name = `new ${what === undefined ? '?' : this.#textOf(what)}`
    const args = this.#arguments(childOf(node, 'arguments'), scope)
    return this.#done({ ...span(node), is: 'call', on: undefined, name, args, named: new Map() }, flow)
  }

  #arguments(node: CodeNode | undefined, scope: Scope): Value[] {
    if (node === undefined) return []
    return node.type === 'template_string' ? [this.value(node, scope)] : this.#items(node, scope)
  }

  #done(call: Call, flow: Flow | undefined): Call {
    flow?.steps.push({ call, maybe: flow.maybe, repeated: flow.repeated })
    return call
  }

  #inner(node: CodeNode, scope: Scope, flow?: Flow): Value {
    const inner = namedOf(node)[0]
    if (inner === undefined) return this.#unknown(node)
    const value = this.value(inner, scope, flow)
    if (node.type !== 'unary_expression') return value
    const isMinus = node.children[0]?.type === "'-"
    return isMinus && value.is === 'number' ? { ...value, ...span(node), value: -value.value } : this.#unknown(node)
  }

  #ternary(node: CodeNode, scope: Scope, flow?: Flow): Value {
    const condition = childOf(node, 'condition')
    if (condition !== undefined) this.value(condition, scope, flow)
    const way = flow === undefined ? undefined : { ...flow, maybe: true }
    const arms = ['consequence', 'alternative'].flatMap(field => childOf(node, field) ?? [])
    return either(
      arms.map(arm => this.value(arm, scope, way)),
      span(node),
      this.#textOf(node),
    )
  }

  #binary(node: CodeNode, scope: Scope, flow?: Flow): Value {
    const operator = childOf(node, 'operator')?.type
    if (operator === "'+") return sumValue(node, this.#textOf, part => this.value(part, scope))
    const [left, right] = [childOf(node, 'left'), childOf(node, 'right')]
    if (left === undefined || right === undefined) return this.#unknown(node)
    const first = this.value(left, scope, flow)
    const way = flow === undefined ? undefined : { ...flow, maybe: true }
    const second = this.value(right, scope, way)
    const isChoice = operator === "'||" || operator === "'??"
    // What is known on the left is what it is.
    if (isChoice)
      return first.is === 'text' && first.text !== '' ? first : either([first, second], node, this.#textOf(node))
    return operator === "'&&" ? second : this.#unknown(node)
  }

  #assignment(node: CodeNode, scope: Scope, flow?: Flow): Value {
    const [left, right] = [childOf(node, 'left'), childOf(node, 'right')]
    if (left === undefined || right === undefined) return this.#unknown(node)
    const value = this.value(right, scope, flow)
    if (node.type === 'augmented_assignment_expression') {
      const before = this.value(left, scope)
      const isSum = childOf(node, 'operator')?.type === "'+="
      const sum = isSum ? joined([before, value], span(node), this.#textOf(node)) : this.#unknown(node)
      this.#assign(left, sum, scope)
      return sum
    }
    this.#assign(left, value, scope)
    return value
  }

  #assign(left: CodeNode, value: Value, scope: Scope): void {
    if (left.type === 'member_expression') scope.set(this.#textOf(left), value)
    else bindPattern(left, value, scope, this.#textOf)
  }

  #unknown(at: Span): Value {
    return unknown(span(at), this.#textOf(at))
  }
}
