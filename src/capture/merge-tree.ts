import { GitError } from '../core/errors.ts'
import { type PathBytes, pathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'

export interface MergedTree {
  readonly clean: boolean
  /** With conflict markers in it when it is not clean. */
  readonly tree: Oid
  readonly conflicts: ReadonlyMap<PathBytes, string>
}

/**
 * What `git merge` of `there` into `here` would give, without touching work tree or index (git-merge-tree(1), since git 2.38).
 * @throws GitError with code 129 on older git, another one when the two cannot be merged at all.
 */
export async function mergeOf(git: Git, here: Oid, there: Oid): Promise<MergedTree> {
  const records: Buffer[] = []
  try {
    // A mirror's git looks for no renames where it compares; a merge does.
    const args = ['-c', 'merge.renames=true', 'merge-tree', '--write-tree', '-z', '--messages', here, there]
    for await (const record of git.records(args)) records.push(Buffer.from(record))
  } catch (error) {
    // 1: it has conflicts, and what was said of them has come.
    if (!(error instanceof GitError) || error.code !== 1 || records.length === 0) throw error
    return { ...parseMergeTree(records), clean: false }
  }
  return { ...parseMergeTree(records), clean: true, conflicts: new Map() }
}

/** The output, cut at each NUL: the tree, `<mode> <oid> <stage>\t<path>` for each side of a conflict, an empty record, then the messages. */
export function parseMergeTree(records: readonly Buffer[]): Omit<MergedTree, 'clean'> {
  const tree = records[0]!.toString('latin1')
  const stages = new Map<PathBytes, Set<string>>()
  let at = 1
  for (; at < records.length && records[at]!.length > 0; at++) {
    const record = records[at]!
    const tab = record.indexOf(0x09)
    const stage = record.toString('latin1', 0, tab).split(' ')[2]!
    const path = pathBytes(record.subarray(tab + 1))
    stages.set(path, (stages.get(path) ?? new Set()).add(stage))
  }
  const types = typesOf(records.slice(at + 1))
  const conflicts = new Map<PathBytes, string>()
  for (const [path, sides] of stages) conflicts.set(path, inWords(types.get(path) ?? [], sides))
  // Conflicts of whole folders leave no file with sides.
  for (const [path, named] of types) if (!conflicts.has(path)) conflicts.set(path, inWords(named, new Set()))
  return { tree, conflicts }
}

/** Kinds of conflict by path. Each message is: how many paths, the paths, its kind, its text. */
function typesOf(records: readonly Buffer[]): ReadonlyMap<PathBytes, readonly string[]> {
  const types = new Map<PathBytes, string[]>()
  for (let at = 0; at < records.length; ) {
    const count = Number(records[at]!.toString('latin1'))
    if (!Number.isInteger(count) || at + count + 2 >= records.length) break
    const type = records[at + count + 1]!.toString('latin1')
    if (type.startsWith('CONFLICT'))
      for (const path of records.slice(at + 1, at + 1 + count).map(pathBytes))
        types.set(path, [...(types.get(path) ?? []), type])
    at += count + 3
  }
  return types
}

function inWords(types: readonly string[], sides: ReadonlySet<string>): string {
  const is = (word: string) => types.some(type => type.includes(word))
  const [base, here, there] = ['1', '2', '3'].map(stage => sides.has(stage))
  if (is('rename/rename')) return 'renamed here and there, to different names'
  if (is('rename/delete')) return there ? 'deleted here, renamed there' : 'renamed here, deleted there'
  if (is('file/directory')) return 'a file on one side, a folder on the other'
  if (is('distinct types') || is('distinct modes')) return 'a file on one side, something else on the other'
  if (is('submodule')) return 'a submodule'
  if (is('file location') || is('directory rename') || is('dir rename'))
    return 'its folder was renamed on the other side'
  if (base && here && !there) return 'changed here, deleted there'
  if (base && there && !here) return 'deleted here, changed there'
  if (!base && here && there) return 'added here and there, each in its own way'
  if (is('binary')) return 'changed here and there, and it is binary: one of the two has to be chosen'
  return 'changed here and there'
}
