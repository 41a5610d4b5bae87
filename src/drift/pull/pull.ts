// Brings one host's files into the mirror. Nothing on the server is ever written; nothing here is written but below `into` and `scratch`.
import { join } from 'node:path'
import type { CaptureLimits, Root } from '../../core/environment.ts'
import { CannotTell, UsageError } from '../../core/errors.ts'
import { byPath, pathOf } from '../../core/path-bytes.ts'
import { filterLines } from '../deny-filter.ts'
import { deletionLimit, rememberRefusal, tooManyDeletions } from './deletions.ts'
import { failureOf, type Look, type LookOptions, look } from './look.ts'
import { RootOutcome } from './outcome.ts'
import { outFormat } from './output.ts'
import type { Pulled, PullRequest, PullWorld } from './request.ts'
import { isAtLeast, localRsync, type RsyncCall, type RsyncVersion } from './rsync.ts'
import { type Fact, secondLook } from './second-look.ts'
import { shellNoise } from './shell.ts'
import { explain } from './trouble.ts'
import { checkSource } from './validate.ts'

/**
 * Pulls every root. Throws UsageError for a source that cannot be right, CannotTell when the server could not be read, and the signal's reason when
 * it was aborted; half-transferred files are then kept and gone on with the next time.
 */
export async function pull(request: PullRequest, world: PullWorld): Promise<Pulled> {
  const started = world.now().getTime()
  checkSource(request.source, request.host)
  const local = await localRsync(world)
  await world.files.makeFolder(request.scratch, { mode: 0o700 })
  const known = await readFacts(request, world)
  const outcomes: RootOutcome[] = []
  let deletions = await deletionLimit(request, world)
  for (const root of request.source.roots) {
    const outcome = await pullRoot({ request, root, local, known, deletions, outcomes }, world)
    outcomes.push(outcome)
    deletions = deletions === undefined ? undefined : Math.max(0, deletions - outcome.deleted)
  }
  if (outcomes.every(({ files }) => files === 0)) throw nothingThere(request)
  await rememberRefusal(request, world, false)
  await writeFacts(request, world, outcomes)
  return joined(outcomes, local, { started, ended: world.now().getTime() })
}

interface RootPull {
  readonly request: PullRequest
  readonly root: Root
  readonly local: RsyncVersion
  readonly known: ReadonlyMap<string, Fact>
  /** Undefined: as many as there are. */
  readonly deletions: number | undefined
  /** Of the roots before. */
  readonly outcomes: readonly RootOutcome[]
}

async function pullRoot(at: RootPull, world: PullWorld): Promise<RootOutcome> {
  const { request, root, local } = at
  const { source, host, scratch } = request
  await makeWay(request, root, world)
  const filter = await writeFilter(request, root, world)
  const call: RsyncCall = {
    ...{ source, host, local, scratch },
    from: root.from,
    to: join(request.into, root.to),
    options: pullOptions(at, filter),
  }
  const limit = new AbortController()
  const options = lookOptions(at, limit)
  const first = await look(call, world, options).catch((error: unknown) => {
    throw limit.signal.aborted ? limit.signal.reason : error
  })
  // What vanished between being listed and being read may just have been renamed: the second time it mostly is well.
  const seen = endedWith(first, 24) ? await look(call, world, options) : first
  const outcome = new RootOutcome(root, source.roots, seen)
  await judge(outcome, call, request, world)
  return await settled(outcome, at, call, world, options)
}

function endedWith({ result }: Look, code: number): boolean {
  return result.ended === 'exit' && result.code === code
}

async function judge(outcome: RootOutcome, call: RsyncCall, request: PullRequest, world: PullWorld): Promise<void> {
  const { look: seen } = outcome
  if (endedWith(seen, 0)) return
  if (endedWith(seen, 25)) {
    await rememberRefusal(request, world, true)
    throw tooManyDeletions(request, seen)
  }
  const aboutFiles = endedWith(seen, 23) || endedWith(seen, 24)
  if (aboutFiles && outcome.skipped.length > 0 && seen.other.length === 0 && !outcome.rootFailed) return
  const noise = seen.connected ? undefined : await shellNoise(request, seen, world)
  throw noise ?? explain(failureOf(seen, call))
}

