import { globMatcher } from '../../core/glob.ts'
import { ecosystems } from './ecosystems.ts'
import { BadManifest, type Ecosystem, type Manifest, type WorkspaceFiles } from './manifest.ts'
import type { Snapshot } from './snapshot.ts'

/** What the manifests of a commit say. */
export interface Workspace {
  /** Folders of the packages that the workspace files name. */
  readonly members: readonly string[]
  /** Folders that each of these folders needs, by their manifests. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>
  /** The command line that runs the tests of a folder, by its own manifest. */
  readonly tests: ReadonlyMap<string, string>
  readonly faults: readonly BadManifest[]
}

/** Reads the manifests of these folders, of all that the workspace files name, and of what those need by a path. */
export async function workspaceOf(snapshot: Snapshot, folders: readonly string[]): Promise<Workspace> {
  const faults: BadManifest[] = []
  const members = new Set<string>()
  const needs = new Map<string, Set<string>>()
  const tests = new Map<string, string>()
  for (const ecosystem of ecosystems) {
    const files = await snapshot.workspaceFiles(ecosystem)
    const named = attempt(faults, () => membersOf(ecosystem, files, snapshot)) ?? []
    const manifests = await manifestsOf(ecosystem, files, snapshot, [...folders, ...named], faults)
    for (const folder of ecosystem.neededAreMembers ? membersAmong(named, manifests) : named) members.add(folder)
    const byName = namesOf(manifests)
    for (const [folder, manifest] of manifests) {
      const needed = [...manifest.needs.flatMap(name => byName.get(name) ?? []), ...manifest.folders]
      needs.set(folder, new Set([...(needs.get(folder) ?? []), ...needed]))
      if (manifest.tests !== undefined && !tests.has(folder)) tests.set(folder, manifest.tests)
    }
  }
  return { members: [...members], needs, tests, faults: [...snapshot.faults, ...faults] }
}

/** The members, with the folders that they need by a path, and so on. */
function membersAmong(named: readonly string[], manifests: ReadonlyMap<string, Manifest>): readonly string[] {
  const needed = reached(named, folder => manifests.get(folder)?.folders ?? [])
  return [...named, ...[...needed].filter(folder => folder !== '' && manifests.has(folder))]
}

function namesOf(manifests: ReadonlyMap<string, Manifest>): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>()
  for (const [folder, { name }] of manifests)
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), folder])
  return byName
}

function membersOf(ecosystem: Ecosystem, files: WorkspaceFiles, snapshot: Snapshot): readonly string[] {
  const globs = ecosystem.members(files)
  if (globs.length === 0) return []
  const matches = globMatcher(globs)
  return [...snapshot.folders].filter(folder => isPackage(folder, ecosystem, snapshot) && matches(folder))
}

function isPackage(folder: string, { manifest }: Ecosystem, snapshot: Snapshot): boolean {
  return !/(^|\/)node_modules(\/|$)/.test(folder) && snapshot.filesIn(folder).includes(manifest)
}

/** Also of the folders that these need by a path, and so on. */
async function manifestsOf(
  ecosystem: Ecosystem,
  files: WorkspaceFiles,
  snapshot: Snapshot,
  folders: readonly string[],
  faults: BadManifest[],
): Promise<Map<string, Manifest>> {
  const found = new Map<string, Manifest>()
  const asked = new Set<string>()
  for (let next = new Set(folders); next.size > 0; ) {
    for (const folder of next) asked.add(folder)
    const more = new Set<string>()
    for (const [folder, file] of await snapshot.manifests(ecosystem, next)) {
      const manifest = attempt(faults, () => ecosystem.read(file, folder, files))
      if (manifest === undefined) continue
      found.set(folder, manifest)
      for (const needed of manifest.folders) if (!asked.has(needed)) more.add(needed)
    }
    next = more
  }
  return found
}

function attempt<Result>(faults: BadManifest[], work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof BadManifest)) throw error
    faults.push(error)
    return undefined
  }
}

/** Every folder that can be reached from these, themselves left out unless something leads back. Cycles are walked once. */
export function reached(from: Iterable<string>, edges: (folder: string) => Iterable<string>): ReadonlySet<string> {
  const seen = new Set<string>()
  const open = [...from]
  for (let folder = open.pop(); folder !== undefined; folder = open.pop())
    for (const next of edges(folder))
      if (!seen.has(next)) {
        seen.add(next)
        open.push(next)
      }
  return seen
}
