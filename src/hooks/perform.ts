import { join } from 'node:path'
import { GitError } from '../core/errors.ts'
import type { Files, Git, World } from '../core/world.ts'
import type { Change, ConfigValues } from './change.ts'
import type { Refusal } from './refusals.ts'

type Disk = Pick<World, 'files' | 'git'>

/** Does what was planned, in order. A disk that may not be written to is a refusal, with nothing half done; anything else that fails is thrown. */
export async function perform(changes: readonly Change[], world: Disk): Promise<Refusal | undefined> {
  const done: Change[] = []
  for (const change of changes) {
    try {
      await performOne(change, world)
      done.push(change)
    } catch (error) {
      await undo(done, world)
      const refusal = readOnly(error, change.path)
      if (refusal === undefined) throw error
      return refusal
    }
  }
  return undefined
}

async function performOne(change: Change, world: Disk): Promise<void> {
  const { files } = world
  switch (change.does) {
    case 'make-folder':
      return files.makeFolder(change.path)
    case 'write':
    case 'keep':
      return files.write(change.path, change.content, { mode: change.mode })
    case 'move':
      return files.move(change.from, change.path)
    case 'copy-package':
      return copyPackage(change.from, change.path, files)
    case 'remove':
      return files.remove(change.path)
    case 'remove-if-empty':
      if ((await files.list(change.path)).length === 0) await files.remove(change.path)
      return
    case 'set-config':
      return setConfig(change.section, change.values, await world.git())
    case 'unset-config':
      await (await world.git()).text(['config', '--local', '--remove-section', change.section])
  }
}

async function setConfig(section: string, values: ConfigValues, git: Git): Promise<void> {
  for (const [name, value] of Object.entries(values))
    await git.text(['config', '--local', '--replace-all', `${section}.${name}`, value])
}

// Only what put the user's own hook elsewhere has to be taken back; what was written beside it does no harm and is written again next time.
async function undo(done: readonly Change[], { files }: Disk): Promise<void> {
  for (const change of done.toReversed()) {
    if (change.does === 'keep') await files.remove(change.path).catch(() => {})
    if (change.does === 'move' && (await files.look(change.from)) === undefined)
      await files.move(change.path, change.from).catch(() => {})
  }
}

function readOnly(error: unknown, path: string): Refusal | undefined {
  if (error instanceof GitError && /could not (lock|write) config/.test(error.message)) return unwritten(path)
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') return undefined
  return unwritten(path, code)
}

function unwritten(path: string, code?: 'EACCES' | 'EPERM' | 'EROFS'): Refusal {
  const because =
    code === undefined
      ? 'git could not change it'
      : code === 'EROFS'
        ? 'the file system is read-only'
        : 'permission denied'
  return {
    outcome: 'refused',
    kind: 'unavailable',
    what: `${path} cannot be written: ${because}${code === undefined ? '' : ` (${code})`}.`,
    why: 'The hooks must lie in the repository for git to run them.',
    instead: 'Make it writable for you, then run `npx ship-guard install` again.',
  }
}

const parts = ['package.json', 'schema.json', '.shiprc.example', 'dist', 'hooks', 'templates'] as const

/** A whole copy beside the place, then one rename: whoever looks finds the old package or the new one. */
async function copyPackage(from: string, to: string, files: Files): Promise<void> {
  const fresh = `${to}.new`
  await files.remove(fresh)
  for (const part of parts) await copy(join(from, part), join(fresh, part), files)
  await files.remove(`${to}.old`)
  if ((await files.look(to)) !== undefined) await files.move(to, `${to}.old`)
  await files.move(fresh, to)
  await files.remove(`${to}.old`)
}

async function copy(from: string, to: string, files: Files): Promise<void> {
  const facts = await files.look(from)
  if (facts?.kind === 'folder')
    for (const name of await files.list(from)) await copy(join(from, name), join(to, name), files)
  else if (facts?.kind === 'file') await files.write(to, (await files.read(from))!, { mode: facts.mode })
}
