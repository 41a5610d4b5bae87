import { join } from 'node:path'
import type { Change } from './change.ts'
import type { Existing, Spot } from './facts.ts'
import { authorOf, type Manager, type ManagerId } from './managers.ts'
import type { HookEvent } from './shim.ts'

/** What is at the place of one hook of git's folder, and who has a say in it. */
export interface Placed {
  readonly event: HookEvent
  readonly spot: Spot
}

/**
 * How our hook gets along with the one that is there: it starts it (`chained`), is started by it (`legacy`, which is pre-commit's way), or is left
 * out because that one's config calls us (`called`).
 */
export type Standing = 'chained' | 'legacy' | 'called'

/** Decides who starts whom, from what lies there and what the managers' configs say. */
export function standingOf({ event, spot }: Placed, managers: readonly Manager[]): Standing {
  const theirs = spot.now.kind === 'ours' ? spot.chained : spot.now
  const author = authorAt(theirs)
  if (author === 'pre-commit') return 'legacy'
  if (author === undefined || !managers.some(({ id, calls }) => id === author && calls.includes(event)))
    return 'chained'
  // Its file holds the commands themselves: one from before its config called us does not.
  return author !== 'simple-git-hooks' || textAt(theirs).includes(`ship-guard/hooks/${event}`) ? 'called' : 'chained'
}

/** The changes that bring our hook into its place in git's folder. */
export function placeHook(placed: Placed, managers: readonly Manager[], shim: string): readonly Change[] {
  switch (standingOf(placed, managers)) {
    case 'called':
      return leaveToManager(placed.spot)
    case 'legacy':
      return behindPreCommit(placed.spot, shim)
    case 'chained':
      return inFront(placed.spot, shim)
  }
}

// Its own file calls us; put behind ours it would judge every push twice, and its next install would move ours away again.
function leaveToManager({ path, now, chained, chainedPath }: Spot): readonly Change[] {
  if (now.kind === 'ours') return [{ does: 'move', from: chainedPath, path }]
  return sameAuthor(now, chained) ? [{ does: 'remove', path: chainedPath }] : []
}

// pre-commit makes every hook it finds its `legacy` one, starts it first with the whole stdin, and puts it back when it goes.
function behindPreCommit({ path, now, chained, chainedPath, legacy }: Spot, shim: string): readonly Change[] {
  const aside = `${path}.legacy`
  const own = ownFile(aside, legacy, shim)
  const users = legacy.kind === 'foreign' || legacy.kind === 'link'
  const keep = users ? [{ does: 'move', from: aside, path: `${path}.chained` } as const] : []
  if (now.kind === 'ours') return [{ does: 'move', from: chainedPath, path }, ...keep, ...own]
  const old = authorAt(chained) === 'pre-commit' ? [{ does: 'remove', path: chainedPath } as const] : []
  return [...old, ...keep, ...own]
}

function inFront(spot: Spot, shim: string): readonly Change[] {
  const { path, now, chained, legacy, moved } = spot
  // lefthook does not install over a file that it has moved away before.
  const unwanted = [...(legacy.kind === 'ours' ? [`${path}.legacy`] : []), ...moved]
  const stale = unwanted.map(one => ({ does: 'remove', path: one }) as const)
  const aside = asideOf(spot)
  switch (now.kind) {
    case 'none':
    case 'ours':
      return [...ownFile(path, now, shim), ...stale]
    case 'foreign':
      // The copy first, then ours over the original: whenever this is interrupted, git finds a hook.
      return [
        ...(chained.kind === 'none' || (sameAuthor(now, chained) && textAt(now) !== textAt(chained))
          ? [{ does: 'keep', path: aside, from: path, content: now.bytes, mode: now.mode } as const]
          : []),
        written(path, shim, 'nothing'),
        ...stale,
      ]
    case 'link':
      return [
        ...(chained.kind === 'none' ? [{ does: 'move', from: path, path: aside } as const] : []),
        written(path, shim, 'nothing'),
        ...stale,
      ]
    case 'odd':
      return []
  }
}

/** Where the hook that is there goes. One of overcommit asks by which name it was started, so that the name is kept and a folder tells them apart. */
function asideOf({ path, now, chained, chainedPath }: Spot): string {
  if (chained.kind !== 'none') return chainedPath
  return authorAt(now) === 'overcommit' ? join(`${path}.chained`, path.slice(path.lastIndexOf('/') + 1)) : chainedPath
}

function ownFile(path: string, now: Existing, shim: string): readonly Change[] {
  if (now.kind !== 'ours') return [written(path, shim, 'nothing')]
  return sameBytes(now.bytes, Buffer.from(shim)) && now.mode === 0o755 ? [] : [written(path, shim, 'ours')]
}

/** A shim at a place that is ours alone. */
export function placeOwn({ path, now }: Spot, shim: string): readonly Change[] {
  return ownFile(path, now, shim)
}

function written(path: string, content: string, replaces: 'nothing' | 'ours'): Change {
  return { does: 'write', path, content, mode: 0o755, replaces }
}

/** Two hooks by the same tool: the newer takes the place of the older, and nothing of a person's is lost. */
export function sameAuthor(a: Existing, b: Existing): boolean {
  const author = authorAt(a)
  return author !== undefined && author === authorAt(b)
}

export function authorAt(existing: Existing): ManagerId | undefined {
  return existing.kind === 'foreign' ? authorOf(existing.bytes) : undefined
}

function textAt(existing: Existing): string {
  return existing.kind === 'foreign' ? Buffer.from(existing.bytes).toString('latin1') : ''
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
