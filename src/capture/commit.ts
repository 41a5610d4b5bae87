import { CannotTell, GitError, UsageError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import type { Git, Mirror, World } from '../core/world.ts'
import { writeCommit } from './commit-object.ts'
import { keepOnly, withRoom } from './quarantine.ts'
import { type CaptureFacts, captureMessage, countsOf } from './trailers.ts'
import { buildTree } from './tree.ts'

export interface CommitAsk extends CaptureFacts {
  readonly git: Git
  readonly mirror: Mirror
  /** The tree that was approved. */
  readonly tree: Oid
}

export interface Captured {
  readonly commit: Oid
  readonly ref: string
  /** The same was captured before and is there already. */
  readonly again: boolean
  /** What the ref named before, kept in its reflog. */
  readonly replaced?: Oid
}

/** `refs/ship-guard/capture/production`; what a ref may not hold is written as `%2e`. */
export function captureRef(environment: string): string {
  const safe = [...Buffer.from(environment, 'utf8')].map(byte => {
    const char = String.fromCharCode(byte)
    return /[A-Za-z0-9_-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`
  })
  return `refs/ship-guard/capture/${safe.join('')}`
}

/**
 * Commits exactly the approved tree on top of the deployed commit, and only then lets its objects into the repository. Killed in between, it leaves
 * at most objects that nothing names.
 * @throws UsageError when git does not know who commits; CannotTell when the tree is not the approved one, or another capture was quicker.
 */
export async function commitCapture(ask: CommitAsk, world: Pick<World, 'files'>): Promise<Captured> {
  const { git, mirror, base, tree, differences, environment } = ask
  if (differences.length === 0) throw new UsageError('Nothing was approved, so there is nothing to commit.', nothing)
  const ref = captureRef(environment)
  const before = await git.answer(['rev-parse', '--verify', '--quiet', ref])
  if (before !== undefined && (await isThis(git, before, ask))) return { commit: before, ref, again: true }

  const committer = await committerOf(git)
  await buildTree({ mirror, base, differences, expected: tree })
  const message = captureMessage(ask)
  const write = () =>
    withRoom(writeCommit(mirror.git, { tree, parents: [base.commit], author: authorAt(committer), committer, message }))
  const commit = await write()
  if (!(await keepOnly(mirror, commit, base.commit, world.files))) {
    await mirror.emptyQuarantine()
    await buildTree({ mirror, base, differences, expected: tree })
    await write()
  }
  await withRoom(mirror.release())
  await isWhole(git, commit, base.commit)
  await pointTo(git, ref, commit, before, `capture: ${countsOf(differences)}`)
  return { commit, ref, again: false, ...(before === undefined ? {} : { replaced: before }) }
}

const nothing = 'Tick at least one file, or leave: nothing was changed.'

async function isThis(git: Git, commit: Oid, { tree, base }: CommitAsk): Promise<boolean> {
  const there = await git.answer(['rev-parse', `${commit}^{tree}`, `${commit}^1`])
  return there === `${tree}\n${base.commit}`
}

async function committerOf(git: Git): Promise<string> {
  try {
    return await git.text(['var', 'GIT_COMMITTER_IDENT'])
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    throw new UsageError(
      'git does not know who commits.',
      'git config user.name "Your Name" && git config user.email you@example.com',
      { cause: error },
    )
  }
}

/** Captures have one author, whoever runs them: the change was made on a server, by nobody that git knows. */
function authorAt(committer: string): string {
  const when = committer.match(/\d+ [+-]\d{4}$/)?.[0] ?? '0 +0000'
  return `ship-guard capture <capture@ship-guard.invalid> ${when}`
}

/** Every object of the commit came along; `rev-list --objects` looks for each. */
async function isWhole(git: Git, commit: Oid, base: Oid): Promise<void> {
  if ((await git.code(['rev-list', '--objects', '--quiet', commit, '--not', base])) === 0) return
  throw new CannotTell(
    'Not every object of the capture arrived in the repository, so nothing was pointed at it.',
    'Is the disk full? Make room, then run it again.',
  )
}

async function pointTo(git: Git, ref: string, commit: Oid, before: Oid | undefined, reason: string): Promise<void> {
  const old = before ?? '0'.repeat(commit.length)
  try {
    await git.text(['update-ref', '--create-reflog', '-m', reason, ref, commit, old])
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    throw new CannotTell(
      `${ref} cannot be written: ${printable(error.stderr.trim().split('\n').at(-1) ?? '')}`,
      'If another capture runs, let it end; then run this one again.',
      { cause: error },
    )
  }
}
