import { type Allowance, branch, type Here, routineSteps } from '../flow.ts'
import { type CodeNode, childOf, namedOf } from '../plain-tree.ts'
import type { Call, Value } from '../script.ts'
import { joined, unknown } from '../values.ts'
import { control, controls } from './ruby-control.ts'
import { assign, binary, unary } from './ruby-operators.ts'
import { itemsFor, type RubyReading } from './ruby-reading.ts'
import { folded, heredocsIn, spanOf, stringValue, symbolValue } from './ruby-strings.ts'

/** What a reader of expressions does not read itself: classes and methods. */
export type Definition = (node: CodeNode, here: Here) => void

const definitions = new Set(['class', 'module', 'method', 'singleton_method', 'singleton_class'])

/** Ruby's expressions, and statements, which are expressions too. What cannot be told becomes `unknown`, but the calls in it are steps all the same. */
export class RubyValues implements RubyReading {
  readonly source: string
  readonly allowance: Allowance
  readonly #heredocs: ReadonlyMap<CodeNode, CodeNode>
  readonly #define: Definition

  constructor(source: string, root: CodeNode, allowance: Allowance, define: Definition) {
    this.source = source
    this.allowance = allowance
    this.#heredocs = heredocsIn(root)
    this.#define = define
  }

  text(node: CodeNode): string {
    return this.source.slice(node.offset, node.endOffset)
  }

  /** The value of the last statement. */
  block(node: CodeNode | undefined, here: Here): Value | undefined {
    let last: Value | undefined
    for (const child of node === undefined ? [] : namedOf(node)) {
      if (child.type === 'rescue' || child.type === 'else') branch(here, [inner => this.#rescue(child, inner)], false)
      else if (child.type === 'ensure') this.block(child, here)
      else last = this.value(child, here)
    }
    return last
  }

  #rescue(node: CodeNode, here: Here): void {
    const error = childOf(node, 'variable')
    for (const name of error === undefined ? [] : namedOf(error)) here.scope.forget([this.text(name)], name)
    this.block(childOf(node, 'body') ?? node, here)
  }

  value(node: CodeNode, here: Here): Value {
    if (definitions.has(node.type)) {
      this.#define(node, here)
      return unknown(node, '')
    }
    const read = this.#readers[node.type]
    if (read !== undefined) return read(node, here)
    if (blocks.has(node.type)) return this.block(node, here) ?? unknown(node, '')
    if (controls.has(node.type)) return control(node, here, this)
    const inner = namedOf(node).map(child => this.value(child, here))
    return inner.length === 1 && transparent.has(node.type) ? inner[0]! : unknown(node, this.text(node))
  }

  readonly #readers: Readonly<Record<string, (node: CodeNode, here: Here) => Value>> = {
    identifier: (node, here) => this.#identifier(node, here),
    constant: (node, here) => this.#named(node, here),
    scope_resolution: (node, here) => this.#named(node, here),
    instance_variable: (node, here) => this.#named(node, here),
    class_variable: (node, here) => this.#named(node, here),
    global_variable: (node, here) => this.#named(node, here),
    self: node => ({ ...spanOf(node), is: 'name', name: 'self' }),
    string: (node, here) => this.#string(node, here),
    bare_string: (node, here) => this.#string(node, here),
    bare_symbol: (node, here) => this.#string(node, here),
    delimited_symbol: (node, here) => this.#string(node, here),
    heredoc_beginning: (node, here) => this.#string(this.#heredocs.get(node) ?? node, here),
    heredoc_body: node => unknown(node, ''),
    simple_symbol: node => symbolValue(node, this.source),
    hash_key_symbol: node => symbolValue(node, this.source),
    chained_string: (node, here) =>
      joined(
        namedOf(node).map(child => this.value(child, here)),
        spanOf(node),
        this.text(node),
      ),
    integer: node => ({ ...spanOf(node), is: 'number', value: Number(this.text(node).replaceAll('_', '')) }),
    float: node => ({ ...spanOf(node), is: 'number', value: Number(this.text(node).replaceAll('_', '')) }),
    true: node => ({ ...spanOf(node), is: 'boolean', value: true }),
    false: node => ({ ...spanOf(node), is: 'boolean', value: false }),
    nil: node => ({ ...spanOf(node), is: 'nothing' }),
    array: (node, here) => this.#list(node, here),
    string_array: (node, here) => this.#list(node, here),
    symbol_array: (node, here) => this.#list(node, here),
    right_assignment_list: (node, here) => this.#list(node, here),
    hash: (node, here) => ({ ...spanOf(node), is: 'map', entries: this.#entries(node, here) }),
    call: (node, here) => this.call(node, here),
    yield: (node, here) => this.#keyword(node, here),
    super: (node, here) => this.#keyword(node, here),
    element_reference: (node, here) => this.#element(node, here),
    assignment: (node, here) => assign(node, here, this),
    operator_assignment: (node, here) => assign(node, here, this),
    binary: (node, here) => binary(node, here, this),
    unary: (node, here) => unary(node, here, this),
    lambda: (node, here) => this.#function(childOf(node, 'body') ?? node, childOf(node, 'parameters'), here),
  }

  #named(node: CodeNode, here: Here): Value {
    const name = this.text(node)
    return here.scope.get(name) ?? { ...spanOf(node), is: 'name', name }
  }

  /** A variable when there is one of that name; a call of a method otherwise. */
  #identifier(node: CodeNode, here: Here): Value {
    const name = this.text(node)
    return here.scope.get(name) ?? this.#made(node, undefined, name, [], new Map(), here, true)
  }

