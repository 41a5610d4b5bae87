import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Files } from '../core/world.ts'

/** Something of a config that runs on this machine: a command line, or the config itself where it is a program. */
export interface Runnable {
  /** What asks for it: a gate's id, `checkout.prepare`, `config`. */
  readonly by: string
  /** As it is written; of a program its name. */
  readonly line: string
  /** Environment variables that the config sets for it. */
  readonly env?: Readonly<Record<string, string>>
  /** Of a program: the name that git gives its content. */
  readonly blob?: string
}

/** `accepted`: a person said yes, or started it by hand. `shown`: it stood on the screen before it ran. */
export type Trust = 'accepted' | 'shown'

/** What was accepted in this clone. Only hashes: neither commands nor their environment can be read out of it. */
export interface Trusted {
  of(runnable: Runnable): Trust | undefined
  /** Whether some config in force here has asked for a yes: then also a config that is a program waits for one. */
  readonly asks: boolean
}

interface Kept {
  readonly format: 1
  readonly asks: boolean
  readonly known: Readonly<Record<string, Trust>>
}

// The newest ones stay: commands that nobody uses any more fall out.
const keptAtMost = 1_000
const nothing: Kept = { format: 1, asks: false, known: {} }

/** Reads what this clone has accepted; a file that is damaged has accepted nothing. */
export async function readTrusted(files: Pick<Files, 'text'>, commonDir: string): Promise<Trusted> {
  const kept = await read(files, commonDir)
  return {
    asks: kept.asks,
    of(runnable) {
      const name = hashOf(runnable)
      return Object.hasOwn(kept.known, name) ? kept.known[name] : undefined
    },
  }
}

/** Remembers these; what was accepted stays so. Throws Node's own error when it cannot be written. */
export async function remember(
  files: Pick<Files, 'text' | 'write' | 'makeFolder'>,
  commonDir: string,
  runnables: readonly Runnable[],
  trust: Trust,
): Promise<void> {
  const kept = await read(files, commonDir)
  const known = new Map(Object.entries(kept.known))
  for (const runnable of runnables) {
    const name = hashOf(runnable)
    const before = known.get(name)
    known.delete(name)
    known.set(name, before === 'accepted' ? before : trust)
  }
  await write(files, commonDir, { ...kept, known: Object.fromEntries([...known].slice(-keptAtMost)) })
}

/** Remembers that a config of this clone asked for a yes. No later config takes that back, only a person (`forgetTrusted`). */
export async function rememberAsking(
  files: Pick<Files, 'text' | 'write' | 'makeFolder'>,
  commonDir: string,
): Promise<void> {
  const kept = await read(files, commonDir)
  if (!kept.asks) await write(files, commonDir, { ...kept, asks: true })
}

/** Takes back every yes. */
export async function forgetTrusted(files: Pick<Files, 'write' | 'makeFolder'>, commonDir: string): Promise<void> {
  await write(files, commonDir, nothing)
}

function pathIn(commonDir: string): string {
  return join(commonDir, 'ship-guard', 'trusted.json')
}

async function read(files: Pick<Files, 'text'>, commonDir: string): Promise<Kept> {
  const text = await files.text(pathIn(commonDir)).catch(() => undefined)
  try {
    const kept = JSON.parse(text ?? '') as Partial<Kept>
    if (kept.format !== 1 || typeof kept.known !== 'object' || kept.known === null) return nothing
    return { format: 1, asks: kept.asks === true, known: kept.known }
  } catch {
    return nothing
  }
}

async function write(files: Pick<Files, 'write' | 'makeFolder'>, commonDir: string, kept: Kept): Promise<void> {
  await files.makeFolder(join(commonDir, 'ship-guard'), { mode: 0o700 })
  await files.write(pathIn(commonDir), `${JSON.stringify(kept)}\n`, { mode: 0o600 })
}

// Who asks for it does not count: the same command under another name is the same command.
function hashOf({ line, env = {}, blob = '' }: Runnable): string {
  const sorted = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([line, sorted, blob]))
    .digest('hex')
}
