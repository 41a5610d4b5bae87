import { posix } from 'node:path'
import { readJson } from '../../core/json-text.ts'
import { isWithin } from '../../core/package.ts'
import type { Oid } from '../../core/push.ts'
import type { Data } from '../../core/toml.ts'
import type { Tree } from '../../core/tree.ts'
import { readGoFile } from './go.ts'
import { BadManifest, type Ecosystem, type ManifestFile, type WorkspaceFiles } from './manifest.ts'

/** The files of one commit, as far as they say which packages it has. */
export interface Snapshot {
  readonly paths: ReadonlySet<string>
  /** Every folder that has a file, the repository itself as the empty path. */
  readonly folders: ReadonlySet<string>
  /** Names of the files that lie directly in a folder. */
  filesIn(folder: string): readonly string[]
  /** Manifests that are there, parsed; what cannot be read is in `faults`. */
  manifests(ecosystem: Ecosystem, folders: Iterable<string>): Promise<ReadonlyMap<string, ManifestFile>>
  workspaceFiles(ecosystem: Ecosystem): Promise<WorkspaceFiles>
  readonly faults: readonly BadManifest[]
}

const largest = 4 * 1024 * 1024

/** Reads a commit. Each file is read once, many with one git process. */
export async function snapshotOf(tree: Pick<Tree, 'list' | 'blobs'>): Promise<Snapshot> {
  const entries = await tree.list()
  const oids = new Map(entries.filter(({ mode }) => mode.startsWith('100')).map(({ path, oid }) => [path, oid]))
  const names = new Map<string, string[]>([['', []]])
  for (const { path } of entries) addTo(names, path)
  const faults = new Map<string, BadManifest>()
  const known = new Map<string, ManifestFile | undefined>()

  const read = async (paths: readonly string[]) => {
    const wanted = paths.filter(path => oids.has(path) && !known.has(path))
    const texts = await textsOf(wanted, oids, tree)
    for (const path of wanted) {
      const file = await parsed(path, texts.get(path))
      if (file instanceof BadManifest) faults.set(path, file)
      known.set(path, file instanceof BadManifest ? undefined : file)
    }
    return new Map(paths.flatMap(path => (known.get(path) === undefined ? [] : [[path, known.get(path)!] as const])))
  }

  const hasEnding = (folder: string, ending: string) => {
    for (const path of oids.keys()) if (path.endsWith(ending) && isWithin(path, folder)) return true
    return false
  }

  return {
    paths: new Set(oids.keys()),
    folders: new Set(names.keys()),
    filesIn: folder => names.get(folder) ?? [],
    get faults() {
      return [...faults.values()]
    },
    async manifests({ manifest }, folders) {
      const places = [...folders].map(folder => [folder, posix.join(folder, manifest)] as const)
      const files = await read(places.map(([, path]) => path))
      return new Map(places.flatMap(([folder, path]) => (files.has(path) ? [[folder, files.get(path)!] as const] : [])))
    },
    async workspaceFiles({ workspaceFiles }) {
      return { top: await read(workspaceFiles), has: path => oids.has(path), hasEnding }
    },
  }
}

function addTo(names: Map<string, string[]>, path: string): void {
  const folder = path.includes('/') ? posix.dirname(path) : ''
  if (!names.has(folder)) {
    names.set(folder, [])
    for (let above = folder; above.includes('/') && !names.has(posix.dirname(above)); ) {
      above = posix.dirname(above)
      names.set(above, [])
    }
  }
  names.get(folder)!.push(posix.basename(path))
}

async function textsOf(
  paths: readonly string[],
  oids: ReadonlyMap<string, Oid>,
  tree: Pick<Tree, 'blobs'>,
): Promise<ReadonlyMap<string, string>> {
  const byOid = new Map<Oid, string>()
  const wanted = new Set(paths.map(path => oids.get(path)!))
  if (wanted.size === 0) return new Map()
  for await (const blob of tree.blobs(wanted, { maxBytes: largest }))
    if (!blob.tooBig) byOid.set(blob.oid, new TextDecoder().decode(blob.bytes))
  return new Map(
    paths.flatMap(path => {
      const text = byOid.get(oids.get(path)!)
      return text === undefined ? [] : [[path, text] as const]
    }),
  )
}

async function parsed(path: string, text: string | undefined): Promise<ManifestFile | BadManifest> {
  if (text === undefined) return new BadManifest(path, `it is larger than ${largest} bytes`)
  const data = await parse(path, text)
  return data.fault === undefined ? { path, value: data.value } : new BadManifest(path, data.fault, data.line)
}

async function parse(path: string, text: string): Promise<Data> {
  if (path.endsWith('.json')) return readJson(text)
  if (path.endsWith('.yaml')) return (await import('../../core/yaml.ts')).readYaml(text)
  if (path.endsWith('.toml')) return (await import('../../core/toml.ts')).readToml(text)
  return readGoFile(text)
}
