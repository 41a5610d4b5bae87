import { join } from 'node:path'
import { isShellScript } from './block.ts'
import type { HookFacts, Spot } from './facts.ts'
import { firstWithConfigHooks, isSwitchedOff, knowsConfigHooks } from './mode.ts'
import { authorAt, type Placed, sameAuthor, standingOf } from './placing.ts'
import { isInside } from './record.ts'
import { type HookEvent, hookEvents, type Mode } from './shim.ts'

/** Why nothing was installed. */
export interface Refusal {
  readonly outcome: 'refused'
  /** `unavailable`: hooks cannot be had here at all, as in a container. `decision`: a person must decide something first. */
  readonly kind: 'unavailable' | 'decision'
  readonly what: string
  readonly why: string
  readonly instead: string
}

/** What stands in the way of an install; undefined when nothing does. */
export function refusalFor(
  facts: HookFacts,
  {
    force,
    mode = 'folder',
    events = hookEvents,
  }: { readonly force: boolean; readonly mode?: Mode; readonly events?: readonly HookEvent[] },
): Refusal | undefined {
  // What lies in hooks folders, and which one git uses, is then no matter of ours.
  if (mode === 'config') return noWorkTree(facts) ?? tooOld(facts)
  return (
    noWorkTree(facts) ??
    environment(facts) ??
    disabled(facts) ??
    notOurs(facts) ??
    missingFolder(facts) ??
    outside(facts, force) ??
    oddFolder(facts, force) ??
    oddHooks(facts, events)
  )
}

function refuse(kind: Refusal['kind'], what: string, why: string, instead: string): Refusal {
  return { outcome: 'refused', kind, what, why, instead }
}

function noWorkTree({ bare, top, gitDir }: HookFacts): Refusal | undefined {
  if (top !== undefined) return undefined
  if (bare)
    return refuse(
      'decision',
      `${gitDir} is a bare repository.`,
      'People push TO it, and client hooks run where people push FROM; here they would guard nothing.',
      'Run `npx ship-guard install` in a clone with a work tree.',
    )
  return refuse(
    'decision',
    `${gitDir} is the inside of a repository.`,
    'There is no work tree here, so it is not clear what to guard.',
    'Run `npx ship-guard install` in the work tree.',
  )
}

function tooOld({ gitVersion }: HookFacts): Refusal | undefined {
  if (knowsConfigHooks(gitVersion)) return undefined
  return refuse(
    'decision',
    `git ${gitVersion} takes no hooks from its config.`,
    `It knows nothing of them before ${firstWithConfigHooks} and says nothing about it, so that no push would be judged.`,
    'Install into the hooks folder: npx ship-guard install --mode folder',
  )
}

function environment({ hooksPathInEnvironment }: HookFacts): Refusal | undefined {
  if (!hooksPathInEnvironment) return undefined
  return refuse(
    'decision',
    'core.hooksPath is set by the environment (GIT_CONFIG_COUNT or `git -c`).',
    'As long as it is, git takes its hooks from there; what is installed anywhere else would not run.',
    'Unset GIT_CONFIG_COUNT (or leave out `-c core.hooksPath=…`) and run `npx ship-guard install` again.',
  )
}

function disabled(facts: HookFacts): Refusal | undefined {
  const set = facts.hooksPath.at(-1)
  if (set === undefined || !isSwitchedOff(facts)) return undefined
  return refuse(
    'unavailable',
    `git runs no hooks here: core.hooksPath is ${set.value === '' ? 'empty' : set.value} (${set.scope}, ${set.origin}).`,
    'A push from here is not guarded, by ship-guard or by anything else.',
    `If that is not intended: ${mendCommand(facts)}`,
  )
}

// Whatever is written into a folder that other repositories use runs in all of them, and a global config is the user's alone.
function notOurs(facts: HookFacts): Refusal | undefined {
  const set = facts.hooksPath.at(-1)
  if (set === undefined || set.scope === 'local' || set.scope === 'worktree') return undefined
  return refuse(
    'decision',
    `core.hooksPath is ${set.value} for ${set.scope === 'system' ? 'every user of this machine' : 'all your repositories'} (${set.scope}, ${set.origin}).`,
    'git takes the hooks of this repository from there. ship-guard writes neither into a folder that other repositories share nor into your global config.',
    `To use this repository's own hooks: ${mendCommand(facts)}\nThen run \`npx ship-guard install\` again.`,
  )
}

function mendCommand({ hooksPath, commonDir }: HookFacts): string {
  const set = hooksPath.at(-1)
  const values = hooksPath.filter(value => value.scope === set?.scope).length
  const away = `git config ${set?.scope === 'worktree' ? '--worktree ' : ''}${values > 1 ? '--unset-all' : '--unset'} core.hooksPath`
  return set?.scope === 'local' || set?.scope === 'worktree'
    ? away
    : `git config core.hooksPath "${join(commonDir, 'hooks')}"`
}

