/** Work that goes on after this process has ended, for nobody waits for it: one at a time at a place. */
export interface Background {
  /**
   * Ends what still ran at this place and starts the command instead: a session of its own, the lowest priority, no stdin; what it prints goes to
   * `log`, which begins anew. `note` is kept beside it, for whoever looks. Throws Node's own error when it cannot be started.
   */
  start(place: BackgroundPlace, command: BackgroundCommand, note: Readonly<Record<string, string>>): Promise<void>
  /** What runs at this place, or ran there last; undefined when nothing is known of. */
  look(place: BackgroundPlace): Promise<BackgroundRun | undefined>
  /** Ends it with everything it started; false when nothing ran. */
  stop(place: BackgroundPlace): Promise<boolean>
}

export interface BackgroundCommand {
  readonly argv: readonly [program: string, ...args: string[]]
  readonly cwd?: string
  /** Added to the scrubbed environment of this process; `undefined` removes a name. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface BackgroundPlace {
  /** Absolute: a folder of ours. */
  readonly folder: string
  /** Absolute. */
  readonly log: string
}

export interface BackgroundRun {
  readonly running: boolean
  /** ISO 8601. */
  readonly since: string
  readonly note: Readonly<Record<string, string>>
}
