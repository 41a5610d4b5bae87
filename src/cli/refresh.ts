import type { Git, World } from '../core/world.ts'
import { refreshShims } from '../hooks/refresh.ts'
import { programWaits } from './programs.ts'
import { shimRules } from './shim-rules.ts'

/** Brings the patterns in our own hook files up to date when the config changed, so that the shell can decide alone again. Never fails a push. */
export async function refreshHooks(world: World, git: Git): Promise<void> {
  if (await programWaits(world, git)) return
  // A config that is wrong has been told by then; a hook file that cannot be written only costs time: Node looks at each push.
  await shimRules(world, git)
    .then(rules => refreshShims(world, git, rules))
    .catch(() => {})
}
