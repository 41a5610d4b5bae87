import type { CaptureSource, Root } from '../../core/environment.ts'
import { bytesOf, type PathBytes, pathBytes, pathOf } from '../../core/path-bytes.ts'
import type { Oid } from '../../core/push.ts'
import type { Git, Mirror } from '../../core/world.ts'
import { type Entry, filesOf, indexInfo, signalled } from './trees.ts'

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
export async function effectiveTree({ mirror, commit, source, roots, signal }: EffectiveAsk): Promise<Oid> {
  const git = await mirror.withIndex('effective')
  await git.text(['read-tree', commit], signalled(signal))
  const files = await filesOf(git, commit, signal)
  const shown = (roots ?? source.roots).map(root => pathOf(root.to))
  const absent = new Set(
    [...files].flatMap(([path, { mode }]) => (isGitlink(mode) || !under(shown, path) ? [path] : [])),
  )
  for (const path of await exportIgnored(git, files, signal)) absent.add(path)
  for (const path of await matching(git, source.notDeployed, signal)) absent.add(path)
  const gone = [...absent].filter(path => !isAttributes(path)).map(path => [path, undefined] as const)
  if (gone.length > 0)
    await git.bytes(['update-index', '-z', '--index-info'], { input: indexInfo(gone, commit), ...signalled(signal) })
  return git.text(['write-tree'], signalled(signal))
}

// Attributes files are never pulled, and git needs them in the mirror to store what was pulled as the repository would. One that was not deployed
// (`.gitattributes export-ignore` is usual) therefore stays.
function isAttributes(path: PathBytes): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes')
}

function isGitlink(mode: string): boolean {
  return mode === '160000'
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
  const answers = pathBytes(await git.bytes(args, { input: asked, ...signalled(signal) })).split('\0')
  const ignored = new Set<PathBytes>()
  for (let at = 0; at + 2 < answers.length; at += 3)
    if (answers[at + 2] === 'set') ignored.add(answers[at] as PathBytes)
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
