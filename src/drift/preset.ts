/** How one kind of application lies on its server: what capture reads there and what it leaves alone. */
export interface Preset {
  /** Used in `capture: { preset: … }`. */
  readonly id: string
  readonly title: string
  readonly why: string
  /** Below the environment's `path`. With releases, `current/` is the running one. */
  readonly roots: readonly { readonly from: string; readonly to: string; readonly uploads: boolean }[]
  /** What the deploy or the application makes there: never read. Patterns of .gitignore. */
  readonly exclude: readonly string[]
  /** In commits, never on the server. Same patterns. */
  readonly notDeployed: readonly string[]
  /** Files below `path` that may hold the deployed commit. */
  readonly revision: readonly string[]
  /** A final folder of `path` that is taken away first, because roots lie beside it: `current`. */
  readonly strips?: string
  /** Paths of a repository that tell that this preset fits, best first; all of one line must be there. */
  readonly tells: readonly (readonly string[])[]
  /** Files below `path` as they lie on such a server: the test of the preset, and the picture on its page. */
  readonly examples: {
    /** As a person writes it in the config. */
    readonly path: string
    /** File there -> where it belongs in the repository. */
    readonly read: Readonly<Record<string, string>>
    /** Files there that stay there because of the preset. */
    readonly left: readonly string[]
  }
}

export function definePreset(preset: Preset): Preset {
  return preset
}
