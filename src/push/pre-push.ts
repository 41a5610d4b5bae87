import type { RefUpdate, Remote } from '../core/push.ts'
import { type Decision, resultOf } from '../core/verdict.ts'
import { bypassed } from './bypass.ts'
import type { InForce, Rules } from './in-force.ts'
import { type Bench, judge } from './judge.ts'
import { admit } from './policy.ts'
import { isGuarded } from './protect.ts'
import { keepReceipt } from './receipts.ts'
import { recordPush } from './records.ts'
import { refusedAsSlow } from './slow.ts'
import { unaccepted } from './trust.ts'

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
    const decision = await decisionOn(update, remote, inForce, bench)
    await recordPush(decision, update, bench)
    decisions.push(decision)
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
  const { uses, skipped } = await bypassed(push, inForce, bench)
  const stop = (await unaccepted(uses, inForce, bench)) ?? (await refusedAsSlow(push, uses, inForce, bench))
  if (stop !== undefined) return { push, findings: [...findings, stop], verdicts: skipped }
  const asked = await judge({ push, uses, findings, checkout: inForce.checkout }, bench)
  const decision = { ...asked, verdicts: [...asked.verdicts, ...skipped] }
  // A receipt answers for the whole push; one with gates switched off answers for nothing.
  if (
    skipped.length === 0 &&
    resultOf(decision) === 'passed' &&
    push.base !== undefined &&
    push.base === update.remoteOid
  )
    await keepReceipt(decision, inForce, bench)
  return decision
}
