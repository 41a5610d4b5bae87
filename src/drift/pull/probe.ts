// What `doctor` asks a server, one question after the other; nothing is thrown for an answer that is bad.
import { join } from 'node:path'
import type { CaptureSource, Root } from '../../core/environment.ts'
import { CannotTell, UsageError } from '../../core/errors.ts'
import type { Host } from '../../core/world.ts'
import { failureOf, look } from './look.ts'
import { outFormat } from './output.ts'
import type { PullWorld } from './request.ts'
import { localRsync, type RsyncVersion, readVersion } from './rsync.ts'
import { shellNoise } from './shell.ts'
import { explain } from './trouble.ts'
import { checkSource } from './validate.ts'

export interface ProbeRequest {
  readonly source: CaptureSource
  readonly host: Host
  readonly scratch: string
  readonly signal: AbortSignal
}

export interface Trouble {
  readonly why: string
  readonly instead: string
}

export interface Probe {
  /** The rsync of this machine, or what is wrong with it. */
  readonly local: RsyncVersion | Trouble
  /** Why the server cannot be used at all; the rest is then absent. */
  readonly trouble?: Trouble
  /** `restricted`: the key is tied to rsync by rrsync(1) or to another command. `shell`: it may run anything. */
  readonly key?: 'restricted' | 'shell'
  /** Absent behind a restricted key. */
  readonly remote?: RsyncVersion
  /** Milliseconds by which the server's clock is ahead; absent behind a restricted key. */
  readonly skewMs?: number
  readonly roots: readonly ProbedRoot[]
}

export interface ProbedRoot {
  readonly root: Root
  /** Whether something in it can be read. */
  readonly readable: boolean
  readonly trouble?: Trouble
}

/** Asks ssh, the remote rsync, the key's restriction, the clock, and each root. Throws only when it was aborted. */
export async function probe(request: ProbeRequest, world: PullWorld): Promise<Probe> {
  const local = await caught(() => localRsync(world))
  const unusable = await caught(async () => checkSource(request.source, request.host))
  const trouble = 'why' in local ? local : unusable
  if (trouble !== undefined || 'why' in local) return { local, ...(trouble && { trouble }), roots: [] }
  const roots: ProbedRoot[] = []
  for (const root of request.source.roots) roots.push(await probeRoot(request, root, local, world))
  return { local, ...(await askShell(request, world)), roots }
}

async function caught<Value>(ask: () => Promise<Value>): Promise<Value | Trouble> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof CannotTell) && !(error instanceof UsageError)) throw error
    return { why: error.message, instead: error.instead }
  }
}

/** The top of one root, listed and not read. */
async function probeRoot(
  { source, host, scratch, signal }: ProbeRequest,
  root: Root,
  local: RsyncVersion,
  world: PullWorld,
): Promise<ProbedRoot> {
  const nothing = join(scratch, 'nothing')
  await world.files.makeFolder(nothing, { mode: 0o700 })
  const options = ['-dn', '--no-links', '--stats', `--out-format=${outFormat}`]
  const call = { source, host, local, scratch, options, from: root.from, to: nothing }
  const seen = await look(call, world, { signal, waits: [] })
  if (seen.result.ended === 'exit' && seen.result.code === 0) return { root, readable: true }
  const error = (await shellNoise({ host, signal }, seen, world)) ?? explain(failureOf(seen, call))
  return { root, readable: false, trouble: { why: error.message, instead: error.instead } }
}

async function askShell(
  { host, signal }: ProbeRequest,
  world: PullWorld,
): Promise<Partial<Pick<Probe, 'key' | 'remote' | 'skewMs'>>> {
  const before = world.now().getTime()
  const asked = await world.run(
    { argv: ['sh', '-c', 'echo clock $(date +%s); rsync --version'], on: host },
    { signal, timeoutMs: 30_000 },
  )
  signal.throwIfAborted()
  const after = world.now().getTime()
  if (asked.ended !== 'exit' || asked.code === 255) return {}
  const printed = Buffer.from(asked.output).toString('latin1')
  const clock = /^clock (\d+)$/m.exec(printed)?.[1]
  if (clock === undefined) return { key: 'restricted' }
  const remote = readVersion(printed)
  // The server tells whole seconds, and its answer was on its way for a while.
  const ahead = Number(clock) * 1000 + 500 - (before + after) / 2
  const doubt = 500 + (after - before) / 2
  return { key: 'shell', remote, skewMs: Math.abs(ahead) <= doubt ? 0 : Math.round(ahead) }
}
