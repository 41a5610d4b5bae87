import { GitError } from '../core/errors.ts'
import type { PathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Git, Mirror } from '../core/world.ts'
import { changesBetween } from '../drift/records.ts'
import { writeCommit } from './commit-object.ts'
import { mergeOf } from './merge-tree.ts'

/** What merging would do, told before anything is merged. */
export interface MergePreview {
  /** `unsure`: this git cannot tell; `conflicts` then holds what was changed on both sides. `apart`: the two have no common history here. */
  readonly foreseen: 'clean' | 'conflicts' | 'unsure' | 'apart'
  /** In words, by path: `changed here and there`. Here is the work branch, there the server. */
  readonly conflicts: ReadonlyMap<PathBytes, string>
  /** The work branch has it already, exactly as on the server. */
  readonly same: ReadonlySet<PathBytes>
  /** The tree of the merge, when it is clean. */
  readonly tree?: Oid
  /** Commits, without merges, that were deployed and are not in the work branch: they would come along. */
  readonly brings: number
}

export interface PreviewAsk {
  readonly mirror: Mirror
  /** The deployed commit. */
  readonly base: Oid
  /** Of the capture. */
  readonly tree: Oid
  /** The work branch's commit. */
  readonly into: Oid
}

/** Merges in the quarantine and keeps nothing. */
export async function previewMerge({ mirror, base, tree, into }: PreviewAsk): Promise<MergePreview> {
  const who = 'preview <preview@ship-guard.invalid> 0 +0000'
  const words = { tree, parents: [base], author: who, committer: who, message: 'preview' }
  return previewOf(mirror.git, base, await writeCommit(mirror.git, words), into)
}

/** The same for a commit that is there. */
export async function previewOf(git: Git, base: Oid, capture: Oid, into: Oid): Promise<MergePreview> {
  const there = await changesBetween(git, base, capture)
  const here = new Map((await changesBetween(git, base, into)).map(change => [change.path, change.after]))
  const both = there.filter(({ path }) => here.has(path))
  const same = new Set(
    both.flatMap(({ path, after }) => {
      const other = here.get(path)
      return other?.oid === after?.oid && other?.mode === after?.mode ? [path] : []
    }),
  )
  const brings = Number(await git.text(['rev-list', '--count', '--no-merges', base, '--not', into]))
  try {
    const { clean, tree, conflicts } = await mergeOf(git, into, capture)
    return { foreseen: clean ? 'clean' : 'conflicts', conflicts, same, brings, ...(clean ? { tree } : {}) }
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    // 129: this git has no `--write-tree` (before 2.38).
    const unsure = error.code === 129 ? 'unsure' : 'apart'
    const touched = both.filter(({ path }) => !same.has(path))
    const conflicts = new Map(touched.map(({ path, after }) => [path, bothTouched(here.get(path), after)]))
    return { foreseen: unsure === 'unsure' && touched.length === 0 ? 'clean' : unsure, conflicts, same, brings }
  }
}

function bothTouched(here: unknown, there: unknown): string {
  if (here === undefined) return 'deleted here, changed there'
  if (there === undefined) return 'changed here, deleted there'
  return 'changed here and there, perhaps in different places'
}
