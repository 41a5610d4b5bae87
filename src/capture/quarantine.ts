import { join } from 'node:path'
import { CannotTell, GitError } from '../core/errors.ts'
import type { Oid } from '../core/push.ts'
import type { Mirror, World } from '../core/world.ts'

/**
 * Takes out of the quarantine whatever the commit does not need: contents that were ticked for a while, previews of merges. False when it cannot
 * be taken apart, because git put very large files into a pack; then it is to be emptied and filled again.
 */
export async function keepOnly(mirror: Mirror, commit: Oid, base: Oid, files: World['files']): Promise<boolean> {
  const folder = join(mirror.folder, 'quarantine')
  if (await holdsPacks(join(folder, 'pack'), files)) return false
  const listed = await mirror.git.text(['rev-list', '--objects', '--no-object-names', commit, '--not', base])
  const needed = new Set(listed.split('\n'))
  for (const fanout of (await files.list(folder)).filter(name => /^[0-9a-f]{2}$/.test(name)))
    for (const name of await files.list(join(folder, fanout)))
      if (!needed.has(`${fanout}${name}`)) await files.remove(join(folder, fanout, name))
  return true
}

// Packs of a partial clone, fetched on the way, hold only what the remote has: they carry `.promisor` beside them.
async function holdsPacks(folder: string, files: World['files']): Promise<boolean> {
  const names = await files.list(folder)
  return names.some(name => name.endsWith('.pack') && !names.includes(name.replace(/\.pack$/, '.promisor')))
}

/** Waits for work that writes objects; says it in words when there is no room for them. Nothing names what was written so far. */
export async function withRoom<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    const cause = (error as Error).cause
    const said = [error, cause].map(one =>
      one instanceof GitError ? one.stderr : ((one as { code?: string } | undefined)?.code ?? ''),
    )
    if (!said.some(text => /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/.test(text))) throw error
    throw new CannotTell(
      'The disk is full: what was approved could not be written. Nothing was committed.',
      'Make room, then run this again: df -h .',
      { cause: error },
    )
  }
}