async function settled(
  outcome: RootOutcome,
  { request, root, known }: RootPull,
  call: RsyncCall,
  world: PullWorld,
  options: LookOptions,
): Promise<RootOutcome> {
  const received = outcome.received
  const open = outcome.open(known)
  if (received.size === 0 && open.size === 0) return outcome
  request.progress({ doing: 'looking again', files: received.size, bytes: outcome.transferredBytes })
  const again = await secondLook({ call, root, received, others: outcome.others }, world, {
    ...options,
    onEvent: () => {},
  })
  if (!endedWith(again.look, 0) && !endedWith(again.look, 23) && !endedWith(again.look, 24))
    throw explain(failureOf(again.look, call))
  outcome.add(again)
  return outcome
}

/** Options of every pull, each exercised against rsync 3.1 to 3.5 on both sides and against rrsync(1). */
function pullOptions({ request, root, deletions }: RootPull, filter: string): readonly string[] {
  const { source } = request
  const contents = (request.paranoid ?? false) || (source.compare === 'checksum' && !root.uploads)
  return [
    contents ? '-rtOc' : '-rtO',
    '--no-links',
    '--no-devices',
    '--no-specials',
    // A folder that nobody may enter there would be one that we cannot take away here.
    ...(source.modes ? ['--executability', '--chmod=D0700,Fu=rwX,Fgo='] : ['--chmod=D0700,F0600']),
    '--delete-delay',
    ...(deletions === undefined ? [] : [`--max-delete=${deletions}`]),
    '--partial-dir=.sg-partial',
    `--max-size=${source.limits.fileSize}`,
    '--info=skip1,progress2',
    '--stats',
    `--out-format=${outFormat}`,
    `--filter=. ${filter}`,
  ]
}

function lookOptions({ request, outcomes }: RootPull, limit: AbortController): LookOptions {
  const before = { files: sum(outcomes, one => one.received.size), bytes: sum(outcomes, one => one.transferredBytes) }
  const changed = { files: sum(outcomes, one => one.changed.files), bytes: sum(outcomes, one => one.changed.bytes) }
  let now = { doing: 'comparing', ...before }
  let announced = 0
  return {
    signal: AbortSignal.any([request.signal, limit.signal]),
    waits: request.waits ?? [1_000, 4_000],
    onWait: (next, of) => request.progress({ ...now, doing: `waiting to try again (${next} of ${of})` }),
    onEvent: event => {
      if (event.kind === 'progress') now = { ...now, bytes: Math.max(now.bytes, before.bytes + event.bytes) }
      else if (event.kind === 'item' && event.code.startsWith('>f'))
        now = { ...now, doing: 'receiving', files: now.files + 1 }
      else return
      if (event.kind === 'item') announced += event.size
      else if (event.bytes > announced + request.source.limits.totalSize) limit.abort(moreThanSaid(request))
      if (event.kind === 'item' && isChange(event.code)) {
        changed.files += 1
        changed.bytes += event.size
        const over = overLimit(changed, request.source.limits)
        if (over !== undefined) limit.abort(over)
      }
      request.progress(now)
    },
  }
}

// rsync takes what comes, however small the file was said to be.
function moreThanSaid({ host }: PullRequest): CannotTell {
  return new CannotTell(
    `${host.ssh} sends more than the files have that it named. Its rsync is broken, or somebody plays tricks.`,
    'Nothing of it is used. Speak to whoever runs the server before you trust anything on it.',
  )
}

/** New, or of another size or content: not only of another time, as everything is after a checkout. */
export function isChange(code: string): boolean {
  return code.startsWith('>f') && /[+sc]/.test(code.slice(2))
}

function overLimit(now: { files: number; bytes: number }, limits: CaptureLimits): UsageError | undefined {
  if (now.files > limits.files)
    return new UsageError(
      `More than ${limits.files} files are new or changed on the server.`,
      'Exclude what is made there (capture.exclude), or raise capture.limits.files.',
    )
  if (now.bytes > limits.totalSize)
    return new UsageError(
      `More than ${Math.round(limits.totalSize / 1e6)} MB are new or changed on the server.`,
      'Exclude what does not belong in git (capture.exclude), or raise capture.limits.totalSize.',
    )
  return undefined
}

