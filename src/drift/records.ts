// What git prints with -z, and what it reads with -z, as bytes.
import { bytesOf, type PathBytes, pathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'

type Records = Pick<Git, 'records'>

/** A file, link or submodule as a tree or an index has it. */
export interface Entry {
  readonly mode: string
  readonly oid: Oid
}

/** One path of a raw listing; what is not there has the mode `000000`. */
export interface RawChange {
  readonly path: PathBytes
  /** `A`, `M`, `D` or `T` (git-diff-index(1), RAW OUTPUT FORMAT). */
  readonly status: string
  readonly before: Entry
  readonly after: Entry
}

/** What changed at one path; a side that is not there is absent. */
export interface Change {
  readonly path: PathBytes
  readonly before?: Entry
  readonly after?: Entry
}

interface Limits {
  /** Only these paths. */
  readonly paths?: { has(path: PathBytes): boolean }
  readonly signal?: AbortSignal | undefined
}

/** The lines of `ls-tree -z` or `ls-files -z --stage`: words as git-ls-tree(1) and git-ls-files(1) say and, after a tab, the path. */
export async function* listed(
  git: Records,
  args: readonly string[],
  { paths, signal }: Limits = {},
): AsyncIterable<{ path: PathBytes; words: readonly string[] }> {
  for await (const record of git.records(args, signalled(signal))) {
    const tab = record.indexOf(0x09)
    const path = pathBytes(record.subarray(tab + 1))
    if (paths?.has(path) ?? true) yield { path, words: pathBytes(record.subarray(0, tab)).split(/ +/) }
  }
}

/** The files of a tree, links and submodules too, in git's order. */
export async function filesOf(git: Records, tree: Oid, limits: Limits = {}): Promise<Map<PathBytes, Entry>> {
  const files = new Map<PathBytes, Entry>()
  for await (const { path, words } of listed(git, ['ls-tree', '-r', '-z', '--full-tree', tree], limits))
    files.set(path, { mode: words[0]!, oid: words[2]! })
  return files
}

/** The records of a `--raw -z` listing without renames. */
export async function* rawChanges(
  git: Records,
  args: readonly string[],
  signal?: AbortSignal,
): AsyncIterable<RawChange> {
  let head: string | undefined
  for await (const record of git.records(args, signalled(signal))) {
    if (head === undefined) head = pathBytes(record)
    else {
      yield rawChange(head, pathBytes(record))
      head = undefined
    }
  }
}

/** `:100644 100644 <oid> <oid> M` and the path that follows it (git-diff-tree(1), RAW OUTPUT FORMAT). */
export function rawChange(head: string, path: PathBytes): RawChange {
  const [before = '', after = '', beforeOid = '', afterOid = '', status = ''] = head.slice(1).split(' ')
  return {
    path,
    status: status[0]!,
    before: { mode: before, oid: beforeOid },
    after: { mode: after, oid: afterOid },
  }
}

export function changeOf({ path, before, after }: RawChange): Change {
  return {
    path,
    ...(before.mode === nothing ? {} : { before }),
    ...(after.mode === nothing ? {} : { after }),
  }
}

const nothing = '000000'

/** What changed from one tree to another; a rename is one path gone and one new. */
export async function changesBetween(
  git: Records,
  from: Oid,
  to: Oid,
  signal?: AbortSignal,
): Promise<readonly Change[]> {
  const changes: Change[] = []
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to]
  for await (const raw of rawChanges(git, args, signal)) changes.push(changeOf(raw))
  return changes
}

/** Paths for a command that reads them with `-z --stdin`. */
export function pathList(paths: Iterable<PathBytes>): Buffer {
  const parts: Uint8Array[] = []
  for (const path of paths) parts.push(bytesOf(path), zero)
  return Buffer.concat(parts)
}

const zero = Buffer.from([0])

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
