import { createHash } from 'node:crypto'
import { counted } from '../core/amount.ts'
import type { Base, Difference } from '../core/difference.ts'
import type { CaptureSource } from '../core/environment.ts'
import { type PathBytes, pathOf } from '../core/path-bytes.ts'
import type { Mirror } from '../core/world.ts'
import type { DenyRule } from './deny.ts'
import { denier } from './deny-filter.ts'
import { denyRules } from './deny-rules.ts'
import { type Described, describe } from './describe.ts'
import { gather } from './facts.ts'
import { whyUnsafe } from './names.ts'
import type { Pulled } from './pull/request.ts'
import { pathList, type RawChange, rawChanges } from './records.ts'
import { findRenames, largestCompared } from './renames.ts'
import { keepState, stateOf } from './seed.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'
import { withUnread } from './unread.ts'

export interface CompareAsk {
  readonly mirror: Mirror
  readonly base: Base
  readonly pulled: Pulled
  readonly source: CaptureSource
  readonly signal: AbortSignal
  /** By which the pull was asked; the source's own when absent. */
  readonly deny?: readonly DenyRule[]
  progress(line: string): void
}

export interface Compared {
  readonly differences: readonly Difference[]
  readonly phantoms: number
}

/**
 * What is different on the server from the tree that it was given. Looks at the mirror only; no object is written, and where nothing changed no file is
 * opened.
 */
export async function compare(ask: CompareAsk): Promise<Compared> {
  const { mirror, base, source, signal, progress } = ask
  const snapshot = await takeSnapshot({ mirror, tree: base.tree, modes: source.modes, signal, progress })
  const { changes, rules, ...listed } = await listChanges(ask, snapshot)
  const unsafe = new Map([...snapshot.unsafe, ...listed.unsafe])
  if (changes.length > 0) progress(`looking at ${counted(changes.length, 'difference')}`)
  const facts = await gather(ask, changes, snapshot.added)
  for (const path of snapshot.added) if (!facts.indexed.has(path)) unsafe.set(path, 'git refuses the name')
  const described = await describe({ ...ask, changes, ...facts })
  await keepState(mirror, { ...(await stateOf(mirror)), files: facts.files, rules })
  const joined = await findRenames({ ...contents(mirror, signal), differences: described.differences, signal })
  const differences = withUnread({ ...ask, differences: joined, indexed: facts.indexed, unsafe })
  return { differences, phantoms: phantomsAmong(snapshot, changes, described) }
}

interface Listed {
  readonly changes: readonly RawChange[]
  /** Deployed under a name that means something to git, and other there now. */
  readonly unsafe: ReadonlyMap<PathBytes, string>
  /** Stands for the rules by which the index was looked through. */
  readonly rules: string
}

/** Everything that is other than in the base, without what the server was not asked for. That a file of the mirror is not asked for any more is mended here. */
async function listChanges(ask: CompareAsk, { added }: Snapshot): Promise<Listed> {
  const { mirror, base, source, signal } = ask
  const rules = ask.deny ?? denyRules(source)
  const digest = createHash('sha256')
    .update(JSON.stringify([rules, source.roots]))
    .digest('hex')
  const sameRules = (await stateOf(mirror)).rules === digest
  const ruleFor = denier(rules)
  const tops = source.roots.map(({ to }) => pathOf(to))
  const isAsked = (path: PathBytes) => tops.some(top => path.startsWith(top)) && ruleFor(path) === undefined
  const changes: RawChange[] = []
  const unsafe = new Map<PathBytes, string>()
  const leftOver: PathBytes[] = []
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', base.tree]
  for await (const change of rawChanges(mirror.git, args, signal)) {
    const known = change.status === 'A' && sameRules && !added.has(change.path)
    const because = known || change.status === 'D' ? undefined : whyUnsafe(change.path)
    if (because !== undefined) unsafe.set(change.path, because)
    else if (known || isAsked(change.path)) changes.push(change)
    else if (change.status === 'A') leftOver.push(change.path)
  }
  for (const path of leftOver) await mirror.discard(path)
  if (leftOver.length > 0)
    await mirror.git.bytes(['update-index', '--force-remove', '-z', '--stdin'], { input: pathList(leftOver), signal })
  return { changes, unsafe, rules: digest }
}

function phantomsAmong({ touched }: Snapshot, changes: readonly RawChange[], { phantoms }: Described): number {
  const different = new Set(changes.map(({ path }) => path))
  return [...touched].filter(path => !different.has(path)).length + phantoms
}

function contents(mirror: Mirror, signal: AbortSignal) {
  return {
    async before({ before }: Difference): Promise<Uint8Array | undefined> {
      for await (const blob of mirror.git.blobs([before!.oid], { maxBytes: largestCompared, signal }))
        return blob.tooBig ? undefined : blob.bytes
      return undefined
    },
    after: ({ path }: Difference) => mirror.read(path, { maxBytes: largestCompared }),
  }
}