/** The folder that a root goes to. A link among its folders would lead rsync out of the mirror. */
async function makeWay({ into }: PullRequest, { to }: Root, { files }: PullWorld): Promise<void> {
  let folder = into
  for (const name of to.split('/').filter(Boolean)) {
    folder = join(folder, name)
    const there = await files.look(folder)
    if (there !== undefined && there.kind !== 'folder')
      throw new UsageError(
        `In the repository ${to} is not a folder, because ${name} is ${there.kind === 'link' ? 'a link' : 'a file'}.`,
        'Change `to` of that root in .shiprc to a folder that is one.',
      )
  }
  await files.makeFolder(folder, { mode: 0o700 })
}

async function writeFilter({ source, scratch, deny }: PullRequest, root: Root, { files }: PullWorld): Promise<string> {
  const path = join(scratch, `filter-${source.roots.indexOf(root)}`)
  await files.write(
    path,
    Buffer.from(
      filterLines(deny, root, source.roots)
        .map(line => `${line}\n`)
        .join(''),
      'latin1',
    ),
  )
  return path
}

function nothingThere({ source, host }: PullRequest): CannotTell {
  const folders = source.roots.map(({ from }) => from).join(', ')
  return new CannotTell(
    `There is no file to read in ${folders} on ${host.ssh}. Nothing was taken for deleted.`,
    `Mend the path in .shiprc, or see whether the deploy put the application elsewhere: ssh ${host.ssh} ls -la ${source.roots[0]!.from}`,
  )
}

// What was found out about files that do not come is kept, so that a pull with nothing new is one rsync run.
async function readFacts({ scratch }: PullRequest, { files }: PullWorld): Promise<ReadonlyMap<string, Fact>> {
  const text = await files.text(join(scratch, 'not-read.json'))
  if (text === undefined) return new Map()
  try {
    const kept: unknown = JSON.parse(text)
    return new Map(Array.isArray(kept) ? (kept as [string, Fact][]) : [])
  } catch {
    return new Map()
  }
}

async function writeFacts(
  { scratch }: PullRequest,
  { files }: PullWorld,
  outcomes: readonly RootOutcome[],
): Promise<void> {
  const facts = outcomes.flatMap(outcome =>
    [...outcome.facts].map(([name, fact]) => [pathOf(outcome.root.to) + name, fact]),
  )
  await files.write(join(scratch, 'not-read.json'), JSON.stringify(facts), { mode: 0o600 })
}

function joined(
  outcomes: readonly RootOutcome[],
  local: RsyncVersion,
  time: { started: number; ended: number },
): Pulled {
  const skipped = outcomes.flatMap(outcome => outcome.skipped)
  const ahead = Math.max(0, ...outcomes.map(outcome => outcome.newestMs - time.ended))
  return {
    state: outcomes.every(({ isClean }) => isClean) ? 'clean' : 'partial',
    files: sum(outcomes, one => one.files),
    bytes: sum(outcomes, one => one.look.bytes),
    received: sum(outcomes, one => one.receivedBytes),
    changed: sum(outcomes, one => one.received.size + one.deleted),
    tookMs: time.ended - time.started,
    notes: notesOf(local, ahead),
    skipped: skipped.sort(byPath),
    unsettled: new Set(outcomes.flatMap(outcome => [...outcome.unsettled])),
    ...(ahead > tolerance ? { skewMs: ahead } : {}),
  }
}

const tolerance = 2_000

function notesOf(local: RsyncVersion, ahead: number): readonly string[] {
  const old = isAtLeast(local, '3.2.5')
    ? []
    : [
        `rsync ${local.version} of this machine believes every file name that a server sends (CVE-2022-29154). Update it when the server is not yours.`,
      ]
  const clock =
    ahead > tolerance
      ? [
          `A file there is dated ${Math.round(ahead / 1000)} s ahead of this machine's clock: one of the two clocks is wrong, or somebody set the date.`,
        ]
      : []
  return [...old, ...clock]
}

function sum<Of>(list: readonly Of[], of: (one: Of) => number): number {
  return list.reduce((total, one) => total + of(one), 0)
}
