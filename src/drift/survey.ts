import { bytesText, counted } from '../core/amount.ts'
import type { Base, Drift } from '../core/difference.ts'
import type { CaptureSource } from '../core/environment.ts'
import { CannotTell } from '../core/errors.ts'
import type { Git, Host, Mirror, World } from '../core/world.ts'
import { effectiveTree } from './base/effective.ts'
import { findBase } from './base/find.ts'
import { bestMatch } from './base/match.ts'
import { withoutUndeployed } from './base/undeployed.ts'
import { compare } from './compare.ts'
import type { DenyRule } from './deny.ts'
import { denyRules } from './deny-rules.ts'
import { listDenied } from './pull/denied.ts'
import { pull } from './pull/pull.ts'
import type { Pulled } from './pull/request.ts'
import { knownFiles, seed } from './seed.ts'
import { exceptTracked } from './tracked.ts'

/** What a look at one host is asked for. */
export interface SurveyRequest {
  readonly environment: string
  readonly source: CaptureSource
  readonly host: Host
  readonly git: Git
  /** The deployed commit, when the person says it. */
  readonly base?: string
  readonly allowDeletions: boolean
  /** Compares contents everywhere, uploads too. */
  readonly paranoid: boolean
  /** Also asks the server for the names of what stays there. */
  readonly tellDenied?: boolean
  readonly signal: AbortSignal
  progress(phase: Phase, line: string): void
  /** A phase is over; what is to be said of it. */
  ended?(phase: Phase, line: string): void
  /** Chooses among the commits that fit best where nothing on the server says which one is deployed. Absent: nobody can be asked. */
  choose?(candidates: readonly Base[]): Promise<Base>
  /** The source with what the config of the deployed commit protects as well; absent: as it is. */
  joined?(source: CaptureSource, base: Base): Promise<{ source: CaptureSource; notes: readonly string[] }>
}

/** The phases of a capture, in order. A look at the server ends after `drift`. */
export type Phase = 'base' | 'pull' | 'drift' | 'secrets' | 'review' | 'commit' | 'merge'

/** A look at one host: what is different, and the mirror that it was seen in, still locked. */
export interface Surveyed {
  readonly drift: Drift
  readonly mirror: Mirror
  readonly source: CaptureSource
}

export type SurveyWorld = Pick<World, 'run' | 'files' | 'env' | 'now' | 'mirror'>

/**
 * Looks at one host: finds the commit that is deployed, brings the mirror up to date, and compares. Writes nothing on the server, no git object and
 * nothing outside the mirror. The caller closes the mirror.
 * @throws UsageError, CannotTell when the deployed commit or the state of the server cannot be told; the signal's reason when it is aborted.
 */
export async function survey(request: SurveyRequest, world: SurveyWorld): Promise<Surveyed> {
  const { source, host, git } = request
  const several = source.hosts.length > 1
  const mirror = await world.mirror(git, {
    environment: request.environment,
    ...(several ? { host: host.port === undefined ? host.ssh : `${host.ssh}-${host.port}` } : {}),
  })
  try {
    return await surveyed(request, mirror, world)
  } catch (error) {
    await mirror.close()
    throw error
  }
}

async function surveyed(request: SurveyRequest, mirror: Mirror, world: SurveyWorld): Promise<Surveyed> {
  const { environment, host, signal } = request
  request.progress('base', 'asking what is deployed')
  const { known, early } = await asked(request, mirror, world)
  const start = known ?? (await newest(request, mirror))
  const { source, notes } = await joinedAt(start, request)
  signal.throwIfAborted()
  if (known !== undefined) request.ended?.('base', baseLine(known))

  request.progress('pull', 'comparing')
  await seed(mirror, start.tree)
  const deny = early?.deny ?? (await exceptTracked(denyRules(source), mirror, start.tree))
  const pulled = early?.pulled ?? (await pullInto(mirror, source, deny, request, world))
  const base = known ?? (await fitting({ ...request, source }, mirror))
  if (base !== start) await seed(mirror, base.tree)
  request.ended?.('pull', pullLine(pulled))

  request.progress('drift', 'looking at what came')
  const progress = (line: string) => request.progress('drift', line)
  const compared = await compare({ mirror, base, pulled, source, deny, signal, progress })
  const differences = await withoutUndeployed({
    mirror,
    commit: base.commit,
    differences: compared.differences,
    signal,
  })
  if (known !== undefined && pulled.changed > 0) await stillDeployed(known, request, mirror, world)
  if (known !== undefined) await mirror.keep(note, JSON.stringify(known))
  request.ended?.('drift', `${counted(differences.length, 'difference')} from ${base.commit.slice(0, 12)}`)
  const { skipped, unsettled, skewMs, changed, ...facts } = pulled
  return {
    mirror,
    source,
    drift: {
      environment,
      host: host.ssh,
      base,
      differences,
      phantoms: compared.phantoms,
      pull: { ...facts, notes: [...notes, ...facts.notes] },
    },
  }
}

const note = 'survey.json'

interface Early {
  readonly pulled: Pulled
  readonly deny: readonly DenyRule[]
}

/**
 * Asks what is deployed. Mostly it is what was deployed the last time: then the pull that was begun meanwhile, over a connection of its own, is the
 * one that counts. Otherwise it is made again with the rules of the commit that is deployed now.
 */
