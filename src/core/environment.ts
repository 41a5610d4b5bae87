import type { Host } from './world.ts'

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
  /** What capture reads there; absent when the config does not ask for it. */
  readonly capture?: CaptureSource | undefined
}

/** By name. */
export type Environments = Readonly<Record<string, Environment>>

/** What capture reads on an environment: the config's `capture` with its preset filled in. */
export interface CaptureSource {
  /** The preset's id; absent when everything was written out. */
  readonly preset?: string | undefined
  /** One or more; each is read by itself. */
  readonly hosts: readonly Host[]
  /** At least one. Their `to` are different; one may lie inside another (uploads inside the code), and then belongs to the inner root alone. */
  readonly roots: readonly Root[]
  /** Never read from the server, in the pattern language of .gitignore, relative to the repository. Preset and config together. */
  readonly exclude: readonly string[]
  /** In commits, but never put there by the deploy; same patterns. */
  readonly notDeployed: readonly string[]
  /** Allowed although the default deny rules name them; same patterns. */
  readonly include: readonly string[]
  /** Absolute files on the server, one of which may hold the deployed commit; the first that is there counts. */
  readonly revision: readonly string[]
  readonly limits: CaptureLimits
  /** `checksum` compares contents there and here, `times` trusts size and time. */
  readonly compare: 'checksum' | 'times'
  /** Whether executable bits are taken over. */
  readonly modes: boolean
  /** KiB a second; absent: as fast as it goes. */
  readonly bandwidth?: number | undefined
  /** The folder that the key is restricted to by rrsync(1): paths are then asked for relative to it. */
  readonly restrictedTo?: string | undefined
}

/** A folder on the server and where it belongs in the repository. */
export interface Root {
  /** Absolute there, ends with `/`, not `/` itself. */
  readonly from: string
  /** Empty, or a folder inside the repository that ends with `/`. */
  readonly to: string
  /** Files that people put there: compared by size and time when `compare` is not asked for otherwise, and told apart from code in the review. */
  readonly uploads: boolean
}

export interface CaptureLimits {
  /** Bytes; a larger file is told and stays there. */
  readonly fileSize: number
  /** Bytes in one capture. */
  readonly totalSize: number
  /** Files in one capture. */
  readonly files: number
  /** More deletions than this stop it, unless allowed on the command line. */
  readonly deletions: number
  /** The same as a share of all files, 0 to 1. */
  readonly deletionShare: number
}
