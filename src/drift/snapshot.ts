// Brings the mirror's index up to what lies in its tree. The index holds the server's files as git would store them, known by their stat data, so that an
// unchanged run opens no file. `--info-only` everywhere: contents are hashed, and no object is written.
import { type PathBytes, pathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Mirror } from '../core/world.ts'
import { whyUnsafe } from './names.ts'
import { type Entry, indexInfo, pathList, rawChanges } from './records.ts'

export interface SnapshotAsk {
  readonly mirror: Mirror
  /** The tree that was deployed. */
  readonly tree: Oid
  /** Whether executable bits count. */
  readonly modes: boolean
  readonly signal: AbortSignal
  progress(line: string): void
}

export interface Snapshot {
  /** Paths that git must not see or would refuse, with the reason. */
  readonly unsafe: ReadonlyMap<PathBytes, string>
  /** Files that were not as git last saw them. */
  readonly touched: ReadonlySet<PathBytes>
  /** Files that git had not seen yet. */
  readonly added: ReadonlySet<PathBytes>
}

export async function takeSnapshot(ask: SnapshotAsk): Promise<Snapshot> {
  await begin(ask)
  await restoreAttributes(ask)
  const [untracked, isTouched] = await Promise.all([listUntracked(ask), anyTouched(ask)])
  const unsafe = await setAside(untracked, ask)
  const { present, gone } = isTouched || unsafe.size > 0 ? await touchedFiles(ask) : { present: [], gone: [] }
  const added = untracked.filter(path => !unsafe.has(path) && !isPartial(path))
  if (present.length + added.length > 0) ask.progress(`reading ${present.length + added.length} changed and new files`)
  await feed(['--force-remove'], gone, ask)
  await feed(['--add', '--replace', '--info-only'], [...present, ...added], ask)
  return { unsafe, touched: new Set([...present, ...gone]), added: new Set(added) }
}

/** A mirror that was pulled into before anything was checked out, or whose index was lost: every file is then hashed once. */
async function begin({ mirror, tree }: SnapshotAsk): Promise<void> {
  if ((await mirror.indexed()) === 0) await mirror.git.bytes(['read-tree', tree])
}

const attributes = ['--', ':(top,glob)**/.gitattributes']

/**
 * Attributes files are those that were deployed, whatever the server has: they decide how files are stored. When they are other ones than before, what
 * the index knows of unchanged files is worth nothing.
 */
async function restoreAttributes({ mirror: { git, discard }, tree, signal }: SnapshotAsk): Promise<void> {
  const stale: PathBytes[] = []
  const entries: [PathBytes, Entry | undefined][] = []
  // Against the files themselves, not only the index.
  for await (const change of rawChanges(
    git,
    ['diff-index', '--raw', '-z', '--no-renames', tree, ...attributes],
    signal,
  )) {
    await discard(change.path)
    entries.push([change.path, change.status === 'A' ? undefined : change.before])
    if (change.status !== 'A') stale.push(change.path)
  }
  if (entries.length === 0) return
  await git.bytes(['update-index', '-z', '--index-info'], { input: indexInfo(entries, tree), signal })
  await git.bytes(['checkout-index', '-f', '-u', '-z', '--stdin'], { input: pathList(stale), signal })
  await forgetStats(git, signal)
}

/** The same entries without what git noted of their files: each is hashed anew. */
async function forgetStats(git: Mirror['git'], signal: AbortSignal): Promise<void> {
  const entries = await git.bytes(['ls-files', '-z', '--stage'], { signal })
  await git.bytes(['read-tree', '--empty'], { signal })
  await git.bytes(['update-index', '-z', '--index-info'], { input: entries, signal })
}

async function listUntracked({ mirror: { git }, signal }: SnapshotAsk): Promise<PathBytes[]> {
  const paths: PathBytes[] = []
  for await (const record of git.records(['ls-files', '-z', '--others'], { signal })) paths.push(pathBytes(record))
  return paths
}

