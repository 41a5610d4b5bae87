import { join } from 'node:path'
import { blockFor, hasBlock, insertBlock } from './block.ts'
import type { Change } from './change.ts'
import type { HookFacts, Spot } from './facts.ts'
import { modeFor } from './mode.ts'
import { notesFor } from './notes.ts'
import { type Placed, placeHook, placeOwn, sameBytes, standingOf } from './placing.ts'
import { type InstallRecord, isInside, ownFolder, type RecordedHook, type RecordedShim } from './record.ts'
import { type Refusal, refusalFor } from './refusals.ts'
import { undoHook } from './restore.ts'
import {
  allEvents,
  compileShim,
  configName,
  type HookEvent,
  hookEvents,
  type Mode,
  type ShimPlace,
  type ShimRules,
  type Starter,
} from './shim.ts'

export interface InstallPlan {
  readonly outcome: 'planned'
  readonly mode: Mode
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
  readonly mode: Mode | 'auto'
  /** Whether the hook `pre-commit` is wanted too. One that is installed stays. */
  readonly preCommit: boolean
}

/** Decides what an install does. Pure: the facts were gathered, nothing is touched. */
export function planInstall(
  facts: HookFacts,
  rules: ShimRules,
  choices: InstallChoices,
  before?: InstallRecord,
): InstallPlan | Refusal {
  const mode = modeFor(facts, choices.mode)
  const events = eventsFor(choices, before)
  const refusal = refusalFor(facts, { force: choices.force, mode, events })
  if (refusal !== undefined) return refusal
  const pinned = isPassing(facts.packageFolder)
  const copy = join(ownFolder(facts.commonDir), 'package')
  const place: ShimPlace = {
    version: choices.version,
    node: choices.node,
    package: pinned ? copy : facts.packageFolder,
    remotes: facts.remotes,
    inConfig: mode === 'config',
  }
  const compile = (event: HookEvent, startedBy: Starter) =>
    compileShim(event, facts.sources, rules, { ...place, startedBy })
  const way = (mode === 'config' ? throughConfig : throughFolder)(facts, events, compile, before)
  const blocks = mode === 'folder' ? spotsForBlocks(facts, events) : []
  return {
    outcome: 'planned',
    mode,
    changes: [
      ...(pinned ? [{ does: 'copy-package', from: facts.packageFolder, path: copy } as const] : []),
      ...way.changes,
      // Last: a block that git starts already must find its shim.
      ...blocks.flatMap(({ event, spot }) => sharedHook(spot, blockFor(event, rules.protections))),
    ],
    notes: notesFor(facts, { pinned, mode, events }),
    record: {
      version: choices.version,
      mode,
      hooks: way.hooks.map(({ event, spot }) => recorded(event, spot, before)),
      folders: [...new Set([...(before?.folders ?? []), ...way.folders])],
      shims: way.shims,
      node: place.node,
      package: place.package,
    },
  }
}

interface Way {
  readonly changes: readonly Change[]
  /** What git starts. */
  readonly hooks: readonly Placed[]
  readonly folders: readonly string[]
  readonly shims: readonly RecordedShim[]
}

type Compile = (event: HookEvent, startedBy: Starter) => string

function throughFolder(facts: HookFacts, events: readonly HookEvent[], compile: Compile): Way {
  const { shared, inFolder, beside, managers, folder, folderIs, commonDir } = facts
  const own = shared === undefined ? placed(inFolder, events) : []
  const started = own.filter(one => standingOf(one, managers) !== 'called')
  const called = placed(beside, needsBeside(facts) ? events : [])
  const made = shared === undefined && folderIs === 'missing' ? [folder] : []
  return {
    changes: [
      ...made.map(path => ({ does: 'make-folder', path }) as const),
      // Before a manager's hook that calls it is put in its place again.
      ...called.flatMap(({ event, spot }) => placeOwn(spot, compile(event, 'manager'))),
      ...own.flatMap(one => placeHook(one, managers, compile(one.event, 'git'))),
      ...allEvents.flatMap(event => outOfConfig(facts, event)),
      ...placed(facts.forConfig, allEvents).flatMap(({ spot }) => removeOwn(spot)),
    ],
    hooks: shared === undefined ? own : placed(shared.spots, events),
    folders: made,
    shims: [
      ...started.map(one => shimAt(one.event, pathOf(one, managers), 'git')),
      ...called.map(({ event, spot }) => shimAt(event, spot.path, 'manager')),
    ].filter(({ path }) => isInside(path, commonDir) || shared === undefined),
  }
}

