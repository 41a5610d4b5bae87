import type { Finding } from '../core/finding.ts'
import type { Command, CommandResult } from '../core/world.ts'
import type { Script } from './code/script.ts'
import type { Reading } from './code/writer.ts'
import type { Flavour } from './rule.ts'
import type { DialectId } from './statement.ts'

export interface TextFile {
  readonly path: string
  readonly text: string
}

/** A project of this tool in the repository. A monorepo may have several. */
export interface Project {
  readonly tool: string
  /** Folder of the project, `` for the top, without a slash at the end. Commands run here. */
  readonly root: string
  /** Where its migrations lie when not where the tool's own globs say. */
  readonly globs?: readonly string[]
  /** What the project itself says about its database. */
  readonly flavour?: Flavour
  /** What its commands must be told: the config file from the root (TypeORM), the environment (Atlas), that it comes from npm (dbmate). */
  readonly config?: string
}

/** How a migration runs, and back. */
export interface Running {
  readonly transaction: 'file' | 'none' | 'unknown'
  readonly down: 'present' | 'empty' | 'missing' | 'irreversible' | 'not-expected'
}

/** What an environment says about its migrations. `unknown` the tool said something that we do not understand: never a pass. */
export type Status =
  | { readonly state: 'clean' }
  | { readonly state: 'pending'; readonly pending: readonly string[] }
  /** The database has run what the code does not have, or in another form. */
  | { readonly state: 'diverged'; readonly because: string; readonly names: readonly string[] }
  | { readonly state: 'unknown'; readonly because: string }
  | { readonly state: 'unreachable'; readonly because: string }

/** Commands of the tool itself. They run in the project's root, in a checkout of the commit that is judged, or on an environment. */
export interface ToolCommands {
  /** Says which migrations have run. Reads only. */
  status(project: Project): Command
  /** `known`: names of the migrations that the code has, as `nameOf` gives them. Never trusts an exit code alone. */
  readStatus(result: CommandResult, known: readonly string[]): Status
  /** The same question to a scratch database; absent where the tool's process takes that from the environment of `migrate`. */
  statusOn?(project: Project, database: ScratchEnvironment): Command
  /** `migrate` runs exactly the one that it is given, so those before it must be run before. */
  readonly runsOne?: true
  /** Runs every migration up to and with this one (a path); undefined: all. `database` reaches the command through its environment only. */
  migrate(project: Project, upTo: string | undefined, database: ScratchEnvironment): Command
  /** Takes back the last migration; undefined when the tool cannot. */
  revert?(project: Project, path: string, database: ScratchEnvironment): Command
  /** The tool's own dry run: prints the SQL of one migration without running it. */
  dryRun?(project: Project, path: string, database: ScratchEnvironment): Command
  readDryRun?(result: CommandResult): string | undefined
}

/** A scratch database as a tool's process sees it. */
export interface ScratchEnvironment {
  readonly flavour: Flavour
  readonly host: string
  readonly port: number
  readonly socket?: string
  readonly user: string
  readonly password: string
  readonly database: string
  /** As a URL: `postgres://user:password@host:port/database`. */
  readonly url: string
}

/** One migration tool: which files are its migrations, in which order they run, and what each does on the way up. */
export interface Tool {
  readonly id: string
  readonly title: string
  readonly why: string
  /** Where its migrations lie by default. */
  readonly globs: readonly string[]
  /** Small files that tell whether and how the tool is used: `**\/composer.json`, `**\/alembic.ini` … */
  readonly evidence: readonly string[]
  /** Its projects, told by the evidence and by the paths in the repository that match its globs. Deepest root first. */
  detect(evidence: readonly TextFile[], paths: readonly string[]): readonly Project[]
  /** Of these paths (all that match the globs) the migrations that run on the way up, in the order in which they run. `texts` where the order is written in the files. */
  migrations(paths: readonly string[], texts?: ReadonlyMap<string, string>): string[]
  /** True where `migrations` needs the files' texts to tell the order (Alembic, Django). */
  readonly ordersByContent?: true
  /** The name under which the tool remembers a migration: `2024_01_01_000000_create_users`, `app.0002_x`, `20240101`. */
  nameOf(path: string, text?: string): string
  /** What decides the order, comparable within a project: a timestamp or a number. Undefined where names do not order (Alembic, Django). */
  versionOf(path: string): string | undefined
  /** Migrations that the tool itself runs again after they were edited. */
  isRepeatable(path: string): boolean
  running(file: TextFile, all: ReadonlySet<string>, dialect: DialectId): Running
  /** For its files in `.sql`: the SQL that runs on the way up. Everything else is blanked out, character by character, so that places stay those of the file. */
  sql?(path: string, text: string): string
  /** For every other file: what the code calls on the way up, and what of it could not be read. */
  read?(script: Script, dialect: DialectId): Reading
  /** Files with checksums or an order of the migrations: `atlas.sum`, Drizzle's journal, `sqitch.plan`. */
  readonly ledgers?: readonly string[]
  /** Findings about ledgers that do not agree with the migrations. `texts`: every migration's bytes as text, ledgers included. */
  verify?(project: Project, texts: ReadonlyMap<string, string>): readonly Finding[]
  readonly commands?: ToolCommands
}

export function defineTool(tool: Tool): Tool {
  return tool
}
