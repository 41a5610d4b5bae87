// A migration calls its own helpers. Here their steps take the place of the call, with the arguments in place of the parameters.
import type { Call, ClassShape, Routine, Script, Step, Value } from './script.ts'
import { joined } from './values.ts'

const deepest = 5
const most = 20_000

/** What a call of the script's own code runs; undefined for everything else. */
export type FindRoutine = (call: Call) => Pick<Routine, 'parameters' | 'steps'> | undefined

const selves = new Set(['$this', 'self', 'static', 'parent', 'this', 'cls'])

/** Methods of the class (`$this->x()`, `self::x()`, `this.x()`, Ruby's bare `x`), and functions of the file by their bare name. */
export function ownRoutines(script: Script, of?: ClassShape): FindRoutine {
  const fold = script.language === 'php' ? (name: string) => name.toLowerCase() : (name: string) => name
  const methods = new Map((of?.routines ?? []).map(routine => [fold(routine.name), routine]))
  const functions = new Map(script.routines.map(routine => [fold(routine.name), routine]))
  return call => {
    const name = fold(call.name)
    if (call.on === undefined)
      return functions.get(name) ?? (script.language === 'ruby' ? methods.get(name) : undefined)
    if (call.on.is !== 'name' || call.on.name === 'parent') return undefined
    const isOwn = selves.has(call.on.name) || (of !== undefined && of.name !== '' && call.on.name === of.name)
    return isOwn ? methods.get(name) : undefined
  }
}

/**
 * The steps with every call of own code replaced by what it runs, also inside closures. A call that goes too deep, or calls itself, stays
 * as it is: whoever reads the steps meets a call of an unknown name.
 */
export function inlined(steps: readonly Step[], find: FindRoutine): readonly Step[] {
  return new Inliner(find).steps(steps, [], undefined)
}

type Bound = ReadonlyMap<string, Value>

class Inliner {
  readonly #find: FindRoutine
  #left = most

  constructor(find: FindRoutine) {
    this.#find = find
  }

  steps(steps: readonly Step[], stack: readonly unknown[], bound: Bound | undefined): readonly Step[] {
    this.#left -= steps.length
    const replace = new Replacement(bound, (inner, hidden) => this.steps(inner, stack, hidden))
    return steps.flatMap(step => this.#step({ ...step, call: replace.call(step.call) }, stack))
  }

  #step(step: Step, stack: readonly unknown[]): readonly Step[] {
    const { call } = step
    const routine = call.on?.is === 'function' && call.name === '' ? call.on : this.#find(call)
    const isOpen = routine !== undefined && stack.length < deepest && !stack.includes(routine.steps)
    if (!isOpen || this.#left <= 0) return [step]
    const inner = this.steps(routine.steps, [...stack, routine.steps], bind(routine.parameters, call))
    return inner.map(one => ({
      ...one,
      maybe: one.maybe || step.maybe,
      repeated: one.repeated || step.repeated,
      ...(step.when === undefined ? {} : { when: [...step.when, ...(one.when ?? [])] }),
    }))
  }
}

function bind(parameters: readonly string[], call: Call): Bound {
  const bare = (name: string) => name.replace(/^\$/, '')
  const entries = parameters.flatMap((name, index) => {
    const value = call.named.get(bare(name)) ?? call.args[index]
    return value === undefined ? [] : [[name, value] as const]
  })
  return new Map(entries)
}

type EnterSteps = (steps: readonly Step[], bound: Bound | undefined) => readonly Step[]

/** Values with arguments in place of parameters. One value stays one value, however often it is used. */
class Replacement {
  readonly #bound: Bound | undefined
  readonly #enter: EnterSteps
  readonly #done = new Map<Value, Value>()

  constructor(bound: Bound | undefined, enter: EnterSteps) {
    this.#bound = bound
    this.#enter = enter
  }

  call(call: Call): Call {
    return this.value(call) as Call
  }

  value(value: Value): Value {
    const known = this.#done.get(value)
    if (known !== undefined) return known
    const made = this.#make(value)
    this.#done.set(value, made)
    return made
  }

  #make(value: Value): Value {
    switch (value.is) {
      case 'name':
        return this.#bound?.get(value.name) ?? value
      case 'call':
        return this.#call(value)
      case 'function':
        return { ...value, steps: this.#enter(value.steps, this.#without(value.parameters)) }
      case 'list':
        return { ...value, items: value.items.map(item => this.value(item)) }
      case 'map':
        return { ...value, entries: value.entries.map(entry => ({ key: entry.key, value: this.value(entry.value) })) }
      case 'either':
        return { ...value, values: value.values.map(one => this.value(one)) }
      case 'text':
      case 'unknown':
        return this.#text(value)
      default:
        return value
    }
  }

  #call(call: Call): Call {
    return {
      ...call,
      on: call.on === undefined ? undefined : this.value(call.on),
      args: call.args.map(arg => this.value(arg)),
      named: new Map([...call.named].map(([name, arg]) => [name, this.value(arg)])),
    }
  }

  #text(value: Extract<Value, { is: 'text' | 'unknown' }>): Value {
    if (value.parts === undefined || this.#bound === undefined) return value
    const parts = value.parts.map(part => this.value(part))
    const isSame = parts.every((part, index) => part === value.parts![index])
    return isSame ? value : joined(parts, value, value.is === 'text' ? value.text : value.source)
  }

  /** A closure's own parameters hide what is bound outside. */
  #without(parameters: readonly string[]): Bound | undefined {
    if (this.#bound === undefined || !parameters.some(name => this.#bound!.has(name))) return this.#bound
    return new Map([...this.#bound].filter(([name]) => !parameters.includes(name)))
  }
}
