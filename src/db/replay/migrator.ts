import type { Project, Running, Tool } from '../tool.ts'
import type { Failure } from './observation.ts'
import type { Step } from './steps.ts'

/** One migration of a history. A `MigrationFile` of the linter is one. */
export interface ReplayFile {
  readonly path: string
  /** SQL: the part that runs on the way up. */
  readonly text: string
  readonly isNew: boolean
  /** Present for a migration in code: only its tool can run it. */
  readonly code?: object
  readonly running?: Running
}

/** A tool and where its project lies in a checkout of the commit that is judged, with its dependencies. */
export interface CodeProject {
  readonly tool: Tool
  readonly project: Project
  /** Absolute top of the checkout. */
  readonly folder: string
}

/** Runs migrations: ours for SQL, the tool's own commands for code. */
export interface Migrator {
  /** Everything that is on the branch already. Throws CannotTell when that does not run. */
  base(files: readonly ReplayFile[]): Promise<void>
  /** What a file will do, where that is known before it runs. */
  steps(file: ReplayFile): readonly Step[] | undefined
  up(file: ReplayFile, watched: boolean): Promise<Failure | undefined>
  hasDown(file: ReplayFile): Promise<boolean>
  down(file: ReplayFile): Promise<Failure | undefined>
}
