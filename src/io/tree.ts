import { globMatcher } from '../core/glob.ts'
import type { Oid } from '../core/push.ts'
import type { AddedBlob, Change, Tree, TreeEntry } from '../core/tree.ts'
import type { Git } from '../core/world.ts'

const submodule = '160000'

/** The tree of a commit as gates see it, read from git objects only. Lists are read once and kept. */
export function openTree(git: Git, commit: Oid, base: Oid | undefined, checkout: () => Promise<string>): Tree {
  const entries = once(() => listOf(git, commit))
  const baseEntries = once(async () => (base === undefined ? [] : listOf(git, base)))
  const list = matching(entries)
  const baseList = matching(baseEntries)
  const changes = once(() => (base === undefined ? entries().then(everythingAdded) : changesBetween(git, base, commit)))
  const textAt = async (at: Oid | undefined, path: string) => (at === undefined ? undefined : textOf(git, at, path))

  return {
    commit,
    list,
    baseList,
    changes: async globs => changesWithin(await changes(), globs),
    authors: paths => authorsOf(git, base === undefined ? [commit] : [commit, `^${base}`], paths),
    addedBlobs: () => addedBlobs(git, commit, base),
    text: path => textAt(commit, path),
    baseText: path => textAt(base, path),
    blobs: (oids, options) => git.blobs(oids, options),
    stream: oid => git.stream(oid),
    checkout,
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined
  return () => (kept ??= read())
}

/** The gates, and what their answers are kept by, ask for the same files. */
function matching(
  read: () => Promise<readonly TreeEntry[]>,
): (globs?: readonly string[]) => Promise<readonly TreeEntry[]> {
  const kept = new Map<string, Promise<readonly TreeEntry[]>>()
  return globs => {
    if (globs === undefined) return read()
    const key = JSON.stringify(globs)
    const found =
      kept.get(key) ??
      read().then(all => {
        const matches = globMatcher(globs)
        return all.filter(({ path }) => matches(path))
      })
    kept.set(key, found)
    return found
  }
}

function changesWithin(all: readonly Change[], globs: readonly string[] | undefined): readonly Change[] {
  if (globs === undefined) return all
  const matches = globMatcher(globs)
  return all.flatMap((change): Change[] => {
    if (matches(change.path)) return [change]
    if (change.kind !== 'renamed' || !matches(change.from)) return []
    return [{ kind: 'deleted', path: change.from, baseOid: change.baseOid }]
  })
}

function everythingAdded(entries: readonly TreeEntry[]): readonly Change[] {
  return entries.map(({ path, oid, mode }) => ({ kind: 'added', path, oid, mode }))
}

// git-ls-tree(1), OUTPUT FORMAT: `<mode> SP <type> SP <object> TAB <file>`.
async function listOf(git: Git, commit: Oid): Promise<readonly TreeEntry[]> {
  const list: TreeEntry[] = []
  for await (const record of git.records(['ls-tree', '-r', '-z', '--full-tree', commit])) {
    const entry = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
    const tab = entry.indexOf(9)
    const [mode, , oid] = entry.toString('latin1', 0, tab).split(' ') as [string, string, string]
    if (mode !== submodule) list.push({ path: pathOf(entry.subarray(tab + 1)), oid, mode })
  }
  return list
}

// git-diff-tree(1), RAW OUTPUT FORMAT: `:<mode> <mode> <oid> <oid> <status>` NUL `<path>` NUL, and a second path for renames.
async function changesBetween(git: Git, base: Oid, commit: Oid): Promise<readonly Change[]> {
  const args = ['diff-tree', '-r', '-z', '--find-renames', '--no-abbrev', '--no-ext-diff', base, commit]
  const records = git.records(args)[Symbol.asyncIterator]()
  const next = async () => pathOf(buffer((await records.next()).value as Uint8Array))
  const changes: Change[] = []
  for (let record = await records.next(); record.done !== true; record = await records.next()) {
    const [baseMode, mode, baseOid, oid, status] = buffer(record.value).toString('latin1').slice(1).split(' ') as [
      string,
      string,
      Oid,
      Oid,
      string,
    ]
    const from = await next()
    const path = status.startsWith('R') ? await next() : from
    if (mode === submodule || (baseMode === submodule && status === 'D')) continue
    if (status === 'A' || baseMode === submodule) changes.push({ kind: 'added', path, oid, mode })
    else if (status === 'D') changes.push({ kind: 'deleted', path, baseOid })
    else if (status.startsWith('R')) changes.push({ kind: 'renamed', path, from, oid, baseOid, mode })
    else changes.push({ kind: 'modified', path, oid, baseOid, mode })
  }
  return changes
}

async function authorsOf(git: Git, range: readonly string[], paths: readonly string[]): Promise<Map<string, string>> {
  const authors = new Map<string, string>()
  const wanted = new Set(paths)
  const args = ['log', '-z', '--format=author %an <%ae>', '--name-only', '--no-renames', '--root', '-m', ...range, '--']
  let author = ''
  for await (const record of git.records(args)) {
    const text = pathOf(buffer(record)).replace(/^\n/, '')
    if (text.startsWith('author ')) author = text.slice('author '.length)
    // Newest first.
    else if (wanted.has(text) && !authors.has(text)) authors.set(text, author)
  }
  return authors
}

/**
 * Every blob that a commit of the push brings under some path, oldest commit first, each pair of blob and path once. A merge counts with
 * what it holds that none of its parents has.
 */
async function* addedBlobs(git: Git, commit: Oid, base: Oid | undefined): AsyncIterable<AddedBlob> {
  const range = base === undefined ? [commit] : [commit, `^${base}`]
  const commits = await git.bytes(['rev-list', '--reverse', '--topo-order', ...range])
  if (commits.length === 0) return
  const args = ['diff-tree', '--stdin', '-r', '-c', '-z', '--root', '--no-renames', '--no-abbrev', '--no-ext-diff']
  const records = git.records(args, { input: commits })[Symbol.asyncIterator]()
  const seen = new Set<string>()
  let current: Oid = commit
  for (let record = await records.next(); record.done !== true; record = await records.next()) {
    const text = buffer(record.value).toString('latin1')
    if (!text.startsWith(':')) {
      current = text
      continue
    }
    const path = pathOf(buffer((await records.next()).value as Uint8Array))
    const { mode, oid } = newSide(text)
    if (mode === submodule || mode === '000000' || seen.has(`${oid} ${path}`)) continue
    seen.add(`${oid} ${path}`)
    yield { oid, path, mode, commit: current }
  }
}

// Raw format, also the combined one of merges: as many colons as parents, then a mode for each parent and the result, then their oids.
function newSide(header: string): { mode: string; oid: Oid } {
  const parents = /^:+/.exec(header)![0].length
  const fields = header.slice(parents).split(' ')
  return { mode: fields[parents]!, oid: fields[2 * parents + 1]! }
}

async function textOf(git: Git, commit: Oid, path: string): Promise<string | undefined> {
  const found = await git.bytes(['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', commit, '--', path])
  const [mode, type, oid] = buffer(found).toString('latin1').split(/[ \t]/) as [string, string, Oid]
  if (type !== 'blob' || mode === '120000') return undefined
  for await (const blob of git.blobs([oid])) if (!blob.tooBig) return new TextDecoder().decode(blob.bytes)
  return undefined
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// A name that is not UTF-8 keeps git's quoted form (git-config(1), core.quotePath), so that two such names never become one.
function pathOf(raw: Buffer): string {
  try {
    return strictUtf8.decode(raw)
  } catch {
    const quoted = [...raw].map(byte => {
      if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
      return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
    })
    return `"${quoted.join('')}"`
  }
}

function buffer(raw: Uint8Array): Buffer {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
}
