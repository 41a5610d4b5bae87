import type { SeenCost, SeenDrop, SeenLock } from './observation.ts'
import type { Snapshot } from './snapshot.ts'
import type { Step } from './steps.ts'

export interface Seen {
  readonly drops: readonly SeenDrop[]
  readonly costs: readonly SeenCost[]
  readonly locks: readonly SeenLock[]
}

/** Looks on while one migration after the other runs. One for each kind of server. */
export interface Observer {
  /** Before the first new migration. */
  prepare(): Promise<void>
  /** Before a migration runs. `steps`: what it will do; undefined for code, of which that is only known afterwards. */
  begin(steps: readonly Step[] | undefined): Promise<void>
  /** After each statement, on the same connection and inside its transaction. */
  after?(step: Step): Promise<void>
  /** Before a transaction ends, while it still holds its locks. `step` when it is the transaction of one statement. */
  beforeCommit?(step: Step | undefined): Promise<void>
  /** What was seen since `begin`. After a failure of the migration as well, and then as far as it came. */
  end(): Promise<Seen>
  /** Takes back everything of ours. */
  leave(): Promise<void>
  snapshot(): Promise<Snapshot>
}
