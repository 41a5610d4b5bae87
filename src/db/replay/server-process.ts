import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, type DatabaseAddress, DatabaseError } from '../../core/database.ts'
import { CannotTell } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { ScratchFolder } from '../../core/world.ts'
import type { EngineWorld } from './engine.ts'

export interface ServerProcess {
  /** Ends the server and waits for it; its folder is gone then. */
  stop(): Promise<void>
  /** The last lines of what it said, once it has ended. */
  readonly lastWords: () => string | undefined
}

export interface ServerCommand {
  readonly argv: readonly string[]
  readonly folder: ScratchFolder
  /** What ends the server at once, with all its children. */
  readonly endsBy: 'QUIT' | 'KILL'
  readonly signal: AbortSignal
}

// PostgreSQL's children leave its process group, and either server takes a second to end politely: the shell around it knows what ends it at
// once, and takes the folder away also when nobody is left to do it. dash says "Killed" of a job that a signal ended; with our end of the pipe gone,
// that word would end the shell itself.
const guard = `by=$1 folder=$2
shift 2
trap 'kill -s "$by" "$server" 2>/dev/null' TERM INT HUP
"$@" &
server=$!
trap '' PIPE
while kill -0 "$server" 2>/dev/null; do wait "$server"; done
rm -rf -- "$folder"`

/** Starts a server in a process group that ends with this process, also when it is killed. */
export function startServer({ run }: EngineWorld, { argv, folder, endsBy, signal }: ServerCommand): ServerProcess {
  const stopping = new AbortController()
  let lastWords: string | undefined
  const ended = run(
    { argv: ['sh', '-c', guard, 'sh', endsBy, dirname(folder.path), ...argv], cwd: folder.path, env: plainWords },
    { signal: AbortSignal.any([signal, stopping.signal]), keepBytes: 4096 },
  ).then(result => {
    lastWords = tailOf(result.output)
  })
  return {
    lastWords: () => lastWords,
    stop: async () => {
      stopping.abort()
      await ended
      await folder.remove()
    },
  }
}

/** So that what servers say is English. */
export const plainWords = { LC_ALL: 'C', LANG: 'C' }

export function tailOf(output: Uint8Array): string {
  const lines = new TextDecoder().decode(output).trim().split('\n')
  return printable(lines.slice(-3).join('\n'), { lines: true })
}

const pauseMs = 15
const patienceMs = 60_000

/** Connects as soon as the server lets us in. Throws CannotTell when it ends first, or never does. */
export async function connectWhenUp(
  world: EngineWorld,
  server: ServerProcess,
  address: DatabaseAddress,
  signal: AbortSignal,
): Promise<Database> {
  const until = performance.now() + patienceMs
  for (;;) {
    try {
      return await world.database(address, { signal })
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      signal.throwIfAborted()
      const words = server.lastWords()
      if (words !== undefined) throw new CannotTell(`The scratch server ended at once: ${words}`, remedy)
      if (performance.now() > until) throw new CannotTell(`The scratch server lets nobody in: ${error.message}`, remedy)
    }
    await sleep(pauseMs, undefined, { signal })
  }
}

const remedy =
  'Start the server by hand to see what it lacks, name a scratch database of your own (SHIP_GUARD_SCRATCH_URL), or set gates.db.replay to off.'
