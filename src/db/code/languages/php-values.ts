import type { Node } from '../engine.ts'
import type { Call, Condition, Span, Value } from '../script.ts'
import { spanOf } from '../tree.ts'
import { either, joined, unknown } from '../values.ts'
import { waysOf } from './php-conditions.ts'
import { lastPart, PhpState } from './php-state.ts'
import { formatted, segmentsOf, textOf } from './php-strings.ts'

/** Functions that change a variable which they are given. */
const changesArgument =
  /^(?:array_(?:push|pop|shift|unshift|splice|walk\w*|multisort)|[akru]*sort|shuffle|preg_match\w*|settype|parse_str)$/i
/** Functions that give back what they got, as far as a name or a text of SQL is concerned. */
const passesThrough = /^(?:trim|rtrim|ltrim|strval|array_values|array_unique|array_filter|array_reverse|collect)$/i

/** PHP's expressions. Reading one also notes the calls in it. */
export abstract class PhpValues extends PhpState {
  protected abstract closure(node: Node): Value

  value(node: Node | null): Value {
    if (node === null) return unknown({ offset: 0, endOffset: 0 }, '')
    const span = spanOf(node)
    switch (node.type) {
      case 'string':
      case 'encapsed_string':
      case 'heredoc':
      case 'nowdoc':
        return textOf(segmentsOf(node, this.around.text), span, this.source(node), inner => this.value(inner))
      case 'integer':
      case 'float': {
        const value = Number(this.source(node).replaceAll('_', ''))
        return Number.isNaN(value) ? this.unknown(node) : { ...span, is: 'number', value }
      }
      case 'boolean':
        return { ...span, is: 'boolean', value: /^true$/i.test(this.source(node)) }
      case 'null':
        return { ...span, is: 'nothing' }
      case 'array_creation_expression':
        return this.#array(node)
      case 'variable_name':
        return this.scope.get(this.source(node)) ?? { ...span, is: 'name', name: this.source(node) }
      case 'name':
      case 'qualified_name':
      case 'relative_name':
      case 'relative_scope':
        return this.#named(node)
      case 'class_constant_access_expression':
        return this.#constant(node)
      case 'member_access_expression':
      case 'nullsafe_member_access_expression':
      case 'scoped_property_access_expression':
        return this.#property(node)
      case 'subscript_expression':
        return this.#subscript(node)
      case 'member_call_expression':
      case 'nullsafe_member_call_expression':
      case 'scoped_call_expression':
      case 'function_call_expression':
      case 'object_creation_expression':
        return this.#called(node)
      case 'anonymous_function':
      case 'arrow_function':
        return this.closure(node)
      case 'assignment_expression':
      case 'reference_assignment_expression':
        return this.assigned(node.childForFieldName('left'), this.value(node.childForFieldName('right')))
      case 'augmented_assignment_expression':
        return this.#augmented(node)
      case 'binary_expression':
        return this.#binary(node)
      case 'conditional_expression':
        return this.#conditional(node)
      case 'match_expression':
        return this.#match(node)
      case 'parenthesized_expression':
      case 'error_suppression_expression':
      case 'print_intrinsic':
      case 'argument':
        return this.value(node.namedChild(node.namedChildCount - 1))
      case 'cast_expression':
        return this.value(node.childForFieldName('value'))
      default:
        return this.unknown(node)
    }
  }

