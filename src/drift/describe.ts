import type { Difference, Hold, Side } from '../core/difference.ts'
import type { CaptureSource } from '../core/environment.ts'
import { GitError } from '../core/errors.ts'
import { type PathBytes, pathBytes, pathOf } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { IndexedFile, Mirror } from '../core/world.ts'
import { type ContentKind, headBytes, kindOf, onlyLineEndings } from './content.ts'
import type { Facts } from './facts.ts'
import { filtersOf, hasLfs, type Stored, storedAs } from './filters.ts'
import type { Pulled } from './pull/request.ts'
import { pathList, type RawChange } from './records.ts'

export interface DescribeAsk extends Facts {
  readonly mirror: Mirror
  readonly source: CaptureSource
  readonly pulled: Pulled
  readonly changes: readonly RawChange[]
  readonly signal: AbortSignal
}

export interface Described {
  readonly differences: readonly Difference[]
  /** Equal once their filter is taken into account. */
  readonly phantoms: number
}

/** Each change with everything that a person needs to decide on it. */
export async function describe(ask: DescribeAsk): Promise<Described> {
  const { changes, source } = ask
  const real = changes.filter(change => isReal(change, source.modes))
  const [stored, sizes, ignored, kinds] = await Promise.all([
    filtered(real, ask),
    sizesOf(real, ask),
    ignoredAmong(real, ask),
    kindsOf(real, ask),
  ])
  const known: Known = { ...ask, stored, sizes, ignored, kinds, uploadOf: uploadsIn(source) }
  const differences = real.flatMap(change => differenceOf(change, known))
  const phantoms = real.filter(({ path, before }) => isSame(stored.get(path), before.oid)).length
  return { differences: await withLineEndings(differences, ask), phantoms }
}

const gitlink = '160000'
const link = '120000'

function isReal({ before, after }: RawChange, modes: boolean): boolean {
  if (before.mode === gitlink || after.mode === gitlink) return false
  return before.oid !== after.oid || (modes && before.mode !== after.mode)
}

function isSame(stored: Stored | undefined, before: Oid): boolean {
  return stored?.kind === 'stored' && stored.oid === before
}

interface Known extends DescribeAsk {
  readonly stored: ReadonlyMap<PathBytes, Stored>
  readonly sizes: ReadonlyMap<Oid, number>
  readonly ignored: ReadonlySet<PathBytes>
  readonly kinds: ReadonlyMap<Oid, ContentKind>
  uploadOf(path: PathBytes): boolean
}

function differenceOf(change: RawChange, known: Known): readonly Difference[] {
  const { path, status, before } = change
  const stored = known.stored.get(path)
  if (isSame(stored, before.oid) && status !== 'D') return []
  const beforeSide = status === 'A' ? undefined : { ...before, size: known.sizes.get(before.oid) ?? 0 }
  const told = { path, upload: known.uploadOf(path), ...(beforeSide === undefined ? {} : { before: beforeSide }) }
  const kind = known.kinds.get(status === 'D' ? before.oid : change.after.oid)
  if (status === 'D')
    return [
      {
        ...told,
        change: 'deleted',
        content: kind ?? 'unknown',
        ignored: false,
        holds: deletionHolds(path, known.pulled),
      },
    ]
  if (change.after.mode === link)
    return [{ ...told, change: 'unread', content: 'unknown', ignored: false, holds: [{ kind: 'link' }] }]
  const entry = known.indexed.get(path)
  // git says nothing of a name that it refuses, and goes on.
  if (entry === undefined) return []
  const after = afterSide(change, entry, stored, known)
  return [
    {
      ...told,
      change: status === 'A' ? 'new' : before.oid === after.oid ? 'mode' : 'changed',
      after,
      content: kind ?? 'unknown',
      ignored: known.ignored.has(path),
      holds: holdsOf(path, stored, known),
    },
  ]
}

function afterSide(
  { before, after }: RawChange,
  entry: IndexedFile,
  stored: Stored | undefined,
  { source }: Known,
): Side {
  const mode = source.modes ? after.mode : before.mode.startsWith('100') ? before.mode : '100644'
  return { oid: stored?.oid ?? after.oid, mode, size: entry.size, mtimeMs: entry.mtimeMs }
}

function holdsOf(path: PathBytes, stored: Stored | undefined, { pulled, collisions }: Known): readonly Hold[] {
  const holds: Hold[] = []
  if (pulled.unsettled.has(path)) holds.push({ kind: 'still-changing' })
  const other = collisions.with(path)
  if (other !== undefined) holds.push({ kind: 'collision', with: other })
  if (stored?.kind === 'held') holds.push(stored.hold)
  if (pulled.state === 'partial' && isTemporary(path))
    holds.push({
      kind: 'unsure',
      because: 'it may be left of an earlier pull that was killed, and this one could not clear up',
    })
  return holds
}

// rsync(1), --temp-dir: a file that is being received is called `.name.XXXXXX`.
function isTemporary(path: PathBytes): boolean {
  return /(^|\/)\.[^/]+\.[A-Za-z0-9]{6}$/.test(path)
}

function deletionHolds(path: PathBytes, { state, unsettled, skipped }: Pulled): readonly Hold[] {
  if (state !== 'clean')
    return [{ kind: 'unsure', because: 'the server could not be read whole, so it may still be there' }]
  const moving = unsettled.has(path) || skipped.some(one => one.path === path && one.why === 'vanished')
  return moving ? [{ kind: 'unsure', because: 'the folder changed while it was read' }] : []
}