async function asked(
  request: SurveyRequest,
  mirror: Mirror,
  world: SurveyWorld,
): Promise<{ known: Base | undefined; early?: Early }> {
  const { git, host, source } = request
  const given = request.base === undefined ? {} : { given: request.base }
  const last = request.base === undefined ? await lastBase(mirror) : undefined
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  const progress = (line: string) => request.progress('base', line)
  const finding = findBase({ git, mirror, host, source, ...given, signal: request.signal, progress }, world)
  if (last === undefined) return { known: await finding }
  const pulling = pullEarly(last, { ...request, signal, progress: () => {} }, mirror, world)
  const [found, early] = await Promise.allSettled([
    finding.then(
      base => {
        if (base?.commit !== last.commit || base.tree !== last.tree) stop.abort()
        return base
      },
      (error: unknown) => {
        stop.abort()
        throw error
      },
    ),
    pulling,
  ])
  if (found.status === 'rejected') throw found.reason
  if (stop.signal.aborted) return { known: found.value }
  if (early.status === 'rejected') throw early.reason
  return { known: found.value, early: early.value }
}

async function pullEarly(last: Base, request: SurveyRequest, mirror: Mirror, world: SurveyWorld): Promise<Early> {
  const { source } = await joinedAt(last, request)
  await seed(mirror, last.tree)
  const deny = await exceptTracked(denyRules(source), mirror, last.tree)
  return { deny, pulled: await pullInto(mirror, source, deny, request, world) }
}

async function lastBase(mirror: Mirror): Promise<Base | undefined> {
  try {
    const text = await mirror.recall(note)
    return text === undefined ? undefined : (JSON.parse(text) as Base)
  } catch {
    return undefined
  }
}

async function joinedAt(base: Base, request: SurveyRequest) {
  return (await request.joined?.(request.source, base)) ?? { source: request.source, notes: [] }
}

async function pullInto(
  mirror: Mirror,
  source: CaptureSource,
  deny: readonly DenyRule[],
  request: SurveyRequest,
  world: SurveyWorld,
): Promise<Pulled> {
  const { host, signal, allowDeletions, paranoid } = request
  const asked = {
    source,
    paranoid,
    host,
    into: mirror.tree,
    scratch: mirror.folder,
    deny,
    known: await knownFiles(mirror),
    allowDeletions,
    signal,
    progress: (now: { doing: string; files: number; bytes: number }) =>
      request.progress('pull', `${now.doing}: ${counted(now.files, 'file')}, ${bytesText(now.bytes)}`),
  }
  // The names of what stays there come over a connection of their own, at the same time.
  const [pulled, denied] = await Promise.all([
    pull(asked, world),
    request.tellDenied === true ? listDenied(asked, world) : [],
  ])
  return { ...pulled, skipped: [...pulled.skipped, ...denied] }
}

/** Where nothing is known yet, the mirror begins with what is checked out: most of it will be equal. */
async function newest({ git, source }: SurveyRequest, mirror: Mirror): Promise<Base> {
  const commit = await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (commit === undefined)
    throw new CannotTell('This repository has no commit yet.', 'Commit what was deployed first, then capture.')
  return { commit, tree: await effectiveTree({ mirror, commit, source }), known: 'best-match' }
}

async function fitting(request: SurveyRequest, mirror: Mirror): Promise<Base> {
  const { git, source, signal } = request
  const candidates = await bestMatch({
    git,
    mirror,
    source,
    signal,
    progress: line => request.progress('base', line),
  })
  const [best] = candidates
  if (best === undefined)
    throw new CannotTell(
      'Nothing on the server says which commit is deployed, and no commit here resembles what lies there.',
      'Say which one: npx ship-guard capture --base COMMIT',
    )
  if (request.choose !== undefined) return request.choose(candidates)
  throw new CannotTell(
    `Nothing on the server says which commit is deployed. Best fits ${best.commit.slice(0, 12)}${matchText(best)}.`,
    `If that is it: npx ship-guard capture ${request.environment} --base ${best.commit.slice(0, 12)}`,
  )
}

/** A deploy in the middle of the pull would make its changes look like the server's own. */
async function stillDeployed(known: Base, request: SurveyRequest, mirror: Mirror, world: SurveyWorld): Promise<void> {
  if (known.known === 'given') return
  const { git, source, host, signal } = request
  const now = await findBase({ git, mirror, source, host, signal, progress: () => {} }, world)
  if (now?.commit === known.commit) return
  throw new CannotTell(
    `${request.environment} was deployed while it was being looked at.`,
    'Wait until that deploy is through, then capture again.',
  )
}

function baseLine(base: Base): string {
  const from = { 'revision-file': 'as', manifest: 'as', given: 'as you said', 'best-match': 'as it fits best' }[
    base.known
  ]
  return `${base.commit.slice(0, 12)} is deployed, ${base.from === undefined ? from : `${from} ${base.from} says`}`
}

/** `, 412 of 420 files unchanged`. */
export function matchText({ match }: Base): string {
  return match === undefined ? '' : `: ${match.same} of its ${match.all} files are there unchanged`
}

function pullLine({ files, bytes, received, state }: Pulled): string {
  const partial = state === 'partial' ? ', some could not be read' : ''
  return `${counted(files, 'file')}, ${bytesText(bytes)} compared, ${bytesText(received)} received${partial}`
}
