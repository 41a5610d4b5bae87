import { dirname } from 'node:path'
import { created, withoutBlock } from './block.ts'
import type { Change } from './change.ts'
import type { Spot } from './facts.ts'
import { authorAt, sameAuthor, sameBytes } from './placing.ts'
import type { InstallRecord } from './record.ts'

export interface Undone {
  readonly changes: readonly Change[]
  /** What a person must look at, because more than we can know was done here. */
  readonly notes: readonly string[]
}

const nothing: Undone = { changes: [], notes: [] }

/** Takes our hook out of one place, and out of where others keep it, and puts back what was there before it. Pure. */
export function undoHook(spot: Spot, record: InstallRecord | undefined): Undone {
  const { changes, notes } = undoPlace(spot, record)
  return { changes: [...changes, ...spot.moved.map(path => ({ does: 'remove', path }) as const)], notes }
}

function undoPlace(spot: Spot, record: InstallRecord | undefined): Undone {
  const { path, now, chained, chainedPath, legacy } = spot
  const kept = chained.kind !== 'none'
  const restore = (to: string): readonly Change[] => [
    { does: 'move', from: chainedPath, path: to },
    ...(chainedPath === `${path}.chained` ? [] : [{ does: 'remove-if-empty', path: dirname(chainedPath) } as const]),
  ]
  if (legacy.kind === 'ours' && now.kind !== 'ours') return undoLegacy(spot, restore)
  if (now.kind === 'ours') return { changes: kept ? restore(path) : [{ does: 'remove', path }], notes: [] }
  const installed = record?.hooks.find(hook => hook.path === path)
  if (now.kind === 'none') return kept && installed !== undefined ? { changes: restore(path), notes: [] } : nothing
  if (now.kind !== 'foreign') return nothing
  const without = withoutBlock(now.bytes)
  if (without !== undefined) {
    const alone = sameBytes(without, Buffer.from(created)) || without.length === 0
    if (alone && (installed === undefined || installed.created))
      return { changes: [{ does: 'remove', path }], notes: [] }
    return { changes: [{ does: 'write', path, content: without, mode: now.mode, replaces: 'foreign' }], notes: [] }
  }
  if (!kept || installed === undefined) return nothing
  // An install that was interrupted has made the copy and not yet put ours over the original; a tool has renewed its own.
  if (sameAuthor(chained, now) || (chained.kind === 'foreign' && sameBytes(chained.bytes, now.bytes)))
    return { changes: [{ does: 'remove', path: chainedPath }], notes: [] }
  return {
    changes: [],
    notes: [
      `${path} is no longer ours: another tool replaced it, and it stays. The hook from before ship-guard is ${chainedPath}.`,
    ],
  }
}

// What our own hook started is pre-commit's to start again.
function undoLegacy({ path, now, chained }: Spot, restore: (to: string) => readonly Change[]): Undone {
  const legacy = `${path}.legacy`
  if (chained.kind === 'none') return { changes: [{ does: 'remove', path: legacy }], notes: [] }
  return { changes: restore(authorAt(now) === 'pre-commit' ? legacy : path), notes: [] }
}
