import { CannotTell } from '../core/errors.ts'
import type { Oid } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'
import type { InForce, Rules } from '../push/in-force.ts'
import { withPackages } from '../push/packages/expand.ts'
import { type Snapshot, snapshotOf } from '../push/packages/snapshot.ts'

/** The same rules with the gates of the packages that each commit has. `baseOf`: the commit that the remote has, as far as it is here. */
export function packagedRules(
  rules: Rules,
  baseOf: (base: Oid | undefined) => Oid | undefined,
  world: Pick<World, 'tree'>,
  git: Git,
): Rules {
  const snapshots = new Map<Oid, Promise<Snapshot>>()
  const snapshotAt = (commit: Oid) => {
    const found = snapshots.get(commit) ?? snapshotOf(world.tree(git, commit, undefined, noCheckout))
    snapshots.set(commit, found)
    return found
  }
  return async (commit, base): Promise<InForce> => {
    const { packages, ...inForce } = await rules(commit, base)
    if (packages === undefined || commit === undefined || inForce.problem !== undefined) return inForce
    const there = baseOf(base)
    const { uses, findings } = await withPackages({
      ...packages,
      uses: inForce.uses,
      pushed: await snapshotAt(commit),
      ...(there === undefined ? {} : { base: await snapshotAt(there) }),
      git,
    })
    return { ...inForce, uses, findings: [...inForce.findings, ...findings] }
  }
}

function noCheckout(): Promise<string> {
  throw new CannotTell('Which packages there are is read from git alone.', 'Push again.')
}
