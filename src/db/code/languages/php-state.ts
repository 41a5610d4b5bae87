import type { Node } from '../engine.ts'
import { Scope } from '../scope.ts'
import type { Call, Condition, Step, Value } from '../script.ts'
import { spanOf } from '../tree.ts'
import { unknown } from '../values.ts'

/** What a routine may ask about the file around it. */
export interface Surroundings {
  readonly text: string
  /** `use Illuminate\…\Schema as S`: `S` is `Schema`. */
  classNamed(name: string): string
  /** A property or constant of the class, where nothing else is ever put into it. */
  member(name: string): Value | undefined
  /** An anonymous class in the middle of an expression. */
  foundClass(node: Node): void
  /** Statements read so far, in every unrolling; shared by the whole file. */
  readonly work: { done: number }
}

/** Where the reading of a routine stands: variables, and whether what is read now surely runs. */
export abstract class PhpState {
  readonly steps: Step[] = []
  protected readonly around: Surroundings
  protected scope: Scope
  protected maybe = 0
  protected repeated = 0
  protected silent = 0
  /** After `if (…) return` nothing is certain any more. */
  protected mayHaveEnded = false
  protected when: readonly Condition[] = []

  constructor(around: Surroundings, scope = new Scope()) {
    this.around = around
    this.scope = scope
  }

  abstract value(node: Node | null): Value

  protected unknown(node: Node): Value {
    if (node.type !== 'comment') for (const child of node.namedChildren) if (child !== null) this.value(child)
    return unknown(spanOf(node), this.source(node))
  }

  protected source(node: Node): string {
    return this.around.text.slice(node.startIndex, node.endIndex)
  }

  /** `surely`: what stands in it is no less certain for it, as in a loop. */
  protected branch(run: () => void, when: readonly Condition[] = [], surely = false): Scope {
    const [outer, conditions] = [this.scope, this.when]
    this.scope = outer.branch()
    this.when = when.length === 0 ? conditions : [...conditions, ...when]
    if (!surely) this.maybe++
    run()
    if (!surely) this.maybe--
    const inner = this.scope
    this.scope = outer
    this.when = conditions
    return inner
  }

  /** Every variable on the left of these is no longer known. */
  protected forget(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) {
      if (node === null) continue
      const left = node.childForFieldName('left') ?? node
      const names = left.type === 'variable_name' ? [left] : left.descendantsOfType('variable_name')
      this.scope.forget(
        names.flatMap(name => (name === null ? [] : [this.source(name)])),
        spanOf(node),
      )
    }
  }

  protected assigned(left: Node | null, value: Value): Value {
    if (left === null) return value
    const inner = left.type === 'by_ref' ? left.namedChild(0) : left
    if (inner?.type === 'variable_name') this.scope.set(this.source(inner), value)
    else if (inner?.type === 'list_literal') this.#destructured(inner, value)
    else if (inner?.type === 'subscript_expression') this.#appended(inner, value)
    return value
  }

  #destructured(left: Node, value: Value): void {
    const targets = left.namedChildren.filter(one => one !== null)
    const items = value.is === 'list' && targets.every(one => one.type === 'variable_name') ? value.items : undefined
    if (items === undefined) this.forget([left])
    else
      for (const [index, target] of targets.entries())
        this.scope.set(this.source(target), items[index] ?? unknown(spanOf(target), this.source(target)))
  }

  /** `$names[] = 'x'` makes a known list longer. */
  #appended(left: Node, value: Value): void {
    const [name] = left.namedChildren
    if (name?.type !== 'variable_name') return
    const list = this.scope.get(this.source(name))
    if (left.namedChildCount === 1 && list?.is === 'list')
      this.scope.set(this.source(name), { ...list, items: [...list.items, value] })
    else this.forget([name])
  }

  protected push(call: Call): void {
    const maybe = this.maybe > 0 || this.mayHaveEnded
    const when = this.when.length === 0 ? {} : { when: this.when }
    this.steps.push({ call, maybe, repeated: this.repeated > 0, ...when })
  }

  /** The value alone: calls inside it are part of it and no steps of their own. */
  protected quietly(node: Node | null): Value {
    this.silent++
    const value = this.value(node)
    this.silent--
    return value
  }
}

export function parametersOf(node: Node, text: string): string[] {
  const list = node.childForFieldName('parameters')
  return (list?.namedChildren ?? []).flatMap(one => {
    const name = one?.childForFieldName('name')
    return name ? [text.slice(name.startIndex, name.endIndex).replace(/^&/, '')] : []
  })
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('\\') + 1)
}
