import { createHash } from 'node:crypto'
import { homedir, tmpdir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Environment } from './environment.ts'

/**
 * Where the detached work trees of a repository are kept: `$XDG_CACHE_HOME/ship-guard/<repository>` (XDG Base Directory Specification), by
 * default under `~/.cache`. Not in the git dir, where they would be invisible or in the way: Jest finds no test below `.git/`, and node's own
 * runner walks into it from the work tree.
 */
export function checkoutsFolder(env: Environment, commonDir: string): string {
  const name = createHash('sha256').update(commonDir).digest('hex').slice(0, 16)
  return join(cacheHome(env), 'ship-guard', name)
}

function cacheHome(env: Environment): string {
  if (env.XDG_CACHE_HOME !== undefined && isAbsolute(env.XDG_CACHE_HOME)) return env.XDG_CACHE_HOME
  const home = env.HOME ?? homedir()
  // Services and containers run without a home; the folder is made 0700 and its owner is looked at before it is used.
  return isAbsolute(home) && home !== '/' ? join(home, '.cache') : join(tmpdir(), `ship-guard-${userInfo().uid}`)
}
