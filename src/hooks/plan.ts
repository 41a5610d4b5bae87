import { join } from 'node:path'
import { blockFor, insertBlock } from './block.ts'
import type { HookFacts, OtherManagers, Spot } from './facts.ts'
import { notesFor } from './notes.ts'
import { type InstallRecord, ownFolder, type RecordedHook } from './record.ts'
import { type Refusal, refusalFor } from './refusals.ts'
import { compileShim, type HookEvent, hookEvents, type ShimPlace, type ShimRules } from './shim.ts'

/** One change to the disk. A plan is performed in order; at no moment is a hook that was there without a successor. */
export type Change =
  | { readonly does: 'make-folder'; readonly path: string }
  | {
      readonly does: 'write'
      readonly path: string
      readonly content: string | Uint8Array
      readonly mode: number
      /** What is overwritten: a foreign hook that was put aside before counts as nothing. */
      readonly replaces: 'nothing' | 'ours' | 'foreign'
    }
  /** The user's own file, kept under another name. */
  | {
      readonly does: 'keep'
      readonly path: string
      readonly from: string
      readonly content: Uint8Array
      readonly mode: number
    }
  | { readonly does: 'move'; readonly from: string; readonly path: string }
  | { readonly does: 'copy-package'; readonly from: string; readonly path: string }
  | { readonly does: 'remove'; readonly path: string }
  | { readonly does: 'remove-if-empty'; readonly path: string }

export interface InstallPlan {
  readonly outcome: 'planned'
  readonly changes: readonly Change[]
  /** What a person should know besides; each is a sentence or a snippet of several lines. */
  readonly notes: readonly string[]
  readonly record: InstallRecord
}

export interface InstallChoices {
  readonly version: string
  /** Absolute path of the node that is to run the guard. */
  readonly node: string
  readonly force: boolean
}

/** Decides what an install does. Pure: the facts were gathered, nothing is touched. */
export function planInstall(
  facts: HookFacts,
  rules: ShimRules,
  choices: InstallChoices,
  before?: InstallRecord,
): InstallPlan | Refusal {
  const refusal = refusalFor(facts, choices)
  if (refusal !== undefined) return refusal
  const pinned = isPassing(facts.packageFolder)
  const copy = join(ownFolder(facts.commonDir), 'package')
  const place: ShimPlace = {
    version: choices.version,
    node: choices.node,
    package: pinned ? copy : facts.packageFolder,
    remotes: facts.remotes,
  }
  const shims = spotsForShims(facts)
  const made = facts.shared === undefined && facts.folderIs === 'missing' ? [facts.folder] : []
  return {
    outcome: 'planned',
    changes: [
      ...(pinned ? [{ does: 'copy-package', from: facts.packageFolder, path: copy } as const] : []),
      ...made.map(path => ({ does: 'make-folder', path }) as const),
      ...shims.flatMap(({ event, spot }) => ownHook(spot, compileShim(event, facts.sources, rules, place))),
      // Last: a block that git starts already must find its shim.
      ...spotsForBlocks(facts).flatMap(({ event, spot }) => sharedHook(spot, blockFor(event, rules.protections))),
    ],
    notes: notesFor(facts, { pinned }),
    record: {
      version: choices.version,
      hooks: startedByGit(facts).map(({ event, spot }) => recorded(event, spot, before)),
      folders: [...new Set([...(before?.folders ?? []), ...made])],
      shims: shims.map(({ event, spot }) => ({ event, path: spot.path })),
      node: place.node,
      package: place.package,
    },
  }
}

interface Placed {
  readonly event: HookEvent
  readonly spot: Spot
}

function placed(spots: Readonly<Record<HookEvent, Spot>>): readonly Placed[] {
  return hookEvents.map(event => ({ event, spot: spots[event] }))
}

function startedByGit(facts: HookFacts): readonly Placed[] {
  return placed(facts.shared?.spots ?? facts.inFolder)
}

function spotsForBlocks(facts: HookFacts): readonly Placed[] {
  return facts.shared === undefined ? [] : placed(facts.shared.spots)
}

// A manager that calls us, and the block in shared files, need a shim at a place that no manager clears away.
function spotsForShims({ shared, inFolder, beside, managers }: HookFacts): readonly Placed[] {
  const called = shared !== undefined || managers.lefthook || managers.simpleGitHooks
  const own =
    shared === undefined ? placed(inFolder).filter(({ event, spot }) => !isLefthooks(event, spot, managers)) : []
  return [...own, ...(called ? placed(beside) : [])]
}

// Its own file is in place and calls us; put behind ours it would judge every push twice, and its next install would move ours away again.
function isLefthooks(event: HookEvent, { now }: Spot, { lefthookCalls }: OtherManagers): boolean {
  return lefthookCalls.includes(event) && now.kind === 'foreign'
}

function ownHook(spot: Spot, shim: string): readonly Change[] {
  const { path, now, chained } = spot
  const aside = `${path}.chained`
  switch (now.kind) {
    case 'none':
      return [written(path, shim, 'nothing')]
    case 'ours':
      return sameBytes(now.bytes, Buffer.from(shim)) && now.mode === 0o755 ? [] : [written(path, shim, 'ours')]
    case 'foreign':
      // The copy first, then ours over the original: whenever this is interrupted, git finds a hook.
      return [
        ...(chained.kind === 'none'
          ? [{ does: 'keep', path: aside, from: path, content: now.bytes, mode: now.mode } as const]
          : []),
        written(path, shim, 'nothing'),
      ]
    case 'link':
      return [
        ...(chained.kind === 'none' ? [{ does: 'move', from: path, path: aside } as const] : []),
        written(path, shim, 'nothing'),
      ]
    case 'odd':
      return []
  }
}

function sharedHook({ path, now }: Spot, block: string): readonly Change[] {
  if (now.kind !== 'foreign')
    return [
      {
        does: 'write',
        path,
        content: insertBlock(undefined, block),
        mode: 0o755,
        replaces: now.kind === 'none' ? 'nothing' : 'ours',
      },
    ]
  const content = insertBlock(now.bytes, block)
  return sameBytes(now.bytes, content) ? [] : [{ does: 'write', path, content, mode: now.mode, replaces: 'foreign' }]
}

function written(path: string, content: string, replaces: 'nothing' | 'ours'): Change {
  return { does: 'write', path, content, mode: 0o755, replaces }
}

function recorded(event: HookEvent, { path, now, chained }: Spot, before: InstallRecord | undefined): RecordedHook {
  const earlier = before?.hooks.find(hook => hook.path === path)
  return { event, path, created: earlier?.created ?? (now.kind === 'none' && chained.kind === 'none') }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** Whether a package lies where it may vanish any day: the caches of npx, pnpm dlx, yarn dlx and bunx, or inside a zip that only yarn can read. */
export function isPassing(packageFolder: string): boolean {
  return /\/_npx\/|\/dlx(-[^/]*)?\/|\/bunx-[^/]*\/|\/xfs-[^/]*\/dlx|\.zip\//.test(packageFolder.replaceAll('\\', '/'))
}