function throughConfig(
  facts: HookFacts,
  events: readonly HookEvent[],
  compile: Compile,
  before: InstallRecord | undefined,
): Way {
  const { inDefault, beside, commonDir, inConfig } = facts
  const shims = placed(facts.forConfig, events)
  const called = placed(beside, isCalled(facts) ? events : [])
  return {
    changes: [
      ...shims.flatMap(({ event, spot }) => placeOwn(spot, compile(event, 'git-config'))),
      ...called.flatMap(({ event, spot }) => placeOwn(spot, compile(event, 'manager'))),
      ...shims
        .filter(({ event }) => !isComplete(inConfig[event], event))
        .map(({ event }) => intoConfig(commonDir, event)),
      // git starts the new ones by now.
      ...placed(inDefault, allEvents).flatMap(({ spot }) => undoHook(spot, before).changes),
      ...(called.length > 0 ? [] : placed(beside, allEvents).flatMap(({ spot }) => removeOwn(spot))),
    ],
    hooks: [],
    folders: [],
    shims: [
      ...shims.map(({ event, spot }) => shimAt(event, spot.path, 'git-config')),
      ...called.map(({ event, spot }) => shimAt(event, spot.path, 'manager')),
    ],
  }
}

/** The command as git's config holds it: it works wherever the repository is moved to, and starts no process in the main work tree. */
export function configCommand(event: HookEvent): string {
  const shim = `ship-guard/config-hooks/${event}`
  return `sh "$([ -f ".git/${shim}" ] && echo .git || git rev-parse --git-common-dir)/${shim}"`
}

function intoConfig(commonDir: string, event: HookEvent): Change {
  return {
    does: 'set-config',
    path: join(commonDir, 'config'),
    section: `hook.${configName(event)}`,
    values: { command: configCommand(event), event },
  }
}

export function outOfConfig({ inConfig, commonDir }: Pick<HookFacts, 'inConfig' | 'commonDir'>, event: HookEvent) {
  if (inConfig[event] === undefined) return []
  return [{ does: 'unset-config', path: join(commonDir, 'config'), section: `hook.${configName(event)}` } as const]
}

function isComplete(entry: HookFacts['inConfig'][HookEvent], event: HookEvent): boolean {
  return entry?.command === configCommand(event) && entry.events.length === 1 && entry.events[0] === event
}

/** The hooks of this install; one that was asked for once stays. */
export function eventsFor(
  { preCommit }: Pick<InstallChoices, 'preCommit'>,
  before: InstallRecord | undefined,
): readonly HookEvent[] {
  return preCommit || before?.shims.some(({ event }) => event === 'pre-commit') ? allEvents : hookEvents
}

function placed(spots: Readonly<Record<HookEvent, Spot>>, events: readonly HookEvent[]): readonly Placed[] {
  return events.map(event => ({ event, spot: spots[event] }))
}

function spotsForBlocks({ shared }: HookFacts, events: readonly HookEvent[]): readonly Placed[] {
  return shared === undefined ? [] : placed(shared.spots, events)
}

// A manager that calls us, and the block in shared files, need a shim at a place that no manager clears away.
function needsBeside({ shared, managers }: HookFacts): boolean {
  return shared !== undefined || managers.some(({ id }) => takesHooks.has(id))
}

const takesHooks: ReadonlySet<string> = new Set(['lefthook', 'simple-git-hooks', 'overcommit'])

function isCalled({ shared, managers }: HookFacts): boolean {
  const now = shared?.spots['pre-push'].now
  return (now?.kind === 'foreign' && hasBlock(now.bytes)) || managers.some(({ calls }) => calls.length > 0)
}

function removeOwn({ path, now }: Spot): readonly Change[] {
  return now.kind === 'ours' ? [{ does: 'remove', path }] : []
}

function pathOf(one: Placed, managers: HookFacts['managers']): string {
  return standingOf(one, managers) === 'legacy' ? `${one.spot.path}.legacy` : one.spot.path
}

function shimAt(event: HookEvent, path: string, startedBy: Starter): RecordedShim {
  return { event, path, startedBy }
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

function recorded(event: HookEvent, { path, now, chained }: Spot, before: InstallRecord | undefined): RecordedHook {
  const earlier = before?.hooks.find(hook => hook.path === path)
  return { event, path, created: earlier?.created ?? (now.kind === 'none' && chained.kind === 'none') }
}

/** Whether a package lies where it may vanish any day: the caches of npx, pnpm dlx, yarn dlx and bunx, or inside a zip that only yarn can read. */
export function isPassing(packageFolder: string): boolean {
  return /\/_npx\/|\/dlx(-[^/]*)?\/|\/bunx-[^/]*\/|\/xfs-[^/]*\/dlx|\.zip\//.test(packageFolder.replaceAll('\\', '/'))
}
