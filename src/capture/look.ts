import { type Base, type Difference, mayBeTaken } from '../core/difference.ts'
import type { CaptureSource } from '../core/environment.ts'
import type { PathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Git, Host, Mirror, World } from '../core/world.ts'
import { unknownTo } from '../drift/known.ts'
import { type Phase, type Surveyed, survey } from '../drift/survey.ts'
import type { HostColumn, Review, ReviewDesk } from '../review/review.ts'
import type { SecretsPolicy } from '../secrets/allow.ts'
import { deskOf, imagesOf } from './desk.ts'
import { type Elsewhere, elsewhereLine, ownOnly } from './elsewhere.ts'
import { type MergePreview, previewMerge } from './preview.ts'
import { buildTree } from './tree.ts'

/** What a capture is asked to look at. */
export interface LookRequest {
  readonly environment: string
  readonly source: CaptureSource
  readonly host: Host
  readonly git: Git
  readonly base?: string
  readonly allowDeletions: boolean
  readonly paranoid: boolean
  /** Objects may be written into the quarantine, to preview the merge. */
  readonly preview: boolean
  /** The other hosts of the environment are looked at as well. */
  readonly others: boolean
  /** The options of the gate `secrets`: what it lets pass may come. */
  readonly policy?: SecretsPolicy
  /** Absent: what is captured is not merged here. */
  readonly merges: boolean
  readonly signal: AbortSignal
  progress(phase: Phase, line: string): void
  ended(phase: Phase, line: string): void
  choose?(candidates: readonly Base[]): Promise<Base>
  joined?(source: CaptureSource, base: Base): Promise<{ source: CaptureSource; notes: readonly string[] }>
}

export type CaptureWorld = Pick<World, 'run' | 'files' | 'env' | 'now' | 'mirror' | 'threads'>

/** What a person is shown, and the mirror behind it, still locked: `surveyed.mirror.close()` gives it up. */
export interface Looked {
  readonly surveyed: Surveyed
  readonly review: Review
  readonly desk: ReviewDesk
  /** What only other hosts have. */
  readonly elsewhere: readonly Elsewhere[]
}

/** Looks at the host, scans what is different, and says what a merge would make of it. The caller closes the mirror. */
export async function look(request: LookRequest, world: CaptureWorld): Promise<Looked> {
  const others = request.others ? await otherHosts(request, world) : []
  // Loaded while the server is asked.
  const [surveyed, { scanDifferences }, { reviewOf }] = await Promise.all([
    survey({ ...request, tellDenied: request.preview }, world),
    import('./scan.ts'),
    import('../review/build.ts'),
  ])
  const { mirror, drift } = surveyed
  try {
    const { git, signal } = request
    const progress = (line: string) => request.progress('secrets', line)
    progress('searching what is new')
    const differences = await scanDifferences({
      mirror,
      differences: drift.differences,
      world,
      signal,
      progress,
      ...(request.policy === undefined ? {} : { policy: request.policy }),
    })
    request.ended('secrets', secretsLine(differences))
    const here = await headOf(git)
    const elsewhere = await ownOnly(others, { git, here: here?.commit, captured: differences, signal })
    const lines = elsewhere.map(other => elsewhereLine(other, request.environment, drift.base))
    const scanned = { ...drift, differences, pull: { ...drift.pull, notes: [...drift.pull.notes, ...lines] } }
    const preview = request.preview ? await previewed(scanned, here, mirror) : undefined
    const images = await imagesOf(differences, mirror)
    const unknown =
      here === undefined
        ? differences
        : await unknownTo(here.commit, { base: drift.base.commit, differences, git, signal })
    const news = new Set(unknown.map(({ path }) => path))
    const same = new Set(differences.map(({ path }) => path).filter(path => !news.has(path)))
    const review = reviewOf({
      drift: scanned,
      images,
      seenAt: world.now(),
      into: request.merges ? here?.name : undefined,
      preview: { conflicts: preview?.conflicts ?? new Map(), same },
      hosts: others.length === 0 ? undefined : columnsOf(others),
    })
    return { surveyed, review, desk: deskOf(mirror, review), elsewhere }
  } catch (error) {
    await mirror.close()
    throw error
  }
}

async function otherHosts(request: LookRequest, world: CaptureWorld): Promise<readonly Elsewhere[]> {
  const others: Elsewhere[] = []
  for (const host of request.source.hosts) {
    if (host.ssh === request.host.ssh && host.port === request.host.port) continue
    const progress = (_: Phase, line: string) => request.progress('base', `${host.ssh}: ${line}`)
    const { drift, mirror } = await survey({ ...request, host, progress, ended: () => {} }, world)
    await mirror.close()
    others.push({ host: host.ssh, base: drift.base, differences: drift.differences })
  }
  return others
}

/** Where several hosts should be alike, what each of the others has at the paths that differ there. */
function columnsOf(others: readonly Elsewhere[]): ReadonlyMap<PathBytes, readonly HostColumn[]> {
  const columns = new Map<PathBytes, HostColumn[]>()
  for (const { host, differences } of others)
    for (const { path, after } of differences) {
      const column = after === undefined ? { host } : { host, oid: after.oid, size: after.size }
      columns.set(path, [...(columns.get(path) ?? []), column])
    }
  return columns
}

interface Here {
  readonly commit: Oid
  /** The branch, or the commit itself when none is checked out. */
  readonly name: string
}

async function headOf(git: Git): Promise<Here | undefined> {
  const commit = await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (commit === undefined) return undefined
  const branch = await git.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])
  return { commit, name: branch ?? commit.slice(0, 12) }
}

/** The merge of everything that may be taken: which of it would conflict does not depend on what else is ticked. */
async function previewed(
  drift: { base: Base; differences: readonly Difference[] },
  here: Here | undefined,
  mirror: Mirror,
): Promise<MergePreview | undefined> {
  const taken = drift.differences.filter(mayBeTaken)
  if (here === undefined || taken.length === 0) return undefined
  const tree = await buildTree({ mirror, base: drift.base, differences: taken })
  return previewMerge({ mirror, base: drift.base.commit, tree, into: here.commit })
}

function secretsLine(differences: readonly Difference[]): string {
  const held = differences.filter(({ holds }) => holds.some(hold => hold.kind === 'secret')).length
  const personal = differences.filter(({ holds }) => holds.some(hold => hold.kind === 'personal-data')).length
  const read = differences.filter(({ after }) => after !== undefined).length
  return `${read} scanned, ${held} held for a secret, ${personal} for personal data`
}
