import type { Git, World } from '../core/world.ts'
import { pushUrls, readSources } from './facts.ts'
import { readRecord } from './record.ts'
import { compileShim, isOurs, type ShimRules } from './shim.ts'

/**
 * Compiles the installed shims again when what they should know has changed. Only files of our own inside the git dir are written, never one that a
 * team shares. Says how many were renewed.
 */
export async function refreshShims(
  world: Pick<World, 'files' | 'packageFolder'>,
  git: Git,
  rules: ShimRules,
): Promise<number> {
  const record = await readRecord(world.files, git)
  if (record === undefined) return 0
  const [sources, remotes] = await Promise.all([readSources(world), pushUrls(git)])
  const inConfig = record.mode === 'config'
  const place = { version: record.version, node: record.node, package: record.package, remotes, inConfig }
  let renewed = 0
  for (const { event, path, startedBy } of record.shims) {
    const now = await world.files.text(path)
    const then = compileShim(event, sources, rules, { ...place, startedBy })
    if (now === undefined || !isOurs(now) || now === then) continue
    await world.files.write(path, then, { mode: 0o755 })
    renewed += 1
  }
  return renewed
}
