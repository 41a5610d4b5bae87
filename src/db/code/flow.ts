import { Scope } from './scope.ts'
import type { Call, Step } from './script.ts'

type End = 'none' | 'perhaps' | 'surely'

/** The steps of one routine while it is read from top to bottom, and how certain it is that the reading gets here. */
export class Flow {
  readonly steps: Step[] = []
  maybe = 0
  repeated = 0
  /** What follows never runs (`return` before it), or may not (`return` in a branch before it). */
  end: End = 'none'

  add(call: Call): void {
    this.steps.push({ call, maybe: this.maybe > 0 || this.end !== 'none', repeated: this.repeated > 0 })
  }
}

/** Where the reading stands. */
export interface Here {
  readonly scope: Scope
  readonly flow: Flow
}

export type Arm = (here: Here) => void

/** Ways of which one runs; not `always`: perhaps none of them. A way that ends the routine leaves no variables behind. */
export function branch({ scope, flow }: Here, arms: readonly Arm[], always: boolean): void {
  const before = flow.end
  flow.maybe++
  const made = arms.map(arm => {
    flow.end = 'none'
    const own = scope.branch()
    arm({ scope: own, flow })
    return { own, end: endOf(flow) }
  })
  flow.maybe--
  const going = made.filter(({ end }) => end !== 'surely')
  scope.merge(
    going.map(({ own }) => own),
    always,
  )
  const isOver = always && going.length === 0
  flow.end = isOver ? 'surely' : made.some(({ end }) => end !== 'none') && before === 'none' ? 'perhaps' : before
}

/** A body that runs never, once or often: what it sets is not known inside it either. */
export function loop(
  { scope, flow }: Here,
  sets: Iterable<string>,
  span: Parameters<Scope['forget']>[1],
  body: Arm,
): void {
  scope.forget(sets, span)
  flow.repeated++
  branch({ scope, flow }, [body], false)
  flow.repeated--
}

/** A body by itself: a function, a method, a closure. */
export function routineSteps(outer: Scope, body: Arm): readonly Step[] {
  const flow = new Flow()
  body({ scope: new Scope(outer), flow })
  return flow.steps
}

/** How much may be read again for unrolled loops, in nodes. Loops within loops would otherwise grow without end. */
export class Allowance {
  #left: number

  constructor(nodes: number) {
    this.#left = nodes
  }

  take(nodes: number): boolean {
    if (nodes > this.#left) return false
    this.#left -= nodes
    return true
  }
}

// The type checker would otherwise hold on to what was set before the arm ran.
function endOf(flow: Flow): End {
  return flow.end
}