function uploadsIn({ roots }: CaptureSource): (path: PathBytes) => boolean {
  const inner = roots.map(({ to, uploads }) => ({ to: pathOf(to), uploads })).sort((a, b) => b.to.length - a.to.length)
  return path => inner.find(({ to }) => path.startsWith(to))?.uploads ?? false
}

async function filtered(changes: readonly RawChange[], ask: DescribeAsk): Promise<ReadonlyMap<PathBytes, Stored>> {
  const { mirror, attributes, signal } = ask
  if (!attributes) return new Map()
  const present = new Map(changes.filter(({ status }) => status !== 'D').map(change => [change.path, change]))
  const filters = await filtersOf(mirror, [...present.keys()], signal)
  const lfs = [...filters.values()].includes('lfs') && (await hasLfs(mirror))
  const stored = new Map<PathBytes, Stored>()
  for (const [path, filter] of filters) {
    signal.throwIfAborted()
    const { after, before } = present.get(path)!
    stored.set(path, await storedAs({ mirror, path, filter, oid: after.oid, before: before.oid, hasLfs: lfs }))
  }
  return stored
}

async function sizesOf(
  changes: readonly RawChange[],
  { mirror, signal }: DescribeAsk,
): Promise<ReadonlyMap<Oid, number>> {
  const oids = new Set(changes.filter(({ status }) => status !== 'A').map(({ before }) => before.oid))
  const sizes = new Map<Oid, number>()
  if (oids.size === 0) return sizes
  const input = `${[...oids].join('\n')}\n`
  const answer = await mirror.git.text(['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input, signal })
  for (const line of answer.split('\n')) {
    const [oid, size] = line.split(' ') as [string, string]
    sizes.set(oid, Number(size))
  }
  return sizes
}

/** New files that .gitignore of the deployed commit names: people should know before they take them. */
async function ignoredAmong(
  changes: readonly RawChange[],
  { mirror, ignores, signal }: DescribeAsk,
): Promise<ReadonlySet<PathBytes>> {
  const added = ignores ? changes.filter(({ status }) => status === 'A').map(({ path }) => path) : []
  const ignored = new Set<PathBytes>()
  if (added.length === 0) return ignored
  try {
    const input = pathList(added)
    for await (const record of mirror.git.records(['check-ignore', '--no-index', '-z', '--stdin'], { input, signal }))
      ignored.add(pathBytes(record))
  } catch (error) {
    // It ends with 1 when it names none of them.
    if (!(error instanceof GitError && error.code === 1)) throw error
  }
  return ignored
}

const note = 'contents'
const letters = { t: 'text', b: 'binary', i: 'image' } as const satisfies Record<string, ContentKind>
const atOnce = 16
/** Bytes of a deployed file that is gone and whose kind is still to be told. */
const largestGone = 1024 * 1024

/** By object name, kept from run to run: uploads that nobody takes are looked at once. */
async function kindsOf(
  changes: readonly RawChange[],
  { mirror, signal }: DescribeAsk,
): Promise<ReadonlyMap<Oid, ContentKind>> {
  const kept = new Map<Oid, ContentKind>()
  for (const line of ((await mirror.recall(note)) ?? '').split('\n')) {
    const kind = letters[line[0] as keyof typeof letters]
    if (kind !== undefined) kept.set(line.slice(1), kind)
  }
  const kinds = new Map<Oid, ContentKind>()
  const unknown: RawChange[] = []
  for (const change of changes) {
    const oid = change.status === 'D' ? change.before.oid : change.after.oid
    const kind = kept.get(oid)
    if (kind !== undefined) kinds.set(oid, kind)
    else if (change.after.mode !== link) unknown.push(change)
  }
  await readHeads(
    unknown.filter(({ status }) => status !== 'D'),
    kinds,
    mirror,
    signal,
  )
  const gone = new Set(unknown.filter(({ status }) => status === 'D').map(({ before }) => before.oid))
  for await (const blob of mirror.git.blobs(gone, { maxBytes: largestGone, signal }))
    if (!blob.tooBig) kinds.set(blob.oid, kindOf(blob.bytes))
  if (kinds.size !== kept.size || unknown.length > 0)
    await mirror.keep(note, [...kinds].map(([oid, kind]) => `${kind[0]}${oid}\n`).join(''))
  return kinds
}

async function readHeads(
  changes: readonly RawChange[],
  kinds: Map<Oid, ContentKind>,
  mirror: Mirror,
  signal: AbortSignal,
): Promise<void> {
  const waiting = changes.values()
  const work = async () => {
    for (const { path, after } of waiting) {
      signal.throwIfAborted()
      const head = await mirror.read(path, { maxBytes: headBytes })
      if (head !== undefined) kinds.set(after.oid, kindOf(head))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** Bytes of a file whose line endings are compared. */
const largestText = 4 * 1024 * 1024

async function withLineEndings(
  differences: readonly Difference[],
  { mirror, signal }: DescribeAsk,
): Promise<readonly Difference[]> {
  const asked = differences.filter(
    one => one.change === 'changed' && one.content === 'text' && one.after!.size <= largestText,
  )
  const before = new Map<Oid, Difference[]>()
  for (const one of asked) before.set(one.before!.oid, [...(before.get(one.before!.oid) ?? []), one])
  const same = new Set<Difference>()
  for await (const blob of mirror.git.blobs(before.keys(), { maxBytes: largestText, signal })) {
    if (blob.tooBig) continue
    for (const one of before.get(blob.oid)!) {
      const after = await mirror.read(one.path, { maxBytes: largestText })
      if (after !== undefined && onlyLineEndings(blob.bytes, after)) same.add(one)
    }
  }
  return differences.map(one => (same.has(one) ? { ...one, change: 'line-endings' } : one))
}
