import { CannotTell, GitError } from '../core/errors.ts'
import type { Oid } from '../core/push.ts'
import type { Mirror } from '../core/world.ts'

/** What is known of a mirror from run to run. */
export interface MirrorState {
  /** Begun and not ended: a checkout that was killed. */
  readonly filling?: Oid
  /** The tree that the server was given, as it was last told. */
  readonly tree?: Oid
  /** Files on the server when they were last compared, or those of the first checkout. */
  readonly files?: number
  /** Which deny rules the index was last looked through by. */
  readonly rules?: string
}

const note = 'state.json'

export async function stateOf(mirror: Mirror): Promise<MirrorState> {
  try {
    return JSON.parse((await mirror.recall(note)) ?? '{}') as MirrorState
  } catch {
    return {}
  }
}

export async function keepState(mirror: Mirror, state: MirrorState): Promise<void> {
  const text = JSON.stringify(state)
  if ((await mirror.recall(note)) !== text) await mirror.keep(note, text)
}

/** How many files the mirror holds; undefined when nothing was ever put into it. */
export async function knownFiles(mirror: Mirror): Promise<number | undefined> {
  return (await stateOf(mirror)).files
}

/**
 * Prepares the mirror for a server that was given this tree. The first time it is checked out, so that only differences have to come over the wire.
 * Later nothing is done to it: what lies there is what the server had, and the index, which knows the contents of exactly that, is compared with any
 * tree. That is why another base costs nothing.
 * @throws CannotTell when objects of the tree cannot be had, or the disk is full.
 */
export async function seed(mirror: Mirror, tree: Oid): Promise<void> {
  const state = await stateOf(mirror)
  if (state.tree === tree && state.filling === undefined) return
  const isNew = state.tree === undefined || state.filling !== undefined
  if (!isNew || (state.filling === undefined && (await hasFiles(mirror)))) {
    await keepState(mirror, { ...state, tree })
    return
  }
  await keepState(mirror, { ...state, filling: tree })
  await fill(mirror, tree)
  await keepState(mirror, { tree, files: await mirror.indexed() })
}

async function hasFiles(mirror: Mirror): Promise<boolean> {
  for await (const _ of mirror.git.records(['ls-files', '-z', '--others'])) return true
  return false
}

// Over what a killed checkout left: removing a large tree and making it again takes several times as long.
async function fill(mirror: Mirror, tree: Oid): Promise<void> {
  try {
    await mirror.git.bytes(['read-tree', '--reset', '-u', tree])
  } catch (error) {
    throw error instanceof GitError ? readable(error, mirror.folder) : error
  }
}

function readable(error: GitError, folder: string): Error {
  if (error.stderr.includes('No space left on device'))
    return new CannotTell(
      'The disk is full: the deployed commit could not be checked out into the mirror.',
      `Make room, then run this again; it goes on from there. How much there is: df -h '${folder}'`,
      { cause: error },
    )
  if (/promisor remote|unable to read|missing blob|could not fetch/i.test(error.stderr))
    return new CannotTell(
      'Some files of the deployed commit are not in this clone, and could not be fetched.',
      'See that `git fetch` works, then run this again.',
      { cause: error },
    )
  return error
}
