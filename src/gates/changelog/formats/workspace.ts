import { posix } from 'node:path'
import { CannotTell } from '../../../core/errors.ts'
import { globMatcher } from '../../../core/glob.ts'
import { printable } from '../../../core/printable.ts'
import { type Files, textOf } from '../files.ts'

/** A package of a JavaScript workspace. */
export interface Package {
  readonly name: string
  /** Empty for the top of the repository. */
  readonly folder: string
  readonly version?: string
  readonly isPrivate: boolean
}

const manifest = 'package.json'

/**
 * The packages of a workspace of npm, yarn, bun, pnpm or lerna; the repository itself where there is none.
 * @throws CannotTell when a manifest cannot be read.
 */
export async function packagesOf(files: Files): Promise<readonly Package[]> {
  const globs = await globsOf(files)
  const isMember = globs.length === 0 ? (folder: string) => folder === '' : memberTest(globs)
  const manifests = files.paths.filter(
    path => posix.basename(path) === manifest && !/(^|\/)node_modules\//.test(path) && isMember(folderOf(path)),
  )
  const texts = await files.texts(manifests)
  return manifests.flatMap(path => packageIn(path, texts.get(path) ?? ''))
}

/** The package that a file belongs to: the one in the nearest folder above it. */
export function packageAround(path: string, packages: readonly Package[]): Package | undefined {
  const around = packages.filter(({ folder }) => folder === '' || path.startsWith(`${folder}/`))
  return around.sort((a, b) => b.folder.length - a.folder.length)[0]
}

function folderOf(path: string): string {
  return path.slice(0, -manifest.length - 1)
}

function memberTest(globs: readonly string[]): (folder: string) => boolean {
  const plain = globs.map(glob => glob.replace(/^(!?)(?:\.\/)+/, '$1').replace(/\/+$/, ''))
  const matches = globMatcher(plain)
  return folder => (folder === '' ? plain.includes('.') : matches(folder))
}

async function globsOf(files: Files): Promise<readonly string[]> {
  const pnpm = await textOf(files, 'pnpm-workspace.yaml')
  if (pnpm !== undefined) {
    const { readYaml } = await import('../../../core/yaml.ts')
    const { value, fault, line } = readYaml(pnpm) as { value?: unknown; fault?: string; line?: number }
    if (fault !== undefined) throw unreadable(`pnpm-workspace.yaml:${line}`, fault)
    return stringsIn((value as { packages?: unknown } | null)?.packages)
  }
  const root = await textOf(files, manifest)
  const workspaces = root === undefined ? undefined : jsonOf(manifest, root).workspaces
  const named = stringsIn(
    Array.isArray(workspaces) ? workspaces : (workspaces as { packages?: unknown } | undefined)?.packages,
  )
  if (named.length > 0) return named
  const lerna = await textOf(files, 'lerna.json')
  return lerna === undefined ? [] : stringsIn(jsonOf('lerna.json', lerna).packages)
}

function packageIn(path: string, text: string): readonly Package[] {
  const { name, version, private: hidden } = jsonOf(path, text)
  if (typeof name !== 'string') return []
  const known = { name, folder: folderOf(path), isPrivate: hidden === true }
  return [typeof version === 'string' ? { ...known, version } : known]
}

/** An object of JSON; an empty one for anything else that is valid JSON. */
export function jsonOf(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch (error) {
    throw unreadable(path, (error as Error).message)
  }
}

function unreadable(path: string, because: string): CannotTell {
  return new CannotTell(
    `${printable(path)} cannot be read: ${printable(because)}.`,
    `Mend ${printable(path)}: which packages there are stands in it.`,
  )
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}
