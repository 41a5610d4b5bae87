import type { Difference, Side } from '../../core/difference.ts'
import { type PathBytes, pathBytes } from '../../core/path-bytes.ts'
import type { Oid } from '../../core/push.ts'
import type { Mirror } from '../../core/world.ts'
import { signalled } from '../records.ts'

export interface UndeployedAsk {
  readonly mirror: Mirror
  /** The deployed commit, whole. */
  readonly commit: Oid
  readonly differences: readonly Difference[]
  readonly signal?: AbortSignal
}

/**
 * What looks new although the deployed commit has it: files that an archive would have left out, on a server that was not deployed as one. Those that
 * are as in the commit are no difference; the others are changed.
 */
export async function withoutUndeployed({
  mirror,
  commit,
  differences,
  signal,
}: UndeployedAsk): Promise<readonly Difference[]> {
  const wanted = new Set(differences.filter(({ change }) => change === 'new').map(({ path }) => path))
  if (wanted.size === 0) return differences
  const there = await entriesOf(mirror, commit, wanted, signal)
  return differences.flatMap(difference => {
    const before = difference.change === 'new' ? there.get(difference.path) : undefined
    if (before === undefined) return [difference]
    return before.oid === difference.after?.oid ? [] : [{ ...difference, change: 'changed' as const, before }]
  })
}

async function entriesOf(
  mirror: Mirror,
  commit: Oid,
  wanted: ReadonlySet<PathBytes>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<PathBytes, Side>> {
  const entries = new Map<PathBytes, Side>()
  const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', commit]
  for await (const record of mirror.git.records(args, signalled(signal))) {
    const tab = record.indexOf(0x09)
    const path = pathBytes(record.subarray(tab + 1))
    if (!wanted.has(path)) continue
    const [mode, , oid, size] = pathBytes(record.subarray(0, tab)).split(/ +/) as [string, string, string, string]
    entries.set(path, { mode, oid, size: Number(size) || 0 })
  }
  return entries
}
