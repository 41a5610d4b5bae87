import { counted } from '../core/amount.ts'
import type { Oid } from '../core/push.ts'
import type { Git, Host, World } from '../core/world.ts'
import type { Phase, Surveyed } from '../drift/survey.ts'
import type { Review } from '../review/review.ts'
import { type Approved, takenOf } from './approve.ts'
import { commitCapture } from './commit.ts'
import { type Journal, openJournal } from './journal.ts'
import { type Merged, mergeCapture } from './merge.ts'
import { type Opener, openPullRequest } from './pull-request.ts'

export interface CarryAsk {
  readonly review: Review
  readonly surveyed: Surveyed
  readonly host: Host
  readonly decisions: Approved
  readonly git: Git
  readonly scanners: readonly string[]
  /** Blob of the config in force. */
  readonly config?: Oid
  /** For a pull request; absent: told from the remote's URL. */
  readonly opener?: Opener
  readonly afterwards: 'merge' | 'pull-request' | 'nothing'
  readonly signal: AbortSignal
  progress(phase: Phase, line: string): void
  ended(phase: Phase, line: string): void
}

/** What was made of the approval. */
export interface Carried {
  readonly commit: Oid
  readonly tree: Oid
  readonly ref: string
  readonly files: number
  readonly after:
    | { readonly kind: 'merged' | 'already'; readonly into: string }
    | { readonly kind: 'requested'; readonly branch: string; readonly url?: string }
    | { readonly kind: 'asked-not-to' }
    | { readonly kind: 'left'; readonly because: string; readonly instead: string }
  /** The last line: what happened and what to type next. */
  readonly said: string
}

/**
 * Commits what was approved, and merges it. Each step is whole or not done at all, and is written into the journal beside the mirror when it is done;
 * run again after a crash, it finds what is there already.
 * @throws CannotTell, UsageError when a step cannot be done; nothing half-done stays.
 */
export async function carryOut(ask: CarryAsk, world: Pick<World, 'files' | 'run' | 'now'>): Promise<Carried> {
  const { review, surveyed, decisions, git, signal } = ask
  const { mirror, source } = surveyed
  const journal = openJournal(mirror.folder, world.files, world.now)
  const differences = takenOf(review, decisions.ticked, decisions.allowances)
  const files = differences.length
  signal.throwIfAborted()
  ask.progress('commit', counted(files, 'file'))
  await journal.write({ did: 'approved', base: review.base.commit, tree: decisions.tree, files })
  const { commit, ref } = await commitCapture(
    {
      git,
      mirror,
      tree: decisions.tree,
      environment: review.environment,
      host: ask.host,
      source,
      base: review.base,
      differences,
      excluded: review.items.length - files,
      allowances: decisions.allowances,
      scanners: ask.scanners,
      ...(ask.config === undefined ? {} : { config: ask.config }),
    },
    world,
  )
  await journal.write({ did: 'committed', commit, ref })
  ask.ended('commit', `${counted(files, 'file')} on ${review.base.commit.slice(0, 12)}: ${commit.slice(0, 12)}`)
  const after = await afterwards(ask, { commit, ref }, journal, world)
  return { commit, tree: decisions.tree, ref, files, after, said: saidOf(after, commit, ref) }
}

interface Made {
  readonly commit: Oid
  readonly ref: string
}

async function afterwards(
  ask: CarryAsk,
  { commit, ref }: Made,
  journal: Journal,
  world: Pick<World, 'files' | 'run'>,
): Promise<Carried['after']> {
  const { git, review, signal } = ask
  const { environment } = review
  if (ask.afterwards === 'nothing') return { kind: 'asked-not-to' }
  if (ask.afterwards === 'pull-request') {
    ask.progress('merge', 'opening a pull request')
    const into = (await git.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])) ?? 'main'
    const opener = ask.opener === undefined ? {} : { opener: ask.opener }
    const { branch, url } = await openPullRequest({ git, environment, commit, into, signal, ...opener }, world)
    ask.ended('merge', `asked for with the branch ${branch}`)
    return { kind: 'requested', branch, ...(url === undefined ? {} : { url }) }
  }
  ask.progress('merge', `into ${review.into ?? 'your branch'}`)
  const merged = await mergeCapture({ git, environment, base: review.base.commit, commit, ref }, world)
  await journal.write(deedOf(merged, commit))
  if (merged.state === 'ready') return { kind: 'left', because: merged.because, instead: merged.instead }
  ask.ended('merge', `into ${merged.branch}`)
  return { kind: merged.state, into: merged.branch }
}

function deedOf(merged: Merged, commit: Oid) {
  if (merged.state === 'ready') return { did: 'left' as const, commit, because: merged.because }
  return { did: 'merged' as const, commit, into: merged.branch, as: merged.state === 'merged' ? merged.commit : commit }
}

function saidOf(after: Carried['after'], commit: Oid, ref: string): string {
  const made = commit.slice(0, 12)
  switch (after.kind) {
    case 'merged':
      return `Captured as ${made} and merged into ${after.into}. Push it when you are ready:\n  git push`
    case 'already':
      return `Captured as ${made}, which ${after.into} has already.`
    case 'requested':
      return `Captured as ${made}, on the branch ${after.branch}${after.url === undefined ? '' : `: ${after.url}`}`
    case 'asked-not-to':
      return `Captured as ${made}, not merged. To merge it:\n  git merge ${ref}`
    case 'left':
      return `Captured as ${made}, not merged: ${after.because} To go on:\n  ${after.instead}`
  }
}
