import { join } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import type { GateContext } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import { isWithin } from '../../core/package.ts'
import type { AddedBlob, Change, Tree, TreeEntry } from '../../core/tree.ts'

/**
 * A tree as if `folder` were the whole repository, without the folders in `except`, which others look after. What comes from elsewhere is added
 * here, and what goes elsewhere is deleted.
 */
export function viewOf(tree: Tree, folder: string, except: readonly string[]): Tree {
  const holds = (path: string) => isWithin(path, folder) && path !== folder && !except.some(one => isWithin(path, one))
  const inside = (path: string) => (folder === '' ? path : path.slice(folder.length + 1))
  const outside = (path: string) => (folder === '' ? path : `${folder}/${path}`)
  const isOwn = (path: string) => !path.split('/').includes('..') && holds(outside(path))
  const own = <T extends { readonly path: string }>(all: readonly T[], globs: readonly string[] | undefined) => {
    const matches = globs === undefined ? () => true : globMatcher(globs)
    return all
      .filter(({ path }) => holds(path))
      .map(item => ({ ...item, path: inside(item.path) }))
      .filter(({ path }) => matches(path))
  }
  return {
    commit: tree.commit,
    list: async globs => own<TreeEntry>(await tree.list(), globs),
    baseList: async globs => own<TreeEntry>(await tree.baseList(), globs),
    changes: async globs =>
      changesWithin(
        (await tree.changes()).flatMap(change => changeIn(change, holds, inside)),
        globs,
      ),
    async *addedBlobs(): AsyncIterable<AddedBlob> {
      for await (const blob of tree.addedBlobs()) if (holds(blob.path)) yield { ...blob, path: inside(blob.path) }
    },
    authors: async paths => {
      const found = await tree.authors(paths.map(outside))
      return new Map([...found].map(([path, author]) => [inside(path), author]))
    },
    text: async path => (isOwn(path) ? tree.text(outside(path)) : undefined),
    baseText: async path => (isOwn(path) ? tree.baseText(outside(path)) : undefined),
    blobs: (oids, options) => tree.blobs(oids, options),
    stream: oid => tree.stream(oid),
    checkout: async () => join(await tree.checkout(), folder),
  }
}

function changeIn(
  change: Change,
  holds: (path: string) => boolean,
  inside: (path: string) => string,
): readonly Change[] {
  if (change.kind !== 'renamed') return holds(change.path) ? [{ ...change, path: inside(change.path) }] : []
  const [to, from] = [holds(change.path), holds(change.from)]
  const { oid, mode, baseOid } = change
  if (to && from) return [{ ...change, path: inside(change.path), from: inside(change.from) }]
  if (to) return [{ kind: 'added', path: inside(change.path), oid, mode }]
  return from ? [{ kind: 'deleted', path: inside(change.from), baseOid }] : []
}

// As the tree itself has it: what is renamed to a name that does not match is deleted.
function changesWithin(all: readonly Change[], globs: readonly string[] | undefined): readonly Change[] {
  if (globs === undefined) return all
  const matches = globMatcher(globs)
  return all.flatMap((change): readonly Change[] => {
    if (matches(change.path)) return [change]
    if (change.kind !== 'renamed' || !matches(change.from)) return []
    return [{ kind: 'deleted', path: change.from, baseOid: change.baseOid }]
  })
}

/** What a gate is given that looks at one folder. */
export function contextIn<Options>(
  context: GateContext<Options>,
  folder: string,
  except: readonly string[],
): GateContext<Options> {
  const tree = viewOf(context.tree, folder, except)
  if (folder === '') return { ...context, tree }
  return {
    ...context,
    tree,
    folder,
    async checkoutOf(commit) {
      const place = join(await context.checkoutOf(commit), folder)
      if ((await context.world.files.look(place))?.kind === 'folder') return place
      throw new CannotTell(
        `The commit ${commit.slice(0, 12)} has no folder ${folder}.`,
        'There is nothing to compare with there; mend what fails in the pushed commit.',
      )
    },
  }
}

/**
 * A finding of a gate that looked at one folder, told for the whole repository: its place, and where its commands are to be typed.
 * `commands`: the lines that the gate runs.
 */
export function findingFrom(finding: Finding, folder: string, commands: readonly string[]): Finding {
  if (folder === '') return finding
  const { at, instead } = finding
  return {
    ...finding,
    instead: typedIn(folder, instead, commands),
    ...(at === undefined ? {} : { at: { ...at, file: `${folder}/${at.file}` } }),
  }
}

/** A remedy in which the command lines of a gate stand, so that they can be typed at the top of the repository. */
export function typedIn(folder: string, instead: string, commands: readonly string[]): string {
  const lines = new Set(commands.map(line => line.trim()))
  return instead
    .split('\n')
    .map(line => (folder !== '' && lines.has(line.trim()) ? `(cd ${quoted(folder)} && ${line.trim()})` : line))
    .join('\n')
}

function quoted(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`
}
