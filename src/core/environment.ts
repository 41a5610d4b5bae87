/** A place where the application runs: this machine, a server over SSH, a container that a command leads into. */
export interface Environment {
  readonly name: string
  /** An ssh host alias or user@host; absent: this machine. */
  readonly ssh?: string | undefined
  readonly port?: number | undefined
  /** Folder of the deployed application there; absent: where the login or the command arrives, on this machine the top of the repository. */
  readonly path?: string | undefined
  /** Words put before every command there: `docker compose exec -T app`. */
  readonly via?: readonly string[] | undefined
  /** A command there that prints a dump of its database. */
  readonly dump?: readonly string[] | undefined
}

/** By name. */
export type Environments = Readonly<Record<string, Environment>>
