import { type Entry, recall } from '../core/log.ts'
import type { Oid, Remote } from '../core/push.ts'
import { safeRemote } from '../core/remote.ts'
import type { Git, World } from '../core/world.ts'
import type { InForce } from './in-force.ts'
import { isGuarded } from './protect.ts'

/** A push of a protected ref that the guard did not let through: with `--no-verify`, another core.hooksPath, or no hook at all. */
export interface PushAround {
  readonly remote: string
  /** Its full name on the remote. */
  readonly ref: string
  readonly commit: Oid
  /** ISO 8601. */
  readonly at: string
  /** What the guard had said to this very push before; absent when it was not asked. */
  readonly said?: 'refused' | 'undecided'
}

export interface Audit {
  /** Newest first. */
  readonly around: readonly PushAround[]
  /** Names of remotes of which this clone keeps no tracking refs, or tracking refs of which it keeps no reflog: nothing can be told of them. */
  readonly blind: readonly string[]
  /** Since when the guard is here; absent when it never was, and then nothing went around it. */
  readonly since?: Date
}

/**
 * The pushes of protected refs that git notes in the reflogs of its tracking refs ("update by push") and that the guard does not know as passed or
 * bypassed. What git does not note is not seen: pushes from other clones, to a URL rather than a remote, and deletions. Asks no remote.
 */
export async function pushesAround(
  git: Git,
  { files }: Pick<World, 'files'>,
  inForce: Pick<InForce, 'protections' | 'tags'>,
): Promise<Audit> {
  const said = await recall(files, git.commonDir, 'pushes')
  const since = await guardedSince(git, files, said)
  if (since === undefined) return { around: [], blind: [] }
  const tracked = await trackedRefs(git)
  const guarded = tracked.filter(({ remote, ref }) => ref === undefined || isGuarded(ref, remote, inForce))
  const around: PushAround[] = []
  const blind = new Set<string>()
  for (const { remote, ref, tracking } of guarded) {
    const moves = ref === undefined ? undefined : await movesOf(tracking, git)
    if (ref === undefined || moves === undefined) blind.add(ref === undefined ? remote.name : tracking)
    else around.push(...moves.filter(wasPushed).flatMap(move => unknownPush({ remote, ref, move, since, said })))
  }
  return { around: around.sort((a, b) => b.at.localeCompare(a.at)), blind: [...blind], since }
}

async function guardedSince(
  git: Git,
  files: World['files'],
  said: readonly Entry<'pushes'>[],
): Promise<Date | undefined> {
  const installed = await files.look(`${git.commonDir}/ship-guard/installed.json`)
  if (installed === undefined) return undefined
  // An install that renewed its record does not make what was pushed before it unseen.
  return new Date(Math.min(installed.mtimeMs, ...said.slice(0, 1).map(entry => Date.parse(entry.at))))
}

interface Tracked {
  readonly remote: Remote
  /** On the remote; absent when the remote has no tracking refs at all. */
  readonly ref?: string
  readonly tracking: string
}

async function trackedRefs(git: Git): Promise<readonly Tracked[]> {
  const names = (await git.text(['remote'])).split('\n').filter(Boolean)
  const lists = await Promise.all(names.map(name => trackedOf(name, git)))
  return lists.flat()
}

async function trackedOf(name: string, git: Git): Promise<readonly Tracked[]> {
  const [url = '', listed = ''] = await Promise.all([
    git.answer(['remote', 'get-url', '--push', '--', name]),
    git.answer(['config', '--get-all', `remote.${name}.fetch`]),
  ])
  const remote = { name, url }
  const specs = listed.split('\n').flatMap(line => readRefspec(line) ?? [])
  if (specs.length === 0) return [{ remote, tracking: '' }]
  const found = await Promise.all(
    specs.map(async spec => {
      const refs = await git.text(['for-each-ref', '--format=%(refname)', '--', spec.into.replace(/\/?\*.*$/, '')])
      return refs
        .split('\n')
        .flatMap(tracking => {
          const ref = sourceOf(tracking, spec)
          return ref === undefined ? [] : [{ remote, ref, tracking }]
        })
        .filter(({ ref }) => ref !== 'refs/heads/HEAD')
    }),
  )
  return found.flat()
}

interface Refspec {
  readonly from: string
  readonly into: string
}

/** `+refs/heads/*:refs/remotes/origin/*`; undefined for what tracks nothing. */
export function readRefspec(line: string): Refspec | undefined {
  const [, from, into] = /^\+?([^:^]+):(.+)$/.exec(line) ?? []
  return from === undefined || into === undefined ? undefined : { from, into }
}

/** The remote's name of a tracking ref, as the refspec maps them. */
export function sourceOf(tracking: string, { from, into }: Refspec): string | undefined {
  const star = into.indexOf('*')
  if (star === -1) return tracking === into ? from : undefined
  const [head, tail] = [into.slice(0, star), into.slice(star + 1)]
  const fits = tracking.startsWith(head) && tracking.endsWith(tail) && tracking.length > head.length + tail.length
  // A function: `$&` in a branch's name is no pattern.
  return fits ? from.replace('*', () => tracking.slice(head.length, tracking.length - tail.length)) : undefined
}

interface Move {
  readonly commit: Oid
  readonly at: Date
  readonly message: string
}

/** What the reflog of a ref says; undefined when nothing can be told. */
async function movesOf(ref: string, git: Git): Promise<readonly Move[] | undefined> {
  const args = ['log', '-g', '-s', '--no-show-signature', '--date=unix', '--format=%H %gD %gs', '--end-of-options', ref]
  const lines = (await git.answer([...args, '--']))?.split('\n').filter(Boolean) ?? []
  const moves = lines.flatMap(line => {
    const [, commit, seconds, message] = /^([0-9a-f]+) .*?@\{(\d+)\} (.*)$/.exec(line) ?? []
    return commit === undefined ? [] : [{ commit, at: new Date(Number(seconds) * 1000), message: message! }]
  })
  return moves.length > 0 || (await neverMoved(ref, git)) ? moves : undefined
}

// git-clone(1) makes tracking refs without a reflog; the first push or fetch that moves one makes it, unless nothing is noted here at all
// (git-config(1), core.logAllRefUpdates: by default in every repository that is not bare). One that was emptied is still there.
async function neverMoved(ref: string, git: Git): Promise<boolean> {
  if ((await git.code(['reflog', 'exists', ref])) === 0) return false
  const noted = await git.answer(['config', '--get', 'core.logAllRefUpdates'])
  return noted === undefined ? git.top !== undefined : !/^(false|no|off|0|)$/i.test(noted)
}

// builtin/push through transport.c: the same words since git 1.6, in every language.
function wasPushed({ message }: Move): boolean {
  return message === 'update by push'
}

interface Asked {
  readonly remote: Remote
  readonly ref: string
  readonly move: Move
  readonly since: Date
  readonly said: readonly Entry<'pushes'>[]
}

function unknownPush({ remote, ref, move: { commit, at }, since, said }: Asked): readonly PushAround[] {
  // The reflog knows whole seconds, rounded down.
  const until = at.getTime() + 999
  if (at.getTime() <= since.getTime()) return []
  const names = [remote.name, remote.url].map(name => safeRemote({ name, url: '' }).name)
  const last = said.findLast(
    entry =>
      entry.commit === commit && entry.ref === ref && names.includes(entry.remote) && Date.parse(entry.at) <= until,
  )
  if (last?.result === 'passed' || last?.result === 'bypassed') return []
  const around = { remote: remote.name, ref, commit, at: at.toISOString() }
  return [last === undefined ? around : { ...around, said: last.result }]
}
