import type { RefUpdate, Remote } from '../core/push.ts'
import { type Decision, resultOf } from '../core/verdict.ts'
import type { InForce, Rules } from './in-force.ts'
import { type Bench, judge } from './judge.ts'
import { admit } from './policy.ts'
import { isGuarded } from './protect.ts'
import { keepReceipt } from './receipts.ts'

export interface Judged {
  readonly decisions: readonly Decision[]
  /** A config that cannot be used kept a protected ref back. */
  readonly badConfig: boolean
}

/** Judges every ref of a push that is protected on the remote; the others are let through unseen. */
export async function prePush(
  updates: readonly RefUpdate[],
  remote: Remote,
  rules: Rules,
  bench: Bench,
): Promise<Judged> {
  const decisions: Decision[] = []
  let badConfig = false
  for (const update of updates) {
    const inForce = await rules(update.localOid, update.remoteOid)
    if (!isGuarded(update.remoteRef, remote, inForce)) continue
    badConfig ||= inForce.problem !== undefined
    decisions.push(await decisionOn(update, remote, inForce, bench))
  }
  return { decisions, badConfig }
}

async function decisionOn(update: RefUpdate, remote: Remote, inForce: InForce, bench: Bench): Promise<Decision> {
  const { push, finding } = await admit(update, remote, bench.git, ref => isGuarded(ref, remote, inForce))
  const findings = [
    ...(inForce.problem === undefined ? [] : [inForce.problem]),
    ...(finding === undefined ? [] : [finding]),
    ...inForce.findings,
  ]
  // What cannot be pushed anyway is not worth minutes of tests.
  if (inForce.problem !== undefined || finding !== undefined) return { push, findings, verdicts: [] }
  const decision = await judge({ push, uses: inForce.uses, findings, checkout: inForce.checkout }, bench)
  if (resultOf(decision) === 'passed' && push.base !== undefined && push.base === update.remoteOid)
    await keepReceipt(decision, inForce, bench)
  return decision
}
