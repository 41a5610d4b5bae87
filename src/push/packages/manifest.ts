import { posix } from 'node:path'

/** What the manifest of a package says. */
export interface Manifest {
  readonly name?: string
  /** Names of packages that it needs; those that are not in the repository mean nothing here. */
  readonly needs: readonly string[]
  /** Folders inside the repository that it needs. */
  readonly folders: readonly string[]
  /** The command line that runs its tests, when it says so. */
  readonly tests?: string
}

/** A manifest or a workspace file, parsed, with where it lies. */
export interface ManifestFile {
  readonly path: string
  readonly value: unknown
}

export interface WorkspaceFiles {
  /** Files at the top of the repository, parsed, by name. */
  readonly top: ReadonlyMap<string, ManifestFile>
  /** Whether the commit has this file. */
  has(path: string): boolean
  /** Whether some file of a folder, however deep, has a name that ends so. */
  hasEnding(folder: string, ending: string): boolean
}

/** How one package manager says which packages a repository has and what they need. */
export interface Ecosystem {
  /** The name of the file that makes a folder a package. */
  readonly manifest: string
  /** Names of the files at the top that name packages. */
  readonly workspaceFiles: readonly string[]
  /** Whether a folder that a package needs by its path is a package as well. */
  readonly neededAreMembers: boolean
  /** Globs of folders; `!` takes away. Throws BadManifest. */
  members(files: WorkspaceFiles): readonly string[]
  /** Throws BadManifest. */
  read(file: ManifestFile, folder: string, files: WorkspaceFiles): Manifest
}

/** A manifest cannot be understood, so that nobody can tell which packages there are or what they need. */
export class BadManifest extends Error {
  override readonly name = 'BadManifest'
  readonly path: string
  readonly line: number | undefined
  constructor(path: string, because: string, line?: number) {
    super(because)
    this.path = path
    this.line = line
  }
}

/** What stands under a key, when the value is a map that has it. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value
  for (const key of keys) {
    if (!isMap(here) || !Object.hasOwn(here, key)) return undefined
    here = here[key]
  }
  return here
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isMap(value) ? Object.entries(value) : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : []
}

const mostGlobs = 1_000
const longestGlob = 500

/** The globs of a workspace file. Absent is none. Throws BadManifest for anything but a list of words. */
export function memberGlobs(value: unknown, path: string, key: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.some(one => typeof one !== 'string'))
    throw new BadManifest(path, `\`${key}\` is not a list of folders`)
  if (value.length > mostGlobs || value.some(glob => (glob as string).length > longestGlob))
    throw new BadManifest(path, `\`${key}\` is longer than any list of folders should be`)
  return value.map(glob => folderGlob(glob as string))
}

/** `./packages/` as `packages`, the way that paths of a commit are written. */
export function folderGlob(glob: string): string {
  const not = glob.startsWith('!') ? '!' : ''
  const plain = glob
    .slice(not.length)
    .replace(/^(\.?\/)+/, '')
    .replace(/\/+$/, '')
  return `${not}${plain === '.' ? '' : plain}`
}

/** A folder as another one names it; undefined when it leads out of the repository. */
export function folderAt(base: string, path: string): string | undefined {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return undefined
  const joined = posix.normalize(posix.join(base, path.replaceAll('\\', '/'))).replace(/\/+$/, '')
  if (joined === '..' || joined.startsWith('../')) return undefined
  return joined === '.' ? '' : joined
}
