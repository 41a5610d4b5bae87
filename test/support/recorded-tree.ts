import type { Source } from '../../src/core/gate.ts'
import { globMatcher } from '../../src/core/glob.ts'
import type { Tree } from '../../src/core/tree.ts'
import type { FakeTree } from './fake-tree.ts'

/** A tree that notes everything that is read from it although the gate did not declare it: a kept verdict would not notice its change. */
export function recordedTree(tree: FakeTree, sources: readonly Source[]): Tree & { undeclared: string[] } {
  const undeclared: string[] = []
  const globs = sources.flatMap(source => (typeof source === 'object' ? source.files : []))
  // The pushed commit is one of the pushed commits: who declared their trees declared its files.
  const covers = sources.includes('history') ? () => true : globMatcher(globs)
  const note = (what: string, fine: boolean) => {
    if (!fine) undeclared.push(what)
  }
  const noteAll = (what: string, paths: readonly string[]) => {
    for (const path of paths) note(`${what}(${path})`, covers(path))
  }
  const base = sources.includes('base')
  const paths = async (oid: string) =>
    [...(await tree.list()), ...(await tree.baseList())].filter(entry => entry.oid === oid).map(entry => entry.path)
  return {
    undeclared,
    commit: tree.commit,
    async list(asked) {
      const entries = await tree.list(asked)
      noteAll(
        'list',
        entries.map(entry => entry.path),
      )
      return entries
    },
    async baseList(asked) {
      note('baseList', base)
      return tree.baseList(asked)
    },
    async changes(asked) {
      note('changes', base)
      const changes = await tree.changes(asked)
      noteAll(
        'changes',
        changes.map(change => change.path),
      )
      return changes
    },
    authors(paths) {
      note('authors', sources.includes('authors'))
      return tree.authors(paths)
    },
    addedBlobs() {
      note('addedBlobs', sources.includes('history'))
      return tree.addedBlobs()
    },
    async text(path) {
      noteAll('text', [path])
      return tree.text(path)
    },
    async baseText(path) {
      note('baseText', base)
      return tree.baseText(path)
    },
    async *blobs(oids, options) {
      const wanted = [...oids]
      for (const oid of wanted) note(`blobs(${oid})`, base || (await paths(oid)).some(covers))
      yield* tree.blobs(wanted, options)
    },
    async *stream(oid) {
      note(`stream(${oid})`, base || (await paths(oid)).some(covers))
      yield* tree.stream(oid)
    },
    checkout: () => tree.checkout(),
  }
}
