import { join } from 'node:path'
import type { World } from '../core/world.ts'
import type { Change } from './change.ts'
import { gatherFacts, type HookFacts } from './facts.ts'
import { ledAstrayBy, scriptsFor, withCalls } from './manager-config.ts'
import type { Manager } from './managers.ts'
import { perform } from './perform.ts'
import { eventsFor, type InstallChoices, type InstallPlan, planInstall } from './plan.ts'
import { type InstallRecord, isInside, readRecord, recordPath } from './record.ts'
import type { Refusal } from './refusals.ts'
import type { HookEvent, ShimRules } from './shim.ts'

export interface InstallResult {
  readonly facts: HookFacts
  readonly plan: InstallPlan | Refusal
}

/** What a person asked for. */
export interface InstallWishes extends InstallChoices {
  readonly dryRun: boolean
  /** Whether the configs of other managers may be changed so that they start us. */
  readonly writeManagerConfig: boolean
}

/**
 * Puts the hooks where git will run them, beside whatever is there. With `dryRun` only the plan is made.
 * @throws UsageError when there is no git, no repository, or git does not trust the folder's owner.
 */
export async function install(world: World, rules: ShimRules, wishes: InstallWishes): Promise<InstallResult> {
  let facts = await gatherFacts(world)
  const before = await readRecord(world.files, await world.git())
  const first = planInstall(facts, rules, wishes, before)
  if (first.outcome === 'refused') return { facts, plan: first }
  const told = wishes.writeManagerConfig ? await callsIn(world, facts, wishes, before) : []
  if (told.length > 0 && !wishes.dryRun) {
    const refusal = await perform(told, world)
    if (refusal !== undefined) return { facts, plan: refusal }
    facts = await gatherFacts(world)
  }
  const made = planInstall(facts, rules, wishes, before)
  if (made.outcome === 'refused') return { facts, plan: made }
  const plan = { ...made, changes: [...told, ...made.changes] }
  if (wishes.dryRun) return { facts, plan }
  return { facts, plan: (await write(world, facts, made)) ?? plan }
}

async function write(world: World, { commonDir }: HookFacts, plan: InstallPlan): Promise<Refusal | undefined> {
  const path = recordPath(commonDir)
  // The record comes first: what an interrupted install has done can then be undone.
  const content = `${JSON.stringify(plan.record, null, 2)}\n`
  const same = (await world.files.text(path)) === content
  const record = { does: 'write', path, content, mode: 0o600, replaces: 'ours' } as const
  return perform(same ? plan.changes : [record, ...plan.changes], world)
}

async function callsIn(
  world: World,
  facts: HookFacts,
  wishes: InstallWishes,
  before: InstallRecord | undefined,
): Promise<readonly Change[]> {
  const { top, managers } = facts
  if (top === undefined) return []
  const changes: Change[] = []
  for (const manager of managers) {
    const events = ledAstrayBy(manager, eventsFor(wishes, before))
    const path = join(top, manager.config)
    const [text, look] = await Promise.all([world.files.text(path), world.files.look(path)])
    if (events.length === 0 || text === undefined || look?.kind !== 'file') continue
    const content = withCalls(text, manager, events)
    const scripts = content === undefined ? undefined : await scriptsIn(world, top, manager, events)
    if (content === undefined || scripts === undefined) continue
    // First what the config then names.
    changes.push(...scripts, { does: 'write', path, content, mode: look.mode, replaces: 'foreign' })
  }
  return changes
}

/** Undefined when a file of that name is somebody else's, or its place is outside the work tree. */
async function scriptsIn(
  { files }: World,
  top: string,
  manager: Manager,
  events: readonly HookEvent[],
): Promise<readonly Change[] | undefined> {
  const changes: Change[] = []
  for (const { path: name, content } of scriptsFor(manager, events)) {
    const path = join(top, name)
    const there = await files.look(path)
    const same = there?.kind === 'file' && (await files.text(path)) === content
    if (!isInside(path, top) || (there !== undefined && !same)) return undefined
    if (!same) changes.push({ does: 'write', path, content, mode: 0o755, replaces: 'nothing' })
  }
  return changes
}
