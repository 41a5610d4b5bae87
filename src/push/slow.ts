import type { Finding } from '../core/finding.ts'
import type { GateUse } from '../core/gate.ts'
import type { Push } from '../core/push.ts'
import type { InForce } from './in-force.ts'
import type { Bench } from './judge.ts'

/** Advice before the gates run, when they usually take longer than the connection may wait. A finding when the config says not to wait at all. */
export async function refusedAsSlow(
  _push: Push,
  _uses: readonly GateUse[],
  _inForce: InForce,
  _bench: Bench,
): Promise<Finding | undefined> {
  return undefined
}
