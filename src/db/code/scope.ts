import type { Span, Value } from './script.ts'
import { either, isTooLarge, unknown } from './values.ts'

/** What variables hold while a routine is read from top to bottom. A branch sees what was before it; afterwards both ways are possible. */
export class Scope {
  readonly #own = new Map<string, Value>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#outer) {
      const value = scope.#own.get(name)
      if (value !== undefined) return value
    }
    return undefined
  }

  set(name: string, value: Value): void {
    this.#own.set(name, isTooLarge(value) ? unknown(value, name) : value)
  }

  /** Variables that a loop sets are not what they were before it. */
  forget(names: Iterable<string>, span: Span): void {
    for (const name of names) this.#own.set(name, { offset: span.offset, endOffset: span.endOffset, is: 'name', name })
  }

  branch(): Scope {
    return new Scope(this)
  }

  /** Takes over what the branches of this scope set: one of them ran, or (`always` false) perhaps none. */
  merge(branches: readonly Scope[], always: boolean): void {
    const names = new Set(branches.flatMap(branch => [...branch.#own.keys()]))
    for (const name of names) {
      const before = this.get(name)
      const values = branches.map(branch => branch.#own.get(name) ?? before)
      const all = always ? values : [...values, before]
      const known = all.filter(value => value !== undefined)
      const first = known[0]!
      this.set(name, known.length < all.length ? unknown(first, name) : either(known, first, name))
    }
  }
}
