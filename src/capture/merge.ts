import { GitError } from '../core/errors.ts'
import { type PathBytes, shownPath } from '../core/path-bytes.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'
import { changesBetween } from '../drift/records.ts'
import { bringBack, inTheWay, putBack } from './in-the-way.ts'
import { previewOf } from './preview.ts'

export interface MergeAsk {
  readonly git: Git
  readonly environment: string
  /** The deployed commit that the capture stands on. */
  readonly base: Oid
  readonly commit: Oid
  readonly ref: string
  /** The person agreed that commits come along that were deployed and are not in the work branch. */
  readonly bring?: boolean
}

export type Merged =
  | { readonly state: 'merged'; readonly branch: string; readonly commit: Oid }
  /** The branch had it already. */
  | { readonly state: 'already'; readonly branch: string }
  /** Nothing was touched. `instead` is to be typed. */
  | {
      readonly state: 'ready'
      readonly because: string
      readonly instead: string
      readonly conflicts?: ReadonlyMap<PathBytes, string>
    }

/** Merges a capture into the branch that is checked out: whole, or not at all. */
export async function mergeCapture(ask: MergeAsk, world: Pick<World, 'files'>): Promise<Merged> {
  const { git, base, commit, ref } = ask
  const type = `git merge ${ref}`
  const ready = (because: string, instead = type): Merged => ({ state: 'ready', because, instead })
  const place = await placeOf(git, world.files)
  if ('because' in place) return ready(place.because, place.before === undefined ? type : `${place.before} && ${type}`)
  const { branch, head } = place
  if ((await git.code(['merge-base', '--is-ancestor', commit, head])) === 0) return { state: 'already', branch }

  const preview = await previewOf(git, base, commit, head)
  if (preview.foreseen === 'apart')
    return ready(
      `${printable(branch)} and the deployed commit have no common history in this clone.`,
      (await git.answer(['rev-parse', '--is-shallow-repository'])) === 'true'
        ? `git fetch --unshallow && ${type}`
        : type,
    )
  if (preview.conflicts.size > 0 || preview.foreseen === 'conflicts')
    return { state: 'ready', because: conflictLine(preview.conflicts), instead: type, conflicts: preview.conflicts }
  if (preview.brings > 0 && ask.bring !== true)
    return ready(
      `${countOf(preview.brings, 'commit')} deployed there ${preview.brings === 1 ? 'is' : 'are'} not in ${printable(branch)} and would come along.`,
      `git cherry-pick ${ref}`,
    )
  const changes = preview.tree === undefined ? ([base, commit] as const) : ([head, preview.tree] as const)
  const touched = await changesBetween(git, ...changes)
  const way = await inTheWay(git, touched, world.files)
  if (way.blocking.length > 0)
    return ready(`You have changes of your own in ${namesOf(way.blocking)}.`, `git stash && ${type} && git stash pop`)
  await putBack(git, way.same, world.files)
  const refusal = await merge(ask)
  if (refusal === undefined) return { state: 'merged', branch, commit: await git.text(['rev-parse', 'HEAD']) }
  await undo(git, head)
  await putBack(git, (await inTheWay(git, touched, world.files)).same, world.files)
  await bringBack(git, way.same, world.files)
  return ready(`git would not merge it: ${refusal}`)
}

interface Place {
  readonly branch: string
  readonly head: Oid
}

/** Where a merge could go; or why it cannot go anywhere now, and what to type before. */
async function placeOf(git: Git, files: World['files']): Promise<Place | { because: string; before?: string }> {
  if (git.top === undefined) return { because: 'This repository has no work tree.' }
  const head = await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (head === undefined) return { because: 'The branch that is checked out has no commit yet.' }
  for (const [mark, what, end] of underWay)
    if ((await files.look(`${git.dir}/${mark}`)) !== undefined)
      return { because: `A ${what} is in progress here.`, before: end }
  const branch = await git.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])
  if (branch === undefined)
    return { because: 'No branch is checked out (detached HEAD).', before: 'git switch <branch>' }
  if ((await files.look(`${git.dir}/index.lock`)) !== undefined)
    return { because: `Another git works here, or one was killed: ${printable(git.dir)}/index.lock is there.` }
  if ((await git.code(['diff-index', '--cached', '--quiet', head])) !== 0)
    return { because: 'Changes are staged that are not committed.', before: 'git commit' }
  return { branch, head }
}

const underWay = [
  ['MERGE_HEAD', 'merge', 'git merge --continue'],
  ['rebase-merge', 'rebase', 'git rebase --continue'],
  ['rebase-apply', 'rebase', 'git rebase --continue'],
  ['CHERRY_PICK_HEAD', 'cherry-pick', 'git cherry-pick --continue'],
  ['REVERT_HEAD', 'revert', 'git revert --continue'],
] as const

/**
 * What the user would type, with nothing of the user's config that asks, stashes or squashes; hooks and signing stay as they are. What git says
 * when it would not.
 */
async function merge({ git, environment, commit }: MergeAsk): Promise<string | undefined> {
  const options = ['--ff', '--commit', '--no-squash', '--no-edit', '--no-autostash', '--quiet', '--no-stat']
  const message = `Merge what was captured from ${printable(environment)}`
  try {
    await git.bytes(['-c', 'submodule.recurse=false', 'merge', ...options, '-m', message, commit])
    return undefined
  } catch (error) {
    return lastLine(error instanceof GitError ? error.stderr : String(error))
  }
}

/** A hook that says no, or a conflict that could not be foreseen, leaves a merge open; the index was clean, so this restores what was there. */
async function undo(git: Git, head: Oid): Promise<void> {
  if ((await git.answer(['rev-parse', '--verify', '--quiet', 'MERGE_HEAD'])) !== undefined)
    await git.text(['merge', '--abort'])
  else if ((await git.code(['diff-index', '--cached', '--quiet', head])) !== 0)
    await git.text(['reset', '--merge', head])
}

function conflictLine(conflicts: ReadonlyMap<PathBytes, string>): string {
  const first = [...conflicts].slice(0, 3).map(([path, words]) => `${printable(shownPath(path))} (${words})`)
  const more = conflicts.size - first.length
  return `It conflicts with your work: ${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

function namesOf(paths: readonly PathBytes[]): string {
  const first = paths.slice(0, 3).map(path => printable(shownPath(path)))
  const more = paths.length - first.length
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function lastLine(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .filter(line => line.trim() !== '')
  return printable(lines.find(line => line.startsWith('error:')) ?? lines.at(-1) ?? 'it gave no reason').trim()
}
