import { dirname, join } from 'node:path'
import type { World } from '../core/world.ts'
import { created, withoutBlock } from './block.ts'
import { gatherFacts, type HookFacts, type Spot, spotsIn } from './facts.ts'
import { perform } from './perform.ts'
import { type Change, sameBytes } from './plan.ts'
import { type InstallRecord, ownFolder, readRecord, recordPath } from './record.ts'
import type { Refusal } from './refusals.ts'
import { type HookEvent, hookEvents } from './shim.ts'

export interface UninstallPlan {
  readonly outcome: 'planned'
  readonly changes: readonly Change[]
  readonly notes: readonly string[]
}

export interface LeftBehind {
  /** Every place where a hook of ours may be. */
  readonly spots: readonly Spot[]
  readonly record: InstallRecord | undefined
  /** Hooks for which lefthook's config calls a shim that goes now. */
  readonly lefthookCalls: readonly HookEvent[]
  /** Files and folders of our own that are there. */
  readonly own: readonly string[]
  /** Folders of ours that go when nothing else is in them. */
  readonly folders: readonly string[]
}

/**
 * Takes out what `install` put in and puts back what was there before.
 * @throws UsageError when there is no git or no repository.
 */
export async function uninstall(
  world: World,
  { dryRun }: { readonly dryRun: boolean },
): Promise<UninstallPlan | Refusal> {
  const facts = await gatherFacts(world)
  const plan = planUninstall(await lookAround(world, facts))
  if (dryRun) return plan
  return (await perform(plan.changes, world)) ?? plan
}

async function lookAround(world: World, facts: HookFacts): Promise<LeftBehind> {
  const { commonDir } = facts
  const record = await readRecord(world.files, commonDir)
  const folders = new Set([
    facts.folder,
    // Left from before husky or a core.hooksPath came.
    join(commonDir, 'hooks'),
    ...(facts.shared === undefined ? [] : [facts.shared.folder]),
    ...(record?.hooks ?? []).map(hook => dirname(hook.path)),
  ])
  const spots = await Promise.all([...folders].map(folder => spotsIn(world, folder)))
  const gitDirs = [
    commonDir,
    ...(await world.files.list(join(commonDir, 'worktrees'))).map(name => join(commonDir, 'worktrees', name)),
  ]
  const home = ownFolder(commonDir)
  const candidates = [
    ...gitDirs.map(dir => join(ownFolder(dir), 'config-seen')),
    ...['hooks', 'package', 'verdicts', 'receipts', 'heads'].map(name => join(home, name)),
    recordPath(commonDir),
  ]
  const there = await Promise.all(candidates.map(path => world.files.look(path)))
  return {
    spots: spots.flatMap(all => hookEvents.map(event => all[event])),
    record,
    lefthookCalls: facts.managers.lefthookCalls,
    own: candidates.filter((_, at) => there[at] !== undefined),
    folders: [...(record?.folders ?? []).toReversed(), ...gitDirs.map(ownFolder)],
  }
}

/** Decides what an uninstall does. Pure. */
export function planUninstall({ spots, record, lefthookCalls, own, folders }: LeftBehind): UninstallPlan {
  const undone = spots.map(spot => undoHook(spot, record))
  return {
    outcome: 'planned',
    // The record goes last: an interrupted uninstall can be run again.
    changes: [
      ...undone.flatMap(one => one.changes),
      ...own.map(path => ({ does: 'remove', path }) as const),
      ...folders.map(path => ({ does: 'remove-if-empty', path }) as const),
    ],
    notes: [
      ...undone.flatMap(one => one.notes),
      ...(lefthookCalls.length === 0
        ? []
        : [
            `lefthook still calls ship-guard in ${lefthookCalls.join(', ')}: take these jobs out of its config, or they fail.`,
          ]),
    ],
  }
}

function undoHook(
  { path, now, chained }: Spot,
  record: InstallRecord | undefined,
): { changes: readonly Change[]; notes: readonly string[] } {
  const aside = `${path}.chained`
  const kept = chained.kind !== 'none'
  const putBack = { changes: [{ does: 'move', from: aside, path } as const], notes: [] }
  if (now.kind === 'ours') return kept ? putBack : { changes: [{ does: 'remove', path }], notes: [] }
  const installed = record?.hooks.find(hook => hook.path === path)
  if (now.kind === 'none') return kept && installed !== undefined ? putBack : { changes: [], notes: [] }
  if (now.kind !== 'foreign') return { changes: [], notes: [] }
  const without = withoutBlock(now.bytes)
  if (without !== undefined) {
    const alone = sameBytes(without, Buffer.from(created)) || without.length === 0
    if (alone && (installed === undefined || installed.created))
      return { changes: [{ does: 'remove', path }], notes: [] }
    return {
      changes: [{ does: 'write', path, content: without, mode: now.mode, replaces: 'foreign' }],
      notes: [],
    }
  }
  if (!kept || installed === undefined) return { changes: [], notes: [] }
  // An install that was interrupted has made the copy and not yet put ours over the original.
  if (chained.kind === 'foreign' && sameBytes(chained.bytes, now.bytes))
    return { changes: [{ does: 'remove', path: aside }], notes: [] }
  return {
    changes: [],
    notes: [
      `${path} is no longer ours: another tool replaced it, and it stays. The hook from before ship-guard is ${aside}.`,
    ],
  }
}
