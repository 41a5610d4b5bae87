import { join } from 'node:path'
import { type Check, type Diagnosis, fine, problem, told, unknown } from '../core/diagnosis.ts'
import { duration } from '../core/duration.ts'
import type { CaptureSource } from '../core/environment.ts'
import { CannotTell, UsageError } from '../core/errors.ts'
import type { Git, Host, World } from '../core/world.ts'
import { namedCommit } from '../drift/base/revision.ts'
import { fetchFiles } from '../drift/pull/fetch.ts'
import { type Probe, type ProbedRoot, probe } from '../drift/pull/probe.ts'
import { isAtLeast } from '../drift/pull/rsync.ts'
import { keyLine } from './doctor-key.ts'

export interface HostQuestion {
  readonly environment: string
  readonly source: CaptureSource
  readonly host: Host
  readonly git: Git
  readonly signal: AbortSignal
}

type DoctorWorld = Pick<World, 'run' | 'files' | 'env' | 'now' | 'scratchFolder'>

/** Looks at one host by the very commands that a capture uses. Changes nothing there; throws only when it was aborted. */
export async function checkHost(question: HostQuestion, world: DoctorWorld): Promise<Diagnosis> {
  const { environment, source, host, signal } = question
  const folder = await world.scratchFolder({ bytes: 1024 ** 2 })
  try {
    const found = await probe({ source, host, scratch: folder.path, signal }, world)
    const checks = isReached(found)
      ? [
          ...serverChecks(found, source),
          ...found.roots.map(rootCheck),
          await revisionCheck(question, folder.path, world),
        ]
      : [unreached(found)]
    const line = await keyLine(source, host, world)
    return {
      of: `${environment}: ${host.ssh}${host.port === undefined ? '' : `, port ${host.port}`}`,
      environment,
      host: host.ssh,
      checks,
      ...(line === undefined || found.key === 'restricted' ? {} : { keyLine: line }),
    }
  } finally {
    await folder.remove()
  }
}

function isReached({ key, roots, trouble }: Probe): boolean {
  return trouble === undefined && (key !== undefined || roots.some(({ readable }) => readable))
}

function unreached({ trouble, roots }: Probe): Check {
  const found = trouble ?? roots.find(root => root.trouble !== undefined)?.trouble
  if (found === undefined)
    return unknown('connection', 'connection', 'The server did not answer.', 'Try again in a moment.')
  return problem('connection', 'connection', found.why, found.instead)
}

const oldestRsync = '3.1'
/** Milliseconds. What a clock is off by shows in the times of files, and makes git look at them again and again. */
const muchSkew = 120_000

function serverChecks({ key, remote, skewMs, roots }: Probe, { restrictedTo }: CaptureSource): readonly Check[] {
  const checks = [fine('connection', 'connection', 'the host key is known, and a key at hand is let in')]
  if (key === 'restricted')
    checks.push(
      restrictedTo === undefined && roots.some(({ readable }) => !readable)
        ? problem(
            'key',
            'key',
            'The server ties it to a command, and the config does not say to which folder.',
            'Write `restrictedTo` into this `capture`: the folder behind `rrsync -ro` in ~/.ssh/authorized_keys there.',
          )
        : fine('key', 'key', 'it can do no more than the server lets it (a forced command)'),
    )
  if (key === 'shell')
    checks.push(
      told('key', 'key', 'It may run anything there; capture only reads.', 'Use one that can only read (rrsync -ro).'),
    )
  if (remote !== undefined) checks.push(remoteRsync(remote))
  if (skewMs !== undefined) checks.push(clockCheck(skewMs))
  return checks
}

function remoteRsync(remote: NonNullable<Probe['remote']>): Check {
  const install = 'Install it there: apt-get install rsync, dnf install rsync or apk add rsync; or ask your hoster.'
  if (remote.flavour === 'unknown') return problem('remote-rsync', 'rsync there', 'There is none.', install)
  if (remote.flavour === 'openrsync')
    return problem(
      'remote-rsync',
      'rsync there',
      'It is openrsync, which does not understand what capture asks.',
      install,
    )
  if (isAtLeast(remote, oldestRsync)) return fine('remote-rsync', 'rsync there', remote.version)
  return problem('remote-rsync', 'rsync there', `${remote.version} is older than ${oldestRsync}.`, install)
}

function clockCheck(skewMs: number): Check {
  const off = duration(Math.abs(skewMs))
  if (Math.abs(skewMs) < muchSkew)
    return fine('clock', 'clock', skewMs === 0 ? 'the same there and here' : `${off} apart`)
  return told(
    'clock',
    'clock',
    `The server's is ${off} ${skewMs > 0 ? 'ahead' : 'behind'}, or this one is wrong.`,
    'Compare both with the time: date -u. Let the wrong one set itself: timedatectl set-ntp true',
  )
}

function rootCheck({ root, readable, trouble }: ProbedRoot): Check {
  const place = root.to === '' ? 'the top of the repository' : root.to
  if (readable) return fine('root', 'root', `${root.from} is ${place}${root.uploads ? ', uploads' : ''}`)
  return problem(
    'root',
    'root',
    trouble?.why ?? `${root.from} cannot be read.`,
    trouble?.instead ?? 'See what is there.',
  )
}

/** Whether the server says which commit is deployed, and that commit is here. */
async function revisionCheck(question: HostQuestion, scratch: string, world: DoctorWorld): Promise<Check> {
  const { source, host, git, signal } = question
  try {
    const paths = source.revision
    const files = await fetchFiles({ source, host, paths, scratch: join(scratch, 'revision'), signal }, world)
    const path = paths.find(one => files.has(one))
    if (path === undefined) return noRevision(paths)
    const named = namedCommit(files.get(path)!)
    if (named === undefined)
      return problem('revision', 'revision', `${path} names no commit.`, 'Write the commit into it: git rev-parse HEAD')
    const kind = await git.answer(['cat-file', '-t', '--end-of-options', named.commit], { signal })
    if (kind === 'commit') return fine('revision', 'revision', `${named.commit.slice(0, 12)} is deployed, says ${path}`)
    return problem(
      'revision',
      'revision',
      `${path} says ${named.commit.slice(0, 12)}, and that commit is not in this clone.`,
      'Get it: git fetch --all --tags',
    )
  } catch (error) {
    if (!(error instanceof CannotTell) && !(error instanceof UsageError)) throw error
    return unknown('revision', 'revision', error.message, error.instead)
  }
}

function noRevision(paths: readonly string[]): Check {
  return told(
    'revision',
    'revision',
    `Nothing there says which commit is deployed${paths.length === 0 ? '' : ` (looked for ${paths.join(', ')})`}; capture asks you, with the commits that fit best.`,
    'Let the deploy write it: git rev-parse HEAD > REVISION',
  )
}
