import { type PathBytes, pathBytes } from '../../core/path-bytes.ts'
import type { Oid } from '../../core/push.ts'
import type { Git } from '../../core/world.ts'

/** One side of a path in a tree. */
export interface Entry {
  readonly mode: string
  readonly oid: Oid
}

/** What changed between two trees at one path; a side that is not there is absent. */
export interface Change {
  readonly path: PathBytes
  readonly before?: Entry
  readonly after?: Entry
}

/** Every file of a tree, links and submodules too, in git's order. */
export async function filesOf(git: Git, tree: Oid, signal?: AbortSignal): Promise<Map<PathBytes, Entry>> {
  const files = new Map<PathBytes, Entry>()
  for await (const record of git.records(['ls-tree', '-r', '-z', '--full-tree', tree], signalled(signal))) {
    const tab = record.indexOf(0x09)
    const [mode, , oid] = latin1(record.subarray(0, tab)).split(' ') as [string, string, string]
    files.set(pathBytes(record.subarray(tab + 1)), { mode, oid })
  }
  return files
}

/** What changed from one tree to another; a rename is one path gone and one new. */
export async function changesBetween(git: Git, from: Oid, to: Oid, signal?: AbortSignal): Promise<readonly Change[]> {
  const changes: Change[] = []
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to]
  let head: Uint8Array | undefined
  for await (const record of git.records(args, signalled(signal))) {
    if (head === undefined) head = record
    else {
      changes.push(changeOf(head, record))
      head = undefined
    }
  }
  return changes
}

/** `:100644 100644 <oid> <oid> M` and the path that follows it (git-diff-tree(1), RAW OUTPUT FORMAT). */
export function changeOf(head: Uint8Array, path: Uint8Array): Change {
  const [beforeMode, mode, beforeOid, oid] = latin1(head.subarray(1)).split(' ') as [string, string, string, string]
  return {
    path: pathBytes(path),
    ...(beforeMode === '000000' ? {} : { before: { mode: beforeMode, oid: beforeOid } }),
    ...(mode === '000000' ? {} : { after: { mode, oid } }),
  }
}

/** Lines for `git update-index -z --index-info`; undefined takes the path away. */
export function indexInfo(entries: Iterable<readonly [PathBytes, Entry | undefined]>, like: Oid): Buffer {
  const none = { mode: '0', oid: '0'.repeat(like.length) }
  const lines = [...entries].map(([path, entry]) => {
    const { mode, oid } = entry ?? none
    return `${mode} ${oid}\t${path}\0`
  })
  return Buffer.from(lines.join(''), 'latin1')
}

export function signalled(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
