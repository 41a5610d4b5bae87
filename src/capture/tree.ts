import type { Base, Difference } from '../core/difference.ts'
import { CannotTell, GitError } from '../core/errors.ts'
import { type PathBytes, shownPath } from '../core/path-bytes.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import type { Git, Mirror } from '../core/world.ts'
import { changesBetween, type Entry, filesOf, indexInfo, listed, pathList } from '../drift/records.ts'
import { withRoom } from './quarantine.ts'

export interface TreeAsk {
  readonly mirror: Mirror
  readonly base: Base
  /** Exactly what was approved. */
  readonly differences: readonly Difference[]
  /** The tree that a person approved; anything else is an error. */
  readonly expected?: Oid
  /** `named`: only the tree is wanted, to tell what would be committed; no content is written anywhere. Default `written`: into the quarantine. */
  readonly contents?: 'written' | 'named'
}

/**
 * The deployed commit's whole tree with exactly these differences applied: what is never deployed stays in it. Built in the quarantine, in an index
 * of its own.
 * @throws CannotTell when the result is not byte for byte what was approved: a name that git refuses, a file that changed since it was looked at.
 */
export function buildTree(ask: TreeAsk): Promise<Oid> {
  return withRoom(build(ask))
}

async function build(ask: TreeAsk): Promise<Oid> {
  const { mirror, base, expected, contents = 'written' } = ask
  const approved = approvedEntries(ask.differences)
  const git = await mirror.withIndex('commit')
  await git.text(['read-tree', base.commit])
  await apply(git, goneOf(approved), base)
  if (contents === 'written') await writeContents(git, approved)
  await apply(
    git,
    [...approved].filter(([, entry]) => entry !== undefined),
    base,
  )
  const tree = await git.text(['write-tree', ...(contents === 'named' ? ['--missing-ok'] : [])])
  await isExactly(mirror.git, approved, base, tree)
  if (expected !== undefined && expected !== tree) throw notApproved()
  return tree
}

type Approved = ReadonlyMap<PathBytes, Entry | undefined>

/** What lies at each path in the end; undefined: nothing. A file that went where another one was wins over the other one's going. */
function approvedEntries(differences: readonly Difference[]): Approved {
  const approved = new Map<PathBytes, Entry | undefined>()
  for (const { change, path, from } of differences) {
    if (change === 'deleted') approved.set(path, undefined)
    if (change === 'renamed' && from !== undefined) approved.set(from, undefined)
  }
  for (const { path, after } of differences)
    if (after !== undefined) approved.set(path, { mode: after.mode, oid: after.oid })
  return approved
}

function goneOf(approved: Approved): readonly (readonly [PathBytes, undefined])[] {
  return [...approved].flatMap(([path, entry]) => (entry === undefined ? [[path, undefined] as const] : []))
}

async function apply(
  git: Git,
  entries: readonly (readonly [PathBytes, Entry | undefined])[],
  base: Base,
): Promise<void> {
  if (entries.length === 0) return
  await git
    .bytes(['update-index', '--add', '-z', '--index-info'], { input: indexInfo(entries, base.commit) })
    .catch(refused)
}

/** Lets git read the files as it would for a commit, line endings and all, and asks what it made of them. */
async function writeContents(git: Git, approved: Approved): Promise<void> {
  const wanted = [...approved].flatMap(([path, entry]) => (entry === undefined ? [] : [path]))
  const others = await written(git, wanted, approved)
  if (others.length === 0) return
  // Whether `text=auto` changes line endings depends on what the index has at that path (gitattributes(5)): with nothing there, git decides anew.
  await git.bytes(['update-index', '--force-remove', '-z', '--stdin'], { input: pathList(others) })
  const [path] = await written(git, others, approved)
  if (path !== undefined)
    throw new CannotTell(
      `${named(path)} is no longer what was looked at.`,
      'Look at the server again: npx ship-guard capture',
    )
}

/** Writes these files as objects; those that became something else than what was approved. */
async function written(git: Git, paths: readonly PathBytes[], approved: Approved): Promise<readonly PathBytes[]> {
  if (paths.length === 0) return []
  await git.bytes(['update-index', '--add', '-z', '--stdin'], { input: pathList(paths) }).catch(refused)
  // For a name that it refuses git says "Ignoring path" and ends with 0, so nothing is believed but the index.
  const there = new Map<PathBytes, Oid>()
  for await (const { path, words } of listed(git, ['ls-files', '-z', '--stage'], { paths: approved }))
    there.set(path, words[1]!)
  const refusedOne = paths.find(path => !there.has(path))
  if (refusedOne !== undefined) throw refusedName(refusedOne)
  return paths.filter(path => there.get(path) !== approved.get(path)!.oid)
}

function refused(error: unknown): never {
  const said = error instanceof GitError ? error.stderr : ''
  if (/does not exist|beyond a symbolic link|is a directory|can only add regular files/i.test(said)) throw movedOn()
  if (!/both a file and|cannot add to the index|unable to update|Invalid path/i.test(said)) throw error
  throw new CannotTell(
    'git cannot put together the tree that was approved: one name is a file on one side and a folder on the other, or git refuses it.',
    'Tick both the file that went and what came in its place, or neither.',
    { cause: error },
  )
}

function movedOn(): CannotTell {
  return new CannotTell(
    'A file that was approved is no longer there.',
    'Look at the server again: npx ship-guard capture',
  )
}

/** Every change is an approved one, and every approved one is there. */
async function isExactly(git: Git, approved: Approved, base: Base, tree: Oid): Promise<void> {
  const odd = (await changesBetween(git, base.commit, tree)).filter(
    ({ path, after }) => !approved.has(path) || !isSame(after, approved.get(path)),
  )
  const there = await filesOf(git, tree, { paths: approved })
  const missing = [...approved].filter(([path, entry]) => !isSame(there.get(path), entry))
  const nowhere = missing.find(([path, entry]) => entry !== undefined && !there.has(path))
  if (nowhere !== undefined) throw refusedName(nowhere[0])
  const path = odd[0]?.path ?? missing[0]?.[0]
  if (path === undefined) return
  throw new CannotTell(
    `What git would commit differs from what was approved, at ${named(path)}.`,
    'Untick it and capture the rest.',
  )
}

function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode
}

function refusedName(path: PathBytes): CannotTell {
  return new CannotTell(`git refuses the name ${named(path)}.`, 'Untick it and capture the rest.')
}

function notApproved(): CannotTell {
  return new CannotTell(
    'The server is no longer as it was when this was approved.',
    'Look at it again and approve what is there now: npx ship-guard capture',
  )
}

function named(path: PathBytes): string {
  return `"${printable(shownPath(path))}"`
}
