import type { World } from '../core/world.ts'
import { gatherFacts, type HookFacts } from './facts.ts'
import { perform } from './perform.ts'
import { type InstallChoices, type InstallPlan, planInstall } from './plan.ts'
import { readRecord, recordPath } from './record.ts'
import type { Refusal } from './refusals.ts'
import type { ShimRules } from './shim.ts'

export interface InstallResult {
  readonly facts: HookFacts
  readonly plan: InstallPlan | Refusal
}

/**
 * Puts the hooks where git will run them, beside whatever is there. With `dryRun` only the plan is made.
 * @throws UsageError when there is no git, no repository, or git does not trust the folder's owner.
 */
export async function install(
  world: World,
  rules: ShimRules,
  choices: InstallChoices & { readonly dryRun: boolean },
): Promise<InstallResult> {
  const facts = await gatherFacts(world)
  const before = await readRecord(world.files, facts.commonDir)
  const plan = planInstall(facts, rules, choices, before)
  if (plan.outcome === 'refused' || choices.dryRun) return { facts, plan }
  const path = recordPath(facts.commonDir)
  // The record comes first: what an interrupted install has done can then be undone.
  const content = `${JSON.stringify(plan.record, null, 2)}\n`
  const same = (await world.files.text(path)) === content
  const record = { does: 'write', path, content, mode: 0o600, replaces: 'ours' } as const
  const refusal = await perform(same ? plan.changes : [record, ...plan.changes], world)
  return { facts, plan: refusal ?? plan }
}
