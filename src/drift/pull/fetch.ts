import { join } from 'node:path'
import type { CaptureSource } from '../../core/environment.ts'
import type { Host } from '../../core/world.ts'
import { failureOf, look } from './look.ts'
import { outFormat } from './output.ts'
import type { PullWorld } from './request.ts'
import { localRsync, type RsyncCall } from './rsync.ts'
import { shellNoise } from './shell.ts'
import { explain } from './trouble.ts'
import { checkFile, checkSource, withSlash } from './validate.ts'

export interface FetchRequest {
  readonly source: CaptureSource
  readonly host: Host
  /** Absolute there. */
  readonly paths: readonly string[]
  /** Absolute: a folder for the copies; it is emptied first and last. */
  readonly scratch: string
  readonly signal: AbortSignal
  /** Milliseconds before each further try after a connection was lost. */
  readonly waits?: readonly number[]
}

const mostBytes = 1_000_000

/**
 * Small files of a server by their path there, through rsync because a key may be restricted to it. What is not there, not readable, no file or over
 * 1 MB is missing from the map. Throws CannotTell when the server could not be asked.
 */
export async function fetchFiles(request: FetchRequest, world: PullWorld): Promise<ReadonlyMap<string, Uint8Array>> {
  const { source, host, signal } = request
  checkSource(source, host)
  for (const path of request.paths) checkFile(path)
  const top = source.restrictedTo === undefined ? '/' : withSlash(source.restrictedTo)
  const paths = request.paths.filter(path => path.startsWith(top))
  if (paths.length === 0) return new Map()

  const local = await localRsync(world)
  const copies = join(request.scratch, 'fetched')
  await world.files.remove(copies)
  await world.files.makeFolder(copies, { mode: 0o700 })
  const call: RsyncCall = {
    ...{ source, host, local, from: top, to: copies, scratch: request.scratch, options: fetchOptions },
    input: Buffer.from(paths.map(path => `${path.slice(top.length)}\0`).join('')),
  }
  const seen = await look(call, world, { signal, waits: request.waits ?? [1_000, 4_000] })
  const code = seen.result.ended === 'exit' ? seen.result.code : -1
  const onlyFiles = code === 23 && seen.other.length === 0 && !seen.complaints.some(({ kind }) => kind === 'root')
  if (code !== 0 && !onlyFiles)
    throw (seen.connected ? undefined : await shellNoise(request, seen, world)) ?? explain(failureOf(seen, call))

  const found = new Map<string, Uint8Array>()
  for (const path of paths) {
    const copy = join(copies, path.slice(top.length))
    if ((await world.files.look(copy))?.kind !== 'file') continue
    const content = await world.files.read(copy)
    if (content !== undefined) found.set(path, content)
  }
  await world.files.remove(copies)
  return found
}

// Without implied folders a link such as `current` is passed through and not copied.
const fetchOptions = [
  ...['-t', '--no-links', '--no-devices', '--no-specials', '--chmod=D0700,F0600', '--no-implied-dirs'],
  ...[
    '--ignore-missing-args',
    `--max-size=${mostBytes}`,
    '--stats',
    '--from0',
    '--files-from=-',
    `--out-format=${outFormat}`,
  ],
]