async function anyTouched({ mirror: { git }, modes, signal }: SnapshotAsk): Promise<boolean> {
  for await (const change of rawChanges(git, diffFiles(modes), signal)) if (change.before.mode !== gitlink) return true
  return false
}

const gitlink = '160000'

function bits(modes: boolean): readonly string[] {
  return ['-c', `core.fileMode=${modes}`]
}

/**
 * Takes what git must not see out of the list, and out of the tree where its mere presence would change how git reads the rest. A folder with a
 * repository in it is listed as one entry that ends with a slash.
 */
async function setAside(untracked: PathBytes[], ask: SnapshotAsk): Promise<Map<PathBytes, string>> {
  const unsafe = new Map<PathBytes, string>()
  const nested = () => untracked.filter(path => path.endsWith('/') && !unsafe.has(`${path}.git` as PathBytes))
  for (let folders = nested(); folders.length > 0; folders = nested()) {
    for (const folder of folders) {
      const repository = `${folder}.git` as PathBytes
      unsafe.set(repository, whyUnsafe(repository)!)
      await ask.mirror.discard(repository)
    }
    untracked.splice(0, untracked.length, ...(await listUntracked(ask)))
  }
  for (const path of untracked) {
    const because = whyUnsafe(path)
    if (because === undefined) continue
    unsafe.set(path, because)
    if (/(^|\/)\.gitattributes$/i.test(path)) await ask.mirror.discard(path)
  }
  return unsafe
}

/** rsync's folder of files that came only in part. */
function isPartial(path: PathBytes): boolean {
  return path.startsWith('.sg-partial/') || path.includes('/.sg-partial/')
}

/** What is still other than the index after git looked at the contents of everything whose stat data changed. */
async function touchedFiles(ask: SnapshotAsk): Promise<{ present: PathBytes[]; gone: PathBytes[] }> {
  const { git } = ask.mirror
  const { modes, signal } = ask
  const present = await forgetDrifted(ask)
  // Ends with 1 when something needs an update, which is what we ask next.
  await git.code([...bits(modes), 'update-index', '-q', '--refresh'], { signal })
  const gone: PathBytes[] = []
  for await (const { path, status, before } of rawChanges(git, diffFiles(modes), signal)) {
    if (before.mode === gitlink) continue
    if (status === 'D') gone.push(path)
    else present.push(path)
  }
  return { present, gone }
}

/**
 * Files that were different before and are other ones again become what was deployed in the index, or go from it when nothing was. With `text=auto` what git
 * stores depends on the line endings of what the index has (gitattributes(5)), which for them is an object that was only hashed and is nowhere.
 * @returns those that the index has no more
 */
async function forgetDrifted({ mirror: { git }, tree, modes, signal }: SnapshotAsk): Promise<PathBytes[]> {
  const drifted = new Map<PathBytes, Entry>()
  const cached = ['diff-index', '--cached', '--raw', '-z', '--no-renames', tree]
  for await (const { path, status, before } of rawChanges(git, cached, signal))
    if (status !== 'D') drifted.set(path, before)
  if (drifted.size === 0) return []
  const entries: [PathBytes, Entry | undefined][] = []
  const unknown: PathBytes[] = []
  for await (const { path, status } of rawChanges(git, diffFiles(modes), signal)) {
    const deployed = drifted.get(path)
    if (deployed === undefined || status === 'D') continue
    const isNew = deployed.mode === '000000'
    if (isNew) unknown.push(path)
    entries.push([path, isNew ? undefined : deployed])
  }
  if (entries.length > 0)
    await git.bytes(['update-index', '-z', '--index-info'], { input: indexInfo(entries, tree), signal })
  return unknown
}

function diffFiles(modes: boolean): readonly string[] {
  return [...bits(modes), 'diff-files', '--raw', '-z', '--no-renames']
}

async function feed(
  how: readonly string[],
  paths: readonly PathBytes[],
  { mirror: { git }, modes, signal }: SnapshotAsk,
) {
  if (paths.length === 0) return
  await git.bytes([...bits(modes), 'update-index', ...how, '-z', '--stdin'], { input: pathList(paths), signal })
}
