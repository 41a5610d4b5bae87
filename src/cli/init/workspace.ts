import type { Tree } from '../../core/tree.ts'
import { snapshotOf } from '../../push/packages/snapshot.ts'
import { workspaceOf } from '../../push/packages/workspace.ts'

/** Packages that the manifests of a repository name. */
export interface Workspace {
  /** Folders of the packages, without the repository itself. */
  readonly folders: readonly string[]
  /** Those of them whose own manifest says how they are tested. */
  readonly tested: readonly string[]
}

type Texts = (path: string) => Promise<string | undefined>

/** What `packages: auto` would find, in the files as they lie here. Undefined: this is no workspace, or its manifests cannot be read. */
export async function findWorkspace(paths: readonly string[], text: Texts): Promise<Workspace | undefined> {
  const snapshot = await snapshotOf(asTree(paths, text))
  const { members, tests, faults } = await workspaceOf(snapshot, [])
  const folders = members.filter(folder => folder !== '').sort()
  if (folders.length === 0 || faults.length > 0) return undefined
  return { folders, tested: folders.filter(folder => tests.has(folder)) }
}

/** Files of the work tree where those of a commit are asked for; each is named by its path instead of an object id. */
function asTree(paths: readonly string[], text: Texts): Pick<Tree, 'list' | 'blobs'> {
  return {
    list: async () => paths.map(path => ({ path, oid: path, mode: '100644' })),
    async *blobs(oids) {
      for (const oid of oids) {
        const bytes = Buffer.from((await text(oid)) ?? '')
        yield { oid, size: bytes.length, bytes }
      }
    },
  }
}
