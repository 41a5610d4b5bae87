import type { GateUse } from '../core/gate.ts'
import type { Push } from '../core/push.ts'
import type { Verdict } from '../core/verdict.ts'
import type { InForce } from './in-force.ts'
import type { Bench } from './judge.ts'

/** The gates that are asked, and what stands in the place of those that the person who pushes switched off. */
export async function bypassed(
  _push: Push,
  { uses }: InForce,
  _bench: Bench,
): Promise<{ uses: readonly GateUse[]; skipped: readonly Verdict[] }> {
  return { uses, skipped: [] }
}
