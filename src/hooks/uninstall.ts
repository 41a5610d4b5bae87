import { basename, dirname, join } from 'node:path'
import { recall } from '../core/log.ts'
import type { World } from '../core/world.ts'
import type { Change } from './change.ts'
import { gatherFacts, type HookFacts, type Spot, spotsIn } from './facts.ts'
import { scriptsFor, withoutCalls } from './manager-config.ts'
import type { Manager } from './managers.ts'
import { perform } from './perform.ts'
import { outOfConfig } from './plan.ts'
import { type InstallRecord, isInside, ownFolder, readRecord, recordPath } from './record.ts'
import type { Refusal } from './refusals.ts'
import { undoHook } from './restore.ts'
import { allEvents } from './shim.ts'

export interface UninstallPlan {
  readonly outcome: 'planned'
  readonly changes: readonly Change[]
  readonly notes: readonly string[]
}

// What is below our folder in the git dir, of which `log` is the last, and the record of the install comes after it.
const kept = [
  'hooks',
  'config-hooks',
  'package',
  'verdicts',
  'receipts',
  'secrets',
  'heads',
  'warm',
  'tmp',
  'trusted.json',
  'log',
] as const

export interface LeftBehind {
  /** Every place where a hook of ours may be. */
  readonly spots: readonly Spot[]
  readonly record: InstallRecord | undefined
  /** Managers, some of whose configs call a shim that goes now. */
  readonly managers: readonly Manager[]
  /** Configs of managers without what an install added to them. */
  readonly calls: readonly Change[]
  /** What of git's config is ours. */
  readonly config: readonly Change[]
  /** Files and folders of our own that are there. */
  readonly own: readonly string[]
  /** The bypasses on record, which goes too. */
  readonly bypasses: number
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
  const record = await readRecord(world.files, await world.git())
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
    ...kept.map(name => join(home, name)),
    recordPath(commonDir),
  ]
  const there = await Promise.all(candidates.map(path => world.files.look(path)))
  return {
    spots: spots.flatMap(all => allEvents.map(event => all[event])),
    record,
    managers: facts.managers,
    calls: await callsOut(world, facts),
    config: allEvents.flatMap(event => outOfConfig(facts, event)),
    bypasses: (await recall(world.files, commonDir, 'bypasses')).length,
    own: candidates.filter((_, at) => there[at] !== undefined),
    folders: [...(record?.folders ?? []).toReversed(), ...gitDirs.map(ownFolder)],
  }
}

// Only where nothing that calls us would be left behind.
async function callsOut(world: World, { top, managers }: HookFacts): Promise<LeftBehind['calls']> {
  const changes: Change[] = []
  for (const manager of managers.filter(({ calls }) => calls.length > 0)) {
    const path = join(top ?? '', manager.config)
    const [text, look] = await Promise.all([world.files.text(path), world.files.look(path)])
    if (top === undefined || text === undefined || look?.kind !== 'file') continue
    const content = withoutCalls(text, manager)
    if (content === text || /ship-guard(\/hooks\/|\.sh\b)/.test(content)) continue
    changes.push({ does: 'write', path, content, mode: look.mode, replaces: 'foreign' })
    changes.push(...(await scriptsOut(world, top, manager)))
  }
  return changes
}

// Where a person changed one, it is theirs.
async function scriptsOut({ files }: World, top: string, manager: Manager): Promise<readonly Change[]> {
  const changes: Change[] = []
  for (const { path: name, content } of scriptsFor(manager, manager.calls)) {
    const path = join(top, name)
    if (!isInside(path, top) || (await files.text(path)) !== content) continue
    const folders = [dirname(path), dirname(dirname(path))].filter(folder => folder !== top)
    changes.push({ does: 'remove', path }, ...folders.map(one => ({ does: 'remove-if-empty', path: one }) as const))
  }
  return changes
}

function aboutLog(path: string, bypasses: number): string {
  const skipped =
    bypasses === 0
      ? 'no bypass is on record'
      : `${bypasses === 1 ? 'one bypass' : `${bypasses} bypasses`} with the reasons`
  return `With ${path} goes what was written down of pushes, gates and flakes: ${skipped}.`
}

/** Decides what an uninstall does. Pure. */
export function planUninstall({
  spots,
  record,
  managers,
  calls: rewritten,
  config,
  own,
  bypasses,
  folders,
}: LeftBehind): UninstallPlan {
  const undone = spots.map(spot => undoHook(spot, record))
  return {
    outcome: 'planned',
    // The record goes last: an interrupted uninstall can be run again.
    changes: [
      ...config,
      ...rewritten,
      ...undone.flatMap(one => one.changes),
      ...own.map(path => ({ does: 'remove', path }) as const),
      ...folders.map(path => ({ does: 'remove-if-empty', path }) as const),
    ],
    notes: [
      ...undone.flatMap(one => one.notes),
      ...own.filter(path => basename(path) === 'log').map(path => aboutLog(path, bypasses)),
      ...managers
        .filter(({ config: file, calls }) => calls.length > 0 && !rewritten.some(({ path }) => path.endsWith(file)))
        .map(
          ({ config: file, calls }) =>
            `${file} still calls ship-guard in ${calls.join(', ')}: take these lines out of it, or they fail.`,
        ),
    ],
  }
}