function missingFolder(facts: HookFacts): Refusal | undefined {
  const set = facts.hooksPath.at(-1)
  if (set === undefined || facts.folderIs !== 'missing') return undefined
  // husky makes its folder itself, at the next `npm install`.
  if (facts.shared !== undefined && facts.shared.folder !== facts.folder) return undefined
  if (isInside(facts.folder, facts.commonDir)) return undefined
  return refuse(
    'decision',
    `core.hooksPath names ${facts.folder}, which does not exist (${set.scope}, ${set.origin}).`,
    'git runs no hooks at all then, and says nothing about it.',
    `Make the folder if it is meant to be there, or: ${mendCommand(facts)}\nThen run \`npx ship-guard install\` again.`,
  )
}

function outside(facts: HookFacts, force: boolean): Refusal | undefined {
  if (force || facts.shared !== undefined || facts.hooksPath.length === 0) return undefined
  if (isInside(facts.folder, facts.commonDir) || isInside(facts.folder, facts.gitDir)) return undefined
  return refuse(
    'decision',
    `core.hooksPath names ${facts.folder}, which is outside this repository.`,
    'Other repositories may take their hooks from it, and ours would then run in all of them.',
    `To write there nevertheless: npx ship-guard install --force\nTo use this repository's own hooks: ${mendCommand(facts)}`,
  )
}

function oddFolder({ folder, folderIs, shared }: HookFacts, force: boolean): Refusal | undefined {
  if (folderIs === 'file' || (folderIs === 'other' && shared === undefined))
    return refuse(
      'decision',
      `${folder} is not a folder.`,
      'git looks for its hooks in it and finds none.',
      `Move it away, then run \`npx ship-guard install\` again.`,
    )
  if (folderIs === 'link' && !force)
    return refuse(
      'decision',
      `${folder} is a symbolic link.`,
      'What is written there lands in another folder, whose hooks other repositories may use as well.',
      'To write through the link nevertheless: npx ship-guard install --force',
    )
  return undefined
}

function oddHooks(facts: HookFacts, events: readonly HookEvent[]): Refusal | undefined {
  for (const event of events) {
    const refusal =
      facts.shared === undefined
        ? oddHook({ event, spot: facts.inFolder[event] }, facts)
        : oddShared(facts.shared.spots[event])
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function oddHook(placed: Placed, { managers }: HookFacts): Refusal | undefined {
  const { path, now, chained, legacy } = placed.spot
  if (now.kind === 'odd') return odd(path)
  const standing = standingOf(placed, managers)
  if (standing === 'called') return undefined
  const theirs = standing === 'legacy' ? legacy : now
  const both = (theirs.kind === 'foreign' || theirs.kind === 'link') && chained.kind !== 'none'
  const same =
    sameAuthor(theirs, chained) ||
    (standing === 'legacy' && authorAt(chained) === 'pre-commit') ||
    (theirs.kind === 'foreign' && chained.kind === 'foreign' && Buffer.compare(theirs.bytes, chained.bytes) === 0) ||
    (theirs.kind === 'link' && chained.kind === 'link' && theirs.target === chained.target)
  if (!both || same) return undefined
  return refuse(
    'decision',
    `${path} was replaced by another tool since ship-guard was installed, and ${path}.chained still holds the hook from before.`,
    'Only one of the two can be kept as the chained hook; ship-guard throws neither away.',
    `Put what you need of both into ${path}, remove ${path}.chained, then run \`npx ship-guard install\` again.`,
  )
}

function odd(path: string): Refusal {
  return refuse(
    'decision',
    `${path} is not a file.`,
    'git cannot start it, and some versions of git hang in a push because of it.',
    `Move ${path} away, then run \`npx ship-guard install\` again.`,
  )
}

function oddShared({ path, now }: Spot): Refusal | undefined {
  if (now.kind === 'odd') return odd(path)
  if (now.kind === 'link')
    return refuse(
      'decision',
      `${path} is a symbolic link.`,
      'The lines of ship-guard would land in the file behind it, which may serve other hooks too.',
      `Make ${path} a file of its own, then run \`npx ship-guard install\` again.`,
    )
  if (now.kind !== 'foreign' || isShellScript(now.bytes)) return undefined
  return refuse(
    'decision',
    `${path} is not a shell script.`,
    'It lies in a folder that your team shares through git, and the lines of ship-guard are sh.',
    `Start it from an sh script of the name ${path}, then run \`npx ship-guard install\` again.`,
  )
}
