import type { Base } from '../../core/difference.ts'
import type { CaptureSource } from '../../core/environment.ts'
import { type PathBytes, pathBytes } from '../../core/path-bytes.ts'
import type { Oid } from '../../core/push.ts'
import type { Git, Mirror } from '../../core/world.ts'
import { denier } from '../deny-filter.ts'
import { denyRules } from '../deny-rules.ts'
import { type Change, changeOf, filesOf, listed, pathList, rawChange } from '../records.ts'
import { effectiveTree } from './effective.ts'

export interface MatchAsk {
  readonly git: Git
  readonly mirror: Mirror
  readonly source: CaptureSource
  readonly signal: AbortSignal
  progress(line: string): void
}

interface Candidate {
  readonly commit: Oid
  readonly tree: Oid
  /** Files that are alike, less those that differ and those that are not there. */
  score: number
}

/** How far back is looked, and how many of the best are shown. */
const lookedAt = 500
const shown = 3

/**
 * The commits whose files fit best with those on the server, best first, for when nothing there says which one is deployed. Looks at the newest 500
 * of all branches and tags. To be called after a pull; contents are compared, none is written as an object.
 */
export async function bestMatch({ git, mirror, source, signal, progress }: MatchAsk): Promise<readonly Base[]> {
  const candidates = await recentCommits(git, signal)
  if (candidates.length === 0) return []
  progress(`comparing with ${candidates.length} recent commits`)
  const steps = await stepsThrough(mirror.git, candidates, signal)
  const isRead = readable(source)
  const there = await filesThere(mirror, pathsThatCount(steps, isRead), signal)
  scoreAll(candidates, steps, there, isRead)
  const local = new Set((await recent(git, ['HEAD'], signal)).map(({ commit }) => commit))
  const ranked = candidates
    .map((candidate, age) => ({ ...candidate, age, local: local.has(candidate.commit) }))
    // Of equal ones, first what the work branch already has: merging it brings nothing else.
    .sort((a, b) => b.score - a.score || Number(b.local) - Number(a.local) || a.age - b.age)
  const bases: Base[] = []
  for (const { commit } of ranked.slice(0, shown))
    bases.push(await asBase(commit, there, isRead, { mirror, source, signal }))
  return bases
}

async function recentCommits(git: Git, signal: AbortSignal): Promise<Candidate[]> {
  return recent(git, ['--branches', '--remotes', '--tags', 'HEAD'], signal)
}

async function recent(git: Git, of: readonly string[], signal: AbortSignal): Promise<Candidate[]> {
  const args = ['rev-list', `--max-count=${lookedAt}`, '--format=%H %T', ...of]
  const lines = ((await git.answer(args, { signal })) ?? '').split('\n')
  return lines.flatMap(line => {
    const [commit, tree] = line.split(' ')
    // Each is preceded by a line `commit <oid>`.
    return commit === undefined || commit === 'commit' || tree === undefined ? [] : [{ commit, tree, score: 0 }]
  })
}

/** What changes from each candidate to the next; before the first there is nothing. One process for all of them. */
async function stepsThrough(
  git: Git,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<readonly (readonly Change[])[]> {
  const first = [...(await filesOf(git, candidates[0]!.tree, { signal }))].map(([path, after]) => ({ path, after }))
  const steps: Change[][] = [first, ...candidates.slice(1).map(() => [])]
  const pairs = candidates.slice(1).map(({ tree }, index) => `${candidates[index]!.tree} ${tree}\n`)
  if (pairs.length === 0) return steps
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--stdin']
  let step = 0
  let head: Uint8Array | undefined
  for await (const record of git.records(args, { input: pairs.join(''), signal })) {
    if (head !== undefined) {
      steps[step]!.push(changeOf(rawChange(pathBytes(head), pathBytes(record))))
      head = undefined
    } else {
      // Before a pair's first change, and alone for a pair without any, stands `<tree> <tree>` with a newline, also with -z.
      const lines = pathBytes(record).split('\n')
      step += lines.filter(line => pair.test(line)).length
      if (lines.at(-1)!.startsWith(':')) head = record.subarray(record.lastIndexOf(0x0a) + 1)
    }
  }
  return steps
}

const pair = /^[0-9a-f]{40,64} [0-9a-f]{40,64}$/

/** Whether a path is read from the server at all. Asking costs, so each is asked about once. */
function readable(source: CaptureSource): (path: PathBytes) => boolean {
  const rule = denier(denyRules(source))
  const known = new Map<PathBytes, boolean>()
  return path => {
    const before = known.get(path)
    if (before !== undefined) return before
    const is = rule(path) === undefined && !path.endsWith('.gitattributes')
    known.set(path, is)
    return is
  }
}

/** What is never read may lie in the mirror from an earlier commit, and would speak for that one. */
function pathsThatCount(
  steps: readonly (readonly Change[])[],
  isRead: (path: PathBytes) => boolean,
): ReadonlySet<PathBytes> {
  return new Set(steps.flatMap(changes => changes.flatMap(({ path }) => (isRead(path) ? [path] : []))))
}

/** The names that git would give to what lies in the mirror, of these paths. Nothing is written: `--info-only`. */
async function filesThere(
  mirror: Mirror,
  wanted: ReadonlySet<PathBytes>,
  signal: AbortSignal,
): Promise<ReadonlyMap<PathBytes, Oid>> {
  const git = await mirror.withIndex('match')
  await git.text(['read-tree', '--empty'], { signal })
  const here: PathBytes[] = []
  for await (const record of git.records(['ls-files', '-z', '--others'], { signal })) {
    const path = pathBytes(record)
    if (wanted.has(path)) here.push(path)
  }
  await git.bytes(['update-index', '--add', '--info-only', '-z', '--stdin'], { input: pathList(here), signal })
  const files = new Map<PathBytes, Oid>()
  for await (const { path, words } of listed(git, ['ls-files', '-z', '--stage'], { signal })) files.set(path, words[1]!)
  return files
}

function scoreAll(
  candidates: readonly Candidate[],
  steps: readonly (readonly Change[])[],
  there: ReadonlyMap<PathBytes, Oid>,
  isRead: (path: PathBytes) => boolean,
): void {
  const worth = (path: PathBytes, oid: Oid | undefined) => {
    if (oid === undefined) return 0
    return there.get(path) === oid ? 1 : isRead(path) ? -1 : 0
  }
  let score = 0
  for (const [index, changes] of steps.entries()) {
    for (const { path, before, after } of changes) score += worth(path, after?.oid) - worth(path, before?.oid)
    candidates[index]!.score = score
  }
}

async function asBase(
  commit: Oid,
  there: ReadonlyMap<PathBytes, Oid>,
  isRead: (path: PathBytes) => boolean,
  { mirror, source, signal }: Pick<MatchAsk, 'mirror' | 'source' | 'signal'>,
): Promise<Base> {
  const tree = await effectiveTree({ mirror, commit, source, signal })
  let same = 0
  let other = 0
  for (const [path, { oid }] of await filesOf(mirror.git, tree, { signal }))
    if (there.get(path) === oid) same++
    else if (isRead(path)) other++
  return { commit, tree, known: 'best-match', match: { same, all: same + other } }
}
