// The one place that writes an rsync command line. Facts: rsync(1), rsync-ssl(1) and rrsync(1) of 3.1 to 3.5.
import type { CaptureSource } from '../../core/environment.ts'
import { CannotTell } from '../../core/errors.ts'
import { sshOptions } from '../../core/ssh-options.ts'
import type { Command, Host, World } from '../../core/world.ts'
import { askedFor, withSlash } from './validate.ts'

export interface RsyncVersion {
  readonly flavour: 'rsync' | 'openrsync' | 'unknown'
  /** `3.2.7`. */
  readonly version: string
}

/** What `rsync --version` says of itself. Apple's and OpenBSD's is openrsync: `openrsync: protocol version 29`. */
export function readVersion(printed: string): RsyncVersion {
  if (/openrsync/i.test(printed))
    return { flavour: 'openrsync', version: /protocol version (\d+)/.exec(printed)?.[1] ?? '' }
  const version = /^rsync\s+version v?(\d+\.\d+(?:\.\d+)?)/m.exec(printed)?.[1]
  return version === undefined ? { flavour: 'unknown', version: '' } : { flavour: 'rsync', version }
}

export function isAtLeast({ version }: RsyncVersion, wanted: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number)
  const [have, want] = [numbers(version), numbers(wanted)]
  for (const [at, part] of want.entries()) if ((have[at] ?? 0) !== part) return (have[at] ?? 0) > part
  return true
}

const installHere =
  'Install rsync 3.1 or newer here: apt-get install rsync, dnf install rsync, apk add rsync, or on macOS: brew install rsync'

/** The rsync of this machine. Throws CannotTell when it is missing, too old, or openrsync, which lacks the options that protect us. */
export async function localRsync(world: Pick<World, 'run' | 'env'>): Promise<RsyncVersion> {
  const asked = await world.run(
    { argv: ['rsync', '--version'], env: cleanEnvironment(world.env) },
    { timeoutMs: 20_000 },
  )
  if (asked.ended === 'not-started') throw new CannotTell('rsync is not installed on this machine.', `${installHere}.`)
  const found = readVersion(Buffer.from(asked.output).toString('latin1'))
  if (found.flavour === 'openrsync')
    throw new CannotTell(
      'The rsync of this machine is openrsync. It cannot limit deletions, keep half-transferred files apart or say what it did for each file.',
      'On macOS: brew install rsync, and see that `rsync --version` then says 3.x.',
    )
  if (found.flavour === 'unknown' || !isAtLeast(found, '3.1'))
    throw new CannotTell(
      `The rsync of this machine is too old or unknown (${found.version || 'no version'}).`,
      `${installHere}.`,
    )
  return found
}

export interface RsyncCall {
  readonly source: Pick<CaptureSource, 'restrictedTo' | 'bandwidth'>
  readonly host: Host
  readonly local: RsyncVersion
  /** Ours: never from a config. */
  readonly options: readonly string[]
  /** Absolute path there. */
  readonly from: string
  /** Absolute path here; absent: nothing is written, only listed. */
  readonly to: string
  /** Absolute: becomes HOME of rsync, which holds no `.popt` that could rewrite options. */
  readonly scratch: string
  readonly input?: Uint8Array
}

/** One rsync run that reads from a server. `--` stands before the paths; no shell here, and none of our words for the shell there. */
export function rsyncCommand(call: RsyncCall, env: World['env']): Command {
  const { source, host, local, from } = call
  const asked = askedFor(from, source.restrictedTo)
  const options = [
    ...call.options,
    '--timeout=300',
    '--outbuf=L',
    '--no-human-readable',
    ...(source.bandwidth === undefined ? [] : [`--bwlimit=${source.bandwidth}`]),
    ...quoting(asked, local),
    // Before 3.4.3 the list that grows while it is read could be made to crash us (CVE-2026-43620).
    ...(isAtLeast(local, '3.4.3') ? [] : ['--no-inc-recursive']),
    '-e',
    remoteShell(host, env),
  ]
  return {
    argv: ['rsync', ...options, '--', `${host.ssh}:${asked}`, withSlash(call.to)],
    cwd: call.scratch,
    env: { ...cleanEnvironment(env), HOME: call.scratch },
    ...(call.input === undefined ? {} : { input: call.input }),
  }
}

// From 3.2.4 rsync quotes for the remote shell by itself. Before, `--protect-args` is needed, which rrsync refuses, so it is given only for names
// that a shell would take apart.
function quoting(path: string, local: RsyncVersion): readonly string[] {
  return /^[\w./@+,:=-]+$/.test(path) || isAtLeast(local, '3.2.4') ? [] : ['--protect-args']
}

/** For `-e`: words are split at spaces, and quotes hold them together (rsync(1), --rsh). HOME is given back, since helpers of ssh may need it. */
function remoteShell({ port }: Host, env: World['env']): string {
  const home = env.HOME === undefined ? [] : ['env', `HOME=${env.HOME}`]
  const words = [...home, 'ssh', ...sshOptions, ...(port === undefined ? [] : ['-p', String(port)])]
  return words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`)).join(' ')
}

/**
 * What rsync and ssh must not inherit: RSYNC_* (RSYNC_OLD_ARGS alone lets a path run commands on the server), programs that would ask for a
 * password, other languages than the one we read.
 */
export function cleanEnvironment(env: World['env']): Readonly<Record<string, string | undefined>> {
  const dropped = Object.keys(env).filter(name => /^(?:RSYNC_|GIT_|SSH_ASKPASS|LC_|LANG|POPT)/.test(name))
  return { ...Object.fromEntries(dropped.map(name => [name, undefined])), LC_ALL: 'C', TZ: 'UTC' }
}
