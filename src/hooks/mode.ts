import { hasBlock } from './block.ts'
import type { HookFacts } from './facts.ts'
import { isInside } from './record.ts'
import { hookEvents, type Mode } from './shim.ts'

/** git-config(1), hook.<friendly-name>.event: since 2.54. An older git knows nothing of it and says nothing either. */
export const firstWithConfigHooks = '2.54'

export function knowsConfigHooks(gitVersion: string): boolean {
  const [major = 0, minor = 0] = gitVersion.split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 54)
}

/** The way for this clone: its own hooks folder, unless that is another tool's and git can do without it. */
export function modeFor(facts: HookFacts, wanted: Mode | 'auto'): Mode {
  if (wanted !== 'auto') return wanted
  if (!knowsConfigHooks(facts.gitVersion) || isSwitchedOff(facts)) return 'folder'
  return isAnothers(facts) && !startsUsAlready(facts) ? 'config' : 'folder'
}

/** Whether core.hooksPath says that no hooks are wanted here, as containers do. */
export function isSwitchedOff({ hooksPath, folderIs }: HookFacts): boolean {
  const set = hooksPath.at(-1)
  return set !== undefined && (set.value === '' || folderIs === 'other')
}

function isAnothers({ managers, hooksPath, folder, commonDir, gitDir }: HookFacts): boolean {
  const led = hooksPath.length > 0 && !isInside(folder, commonDir) && !isInside(folder, gitDir)
  // git-lfs puts hooks into the folder and does not claim it.
  return led || managers.some(({ id }) => id !== 'git-lfs')
}

// A team that has our lines in its shared hook, or our call in its manager's config, has decided.
function startsUsAlready({ shared, managers }: HookFacts): boolean {
  const now = shared?.spots['pre-push'].now
  if (now?.kind === 'foreign' && hasBlock(now.bytes)) return true
  return managers.some(({ calls }) => hookEvents.every(event => calls.includes(event)))
}
