import type { Tree, TreeEntry } from '../../core/tree.ts'

/** The files of one state: the pushed commit's, those that the remote has, or those of the work tree. */
export interface Files {
  readonly paths: readonly string[]
  /** What stands in them as text; without those that are not there or are links. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** One of them; undefined when it is not there. */
export async function textOf(files: Files, path: string): Promise<string | undefined> {
  return files.paths.includes(path) ? (await files.texts([path])).get(path) : undefined
}

export async function pushedFiles(tree: Tree): Promise<Files> {
  return filesOf(tree, await tree.list())
}

export async function baseFiles(tree: Tree): Promise<Files> {
  return filesOf(tree, await tree.baseList())
}

// Manifests and fragments are small; what is larger says nothing that we ask for.
const largest = 4 * 1024 * 1024

function filesOf(tree: Tree, entries: readonly TreeEntry[]): Files {
  const byPath = new Map(entries.map(entry => [entry.path, entry]))
  return {
    paths: entries.map(({ path }) => path),
    async texts(paths) {
      const asked = paths.flatMap(path => byPath.get(path) ?? []).filter(({ mode }) => mode !== '120000')
      const byOid = new Map<string, string>()
      const oids = new Set(asked.map(({ oid }) => oid))
      for await (const blob of tree.blobs(oids, { maxBytes: largest }))
        if (!blob.tooBig) byOid.set(blob.oid, new TextDecoder().decode(blob.bytes))
      return new Map(asked.flatMap(({ path, oid }) => (byOid.has(oid) ? [[path, byOid.get(oid)!] as const] : [])))
    },
  }
}
