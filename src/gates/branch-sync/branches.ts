import type { Oid, Push } from '../../core/push.ts'
import type { Git } from '../../core/world.ts'

/** A branch as it will be after the push. */
export interface Branch {
  readonly name: string
  /** As a person can type it: `origin/main`. */
  readonly typed: string
  readonly commit: Oid
  readonly isPushed: boolean
}

export interface Commit {
  readonly oid: Oid
  readonly subject: string
}

/** These branches of the remote as this clone last saw them, with the pushed one as the push makes it, in the order asked. */
export async function branchesAfter(push: Push, names: readonly string[], git: Git): Promise<readonly Branch[]> {
  const seen = await seenOn(push, git)
  return names.flatMap((name): Branch[] => {
    const isPushed = push.ref === `refs/heads/${name}`
    if (isPushed) return [{ name, typed: push.commit.slice(0, 12), commit: push.commit, isPushed }]
    const found = seen.get(name)
    return found === undefined ? [] : [{ name, ...found, isPushed }]
  })
}

/** What the remote has of the pushed branch, as this clone last saw it. */
export async function pushedBefore(push: Push, git: Git): Promise<Oid | undefined> {
  return (await seenOn(push, git)).get(push.ref.replace(/^refs\/heads\//, ''))?.commit
}

// A push to a URL names no remote; then the branches of whichever remote has them count.
async function seenOn(push: Push, git: Git): Promise<ReadonlyMap<string, { typed: string; commit: Oid }>> {
  const listed = await git.text(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/remotes/'])
  const refs = listed
    .split('\n')
    .filter(Boolean)
    .map(line => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const)
  const own = refs.filter(([, ref]) => ref.startsWith(`refs/remotes/${push.remote.name}/`))
  const found = new Map<string, { typed: string; commit: Oid }>()
  for (const [commit, ref] of own.length > 0 ? own : refs) {
    const typed = ref.slice('refs/remotes/'.length)
    const name = own.length > 0 ? typed.slice(push.remote.name.length + 1) : typed.slice(typed.indexOf('/') + 1)
    if (!found.has(name)) found.set(name, { typed, commit })
  }
  return found
}

/**
 * Commits of `later` whose changes `earlier` lacks, the newest first. Merges count for nothing by themselves, what was cherry-picked is there
 * (git-rev-list(1), --cherry-pick), and so is what was squashed: a tree that `earlier` once had holds nothing that it lacks.
 */
export async function lacking(
  earlier: Branch,
  later: Branch,
  git: Git,
  signal: AbortSignal,
): Promise<readonly Commit[]> {
  const call = { signal }
  if ((await git.code(['merge-base', '--is-ancestor', later.commit, earlier.commit], call)) === 0) return []
  const range = `${earlier.commit}...${later.commit}`
  const only = ['--right-only', '--cherry-pick', '--no-merges', `--max-count=${mostNamed}`]
  const listed = await git.text(['log', ...only, '--format=%H %s', range, '--'], call)
  const commits = listed
    .split('\n')
    .filter(Boolean)
    .map(line => ({ oid: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }))
  return commits.length === 0 || (await hadTree(earlier, later, git, signal)) ? [] : commits
}

const mostNamed = 100

async function hadTree(earlier: Branch, later: Branch, git: Git, signal: AbortSignal): Promise<boolean> {
  const tree = await git.text(['rev-parse', '--verify', `${later.commit}^{tree}`])
  const before = await git.text(['log', '--format=%T', earlier.commit, `^${later.commit}`, '--'], { signal })
  return before.split('\n').includes(tree)
}

/** How many commits, merges apart, the push brings; `straight`: those that came by no merge. */
export async function sizeOf(
  { commit, base }: Push,
  git: Git,
  signal: AbortSignal,
): Promise<{ commits: number; straight: number }> {
  const range = base === undefined ? [commit] : [commit, `^${base}`]
  const count = async (...how: string[]) =>
    Number(await git.text(['rev-list', '--count', '--no-merges', ...how, ...range, '--'], { signal }))
  return { commits: await count(), straight: await count('--first-parent') }
}
