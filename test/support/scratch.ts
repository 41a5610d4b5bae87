import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../src/core/database.ts'
import { chooseEngine } from '../../src/db/replay/choose.ts'
import type { EngineWorld, Scratch } from '../../src/db/replay/engine.ts'
import { engines } from '../../src/db/replay/engines/registry.generated.ts'
import type { Flavour } from '../../src/db/rule.ts'
import type { ScratchEnvironment } from '../../src/db/tool.ts'
import { openDatabase } from '../../src/io/database/open.ts'
import { files } from '../../src/io/files.ts'
import { run } from '../../src/io/process.ts'
import { scratchFolder } from '../../src/io/scratch-folder.ts'
import { sourceRoot } from './package-root.ts'

/** This machine, as engines see it. */
export const engineWorld: EngineWorld = { run, files, env: process.env, database: openDatabase, scratchFolder }

export interface ScratchForTest extends AsyncDisposable {
  /** How a migration tool's process reaches it: 127.0.0.1 with a port, user and password, or the file of SQLite. */
  readonly environment: ScratchEnvironment
  readonly database: Database
  readonly scratch: Scratch
  stop(): Promise<void>
}

export interface ScratchRequest {
  readonly flavour: Flavour
  /** Id of one engine; absent: the first that can be had. */
  readonly engine?: string
  /** Default: true. Without it servers listen on a socket only and SQLite is in memory. */
  readonly forTools?: boolean
  readonly url?: string
  /** Where the engines that are packages are looked for. Default: this repository. */
  readonly folder?: string
  readonly world?: EngineWorld
}

/** An empty database server that lives for one test: `await using scratch = await startScratch({ flavour: 'mariadb' })`. */
export async function startScratch({
  flavour,
  engine,
  forTools = true,
  url,
  folder = sourceRoot,
  world = engineWorld,
}: ScratchRequest): Promise<ScratchForTest> {
  const request = { flavour, url, folder, forTools, signal: new AbortController().signal }
  const found = await (engine === undefined
    ? chooseEngine(world, request, 'required').then(chosen => chosen.engine)
    : engines.find(one => one.id === engine)!.find(world, request))
  if (found === undefined || 'absent' in found)
    throw new Error(`${engine ?? flavour}: ${found?.absent}. Run scripts/tools/databases.sh.`)
  const scratch = await found.start()
  const stop = () => scratch.stop()
  const environment = scratch.environment ?? (undefined as unknown as ScratchEnvironment)
  return { environment, database: scratch.database, scratch, stop, [Symbol.asyncDispose]: stop }
}

/** Waits until something is true, for what ends a moment later. */
export async function eventually(isTrue: () => boolean | Promise<boolean>, ms = 40_000): Promise<boolean> {
  const until = performance.now() + ms
  while (performance.now() < until) {
    if (await isTrue()) return true
    await sleep(50)
  }
  return isTrue()
}
