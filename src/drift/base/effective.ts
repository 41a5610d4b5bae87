import type { CaptureSource, Root } from '../../core/environment.ts'
import { bytesOf, type PathBytes, pathBytes, pathOf } from '../../core/path-bytes.ts'
import type { Oid } from '../../core/push.ts'
import type { Git, Mirror } from '../../core/world.ts'
import { type Entry, filesOf, indexInfo, signalled } from '../records.ts'

export interface EffectiveAsk {
  readonly mirror: Mirror
  readonly commit: Oid
  readonly source: Pick<CaptureSource, 'notDeployed' | 'roots'>
  /** Absent: those of the source. */
  readonly roots?: readonly Root[]
  readonly signal?: AbortSignal
}

/**
 * The tree that the server was given by this commit: without what `git archive` leaves out (gitattributes(5), export-ignore), what the deploy
 * takes away, what no root shows, and submodules. Otherwise all of that would look deleted there.
 * What deny rules and excludes name stays in: the pull protects the copy in the mirror, so nothing looks deleted.
 */
export async function effectiveTree(ask: EffectiveAsk): Promise<Oid> {
  const { mirror, commit, source } = ask
  const roots = (ask.roots ?? source.roots).map(({ to }) => to)
  const key = JSON.stringify([commit, roots, source.notDeployed])
  const known = await recalled(mirror, key)
  if (known !== undefined) return known
  const tree = await treeWithout(ask, roots.map(pathOf))
  const made = await mirror.git.text(['rev-list', '--objects', '--no-object-names', tree, '--not', `${commit}^{tree}`])
  await mirror.keep(note, JSON.stringify({ key, tree, made: made.split('\n').filter(oid => oid !== '') }))
  return tree
}

const note = 'effective.json'

/** What the last run made, if its objects are still in the quarantine: at 100,000 files making it costs more than the whole comparison. */
async function recalled(mirror: Mirror, key: string): Promise<Oid | undefined> {
  const kept = parsed((await mirror.recall(note)) ?? '')
  if (kept?.key !== key) return undefined
  if (kept.made.length === 0) return kept.tree
  const asked = { input: `${kept.made.join('\n')}\n` }
  const there = await mirror.git.text(['cat-file', '--batch-check=%(objecttype)'], asked)
  return there.split('\n').every(type => type === 'tree') ? kept.tree : undefined
}

function parsed(text: string): { key: string; tree: Oid; made: readonly Oid[] } | undefined {
  try {
    return JSON.parse(text) as { key: string; tree: Oid; made: readonly Oid[] }
  } catch {
    return undefined
  }
}

async function treeWithout(
  { mirror, commit, source, signal }: EffectiveAsk,
  shown: readonly PathBytes[],
): Promise<Oid> {
  const git = await mirror.withIndex('effective')
  await git.text(['read-tree', commit], signalled(signal))
  const files = await filesOf(git, commit, { signal })
  const absent = new Set<PathBytes>()
  for (const [path, { mode }] of files) if (mode === gitlink || !under(shown, path)) absent.add(path)
  for (const path of await exportIgnored(git, files, signal)) absent.add(path)
  for (const path of await matching(git, source.notDeployed, signal)) absent.add(path)
  const gone = [...absent].filter(path => !isAttributes(path)).map(path => [path, undefined] as const)
  if (gone.length > 0)
    await git.bytes(['update-index', '-z', '--index-info'], { input: indexInfo(gone, commit), ...signalled(signal) })
  return git.text(['write-tree'], signalled(signal))
}

const gitlink = '160000'

// Attributes files are never pulled, and git needs them in the mirror to store what was pulled as the repository would. One that was not deployed
// (`.gitattributes export-ignore` is usual) therefore stays.
function isAttributes(path: PathBytes): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes')
}

function under(folders: readonly PathBytes[], path: PathBytes): boolean {
  return folders.some(folder => path.startsWith(folder))
}

/** Files of the index that patterns of .gitignore name, by git's own reading of them. */
async function matching(git: Git, patterns: readonly string[], signal?: AbortSignal): Promise<readonly PathBytes[]> {
  if (patterns.length === 0) return []
  const found: PathBytes[] = []
  const args = ['ls-files', '-z', '--cached', '--ignored', ...patterns.map(pattern => `--exclude=${pattern}`)]
  for await (const record of git.records(args, signalled(signal))) found.push(pathBytes(record))
  return found
}

async function exportIgnored(
  git: Git,
  files: ReadonlyMap<PathBytes, Entry>,
  signal?: AbortSignal,
): Promise<readonly PathBytes[]> {
  if (!(await asksToIgnore(git, files, signal))) return []
  const folders = new Set([...files.keys()].flatMap(foldersOf))
  const asked = Buffer.concat([...folders, ...files.keys()].flatMap(path => [bytesOf(path), Buffer.from([0])]))
  const args = ['check-attr', '--cached', '-z', '--stdin', 'export-ignore']
  const ignored = new Set<PathBytes>()
  // Path, attribute, value; each by itself.
  let at = 0
  let path: Uint8Array = asked
  for await (const record of git.records(args, { input: asked, ...signalled(signal) })) {
    if (at % 3 === 0) path = record
    else if (at % 3 === 2 && record.length === 3 && pathBytes(record) === 'set') ignored.add(pathBytes(path))
    at++
  }
  return [...files.keys()].filter(path => ignored.has(path) || foldersOf(path).some(folder => ignored.has(folder)))
}

async function asksToIgnore(git: Git, files: ReadonlyMap<PathBytes, Entry>, signal?: AbortSignal): Promise<boolean> {
  const oids = new Set([...files].flatMap(([path, { oid }]) => (isAttributes(path) ? [oid] : [])))
  for await (const blob of git.blobs(oids, signalled(signal)))
    if (blob.tooBig !== true && Buffer.from(blob.bytes).includes('export-ignore')) return true
  return false
}

/** `a/b/c` -> `a/`, `a/b/`: git tells a folder by its final slash. */
function foldersOf(path: PathBytes): PathBytes[] {
  const folders: PathBytes[] = []
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
    folders.push(path.slice(0, slash + 1) as PathBytes)
  return folders
}
