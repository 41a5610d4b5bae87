import type { Finding } from '../core/finding.ts'
import type { GateUse } from '../core/gate.ts'
import type { InForce } from './in-force.ts'
import type { Bench } from './judge.ts'

/** Shows the commands that were never accepted on this machine. What keeps the push back when a yes is needed and was not given. */
export async function unaccepted(
  _uses: readonly GateUse[],
  _inForce: InForce,
  _bench: Bench,
): Promise<Finding | undefined> {
  return undefined
}
