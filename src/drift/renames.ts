import type { Difference } from '../core/difference.ts'
import type { PathBytes } from '../core/path-bytes.ts'

export interface RenameAsk {
  readonly differences: readonly Difference[]
  readonly signal: AbortSignal
  /** The content that was deployed, or undefined when it is too large to compare. */
  before(difference: Difference): Promise<Uint8Array | undefined>
  after(difference: Difference): Promise<Uint8Array | undefined>
}

/** At most so many files on either side are compared by content; equal ones are found among any number. */
const mostCompared = 200
const mostPairs = 2_000_000
/** Bytes of one file that are compared. */
export const largestCompared = 512 * 1024
/** Taken as a rename, the old file goes away, so likeness is asked for more strictly than git does. */
const alike = 0.75
const smallest = 64

/**
 * Joins a file that is gone and a new one into one that was renamed: of equal content, or nearly so. A deletion that is held back is not joined, because
 * then the old file may still be there.
 */
export async function findRenames(ask: RenameAsk): Promise<readonly Difference[]> {
  const gone = ask.differences.filter(one => one.change === 'deleted' && one.holds.length === 0 && isFile(one.before))
  const added = ask.differences.filter(one => one.change === 'new' && isFile(one.after))
  if (gone.length === 0 || added.length === 0) return ask.differences
  const pairs = equalPairs(gone, added)
  await similarPairs(
    gone.filter(one => !pairs.has(one)),
    added,
    pairs,
    ask,
  )
  const from = new Map([...pairs].map(([old, now]) => [now, old]))
  return ask.differences.flatMap(one => {
    if (pairs.has(one)) return []
    const old = from.get(one)
    return [old === undefined ? one : { ...one, change: 'renamed' as const, from: old.path, ...sideOf(old) }]
  })
}

function isFile(side: Difference['before']): boolean {
  return side?.mode.startsWith('100') === true && side.size > 0
}

function sideOf({ before }: Difference): Pick<Difference, 'before'> {
  return before === undefined ? {} : { before }
}

type Pairs = Map<Difference, Difference>

/** Of several with one content, those of the same name belong together. */
function equalPairs(gone: readonly Difference[], added: readonly Difference[]): Pairs {
  const byContent = new Map<string, Difference[]>()
  for (const one of added) byContent.set(one.after!.oid, [...(byContent.get(one.after!.oid) ?? []), one])
  const pairs: Pairs = new Map()
  for (const sameName of [true, false])
    for (const old of gone) {
      if (pairs.has(old)) continue
      const candidates = byContent.get(old.before!.oid) ?? []
      // Of a few bytes many files are equal that have nothing to do with each other.
      const isTelling = old.before!.size >= smallest
      const at = candidates.findIndex(one => (!sameName && isTelling) || nameOf(one.path) === nameOf(old.path))
      if (at !== -1) pairs.set(old, candidates.splice(at, 1)[0]!)
    }
  return pairs
}

async function similarPairs(
  gone: readonly Difference[],
  added: readonly Difference[],
  pairs: Pairs,
  ask: RenameAsk,
): Promise<void> {
  const taken = new Set(pairs.values())
  const free = added.filter(one => !taken.has(one) && one.holds.length === 0)
  if (gone.length > mostCompared || gone.length * free.length > mostPairs) return
  const candidates = gone.flatMap(old => free.filter(one => mayBeAlike(old, one)).map(one => ({ old, one })))
  const olds = new Set(candidates.map(({ old }) => old))
  const news = new Set(candidates.map(({ one }) => one))
  if (olds.size > mostCompared || news.size > mostCompared) return
  const before = await pieces(olds, one => ask.before(one), ask.signal)
  const after = await pieces(news, one => ask.after(one), ask.signal)
  const scored = candidates.map(pair => ({ ...pair, score: likeness(before.get(pair.old), after.get(pair.one)) }))
  for (const { old, one, score } of scored.sort((a, b) => b.score - a.score)) {
    if (score < alike) break
    if (pairs.has(old) || taken.has(one)) continue
    pairs.set(old, one)
    taken.add(one)
  }
}

/** Sizes alone tell most of them apart. */
function mayBeAlike({ path: old, before }: Difference, { path: now, after }: Difference): boolean {
  const [a, b] = [before!.size, after!.size]
  if (Math.min(a, b) < smallest || Math.max(a, b) > largestCompared) return false
  return Math.min(a, b) / Math.max(a, b) >= alike && endingOf(old) === endingOf(now)
}

async function pieces(
  of: Iterable<Difference>,
  content: (one: Difference) => Promise<Uint8Array | undefined>,
  signal: AbortSignal,
): Promise<ReadonlyMap<Difference, Pieces>> {
  const found = new Map<Difference, Pieces>()
  for (const one of of) {
    signal.throwIfAborted()
    const bytes = await content(one)
    if (bytes !== undefined) found.set(one, piecesOf(bytes))
  }
  return found
}

interface Pieces {
  /** Bytes of the file by the piece that they lie in. */
  readonly sizes: ReadonlyMap<string, number>
  readonly all: number
}

/** Lines, or 64 bytes of what has no lines, as git's diffcore-delta.c cuts files. */
export function piecesOf(bytes: Uint8Array): Pieces {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const sizes = new Map<string, number>()
  for (const [piece] of text.matchAll(/[^\n]{1,63}\n|[^\n]{64}|[^\n]+|\n/g))
    sizes.set(piece, (sizes.get(piece) ?? 0) + piece.length)
  return { sizes, all: bytes.byteLength }
}

/** How much of the larger one is in both, 0 to 1. */
export function likeness(one: Pieces | undefined, other: Pieces | undefined): number {
  if (one === undefined || other === undefined) return 0
  let common = 0
  for (const [piece, size] of one.sizes) common += Math.min(size, other.sizes.get(piece) ?? 0)
  return common / Math.max(one.all, other.all, 1)
}

function nameOf(path: PathBytes): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function endingOf(path: PathBytes): string {
  const name = nameOf(path)
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot).toLowerCase()
}