  #array(node: Node): Value {
    const items: { key: Value | undefined; value: Value }[] = []
    for (const element of node.namedChildren) {
      if (element === null || element.type === 'comment') continue
      const [first, second] = element.namedChildren.filter(one => one !== null && one.type !== 'comment')
      if (first?.type === 'variadic_unpacking') {
        const spread = listed(this.value(first.namedChild(0)))
        items.push(
          ...(spread ?? [{ key: undefined, value: this.unknown(first) }]).map(one => ({ ...one, key: undefined })),
        )
      } else if (second) items.push({ key: this.value(first ?? null), value: this.value(second) })
      else items.push({ key: undefined, value: this.value(first ?? null) })
    }
    const span = spanOf(node)
    if (items.every(item => item.key === undefined))
      return { ...span, is: 'list', items: items.map(item => item.value) }
    const entries = items.map(({ key, value }, index) => ({ key: keyOf(key, index), value }))
    return { ...span, is: 'map', entries }
  }

  #named(node: Node): Value {
    const name = this.source(node)
    if (name === 'PHP_EOL') return { ...spanOf(node), is: 'text', text: '\n' }
    return { ...spanOf(node), is: 'name', name: this.around.classNamed(name) }
  }

  #constant(node: Node): Value {
    const [scope, name] = [node.namedChild(0), node.namedChild(1)]
    if (scope === null || name === null) return this.unknown(node)
    if (this.source(name) === 'class') return { ...this.value(scope), ...spanOf(node) }
    const isOwn = scope.type === 'relative_scope'
    const value = isOwn ? this.around.member(this.source(name)) : undefined
    const owner = isOwn ? this.source(scope) : this.around.classNamed(this.source(scope))
    return value ?? { ...spanOf(node), is: 'name', name: `${owner}::${this.source(name)}` }
  }

  #property(node: Node): Value {
    const source = this.source(node)
    const own = /^(?:\$this->|(?:self|static)::\$)(\w+)$/.exec(source)?.[1]
    const value = own === undefined ? undefined : this.around.member(own)
    if (value !== undefined) return value
    const object = node.childForFieldName('object')
    if (object !== null && object.type !== 'variable_name') this.value(object)
    return { ...spanOf(node), is: 'name', name: source.replaceAll(/\s+/g, '').slice(0, 200) }
  }

  #subscript(node: Node): Value {
    const [of, at] = [
      this.value(node.namedChild(0)),
      node.namedChildCount > 1 ? this.value(node.namedChild(1)) : undefined,
    ]
    const key = at?.is === 'text' ? at.text : at?.is === 'number' ? String(at.value) : undefined
    if (of.is === 'map') return of.entries.find(entry => entry.key === key)?.value ?? this.unknown(node)
    if (of.is === 'list') return of.items[Number(key ?? -1)] ?? this.unknown(node)
    return { ...spanOf(node), is: 'name', name: this.source(node).slice(0, 200) }
  }

  #binary(node: Node): Value {
    const operator = node.childForFieldName('operator')?.type ?? node.child(1)?.type ?? ''
    if (operator === '.') return joined(this.#concatenated(node), spanOf(node), this.source(node))
    const left = this.value(node.childForFieldName('left'))
    let right = unknown(left, '')
    const isChoice = /^(?:\?\?|&&|\|\||and|or)$/i.test(operator)
    const run = () => {
      right = this.value(node.childForFieldName('right'))
    }
    if (isChoice) this.scope.merge([this.branch(run)], false)
    else run()
    return operator === '??' ? either([left, right], spanOf(node), this.source(node)) : unknown(left, this.source(node))
  }

  /** `a . b . c` is nested to the left, as deep as it is long. */
  #concatenated(node: Node): Value[] {
    const parts: Node[] = []
    let left: Node | null = node
    while (left?.type === 'binary_expression' && left.child(1)?.type === '.') {
      const right = left.childForFieldName('right')
      if (right !== null) parts.push(right)
      left = left.childForFieldName('left')
    }
    return [this.value(left), ...parts.reverse().map(part => this.value(part))]
  }

  #conditional(node: Node): Value {
    const condition = node.childForFieldName('condition')
    const short = this.value(condition)
    const ways = waysOf(condition, part => this.quietly(part))
    const arms: Value[] = []
    const arm = (inner: Node | null, when: readonly Condition[]) =>
      this.branch(() => void arms.push(inner === null ? short : this.value(inner)), when)
    const body = arm(node.childForFieldName('body'), ways.yes)
    this.scope.merge([body, arm(node.childForFieldName('alternative'), ways.no)], true)
    return either(arms, spanOf(node), this.source(node))
  }

  #match(node: Node): Value {
    const subject = this.value(node.childForFieldName('condition'))
    const arms: Value[] = []
    const branches = (node.childForFieldName('body')?.namedChildren ?? []).flatMap(one => {
      const result = one?.childForFieldName('return_expression')
      if (!one || !result) return []
      return [this.branch(() => void arms.push(this.value(result)), this.#whenMatched(one, subject))]
    })
    this.scope.merge(branches, true)
    return arms.length === 0 ? this.unknown(node) : either(arms, spanOf(node), this.source(node))
  }

  #whenMatched(arm: Node, subject: Value): readonly Condition[] {
    const labels = arm.childForFieldName('conditional_expressions')?.namedChildren.filter(one => one !== null) ?? []
    if (subject.is === 'boolean')
      return labels.length === 1 && subject.value ? waysOf(labels[0]!, part => this.quietly(part)).yes : []
    const texts = labels.map(label => this.value(label))
    const among = texts.flatMap(text => (text.is === 'text' ? [text.text] : []))
    return labels.length > 0 && among.length === labels.length ? [{ value: subject, among, not: false }] : []
  }

  #augmented(node: Node): Value {
    const left = node.childForFieldName('left')
    const operator = node.childForFieldName('operator')?.type ?? node.child(1)?.type
    const [before, after] = [this.value(left), this.value(node.childForFieldName('right'))]
    if (operator === '.=') return this.assigned(left, joined([before, after], spanOf(node), this.source(node)))
    if (operator === '??=') return this.assigned(left, either([before, after], spanOf(node), this.source(node)))
    this.forget([left])
    return unknown(spanOf(node), this.source(node))
  }

  #called(node: Node): Value {
    const span = spanOf(node)
    const anonymous = node.namedChildren.find(one => one?.type === 'anonymous_class')
    if (anonymous) this.around.foundClass(anonymous)
    const { on, name } = this.#callee(node)
    const given =
      node.childForFieldName('arguments') ?? node.namedChildren.find(one => one?.type === 'arguments') ?? null
    const { args, named } = this.#arguments(given)
    const call: Call = { ...span, is: 'call', on, name, args, named }
    if (on === undefined && changesArgument.test(name)) this.forget([given?.namedChild(0) ?? null])
    const text = on === undefined ? this.#computed(call) : undefined
    if (text !== undefined) return text
    if (this.silent === 0) this.push(call)
    return call
  }

  #callee(node: Node): { on: Value | undefined; name: string } {
    const created = node.type === 'object_creation_expression'
    if (created) {
      const of = node.namedChildren.find(one => one !== null && one.type !== 'arguments' && one.type !== 'comment')
      const name = of?.type === 'anonymous_class' ? '' : this.#className(of ?? null)
      return { on: undefined, name: `new ${name}` }
    }
    const callee = node.childForFieldName('function')
    if (callee !== null) {
      const isName = callee.type === 'name' || callee.type === 'qualified_name' || callee.type === 'relative_name'
      if (isName) return { on: undefined, name: lastPart(this.source(callee)) }
      return { on: this.quietly(callee), name: '' }
    }
    const on = this.quietly(node.childForFieldName('object') ?? node.childForFieldName('scope'))
    const name = node.childForFieldName('name')
    if (name === null || name.type === 'name') return { on, name: name === null ? '' : this.source(name) }
    const told = this.quietly(name)
    return { on, name: told.is === 'text' ? told.text : this.source(name) }
  }

  #className(node: Node | null): string {
    if (node === null) return ''
    const value = this.quietly(node)
    return value.is === 'name' ? value.name : value.is === 'text' ? value.text : this.source(node)
  }

  #arguments(node: Node | null): { args: Value[]; named: Map<string, Value> } {
    const args: Value[] = []
    const named = new Map<string, Value>()
    for (const argument of node?.namedChildren ?? []) {
      if (argument?.type !== 'argument') continue
      const name = argument.childForFieldName('name')
      const inner = argument.namedChild(argument.namedChildCount - 1)
      if (inner?.type === 'variadic_unpacking') {
        const spread = this.quietly(inner.namedChild(0))
        args.push(...(spread.is === 'list' ? spread.items : [spread]))
      } else if (name !== null) named.set(this.source(name), this.quietly(inner))
      else args.push(this.quietly(inner))
    }
    return { args, named }
  }

  /** What plain functions make of texts. */
  #computed(call: Call): Value | undefined {
    const name = call.name.toLowerCase()
    const [first, second] = call.args
    const source = this.around.text.slice(call.offset, call.endOffset)
    if (name === 'sprintf' && first !== undefined) {
      const parts = formatted(first, call.args.slice(1))
      return parts === undefined ? unknown(call, source) : joined(parts, call, source)
    }
    if ((name === 'implode' || name === 'join') && first?.is === 'text' && second?.is === 'list')
      return joined(
        second.items.flatMap((item, index) => (index === 0 ? [item] : [first, item])),
        call,
        source,
      )
    return passesThrough.test(name) && first !== undefined && call.args.length === 1 && first.is !== 'call'
      ? first
      : undefined
  }
}

function keyOf(key: Value | undefined, index: number): string {
  if (key?.is === 'text') return key.text
  if (key?.is === 'number') return String(key.value)
  return key?.is === 'name' ? key.name : String(index)
}

/** What a `foreach` goes over, where it is written out. */
export function listed(value: Value): { key: Value; value: Value }[] | undefined {
  const span: Span = { offset: value.offset, endOffset: value.endOffset }
  if (value.is === 'list')
    return value.items.map((item, index) => ({ key: { ...span, is: 'number', value: index }, value: item }))
  if (value.is !== 'map') return undefined
  return value.entries.map(({ key, value: item }) => ({ key: { ...span, is: 'text', text: key }, value: item }))
}
