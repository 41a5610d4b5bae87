import type { GateUse } from './gate.ts'

/** A part of the repository that has gates of its own, as a commit has it. */
export interface Package {
  /** Unique in its commit; begins the ids of its gates: `api/tests`. */
  readonly name: string
  /** Path inside the repository, empty for the whole of it. */
  readonly folder: string
  /** Folders of the packages that it depends on, also through others, and of those that lie in it. */
  readonly dependencies: readonly string[]
  /** Globs of further files of the repository that it depends on. */
  readonly files: readonly string[]
  /** What it asks, by the gate's id inside the package. */
  readonly uses: ReadonlyMap<string, GateUse>
}

/** What a commit says of a folder that may be a package. */
export interface PackageFacts {
  readonly folder: string
  /** The command line that runs its tests, when its own manifest says so. */
  readonly tests?: string
}

/** One entry of a config's `packages`. */
export interface PackageRule {
  /** Globs of folders; `auto`: every package that the workspace files of the commit name. */
  readonly folders: readonly string[] | 'auto'
  readonly name?: string | undefined
  /** Names of packages, folders or globs of files. */
  readonly dependsOn: readonly string[]
  /** How a message calls it: `packages[2]`. */
  readonly written: string
  /** By the gate's id; `false` takes away what an entry before it asks. */
  gates(facts: PackageFacts): ReadonlyMap<string, GateUse | false>
}

/** What a config says about packages. */
export interface PackageRules {
  readonly rules: readonly PackageRule[]
  /** Globs of files that concern every package. */
  readonly sharedFiles: readonly string[]
}

/** Whether a path is the folder or lies in it; every path lies in the empty one. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** A path as a glob that matches nothing else. */
export function literalGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|^$#"]/g, '\\$&')
}

/** A glob of a folder as one of the repository. */
export function globWithin(folder: string, glob: string): string {
  if (folder === '') return glob
  const not = glob.startsWith('!') ? '!' : ''
  return `${not}${literalGlob(folder)}/${glob.slice(not.length).replace(/^(\.\/)+/, '')}`
}
