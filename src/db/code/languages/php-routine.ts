// One PHP routine from top to bottom: which calls it makes, with which values.
import type { Node } from '../engine.ts'
import { Scope } from '../scope.ts'
import type { Value } from '../script.ts'
import { spanOf } from '../tree.ts'
import { waysOf } from './php-conditions.ts'
import { parametersOf } from './php-state.ts'
import { listed, PhpValues } from './php-values.ts'

const mostWork = 50_000
const mostItems = 64

export class PhpRoutine extends PhpValues {
  statements(nodes: Iterable<Node | null>): void {
    for (const node of nodes) if (node?.isNamed === true) this.statement(node)
  }

  statement(node: Node): void {
    this.around.work.done++
    switch (node.type) {
      case 'if_statement':
        this.#if(node)
        break
      case 'foreach_statement':
        this.#foreach(node)
        break
      case 'for_statement':
      case 'while_statement':
      case 'do_statement':
        this.#loop(node, () => this.children(node))
        break
      case 'switch_statement':
        this.#switch(node)
        break
      case 'try_statement':
        this.#try(node)
        break
      case 'return_statement':
      case 'exit_statement':
      case 'break_statement':
      case 'continue_statement':
        this.children(node)
        if (this.maybe > 0 || this.repeated > 0) this.mayHaveEnded = true
        break
      case 'compound_statement':
      case 'colon_block':
      case 'else_clause':
      case 'expression_statement':
        this.children(node)
        break
      case 'static_variable_declaration':
      case 'global_declaration':
        this.forget([node])
        break
      case 'function_definition':
      case 'class_declaration':
      case 'trait_declaration':
      case 'comment':
        break
      default:
        this.children(node)
    }
  }

  protected children(node: Node): void {
    for (const child of node.namedChildren) {
      if (child === null) continue
      if (/(?:statement|_clause|block|declaration|definition)$/.test(child.type)) this.statement(child)
      else this.value(child)
    }
  }

  #if(node: Node): void {
    const condition = node.childForFieldName('condition')
    this.value(condition)
    const ways = waysOf(condition, part => this.quietly(part))
    const body = node.childForFieldName('body')
    const branches = [this.branch(() => body !== null && this.statement(body), ways.yes)]
    const others = node.childrenForFieldName('alternative').filter(one => one !== null)
    for (const other of others) branches.push(this.branch(() => this.#alternative(other), ways.no))
    this.scope.merge(branches, others.at(-1)?.type === 'else_clause')
    if (others.length === 0 && endsAlways(body)) this.when = [...this.when, ...ways.no]
  }

  #alternative(node: Node): void {
    const condition = node.childForFieldName('condition')
    const body = node.childForFieldName('body')
    const outer = this.when
    if (condition !== null) {
      this.value(condition)
      this.when = [...outer, ...waysOf(condition, part => this.quietly(part)).yes]
    }
    if (body !== null) this.statement(body)
    this.when = outer
  }

  #switch(node: Node): void {
    const value = this.value(node.childForFieldName('condition'))
    const cases = (node.childForFieldName('body')?.namedChildren ?? []).filter(one => one !== null)
    const ended = this.mayHaveEnded
    const branches = cases.map(one => {
      const label = one.childForFieldName('value')
      const text = label === null ? undefined : this.value(label)
      // Without a break the case above runs into this one, so only cases with one are sure of their value.
      const isSure = text?.is === 'text' && isAlone(cases, one)
      const inner = one.namedChildren.filter(child => child !== null && child.id !== label?.id)
      return this.branch(() => this.statements(inner), isSure ? [{ value, among: [text.text], not: false }] : [])
    })
    this.scope.merge(
      branches,
      cases.some(one => one.type === 'default_statement'),
    )
    if (!this.#leavesRoutine(node)) this.mayHaveEnded = ended
  }

  #try(node: Node): void {
    const clauses = node.namedChildren.filter(one => one?.type === 'catch_clause')
    const body = node.childForFieldName('body')
    const branches = [this.branch(() => body !== null && this.statement(body))]
    for (const clause of clauses) {
      const caught = clause?.childForFieldName('body')
      if (caught) branches.push(this.branch(() => this.statement(caught)))
    }
    this.scope.merge(branches, false)
    for (const last of node.namedChildren) if (last?.type === 'finally_clause') this.children(last)
  }

  // Loops

  #foreach(node: Node): void {
    const body = node.childForFieldName('body')
    const [subject, target = null] = node.namedChildren.filter(
      one => one !== null && one.type !== 'comment' && one.id !== body?.id,
    )
    const items = listed(this.value(subject ?? null))
    const run = () => body !== null && this.statement(body)
    const isShort = items !== undefined && items.length > 0 && items.length <= mostItems
    if (isShort && this.around.work.done < mostWork && target !== null) this.#unroll(node, target, items, run)
    else this.#loop(node, run, target)
  }

  #unroll(node: Node, target: Node, items: readonly { key: Value; value: Value }[], run: () => void): void {
    const ended = this.mayHaveEnded
    for (const item of items) {
      const [key, value] = target.type === 'pair' ? target.namedChildren : [null, target]
      this.assigned(key ?? null, item.key)
      this.assigned(value ?? null, item.value)
      run()
    }
    this.mayHaveEnded = ended || this.#leavesRoutine(node)
  }

  #loop(node: Node, run: () => void, target: Node | null = null): void {
    const ended = this.mayHaveEnded
    this.forget(
      node.descendantsOfType(['assignment_expression', 'augmented_assignment_expression', 'update_expression']),
    )
    this.forget([target])
    this.repeated++
    this.scope.merge([this.branch(run, [], true)], false)
    this.repeated--
    this.mayHaveEnded = ended || this.#leavesRoutine(node)
  }

  #leavesRoutine(node: Node): boolean {
    return /\b(?:return|exit|die|throw)\b/i.test(this.source(node))
  }

  protected closure(node: Node): Value {
    const parameters = parametersOf(node, this.around.text)
    const isArrow = node.type === 'arrow_function'
    const scope = isArrow ? this.scope.branch() : new Scope()
    const used = node.namedChildren.find(one => one?.type === 'anonymous_function_use_clause')
    for (const one of used?.namedChildren ?? []) {
      const name = one === null ? '' : this.source(one)
      const value = this.scope.get(name)
      if (one?.type === 'variable_name' && value !== undefined) scope.set(name, value)
      else if (one?.type === 'by_ref') this.forget([one])
    }
    scope.forget(parameters, spanOf(node))
    const inner = new PhpRoutine(this.around, scope)
    const body = node.childForFieldName('body')
    if (body !== null && isArrow) inner.value(body)
    else if (body !== null) inner.statement(body)
    return { ...spanOf(node), is: 'function', parameters, steps: inner.steps }
  }
}

function endsAlways(body: Node | null): boolean {
  if (body === null) return false
  if (body.type === 'return_statement' || body.type === 'exit_statement') return true
  if (body.type === 'expression_statement') return body.namedChild(0)?.type === 'throw_expression'
  const last = body.namedChild(body.namedChildCount - 1)
  return (body.type === 'compound_statement' || body.type === 'colon_block') && endsAlways(last)
}

/** The case before it does not run into it, and has no empty case above. */
function isAlone(cases: readonly Node[], one: Node): boolean {
  const before = cases[cases.indexOf(one) - 1]
  if (before === undefined) return true
  const last = before.namedChild(before.namedChildCount - 1)
  return last !== null && (last.type === 'break_statement' || endsAlways(last))
}
