// Goes through the calls of a migration, also those that are handed to other calls, in the order of the text.
import type { Call, Step, Value } from '../script.ts'
import { chainOf } from '../script.ts'
import { partsOf } from '../values.ts'

/** A chain of calls: `knex.schema.createTable(…).dropTable(…)` is root `knex.schema` and two calls. */
export interface Chain {
  /** Words of the name it begins with; none when it begins with a call: `knex('users').del()`. */
  readonly root: readonly string[]
  readonly calls: readonly [Call, ...Call[]]
  /** What it runs by way of, when it may not run. */
  readonly inside: string | undefined
  /** Handed to another call. */
  readonly isNested: boolean
}

/** True when the chain was read; false: what is handed to it is looked at by itself. */
export type ReadChain = (chain: Chain) => boolean

/** What runs surely although it is handed to another call. */
const arranging = new Set(['then', 'finally', 'transaction', 'all', 'allSettled', ''])

export class Visitor {
  readonly #read: ReadChain
  readonly #seen = new Set<Value>()

  constructor(read: ReadChain) {
    this.#read = read
  }

  steps(steps: readonly Step[], inside?: string): void {
    for (const { call, maybe, repeated } of steps)
      this.#call(call, inside ?? (maybe ? 'a condition' : repeated ? 'a loop' : undefined))
  }

  /** Looks into functions that are handed to calls which were read. */
  functions(calls: readonly Call[], inside: string | undefined): void {
    for (const { args, name } of calls)
      for (const arg of args) if (arg.is === 'function') this.#function(arg, name, inside)
  }

  #call(call: Call, inside: string | undefined, isNested = false): void {
    if (this.#seen.has(call)) return
    const { root, calls } = chainOf(call)
    for (const one of calls) this.#seen.add(one)
    const words = root?.is === 'name' ? root.name.split('.') : []
    if (this.#read({ root: words, calls: calls as [Call, ...Call[]], inside, isNested })) return
    if (root !== undefined) this.#inner(root, calls[0]!.name, inside)
    for (const one of calls) for (const arg of one.args) this.#inner(arg, one.name, inside)
  }

  #inner(value: Value, by: string, inside: string | undefined): void {
    if (value.is === 'call') this.#call(value, inside, true)
    else if (value.is === 'function') this.#function(value, by, inside)
    else if (value.is === 'either') for (const one of value.values) this.#inner(one, by, inside ?? 'a condition')
    else for (const part of partsOf(value)) this.#inner(part, by, inside)
  }

  #function(value: Extract<Value, { is: 'function' }>, by: string, inside: string | undefined): void {
    if (this.#seen.has(value)) return
    this.#seen.add(value)
    this.steps(value.steps, inside ?? (arranging.has(by) ? undefined : `a call of ${by}()`))
  }
}

/** Whether a value is, or holds, one of these names: it is handed on to code that is not read. */
export function names(value: Value, wanted: ReadonlySet<string>): boolean {
  if (value.is === 'name') return wanted.has(value.name.split('.')[0]!)
  return value.is !== 'function' && value.is !== 'call' && partsOf(value).some(part => names(part, wanted))
}

/** Whether a call of such a name stands anywhere in the steps. */
export function callsNamed(steps: readonly Step[], wanted: RegExp): boolean {
  const seen = new Set<Value>()
  const open: Value[] = steps.map(step => step.call)
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue
    seen.add(value)
    if (value.is === 'call' && wanted.test(value.name)) return true
    open.push(...partsOf(value))
  }
  return false
}

/** An entry of a literal object; undefined when it is not there. */
export function entryOf(value: Value | undefined, key: string): Value | undefined {
  return value?.is === 'map' ? value.entries.findLast(entry => entry.key === key)?.value : undefined
}

export function isTrue(value: Value | undefined): boolean {
  return value?.is === 'boolean' && value.value
}

export function textOf(value: Value | undefined): string | undefined {
  return value?.is === 'text' ? value.text : undefined
}
