import type { Difference } from '../core/difference.ts'
import { type PathBytes, pathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'
import { type Entry, filesOf, rawChange } from './records.ts'

interface Asked {
  /** The commit that is deployed. */
  readonly base: Oid
  readonly differences: readonly Difference[]
  readonly git: Pick<Git, 'records'>
  readonly signal: AbortSignal
}

/**
 * The differences that a commit does not know of: neither does it have the file as it is on the server, nor did any commit since the deployed one.
 * A captured change may have been merged with other work since, and is then in the history only.
 */
export async function unknownTo(
  commit: Oid,
  { base, differences, git, signal }: Asked,
): Promise<readonly Difference[]> {
  if (differences.length === 0) return []
  const paths = new Set(differences.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])))
  const now = await filesOf(git, commit, { paths, signal })
  const left = differences.filter(difference => !isIn(now, difference))
  if (left.length === 0) return []
  const once = await historyOf(`${base}..${commit}`, paths, git, signal)
  return left.filter(difference => !wasIn(once, difference))
}

type Entries = ReadonlyMap<PathBytes, Entry>

function isIn(tree: Entries, { path, from, change, after }: Difference): boolean {
  if (change === 'deleted') return !tree.has(path)
  const entry = tree.get(path)
  if (entry === undefined || after === undefined || entry.oid !== after.oid) return false
  if (change === 'mode' && entry.mode !== after.mode) return false
  return from === undefined || !tree.has(from)
}

function wasIn(history: ReadonlySet<string>, { path, from, change, after }: Difference): boolean {
  if (change === 'deleted') return history.has(gone(path))
  if (after === undefined || !history.has(had(path, after.oid, change === 'mode' ? after.mode : undefined)))
    return false
  return from === undefined || history.has(gone(from))
}

function gone(path: PathBytes): string {
  return `- ${path}`
}

function had(path: PathBytes, oid: string, mode = ''): string {
  return `${oid} ${mode} ${path}`
}

/** Every state that one of these paths was given by a commit of the range. */
async function historyOf(
  range: string,
  paths: ReadonlySet<PathBytes>,
  git: Pick<Git, 'records'>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const states = new Set<string>()
  const args = ['log', '-z', '--raw', '--no-abbrev', '--no-renames', '--format=', '--end-of-options', range]
  let head: string | undefined
  // diff-format of git-diff-tree(1) with -z: `:<mode> <mode> <oid> <oid> <status>` NUL `<path>` NUL. Nothing else begins with a colon but paths,
  // and those come second.
  for await (const record of git.records(args, { signal })) {
    const text = pathBytes(record)
    if (head === undefined) {
      if (text.startsWith(':')) head = text
      continue
    }
    const { path, status, after } = rawChange(head, text)
    head = undefined
    if (!paths.has(path)) continue
    if (status === 'D') states.add(gone(path))
    else states.add(had(path, after.oid)).add(had(path, after.oid, after.mode))
  }
  return states
}
