import { basename, dirname, join } from 'node:path'
import type { World } from '../../core/world.ts'
import type { HookFacts } from '../facts.ts'
import { authorOf } from '../managers.ts'
import { knowsConfigHooks } from '../mode.ts'
import { ownFolder } from '../record.ts'
import { type HookEvent, isOurs } from '../shim.ts'
import { type HookFile, lookAtHook } from './hook-file.ts'

/**
 * Who starts a file: git from its hooks folder, git from its config, husky's `h`, the block or the command in a file of the team, pre-commit (what
 * it found at its install).
 */
export interface Link {
  readonly by: 'git' | 'git-config' | 'husky' | 'call' | 'pre-commit'
  readonly file: HookFile
}

/** From what git starts to our shim, or to where the way ends. Never empty. */
export interface Chain {
  readonly event: HookEvent
  readonly links: readonly [Link, ...Link[]]
  /** Whether the last link is our shim. */
  readonly reaches: boolean
  /** The hook from before us, which our shim starts. */
  readonly chained?: HookFile
  /** What lefthook or another tool put aside. */
  readonly aside?: HookFile
}

type Looking = Pick<World, 'files' | 'env'>

/** Reads the files in the order in which git and the hook managers start them. Runs nothing. */
export async function followHook(event: HookEvent, facts: HookFacts, world: Looking): Promise<Chain> {
  const first: Link = startedByConfig(event, facts)
    ? { by: 'git-config', file: await lookAtHook(facts.forConfig[event].path, world) }
    : { by: 'git', file: await lookAtHook(gitsPath(event, facts), world) }
  const links: [Link, ...Link[]] = [first]
  for (let at = 0; at < 3; at += 1) {
    const next = await nextLink(links.at(-1)!, event, facts, world)
    if (next === undefined) break
    links.push(next)
  }
  const last = links.at(-1)!.file
  const reaches = isOurs(last.text)
  const [chained, aside] = await Promise.all([chainedOf(last.path, world), asideOf(first.file, world)])
  return {
    event,
    links,
    reaches,
    ...(reaches && chained.is !== 'missing' ? { chained } : {}),
    ...(aside === undefined ? {} : { aside }),
  }
}

// git-config(1), hook.<name>.command: before 2.54 git passes over it.
function startedByConfig(event: HookEvent, { inConfig, gitVersion }: HookFacts): boolean {
  return inConfig[event] !== undefined && knowsConfigHooks(gitVersion)
}

async function chainedOf(path: string, world: Looking): Promise<HookFile> {
  const plain = await lookAtHook(`${path}.chained`, world)
  const named = await lookAtHook(join(`${path}.chained`, basename(path)), world)
  return named.is === 'missing' ? plain : named
}

// path.c, adjust_git_path: an empty core.hooksPath is put in front of `/pre-push`, which is then the root of the disk.
function gitsPath(event: HookEvent, { folder, hooksPath }: HookFacts): string {
  return hooksPath.at(-1)?.value === '' ? `/${event}` : join(folder, event)
}

async function nextLink({ file }: Link, event: HookEvent, facts: HookFacts, world: Looking): Promise<Link | undefined> {
  if (file.is !== 'file' || isOurs(file.text)) return undefined
  const folder = dirname(file.path)
  if (callsUs(file.text, event) || managerCallsUs(file, event, facts))
    return { by: 'call', file: await calledShim(event, facts, world) }
  if (basename(folder) === '_' && basename(dirname(folder)) === '.husky')
    return { by: 'husky', file: await lookAtHook(join(dirname(folder), event), world) }
  // pre-commit starts what it found at its install with the whole of stdin.
  if (authorOf(Buffer.from(file.text, 'latin1')) === 'pre-commit') {
    const legacy = await lookAtHook(`${file.path}.legacy`, world)
    if (legacy.is === 'file') return { by: 'pre-commit', file: legacy }
  }
  return undefined
}

function callsUs(text: string, event: HookEvent): boolean {
  return text.split('\n').some(line => !/^\s*#/.test(line) && line.includes(`ship-guard/hooks/${event}`))
}

// What a manager's hook starts stands in the manager's config, not in the hook.
function managerCallsUs({ text }: HookFile, event: HookEvent, { managers }: HookFacts): boolean {
  const author = authorOf(Buffer.from(text, 'latin1'))
  return managers.some(({ id, calls }) => id === author && calls.includes(event))
}

async function calledShim(event: HookEvent, facts: HookFacts, world: Looking): Promise<HookFile> {
  const own = await lookAtHook(join(ownFolder(facts.commonDir), 'hooks', event), world)
  if (own.is !== 'missing' || facts.top === undefined) return own
  const shipped = await lookAtHook(join(facts.top, 'node_modules', 'ship-guard', 'hooks', event), world)
  return shipped.is === 'missing' ? own : shipped
}

// lefthook renames what it finds to `.old`; overcommit keeps it in `old-hooks`.
async function asideOf({ path }: HookFile, world: Looking): Promise<HookFile | undefined> {
  for (const place of [`${path}.old`, join(dirname(path), 'old-hooks', basename(path))]) {
    const file = await lookAtHook(place, world)
    if (isOurs(file.text)) return file
  }
  return undefined
}
