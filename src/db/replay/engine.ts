import type { Database } from '../../core/database.ts'
import type { World } from '../../core/world.ts'
import type { Flavour } from '../rule.ts'
import type { DialectId } from '../statement.ts'
import type { ScratchEnvironment } from '../tool.ts'

export type EngineWorld = Pick<World, 'run' | 'files' | 'env' | 'database' | 'scratchFolder'>

/** A place where migrations can be run for real: found, made, and destroyed by us alone. */
export interface Engine {
  readonly id: string
  readonly title: string
  readonly why: string
  readonly dialect: DialectId
  /** How it can be had on this machine, or undefined and why not. Starts nothing and takes milliseconds. `url`: the user's scratch URL. */
  find(world: EngineWorld, request: EngineRequest): Promise<FoundEngine | { readonly absent: string }>
}

export interface EngineRequest {
  readonly flavour: Flavour
  /** From the config's `scratch` or the environment; never printed whole. */
  readonly url: string | undefined
  /** Folder of the user's project, for engines that are packages of theirs. */
  readonly folder: string
  /** The version that production has, when it is known: the nearest one that is installed is taken. */
  readonly version?: readonly number[] | undefined
  /** Processes of migration tools will connect: over 127.0.0.1 and a password, or a file of SQLite. */
  readonly forTools: boolean
  readonly signal: AbortSignal
}

export interface FoundEngine {
  /** `PostgreSQL 15.18 (/usr/lib/postgresql/15/bin)`: for people. */
  readonly shown: string
  /** Throws CannotTell when it does not come up. Whatever happens, also a kill of this process, nothing is left running; folders that a kill left are swept by the next start. */
  start(): Promise<Scratch>
}

export interface Scratch {
  readonly flavour: Flavour
  readonly version: readonly number[]
  /** `PostgreSQL 15.18`: for people. */
  readonly shown: string
  /** `shared`: a server of the user's, with more on it than our database. What reaches beyond our database must not be run there. */
  readonly reach: 'own' | 'shared'
  /** One connection to an empty database. */
  readonly database: Database
  /** A further connection to the same database: what a tool did is looked at through it. */
  connect(): Promise<Database>
  /** For processes of migration tools; undefined where none can connect (in-process engines). */
  readonly environment: ScratchEnvironment | undefined
  stop(): Promise<void>
}

export function defineEngine(engine: Engine): Engine {
  return engine
}