  #string(node: CodeNode, here: Here): Value {
    return stringValue(node, this.source, inner => this.value(inner, here))
  }

  #list(node: CodeNode, here: Here): Value {
    const items = namedOf(node).flatMap(child => {
      if (child.type === 'pair') return []
      const value = this.value(child.type === 'splat_argument' ? (namedOf(child)[0] ?? child) : child, here)
      return child.type === 'splat_argument' && value.is === 'list' ? value.items : [value]
    })
    const entries = this.#entries(node, here)
    return {
      ...spanOf(node),
      is: 'list',
      items: entries.length === 0 ? items : [...items, { ...spanOf(node), is: 'map', entries }],
    }
  }

  #entries(node: CodeNode, here: Here): { key: string; value: Value }[] {
    return namedOf(node).flatMap(child => {
      if (child.type === 'hash_splat_argument') {
        const value = this.value(namedOf(child)[0] ?? child, here)
        return value.is === 'map' ? value.entries : [{ key: '**', value }]
      }
      if (child.type !== 'pair') return []
      const key = childOf(child, 'key')!
      const value = childOf(child, 'value')
      const named = this.value(key, here)
      // `{ name: }` is `{ name: name }`.
      const given =
        value === undefined ? (here.scope.get(this.text(key)) ?? unknown(key, this.text(key))) : this.value(value, here)
      return [
        {
          key: named.is === 'text' ? named.text : named.is === 'number' ? String(named.value) : this.text(key),
          value: given,
        },
      ]
    })
  }

  call(node: CodeNode, here: Here, isStep = true): Value {
    const receiver = childOf(node, 'receiver')
    const on = receiver === undefined ? undefined : this.#receiver(receiver, here)
    const method = childOf(node, 'method')
    const name = method === undefined ? 'call' : this.text(method)
    const given = childOf(node, 'arguments')
    const args = given === undefined ? [] : this.#positional(given, here)
    const named = new Map(given === undefined ? [] : this.#entries(given, here).map(({ key, value }) => [key, value]))
    const block = childOf(node, 'block')
    if (block !== undefined) {
      const unrolled = this.#unrolled(on, name, block, here)
      if (unrolled !== undefined) return unrolled
      args.push(this.#function(childOf(block, 'body'), childOf(block, 'parameters'), here, block))
    }
    return this.#made(node, on, name, args, named, here, isStep)
  }

  /** What something is called on. Its own call is not a step of its own: the whole chain is one. */
  #receiver(node: CodeNode, here: Here): Value {
    if (node.type === 'call') return this.call(node, here, false)
    const isBareCall = node.type === 'identifier' && here.scope.get(this.text(node)) === undefined
    return isBareCall ? { ...spanOf(node), is: 'name', name: this.text(node) } : this.value(node, here)
  }

  #positional(node: CodeNode, here: Here): Value[] {
    return namedOf(node).flatMap(child => {
      if (child.type === 'pair' || child.type === 'hash_splat_argument' || child.type === 'heredoc_body') return []
      if (child.type === 'splat_argument') {
        const value = this.value(namedOf(child)[0] ?? child, here)
        return value.is === 'list' ? value.items : [value]
      }
      if (child.type === 'block_argument') return this.#blockArgument(child, here)
      return [this.value(child, here)]
    })
  }

  /** `&:timestamps` is a block that calls that on its parameter. */
  #blockArgument(node: CodeNode, here: Here): Value[] {
    const [given] = namedOf(node)
    if (given === undefined) return []
    const value = this.value(given, here)
    if (value.is !== 'text') return [value]
    const span = spanOf(node)
    const call: Call = {
      ...span,
      is: 'call',
      on: { ...span, is: 'name', name: 'it' },
      name: value.text,
      args: [],
      named: new Map(),
    }
    return [{ ...span, is: 'function', parameters: ['it'], steps: [{ call, maybe: false, repeated: false }] }]
  }

  #made(
    node: CodeNode,
    on: Value | undefined,
    name: string,
    args: Value[],
    named: Map<string, Value>,
    here: Here,
    isStep: boolean,
  ): Value {
    const [first, ...rest] = args
    if (/^(?:send|public_send|__send__)$/.test(name) && first?.is === 'text')
      return this.#made(
        node,
        on?.is === 'name' && on.name === 'self' ? undefined : on,
        first.text,
        rest,
        named,
        here,
        isStep,
      )
    const value = folded(on, name, args, node, this.text(node))
    if (value !== undefined) return value
    // `helper.call(x)`: the value itself is called.
    const isOwn = on?.is === 'function' && (name === 'call' || name === 'yield')
    const call: Call = { ...spanOf(node), is: 'call', on, name: isOwn ? '' : name, args, named }
    if (isStep) here.flow.add(call)
    const bare = on === undefined && (name === 'lambda' || name === 'proc')
    return bare && first?.is === 'function' ? first : call
  }

  /** `[…].each do |x|` over a list that is known; with `map` the values that the block gives. */
  #unrolled(on: Value | undefined, name: string, block: CodeNode, here: Here): Value | undefined {
    const items = on === undefined ? undefined : itemsFor(on, name)
    const body = childOf(block, 'body')
    const targets = namedOf(childOf(block, 'parameters') ?? noNode).filter(child => child.type !== 'block_parameter')
    const values = items === undefined ? undefined : this.eachOf(items, targets, body ?? noNode, here)
    if (values === undefined) return undefined
    const isMap = name === 'map' || name === 'flat_map' || name === 'collect'
    return isMap ? { ...spanOf(block), is: 'list', items: values } : on
  }

  /** What the body gives for each of the items; undefined, and nothing read, when they are too many. */
  eachOf(items: readonly Value[], targets: readonly CodeNode[], body: CodeNode, here: Here): Value[] | undefined {
    if (!this.allowance.take(items.length * (body.size + 1))) return undefined
    const before = here.flow.end
    const values = items.map(item => {
      this.#bindAll(targets, item, here)
      return this.block(body, here) ?? unknown(body, '')
    })
    // `next` and `break` end the block, not what follows it.
    if (here.flow.end !== 'none') here.flow.end = before === 'none' ? 'perhaps' : before
    return values
  }

  #bindAll(targets: readonly CodeNode[], item: Value, here: Here): void {
    const [only] = targets
    const isWhole = targets.length === 1 && only!.type !== 'destructured_parameter'
    if (isWhole) this.bind(only!, item, here)
    if (isWhole) return
    const items = item.is === 'list' ? item.items : [item]
    const parts = targets.length === 1 ? namedOf(targets[0]!) : targets
    for (const [index, part] of parts.entries()) this.bind(part, items[index] ?? nameOf(part, this.text(part)), here)
  }

  bind(target: CodeNode, value: Value, here: Here): void {
    if (
      target.type === 'left_assignment_list' ||
      target.type === 'destructured_left_assignment' ||
      target.type === 'destructured_parameter'
    ) {
      const items = value.is === 'list' ? value.items : []
      for (const [index, part] of namedOf(target).entries())
        this.bind(part, items[index] ?? nameOf(part, this.text(part)), here)
      return
    }
    if (target.type === 'element_reference') {
      const base = childOf(target, 'object')
      if (base !== undefined) here.scope.forget([this.text(base)], base)
      return
    }
    const name = childOf(target, 'name') ?? target
    here.scope.set(this.text(name), value)
  }

  #function(body: CodeNode | undefined, parameters: CodeNode | undefined, here: Here, span = body): Value {
    const names = this.parameters(parameters)
    let returns: Value | undefined
    const inner = here.scope.branch()
    const steps = routineSteps(inner, within => {
      within.scope.forget(names, span ?? noNode)
      returns = this.block(body, within)
    })
    const made = { ...spanOf(span ?? noNode), is: 'function' as const, parameters: names, steps }
    return returns === undefined ? made : { ...made, returns }
  }

  parameters(node: CodeNode | undefined): string[] {
    return (node === undefined ? [] : namedOf(node)).flatMap(child => {
      if (child.type === 'destructured_parameter') return this.parameters(child)
      const name = childOf(child, 'name') ?? child
      return name.type === 'identifier' ? [this.text(name)] : []
    })
  }

  #keyword(node: CodeNode, here: Here): Value {
    const given = namedOf(node)[0]
    const args = given === undefined ? [] : this.#positional(given, here)
    const named = new Map(given === undefined ? [] : this.#entries(given, here).map(({ key, value }) => [key, value]))
    return this.#made(node, undefined, node.type, args, named, here, true)
  }

  #element(node: CodeNode, here: Here): Value {
    const on = this.#receiver(childOf(node, 'object') ?? node.children[0]!, here)
    const keys = namedOf(node)
      .filter(child => child.field !== 'object')
      .map(child => this.value(child, here))
    const [key] = keys
    const found =
      on.is === 'list' && key?.is === 'number'
        ? on.items.at(key.value)
        : on.is === 'map' && key?.is === 'text'
          ? on.entries.find(entry => entry.key === key.text)?.value
          : undefined
    return found ?? unknown(node, this.text(node))
  }

  /** Variables that assignments in it set. */
  setIn(node: CodeNode): string[] {
    const names = new Set<string>()
    const open = [node]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const left = at.type === 'assignment' || at.type === 'operator_assignment' ? childOf(at, 'left') : undefined
      for (const name of left === undefined ? [] : left.type === 'identifier' ? [left] : namedOf(left))
        if (name.type === 'identifier') names.add(this.text(name))
      open.push(...at.children)
    }
    return [...names]
  }
}

const blocks = new Set(['begin', 'then', 'do', 'else', 'parenthesized_statements', 'body_statement'])
const transparent = new Set(['argument_list', 'in', 'pattern', 'block_body'])
const noNode: CodeNode = { type: '', field: undefined, children: [], size: 0, offset: 0, endOffset: 0 }

function nameOf(node: CodeNode, name: string): Value {
  return { ...spanOf(node), is: 'name', name }
}
