import type { Finding } from '../core/finding.ts'
import { type Push, shortRef } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'

// Git dirs of the repositories whose gates are running above us, one a line: the tests of a tool for git push in repositories of their own, which are
// judged as ever.
const judging = 'SHIP_GUARD_JUDGING'

/** A world whose commands know that they are gates of this repository. */
export function insideGates(world: World, git: Pick<Git, 'commonDir'>): World {
  const all = [...reposAbove(world), git.commonDir].join('\n')
  return {
    ...world,
    run: (command, options) =>
      world.run(command.on === undefined ? { ...command, env: { [judging]: all, ...command.env } } : command, options),
  }
}

/** A gate that pushes what it has to judge would be started by its own push, and so on without end. */
export function pushedByGate(
  { ref }: Pick<Push, 'ref'>,
  { world, git }: { readonly world: Pick<World, 'env'>; readonly git: Pick<Git, 'commonDir'> },
): Finding | undefined {
  if (!reposAbove(world).includes(git.commonDir)) return undefined
  return {
    rule: 'pushed-by-gate',
    severity: 'error',
    what: `A gate of this repository pushes to ${shortRef(ref)} while it runs.`,
    why: 'Its own push would start it again, without end; and a gate says whether something may be pushed.',
    instead: 'Take the git push out of the command of the gate, or let it push to a branch that is not protected.',
  }
}

function reposAbove({ env }: Pick<World, 'env'>): readonly string[] {
  return (env[judging] ?? '').split('\n').filter(Boolean)
}
