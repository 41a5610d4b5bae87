import { join } from 'node:path'
import { type PathBytes, pathBytes, textOf } from '../core/path-bytes.ts'
import type { Git, World } from '../core/world.ts'
import type { Change } from '../drift/records.ts'

export interface InTheWay {
  /** The user has something else there: a change that is not committed, or a file that git does not know, ignored ones too. */
  readonly blocking: readonly PathBytes[]
  /** In the work tree already as the merge will leave it: a merge that was killed, or the same file put there by hand. */
  readonly same: readonly Change[]
}

/**
 * What lies in the work tree where a merge would write. git looks as well, but it overwrites files that .gitignore names without a word, and
 * captured uploads are often such files.
 */
export async function inTheWay(git: Git, changes: readonly Change[], files: World['files']): Promise<InTheWay> {
  const edited = new Set(pathsIn(await git.bytes(['diff-files', '-z', '--name-only'])))
  const gone = new Set(changes.flatMap(({ path, after }) => (after === undefined ? [path] : [])))
  const blocking: PathBytes[] = []
  const same: Change[] = []
  for (const change of changes) {
    const isEdited = edited.has(change.path)
    const above = change.before === undefined ? await fileAbove(git, change.path, files) : undefined
    if (above !== undefined && !gone.has(above)) blocking.push(above)
    if (change.before === undefined ? !(await isThere(git, change.path, files)) : !isEdited) continue
    if (await isAsAfter(git, change, files)) same.push(change)
    else if (change.before === undefined || (await isReallyEdited(git, change, files))) blocking.push(change.path)
  }
  return { blocking, same }
}

/** Gives git back what it expects to find, so that it writes the very same again. */
export async function putBack(git: Git, same: readonly Change[], files: World['files']): Promise<void> {
  for (const { path, before } of same) {
    if (before === undefined) await files.remove(placeOf(git, path)!)
    else await git.bytes(['checkout-index', '--force', '-z', '--stdin'], { input: Buffer.from(`${path}\0`, 'latin1') })
  }
}

/** After a merge that did not happen: what the user had there is there again. */
export async function bringBack(git: Git, same: readonly Change[], files: World['files']): Promise<void> {
  for (const { path, after } of same) {
    if (after === undefined) await files.remove(placeOf(git, path)!)
    else {
      const content = await git.bytes(['cat-file', '--filters', `--path=${textOf(path)!}`, after.oid])
      await files.write(placeOf(git, path)!, content, { mode: after.mode === '100755' ? 0o755 : 0o644 })
    }
  }
}

/** What is no folder although the path goes through it. */
async function fileAbove(git: Git, path: PathBytes, files: World['files']): Promise<PathBytes | undefined> {
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const above = path.slice(0, slash) as PathBytes
    const place = placeOf(git, above)
    const facts = place === undefined ? undefined : await files.look(place)
    if (facts === undefined) return undefined
    if (facts.kind !== 'folder') return above
  }
  return undefined
}

async function isThere(git: Git, path: PathBytes, files: World['files']): Promise<boolean> {
  const place = placeOf(git, path)
  return place !== undefined && (await files.look(place)) !== undefined
}

async function isAsAfter(git: Git, { path, after }: Change, files: World['files']): Promise<boolean> {
  if (after === undefined) return !(await isThere(git, path, files)) && textOf(path) !== undefined
  return after.mode.startsWith('100') && (await oidHere(git, path, files)) === after.oid
}

// Stat data of the index may be stale: copied, touched, restored from a backup.
async function isReallyEdited(git: Git, { path, before }: Change, files: World['files']): Promise<boolean> {
  return (await oidHere(git, path, files)) !== before?.oid
}

async function oidHere(git: Git, path: PathBytes, files: World['files']): Promise<string | undefined> {
  const place = placeOf(git, path)
  if (place === undefined || (await files.look(place))?.kind !== 'file') return undefined
  return git.answer(['hash-object', '--', textOf(path)!])
}

/** Undefined when the name is no UTF-8: it has no place that could be asked for. */
function placeOf(git: Git, path: PathBytes): string | undefined {
  const text = textOf(path)
  return text === undefined ? undefined : join(git.top!, text)
}

function pathsIn(list: Uint8Array): readonly PathBytes[] {
  return pathBytes(list)
    .split('\0')
    .filter(path => path !== '') as PathBytes[]
}
