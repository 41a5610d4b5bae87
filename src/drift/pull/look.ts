// One rsync run, followed while it prints.
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotTell } from '../../core/errors.ts'
import type { PathBytes } from '../../core/path-bytes.ts'
import { printable } from '../../core/printable.ts'
import type { CommandResult } from '../../core/world.ts'
import { type Complaint, isSummary, readComplaint } from './complaint.ts'
import { type Event, lineReader, readLine } from './output.ts'
import type { PullWorld } from './request.ts'
import { type RsyncCall, rsyncCommand } from './rsync.ts'
import { deservesRetry, type Failure } from './trouble.ts'

export interface Item {
  /** `%i` of rsync(1): `>f.st......`. */
  readonly code: string
  readonly size: number
  readonly mtimeMs: number
  readonly name: PathBytes
}

/** What one look at a folder brought to light; several tries are one look. */
export interface Look {
  readonly result: CommandResult
  readonly items: Map<PathBytes, Item>
  readonly tooBig: Set<PathBytes>
  readonly notRegular: Set<PathBytes>
  readonly complaints: Complaint[]
  /** Lines of stderr that are no complaint about a single file. */
  readonly other: string[]
  readonly said: readonly string[]
  readonly files: number
  readonly links: number
  readonly specials: number
  readonly bytes: number
  readonly received: number
  readonly deleted: number
  readonly connected: boolean
}

export interface LookOptions {
  readonly signal: AbortSignal
  /** Milliseconds before each further try. */
  readonly waits: readonly number[]
  onEvent?(event: Event): void
  onWait?(next: number, of: number): void
}

/** Runs rsync, again when the connection was lost. Never throws for how it ended, but when it was aborted or would not stop talking. */
export async function look(call: RsyncCall, world: PullWorld, options: LookOptions): Promise<Look> {
  const kept = { items: new Map<PathBytes, Item>(), received: 0 }
  for (let attempt = 1; ; attempt += 1) {
    const seen = await once(call, world, options, kept)
    kept.received = seen.received
    options.signal.throwIfAborted()
    const wait = options.waits[attempt - 1]
    if (wait === undefined || !deservesRetry(failureOf(seen, call))) return seen
    options.onWait?.(attempt + 1, options.waits.length + 1)
    await sleep(wait, undefined, { signal: options.signal })
  }
}

export function failureOf(seen: Look, { host, from }: RsyncCall): Failure {
  return { result: seen.result, host, from, said: seen.said, connected: seen.connected }
}

async function once(
  call: RsyncCall,
  world: PullWorld,
  { signal, onEvent }: LookOptions,
  { items, received }: { items: Map<PathBytes, Item>; received: number },
): Promise<Look> {
  const seen = {
    items,
    tooBig: new Set<PathBytes>(),
    notRegular: new Set<PathBytes>(),
    complaints: [] as Complaint[],
    other: [] as string[],
    said: [] as string[],
    files: 0,
    links: 0,
    specials: 0,
    bytes: 0,
    received,
    deleted: 0,
    connected: false,
  }
  const flood = new AbortController()
  const isFlood = () => {
    const others = seen.tooBig.size + seen.notRegular.size + seen.complaints.length
    if (others > mostOthers || seen.items.size > mostItems) flood.abort(floodFrom(call))
    return flood.signal.aborted
  }
  const take = (event: Event) => {
    if (isFlood()) return
    seen.connected = true
    if (event.kind === 'item') seen.items.set(event.name, event)
    else if (event.kind === 'too-big') seen.tooBig.add(event.name)
    else if (event.kind === 'not-regular') seen.notRegular.add(event.name)
    else if (event.kind === 'changed-under-way')
      seen.complaints.push({ kind: event.kind, path: event.name, because: '' })
    else if (event.kind === 'count')
      Object.assign(seen, { files: event.files, links: event.links, specials: event.specials })
    else if (event.kind === 'total') seen.bytes = event.bytes
    else if (event.kind === 'received') seen.received += event.bytes
    else if (event.kind === 'deleted') seen.deleted = event.files
    onEvent?.(event)
  }
  const stdout = lineReader(line => {
    const event = readLine(line)
    if (event !== undefined) take(event)
  })
  const stderr = lineReader(line => {
    if (isFlood()) return
    seen.said.push(line.slice(0, saidLength))
    if (seen.said.length > saidLines) seen.said.splice(0, saidLines / 2)
    const complaint = readComplaint(line)
    if (complaint !== undefined) seen.complaints.push(complaint)
    else if (!isSummary(line) && seen.other.length < saidLines) seen.other.push(line.slice(0, saidLength))
  })
  const result = await world.run(rsyncCommand(call, world.env), {
    signal: AbortSignal.any([signal, flood.signal]),
    keepBytes: 4096,
    onStdout: chunk => stdout.add(chunk),
    onStderr: chunk => stderr.add(chunk),
  })
  stdout.end()
  stderr.end()
  flood.signal.throwIfAborted()
  return { ...seen, result }
}

// Of what a server says only so much is kept, however long it goes on.
const saidLines = 200
const saidLength = 2_000
const mostOthers = 200_000
const mostItems = 2_000_000

function floodFrom({ host, from }: RsyncCall): CannotTell {
  return new CannotTell(
    `${printable(host.ssh)} names more files in ${from} than any application has, or does not stop complaining about them.`,
    `Look at what it says, and exclude what does not belong there (capture.exclude): ssh ${printable(host.ssh)} ls -R ${from} | head`,
  )
}
