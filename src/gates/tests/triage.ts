/** How one test did when it was run alone several times; `absent`: it is not there. */
export type Tries =
  | { readonly passed: number; readonly failed: number }
  | { readonly absent: true }
  | { readonly unknown: string }

export interface TriageFacts {
  /** On the pushed commit. */
  readonly head: Tries
  /** On the last green commit. */
  readonly base: Tries
  /** How often it both failed and passed on one commit that the remote's branch already has. */
  readonly history: number
}

export interface Call {
  readonly call: 'regression' | 'flake' | 'unknown'
  /** A sentence. */
  readonly because: string
}

/**
 * Tells a regression from a flake: flaky is only what passes sometimes on the pushed commit AND either fails sometimes, not always, on the last green
 * one or has done both before. What passes alone and never failed elsewhere was broken by this push: by an order, a shared state, a race that is new.
 */
export function triage({ head, base, history }: TriageFacts): Call {
  if ('unknown' in head) return { call: 'unknown', because: head.unknown }
  if ('absent' in head) return { call: 'unknown', because: 'No test was run when only this one was asked for.' }
  if (head.passed === 0) return { call: 'regression', because: `Run alone it failed ${times(head.failed)} too.` }
  const passes = `Run alone it passed ${share(head.passed, head)}`
  if (history > 0)
    return { call: 'flake', because: `${passes}, and it did both on one commit ${times(history)} before.` }
  if ('unknown' in base)
    return { call: 'unknown', because: `${passes}; how it does on the last green commit: ${base.unknown}` }
  if ('absent' in base)
    return {
      call: 'regression',
      because: `${passes}, and the last green commit does not have it: it came with this push.`,
    }
  if (base.failed > 0 && base.passed > 0)
    return {
      call: 'flake',
      because: `${passes}, and on the last green commit it failed ${share(base.failed, base)}.`,
    }
  // It cannot have been green like that: its folder may lack something, which says nothing about chance.
  if (base.failed > 0)
    return {
      call: 'unknown',
      because: `${passes}; on the last green commit it never passed, so something else is amiss there.`,
    }
  return {
    call: 'regression',
    because: `${passes}, but on the last green commit it passed ${times(base.passed)} and never failed before: what is new makes it fail.`,
  }
}

function share(count: number, { passed, failed }: { passed: number; failed: number }): string {
  return count === passed + failed ? times(count) : `${count} of ${passed + failed} times`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
