import type { GateUse } from '../core/gate.ts'
import { recall, usualMs } from '../core/log.ts'
import { type Oid, type Push, type Remote, shortRef } from '../core/push.ts'
import type { Git } from '../core/world.ts'
import { digestOf } from '../verdicts/digest.ts'
import type { InForce } from './in-force.ts'
import type { Bench } from './judge.ts'
import { branchesSeen } from './policy.ts'
import { isGuarded } from './protect.ts'

/** What one gate would do at a push: answer from what it said before, run, or not be asked at all. */
export interface Foreseen {
  readonly gate: string
  readonly title: string
  readonly state: 'kept' | 'runs' | 'not-asked'
  readonly because?: string
  /** Milliseconds; absent when it never ran here. */
  readonly usualMs?: number
}

/** Looks up what is kept for this push; no gate is asked. */
export async function foresee(push: Push, uses: readonly GateUse[], bench: Bench): Promise<readonly Foreseen[]> {
  const { world, git, store } = bench
  const runs = await recall(world.files, git.commonDir, 'gates')
  const tree = world.tree(git, push.commit, push.base, async () => git.top ?? git.dir)
  const searchPath = [git.top ?? git.dir, ...(world.env.PATH ?? '').split(':').filter(Boolean)]
  return Promise.all(
    uses.map(async (use): Promise<Foreseen> => {
      const known = { gate: use.id, title: use.gate.title }
      const because = await use.unconcerned?.(push)
      if (because !== undefined) return { ...known, state: 'not-asked', because }
      const digest = await digestOf(use, { git, files: world.files, tree, push, searchPath })
      if ((await store.find(digest, world.now())) !== undefined) return { ...known, state: 'kept' }
      const usual = usualMs(runs, use.id)
      return { ...known, state: 'runs', ...(usual === undefined ? {} : { usualMs: usual }) }
    }),
  )
}

/** A branch of the remote as last fetched, beside HEAD. */
export interface BranchStanding {
  readonly name: string
  readonly commit: Oid
  readonly isProtected: boolean
  /** Commits that HEAD has and it lacks. */
  readonly ahead: number
  /** Commits that it has and HEAD lacks. */
  readonly behind: number
}

const usual = ['develop', 'staging', 'production', 'main']
const mostBranches = 20

/** How HEAD stands to the usual branches and to those that are protected, as far as the last fetch tells. */
export async function standings(
  head: Oid,
  remote: Remote,
  inForce: Pick<InForce, 'protections' | 'tags'>,
  git: Git,
): Promise<readonly BranchStanding[]> {
  const seen = (await branchesSeen(remote, git)).filter(({ ref }) => ref !== 'refs/heads/HEAD')
  const rank = (name: string) => (usual.includes(name) ? usual.indexOf(name) : usual.length)
  const shown = seen
    .map(({ ref, oid }) => ({ name: shortRef(ref), commit: oid, isProtected: isGuarded(ref, remote, inForce) }))
    .filter(({ name, isProtected }) => isProtected || usual.includes(name))
    .sort((a, b) => rank(a.name) - rank(b.name))
    .slice(0, mostBranches)
  return Promise.all(
    shown.map(async branch => {
      const counts = await git.text(['rev-list', '--left-right', '--count', `${head}...${branch.commit}`, '--'])
      const [ahead = 0, behind = 0] = counts.split('\t').map(Number)
      return { ...branch, ahead, behind }
    }),
  )
}
