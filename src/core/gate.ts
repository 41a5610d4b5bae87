import type { Environments } from './environment.ts'
import type { Finding, FindingKind } from './finding.ts'
import type { Oid, Push } from './push.ts'
import type { Schema } from './schema.ts'
import type { Tree } from './tree.ts'
import type { Git, World } from './world.ts'

/**
 * What a gate's answer depends on; the digest of a stored verdict covers exactly this.
 * - `files`: the pushed commit's files that match.
 * - `base`: the remote's branch as it is now.
 * - `history`: the trees of every pushed commit (their messages do not count).
 * - `messages`: the messages of every pushed commit.
 * - `authors`: the authors of every pushed commit.
 * - `branches`: the remotes' branches as this clone last saw them.
 * - `clock`, `network`, `environment`, `database`: kept only for a short, stated time.
 */
export type Source =
  | { readonly files: readonly string[] }
  | 'base'
  | 'history'
  | 'messages'
  | 'authors'
  | 'branches'
  | 'clock'
  | 'network'
  | 'environment'
  | 'database'

/** As much of the world as a gate is given. */
export type GateWorld = Pick<
  World,
  'run' | 'now' | 'files' | 'env' | 'database' | 'scratchFolder' | 'mirror' | 'threads'
>

export interface GateContext<Options> {
  readonly push: Push
  readonly tree: Tree
  readonly options: Options
  /** The repository that is pushed from, for what `tree` does not answer: a gate that asks it for more than its `reads` is not honest. */
  readonly git: Git
  readonly world: GateWorld
  /** What the config calls environments. */
  readonly environments: Environments
  readonly signal: AbortSignal
  /** The folder of the package that `tree` is rooted at; absent: the whole repository. */
  readonly folder?: string
  /**
   * A folder with exactly this other commit, prepared like that of the pushed one and never the user's own work tree. It is given back when the
   * push is judged. Throws CannotTell.
   */
  checkoutOf(commit: Oid): Promise<string>
  /** Says that the answer depends on more than `reads` could know before the files were looked at: then it is not kept. */
  dependsOn(source: Source): void
  /** One short line for the live display: what the gate is doing now. */
  progress(line: string): void
}

/** One question a push must answer. `fast` gates (no user command is run) also run after a merge. */
export interface Gate<Options = unknown> {
  readonly id: string
  readonly title: string
  readonly why: string
  /** Raised when the same input may be judged otherwise than before; part of the verdict's digest. */
  readonly version: number
  readonly fast: boolean
  readonly options: Schema<Options>
  /** The ids that its findings carry, for `explain`, unless that is the gate's own or a rule's. */
  readonly finds?: readonly FindingKind[]
  /** May depend on the options: a gate that runs a command reads what the options say it reads. */
  reads(options: Options): readonly Source[]
  /** Programs whose change makes a stored verdict stale, as written by the user: `['vendor/bin/phpunit', 'php']`. */
  tools?(options: Options): readonly string[]
  /** Command lines of the user's own that it runs, as written in the config: a person may want to see them before they run. */
  commands?(options: Options): readonly string[]
  /** Milliseconds until the gate is ended and counts as undecided. */
  timeoutMs?(options: Options): number
  /** The options with which it is asked after a merge, where nobody wants to wait; absent: the same. */
  inPassing?(options: Options): Options
  /** Files whose arrival by a merge asks for something on this machine, such as migrations to apply. */
  watches?(options: Options): readonly Watch[]
  /** Asked before `check` where the config does not name the gate: why it is then not asked; undefined when it is. */
  unlessNamed?(context: GateContext<Options>): Promise<string | undefined>
  /** Empty when there is nothing to say. Throws CannotTell when it cannot decide, Skipped when a recorded reason says not to. */
  check(context: GateContext<Options>): Promise<readonly Finding[]>
}

export interface Watch {
  readonly globs: readonly string[]
  /** For example `new migration`. */
  readonly what: string
  /** What to run or do now. */
  readonly instead: string
}

export function defineGate<Options>(gate: Gate<Options>): Gate<Options> {
  return gate
}

/** A gate as a config asks for it: `id` is the unit's, or the name a user gave to a command of their own. */
export interface GateUse<Options = unknown> {
  readonly id: string
  readonly gate: Gate<Options>
  readonly options: Options
  readonly environments?: Environments
  /** The package that it is asked for, by name and folder; absent: the whole repository. */
  readonly package?: { readonly name: string; readonly folder: string }
  /** Folders that it leaves to packages which ask the same gate. */
  readonly except?: readonly string[]
  /** Why this push is none of its business, so that it is not even asked; undefined when it must be asked. */
  readonly unconcerned?: (push: Push) => Promise<string | undefined>
}
