import type { World } from '../core/world.ts'
import { background } from './background.ts'
import { checkoutsFolder } from './cache-folder.ts'
import { carrier } from './carrier.ts'
import { checkout, discardCheckouts } from './checkout.ts'
import { findConfig } from './config-file.ts'
import { openDatabase } from './database/open.ts'
import { files } from './files.ts'
import { openGit } from './git.ts'
import { handOver } from './hand-over.ts'
import { serve } from './http.ts'
import { openKeys, show } from './keys.ts'
import { openLive } from './live.ts'
import { discardMirrors, openMirror } from './mirror.ts'
import { askPerson } from './person.ts'
import { pipe, run } from './process.ts'
import { scratchFolder } from './scratch-folder.ts'
import { openTerminal } from './terminal.ts'
import { openThreads } from './threads.ts'
import { openTree } from './tree.ts'

export interface WorldFacts {
  readonly cwd: string
  readonly env: World['env']
  readonly signal: AbortSignal
  readonly packageFolder: string
  /** Given when somebody has read stdin already. */
  readonly stdin?: string
}

/** The real world: this process, this machine. Only main.ts builds it. */
export function openWorld(facts: WorldFacts): World {
  const { cwd, env, signal, packageFolder } = facts
  const terminal = openTerminal(env)
  return {
    cwd,
    env,
    signal,
    packageFolder,
    run,
    pipe,
    files,
    database: openDatabase,
    scratchFolder,
    terminal,
    now: () => new Date(),
    stdin: async () => facts.stdin ?? readStdin(),
    findConfig,
    tree: openTree,
    checkout: (git, commit, options) => checkout(git, commit, options, checkoutsFolder(env, git.commonDir)),
    discardCheckouts: git => discardCheckouts(git, checkoutsFolder(env, git.commonDir)),
    mirror: openMirror,
    discardMirrors,
    serve,
    keys: () => openKeys(signal),
    ask: question => askPerson(question, signal),
    threads: () => openThreads(packageFolder),
    show,
    handOver: (command, options) => handOver(command, signal, options),
    carrier,
    background,
    live: doing => openLive(terminal, signal, doing),
    git: (at = cwd) => openGit(at, env),
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
