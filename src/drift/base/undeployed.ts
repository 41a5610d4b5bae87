import type { Difference, Side } from '../../core/difference.ts'
import { byPath, type PathBytes, pathBytes } from '../../core/path-bytes.ts'
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
 * are as in the commit are no difference; the others are changed. Files of a submodule are new to this repository and belong to another one: of each
 * submodule it is said once that nothing of it is taken.
 */
export async function withoutUndeployed({
  mirror,
  commit,
  differences,
  signal,
}: UndeployedAsk): Promise<readonly Difference[]> {
  const wanted = new Set(differences.filter(isNewPath).map(({ path }) => path))
  if (wanted.size === 0) return differences
  const { entries, submodules } = await entriesOf(mirror, commit, wanted, signal)
  const known = differences.flatMap(difference => {
    const before = difference.change === 'new' ? entries.get(difference.path) : undefined
    if (before === undefined) return [difference]
    return before.oid === difference.after?.oid ? [] : [{ ...difference, change: 'changed' as const, before }]
  })
  return submodules.size === 0 ? known : withoutSubmodules(known, submodules)
}

function isNewPath({ change }: Difference): boolean {
  return change === 'new' || change === 'renamed'
}

function withoutSubmodules(
  differences: readonly Difference[],
  submodules: ReadonlySet<PathBytes>,
): readonly Difference[] {
  const told = new Map<PathBytes, Difference>()
  for (const difference of differences) {
    const submodule = submoduleOf(difference.path, submodules)
    if (submodule === undefined) {
      told.set(difference.path, difference)
      continue
    }
    told.set(submodule, unreadSubmodule(submodule))
    const { from, before, content, upload } = difference
    // What was moved into it is gone where it was.
    if (from !== undefined && before !== undefined)
      told.set(from, { path: from, change: 'deleted', before, content, upload, ignored: false, holds: [] })
  }
  return [...told.values()].sort(byPath)
}

function submoduleOf(path: PathBytes, submodules: ReadonlySet<PathBytes>): PathBytes | undefined {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end) as PathBytes
    if (submodules.has(folder)) return folder
  }
  return submodules.has(path) ? path : undefined
}

function unreadSubmodule(path: PathBytes): Difference {
  const why = 'A submodule: its files belong to a repository of their own, and are captured from there.'
  const holds = [{ kind: 'denied' as const, rule: 'submodule', why }]
  return { path, change: 'unread', content: 'unknown', upload: false, ignored: false, holds }
}

interface Entries {
  readonly entries: ReadonlyMap<PathBytes, Side>
  readonly submodules: ReadonlySet<PathBytes>
}

async function entriesOf(
  mirror: Mirror,
  commit: Oid,
  wanted: ReadonlySet<PathBytes>,
  signal?: AbortSignal,
): Promise<Entries> {
  const entries = new Map<PathBytes, Side>()
  const submodules = new Set<PathBytes>()
  const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', commit]
  for await (const record of mirror.git.records(args, signalled(signal))) {
    const tab = record.indexOf(0x09)
    const path = pathBytes(record.subarray(tab + 1))
    // 160000, the mode of a submodule, is the only one that begins so.
    if (record[0] === 0x31 && record[1] === 0x36) submodules.add(path)
    else if (wanted.has(path)) entries.set(path, sideOf(record.subarray(0, tab)))
  }
  return { entries, submodules }
}

/** `100644 blob 3b18e51…      12`. */
function sideOf(record: Uint8Array): Side {
  const [mode, , oid, size] = pathBytes(record).split(/ +/) as [string, string, string, string]
  return { mode, oid, size: Number(size) || 0 }
}
