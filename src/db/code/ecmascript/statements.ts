import { type CodeNode, childOf, childrenOf, namedOf } from '../plain-tree.ts'
import type { Scope } from '../scope.ts'
import { keysOf } from './built-in.ts'
import { Expressions } from './expressions.ts'
import type { Flow } from './flow.ts'
import { bare, boundNames, isFunction, type TextOf } from './literals.ts'
import { bindPattern } from './patterns.ts'

/** Reads statements from top to bottom: calls become steps, variables are followed. */
export class Statements {
  readonly expressions: Expressions
  readonly #textOf: TextOf

  constructor(textOf: TextOf) {
    this.#textOf = textOf
    this.expressions = new Expressions(textOf, (body, scope, flow) => {
      this.block(namedOf(body), scope, flow)
    })
  }

  /** True when what comes after it may not run: it may have returned, or left the loop. */
  block(nodes: readonly CodeNode[], scope: Scope, flow: Flow): boolean {
    for (const node of nodes) this.#hoist(node, scope)
    let mayLeave = false
    for (const node of nodes) if (this.run(node, scope, mayLeave ? { ...flow, maybe: true } : flow)) mayLeave = true
    return mayLeave
  }

  run(node: CodeNode, scope: Scope, flow: Flow): boolean {
    switch (node.type) {
      case 'expression_statement':
      case 'return_statement':
      case 'throw_statement':
        for (const child of namedOf(node)) this.expressions.value(child, scope, flow)
        return node.type === 'return_statement'
      case 'lexical_declaration':
      case 'variable_declaration':
        for (const child of namedOf(node)) this.declare(child, scope, flow)
        return false
      case 'statement_block':
        return this.block(namedOf(node), scope, flow)
      case 'if_statement':
        return this.#if(node, scope, flow)
      case 'for_in_statement':
        return this.#forEach(node, scope, flow)
      case 'for_statement':
      case 'while_statement':
      case 'do_statement':
        return this.#loop(node, scope, flow)
      case 'try_statement':
        return this.#try(node, scope, flow)
      case 'switch_statement':
        return this.#switch(node, scope, flow)
      case 'labeled_statement':
      case 'export_statement':
        return this.block(namedOf(node), scope, flow)
      case 'break_statement':
      case 'continue_statement':
        return true
      default:
        return false
    }
  }

  declare(declarator: CodeNode, scope: Scope, flow: Flow): void {
    const [name, value] = [childOf(declarator, 'name'), childOf(declarator, 'value')]
    if (name === undefined) return
    if (value === undefined) scope.forget(boundNames(name, this.#textOf), declarator)
    else bindPattern(name, this.expressions.value(value, scope, flow), scope, this.#textOf)
  }

  // A function may be called above the line where it is written.
  #hoist(node: CodeNode, scope: Scope): void {
    const name = isFunction(node) ? childOf(node, 'name') : undefined
    if (name !== undefined) scope.set(this.#textOf(name), this.expressions.function(node, scope))
  }

  #if(node: CodeNode, scope: Scope, flow: Flow): boolean {
    const [condition, then, other] = ['condition', 'consequence', 'alternative'].map(field => childOf(node, field))
    if (condition !== undefined) this.expressions.value(condition, scope, flow)
    const way = { ...flow, maybe: true }
    const arms = [then, other].filter(arm => arm !== undefined)
    const branches = arms.map(() => scope.branch())
    const left = arms.map((arm, index) => {
      const nodes = arm.type === 'else_clause' ? namedOf(arm) : [arm]
      return this.block(nodes, branches[index]!, way)
    })
    scope.merge(branches, other !== undefined)
    return left.includes(true)
  }

  #forEach(node: CodeNode, scope: Scope, flow: Flow): boolean {
    const [left, right, body] = ['left', 'right', 'body'].map(field => childOf(node, field))
    if (left === undefined || right === undefined || body === undefined) return false
    const value = this.expressions.value(right, scope, flow)
    const isOf = node.children.some(child => child.type === "'of")
    const list =
      isOf || value.is !== 'map' ? value : keysOf(value, { offset: right.offset, endOffset: right.endOffset })
    let mayLeave = false
    const isKnown =
      (isOf || value.is === 'map') &&
      this.expressions.unrolled(list, body, item => {
        bindPattern(left, item, scope, this.#textOf)
        if (this.block([body], scope, mayLeave ? { ...flow, maybe: true } : flow)) mayLeave = true
      })
    if (isKnown) return this.#returns(body)
    scope.forget([...boundNames(left, this.#textOf), ...this.#assigned(body)], node)
    this.block([body], scope.branch(), { ...flow, repeated: true })
    return this.#returns(body)
  }

  #loop(node: CodeNode, scope: Scope, flow: Flow): boolean {
    const body = childOf(node, 'body')
    const initializer = childOf(node, 'initializer')
    if (initializer !== undefined) this.run(initializer, scope, flow)
    scope.forget(this.#assigned(node), node)
    const condition = childOf(node, 'condition')
    if (condition !== undefined) this.expressions.value(condition, scope, flow)
    if (body !== undefined) this.block([body], scope.branch(), { ...flow, repeated: true })
    return body !== undefined && this.#returns(body)
  }

  /** A body whose failure is told to whoever called runs surely, or the migration fails; one whose failure is swallowed may stop anywhere. */
  #try(node: CodeNode, scope: Scope, flow: Flow): boolean {
    const [body, handler, finalizer] = ['body', 'handler', 'finalizer'].map(field => childOf(node, field))
    const caught = handler === undefined ? undefined : childOf(handler, 'body')
    const swallows = caught !== undefined && !namedOf(caught).some(one => one.type === 'throw_statement')
    const way = swallows ? { ...flow, maybe: true } : flow
    let mayLeave = body !== undefined && this.block(namedOf(body), scope, way)
    if (caught !== undefined) {
      const branch = scope.branch()
      if (this.block(namedOf(caught), branch, { ...flow, maybe: true })) mayLeave = true
      scope.merge([branch], false)
    }
    const last = finalizer === undefined ? undefined : childOf(finalizer, 'body')
    if (last !== undefined && this.block(namedOf(last), scope, flow)) mayLeave = true
    return mayLeave
  }

  #switch(node: CodeNode, scope: Scope, flow: Flow): boolean {
    const value = childOf(node, 'value')
    if (value !== undefined) this.expressions.value(value, scope, flow)
    const cases = namedOf(childOf(node, 'body') ?? { ...node, children: [] })
    const branches = cases.map(() => scope.branch())
    for (const [index, one] of cases.entries())
      this.block(childrenOf(one, 'body'), branches[index]!, { ...flow, maybe: true })
    scope.merge(branches, false)
    return this.#returns(node)
  }

  /** Whether a `return` stands in it, not counting those of functions in it. */
  #returns(node: CodeNode): boolean {
    return inside(node).some(one => one.type === 'return_statement')
  }

  #assigned(node: CodeNode): string[] {
    return inside(node).flatMap(one => {
      const isSet = /^(?:augmented_)?assignment_expression$|^update_expression$/.test(one.type)
      const target = isSet ? (childOf(one, 'left') ?? childOf(one, 'argument')) : undefined
      if (target === undefined) return []
      return target.type === 'member_expression' ? [this.#textOf(target)] : boundNames(bare(target), this.#textOf)
    })
  }
}

/** A node and everything in it but the bodies of functions. */
function inside(node: CodeNode): CodeNode[] {
  const found: CodeNode[] = []
  const open = [node]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    found.push(one)
    if (!isFunction(one)) for (const child of one.children) open.push(child)
  }
  return found
}
