import type { GateUse } from '../core/gate.ts'
import type { RefUpdate, Remote } from '../core/push.ts'
import { type Decision, resultOf } from '../core/verdict.ts'
import { bypassAsked, bypassed, recordBypass } from './bypass.ts'
import type { InForce, Rules } from './in-force.ts'
import { type Bench, judge } from './judge.ts'
import { pushedByGate } from './nested.ts'
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
  const guarded: { update: RefUpdate; inForce: InForce }[] = []
  for (const update of updates) {
    const inForce = await rules(update.localOid, update.remoteOid)
    if (isGuarded(update.remoteRef, remote, inForce)) guarded.push({ update, inForce })
  }
  const known = guarded.flatMap(({ inForce }) => inForce.uses)
  const decisions: Decision[] = []
  for (const { update, inForce } of guarded) {
    const decision = await decisionOn(update, remote, inForce, known, bench)
    await recordPush(decision, update, bench)
    decisions.push(decision)
  }
  return { decisions, badConfig: guarded.some(({ inForce }) => inForce.problem !== undefined) }
}

async function decisionOn(
  update: RefUpdate,
  remote: Remote,
  inForce: InForce,
  known: readonly GateUse[],
  bench: Bench,
): Promise<Decision> {
  const { push, finding } = await admit(update, remote, bench.git, ref => isGuarded(ref, remote, inForce))
  const findings = [
    ...(inForce.problem === undefined ? [] : [inForce.problem]),
    ...(finding === undefined ? [] : [finding]),
    ...inForce.findings,
  ]
  // What cannot be pushed anyway is not worth minutes of tests.
  if (inForce.problem !== undefined || finding !== undefined) return { push, findings, verdicts: [] }
  const { uses, skipped, finding: bad } = bypassed(bypassAsked(bench.world.env), push, inForce.uses, known)
  const stop =
    bad ??
    pushedByGate(push, bench) ??
    (await unaccepted(uses, inForce, bench)) ??
    (await refusedAsSlow(push, uses, inForce, bench))
  if (stop !== undefined) return { push, findings: [...findings, stop], verdicts: skipped }
  const asked = await judge({ push, uses, findings, checkout: inForce.checkout }, bench)
  const decision = { ...asked, verdicts: [...asked.verdicts, ...skipped] }
  if (skipped.length > 0) return withRecord(decision, bench)
  if (resultOf(decision) === 'passed' && push.base !== undefined && push.base === update.remoteOid)
    await keepReceipt(decision, inForce, bench)
  return decision
}

// A receipt answers for the whole push; one with gates switched off answers for nothing.
async function withRecord(decision: Decision, bench: Bench): Promise<Decision> {
  const problem = await recordBypass(decision, bench)
  return problem === undefined ? decision : { ...decision, findings: [...decision.findings, problem] }
}
