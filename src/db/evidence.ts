// What tools ask of the small files that tell whether and how they are used.
import { dirname, normalize } from 'node:path/posix'
import type { Flavour } from './rule.ts'
import type { Project, TextFile } from './tool.ts'

/** Folder of a path, `` for the top. */
export function folderOf(path: string): string {
  const folder = dirname(path)
  return folder === '.' ? '' : folder
}

/** A path of the repository from a folder of it and what a config says: `join('api', './db/migrations/')` is `api/db/migrations`. */
export function join(folder: string, path: string): string {
  const joined = normalize(`${folder === '' ? '.' : folder}/${path}`).replace(/\/$/, '')
  return joined === '.' ? '' : joined
}

/** `under('api', '**\/*.sql')`: a glob that holds below a folder only. Characters that mean something in a glob are taken literally. */
export function under(folder: string, glob: string): string {
  return folder === '' ? glob : `${folder.replace(/[\\*?[\]{}()!]/g, '\\$&')}/${glob}`
}

/** Whether a package.json lists the package among its dependencies of any kind. */
export function dependsOn({ text }: TextFile, name: string): boolean {
  const json = parsedJson(text)
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].some(
    key => isRecord(json) && isRecord(json[key]) && Object.hasOwn(json[key], name),
  )
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The folder of the nearest package.json at or above a folder. */
export function packageFolder(folder: string, evidence: readonly TextFile[]): string | undefined {
  const folders = new Set(evidence.filter(file => /(?:^|\/)package\.json$/.test(file.path)).map(f => folderOf(f.path)))
  for (let at = folder; ; at = folderOf(at)) {
    if (folders.has(at)) return at
    if (at === '') return undefined
  }
}

/** One project a root and set of globs, deepest root first. */
export function deepestFirst(projects: readonly Project[]): Project[] {
  const once = new Map(projects.map(project => [JSON.stringify([project.root, project.globs]), project]))
  const depth = ({ root }: Project) => (root === '' ? 0 : root.split('/').length)
  return [...once.values()].sort((a, b) => depth(b) - depth(a) || (a.root < b.root ? -1 : a.root > b.root ? 1 : 0))
}

/** The server that a few words name: a provider, a driver, a URL's scheme. Undefined when they name none or several. */
export function flavourNamed(words: string): Flavour | undefined {
  const named: Flavour[] = []
  if (/postgres|pgsql|\bpg\b|pg-native|cockroach|neon|pglite|timescale/i.test(words)) named.push('postgres')
  if (/mariadb/i.test(words)) named.push('mariadb')
  else if (/mysql|planetscale|singlestore|percona|\btidb\b/i.test(words)) named.push('mysql')
  if (/sqlite|libsql|turso|\bd1\b/i.test(words)) named.push('sqlite')
  return named.length === 1 ? named[0] : undefined
}

/** Spread into a Project: nothing when nobody said. */
export function flavoured(words: string): { readonly flavour?: Flavour } {
  const flavour = flavourNamed(words)
  return flavour === undefined ? {} : { flavour }
}
