import { join } from 'node:path'
import { bytesText } from '../../core/amount.ts'
import type { Base } from '../../core/difference.ts'
import type { CaptureSource } from '../../core/environment.ts'
import { CannotTell, UsageError } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Oid } from '../../core/push.ts'
import type { Git, Host, Mirror } from '../../core/world.ts'
import { fetchFiles } from '../pull/fetch.ts'
import type { PullWorld } from '../pull/request.ts'
import { effectiveTree } from './effective.ts'
import { type NamedCommit, namedCommit } from './revision.ts'

export interface FindBaseAsk {
  readonly git: Git
  readonly mirror: Mirror
  readonly source: CaptureSource
  readonly host: Host
  /** What the person says is deployed: a commit, a tag, a branch. */
  readonly given?: string
  readonly signal: AbortSignal
  progress(line: string): void
}

/**
 * The commit that is deployed: what the person says, else what a file on the server says. Undefined when nothing is said.
 * @throws UsageError when the person names a commit that is not here; CannotTell when the server names one, or a file there names none.
 */
export async function findBase(ask: FindBaseAsk, world: PullWorld): Promise<Base | undefined> {
  const { git, mirror, source, given, signal } = ask
  if (given !== undefined) {
    const commit = await givenCommit(git, given, signal)
    return { commit, tree: await effectiveTree({ mirror, commit, source, signal }), known: 'given' }
  }
  const found = await onServer(ask, world)
  if (found === undefined) return undefined
  const commit = await commitHere(git, found.commit, signal)
  if (commit === undefined) throw await notHere(git, found)
  const tree = await effectiveTree({ mirror, commit, source, signal })
  return { commit, tree, known: found.known, from: found.from }
}

interface OnServer extends NamedCommit {
  readonly from: string
}

async function onServer(
  { mirror, source, host, signal, progress }: FindBaseAsk,
  world: PullWorld,
): Promise<OnServer | undefined> {
  if (source.revision.length === 0) return undefined
  progress(`asking ${host.ssh} which commit is deployed`)
  const scratch = join(mirror.folder, 'revision')
  const files = await fetchFiles({ source, host, paths: source.revision, scratch, signal }, world)
  for (const from of source.revision) {
    const content = files.get(from)
    if (content === undefined) continue
    const named = namedCommit(content)
    if (named === undefined) throw holdsNoCommit(from, host, content)
    return { ...named, from }
  }
  return undefined
}

function holdsNoCommit(from: string, host: Host, content: Uint8Array): CannotTell {
  // Not a word of what is in it: a config may name any file there by mistake, also one with passwords.
  return new CannotTell(
    `${printable(from)} on ${host.ssh} should name the deployed commit, but none is in its ${bytesText(content.byteLength)}.`,
    'Say the commit yourself: --base <commit>',
  )
}

async function givenCommit(git: Git, given: string, signal: AbortSignal): Promise<Oid> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${given}^{commit}`]
  const commit = await git.answer(args, { signal })
  if (commit !== undefined) return commit
  throw new UsageError(
    `${printable(given)} is no commit of this repository.`,
    /^[0-9a-f]{7,64}$/i.test(given)
      ? `Get it first: ${await fetchOf(git, given)}`
      : 'Name a commit, tag or branch: git log --oneline -20',
  )
}

/** The commit by its name or the beginning of it; undefined when it is not here, or several begin so. A branch of that name is not meant. */
async function commitHere(git: Git, name: string, signal: AbortSignal): Promise<Oid | undefined> {
  const oids = ((await git.answer(['rev-parse', `--disambiguate=${name}`], { signal })) ?? '').split('\n')
  const commits: Oid[] = []
  for (const oid of oids.filter(one => one !== ''))
    if ((await git.answer(['cat-file', '-t', oid], { signal })) === 'commit') commits.push(oid)
  return commits.length === 1 ? commits[0] : undefined
}

async function notHere(git: Git, { commit, from }: OnServer): Promise<CannotTell> {
  return new CannotTell(
    `The server runs ${commit.slice(0, 12)} (${printable(from)} there says so), and that commit is not in this clone.`,
    `Get it: ${await fetchOf(git, commit)}`,
  )
}

/** A full name can be asked for by itself, which is also what a shallow clone needs; the beginning of one cannot. */
async function fetchOf(git: Git, commit: string): Promise<string> {
  const remotes = ((await git.answer(['remote'])) ?? '').split('\n').filter(remote => remote !== '')
  const remote = remotes.includes('origin') ? 'origin' : remotes[0]
  if (remote === undefined) return 'git remote add origin <url> && git fetch origin'
  const name = printable(remote)
  if ([40, 64].includes(commit.length)) return `git fetch ${name} ${commit}`
  const shallow = (await git.answer(['rev-parse', '--is-shallow-repository'])) === 'true'
  return shallow ? `git fetch --unshallow ${name}` : `git fetch --all --tags`
}
