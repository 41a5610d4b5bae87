import { lstat, realpath, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CannotTell, GitError } from '../core/errors.ts'
import type { Oid } from '../core/push.ts'
import type { Checkout, CheckoutOptions, Git } from '../core/world.ts'
import { linkedPaths, provideDependencies } from './dependencies.ts'
import { files } from './files.ts'
import { usesOwnFilters, withoutOwnFilters } from './filters.ts'
import { takeLock } from './lock.ts'
import { emptySubmodules, fillSubmodules } from './submodules.ts'

// Hooks of the user (post-checkout) must not fire for a work tree of ours, and it is whole even where the user's own is sparse.
const ownWay = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false'],
  ...['-c', 'core.sparseCheckout=false'],
]
const slots = 8

/**
 * A folder that holds exactly the commit. The user's own work tree when it is clean and at this commit (nothing is copied then), else one of a
 * few detached work trees that are kept in `home`, because making one anew costs seconds in a large repository.
 * @throws CannotTell when no such folder can be made.
 */
export async function checkout(git: Git, commit: Oid, options: CheckoutOptions, home: string): Promise<Checkout> {
  if (options.mode === 'auto' && git.top !== undefined && (await isExactly(git, commit)))
    return {
      folder: git.top,
      inPlace: true,
      stillTrue: () => holdsTracked(git, git.top!, commit),
      release: async () => {},
    }
  return detached(git, commit, options, home)
}

/** Takes the kept work trees of this repository away, and git's knowledge of them. */
export async function discardCheckouts(git: Git, home: string): Promise<void> {
  for (const name of await files.list(home)) {
    // Not `prune`: that would also forget a work tree of the user's that lies on a disk which is not there just now.
    if (/^\d+$/.test(name)) await git.code(['worktree', 'remove', '--force', '--force', '--', join(home, name)])
  }
  await rm(home, { recursive: true, force: true })
}

// Somebody else's folder, or a link to one, could hold other files than we think when the tests run in it.
async function ownFolder(home: string): Promise<void> {
  await files.makeFolder(home, { mode: 0o700 })
  const facts = await lstat(home)
  if (!facts.isDirectory() || facts.uid !== userInfo().uid) throw new Error('it belongs to somebody else')
}

async function isExactly(git: Git, commit: Oid): Promise<boolean> {
  if (!(await isAt(git, git.top!, commit)) || !(await isClean(git, git.top!, 'normal'))) return false
  return !(await usesOwnFilters(git, git.top!))
}

// Untracked files may have come from the tests themselves; tracked ones must be as they were.
async function holdsTracked(git: Git, folder: string, commit: Oid, settings: readonly string[] = []): Promise<boolean> {
  return (await isAt(git, folder, commit)) && (await isClean(git, folder, 'no', settings))
}

async function belongsTo(git: Git, folder: string): Promise<boolean> {
  const common = await git.answer(['rev-parse', '--path-format=absolute', '--git-common-dir'], { cwd: folder })
  return common !== undefined && (await realpath(common)) === (await realpath(git.commonDir))
}

async function isAt(git: Git, cwd: string, commit: Oid): Promise<boolean> {
  return (await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd })) === commit
}

// A file monitor may be late, and with less of a file's status compared one that was edited and dated back looks untouched (git-config(1)).
const looking = ['fsmonitor=false', 'untrackedCache=false', 'trustctime=true', 'checkStat=default'].flatMap(setting => [
  '-c',
  `core.${setting}`,
])

async function isClean(
  git: Git,
  cwd: string,
  untracked: 'normal' | 'no',
  settings: readonly string[] = [],
): Promise<boolean> {
  const status = ['status', '--porcelain=v1', '-z', `--untracked-files=${untracked}`, '--ignore-submodules=none']
  const [dirty, tags] = await Promise.all([
    git.bytes([...looking, ...settings, ...status], { cwd }),
    git.bytes(['ls-files', '-v', '-z'], { cwd }),
  ])
  return dirty.length === 0 && !hidesFiles(tags)
}

// git-ls-files(1), -v: status says nothing of files that were marked `--assume-unchanged` (lower case) or `--skip-worktree` (S), as those outside a
// sparse checkout are: they may be edited or not be there at all.
function hidesFiles(tags: Uint8Array): boolean {
  const ordinary = 'H'.charCodeAt(0)
  for (let at = 0; at < tags.length; at = tags.indexOf(0, at) + 1) if (tags[at] !== ordinary) return true
  return false
}

async function detached(git: Git, commit: Oid, options: CheckoutOptions, home: string): Promise<Checkout> {
  try {
    await ownFolder(home)
    const slot = await takeSlot(home)
    try {
      const folder = join(home, String(slot.number))
      const record = join(home, `${slot.number}.linked.json`)
      options.progress('checking out the pushed commit')
      await bring(git, folder, record, commit, await withoutOwnFilters(git))
      if (git.top !== undefined) await fillSubmodules(git, git.top, folder)
      const loose =
        git.top === undefined ? [] : await provideDependencies({ from: git.top, to: folder, record }, options)
      return {
        folder,
        inPlace: false,
        stillTrue: () => holdsTracked(git, folder, commit),
        release: async () => {
          // No second copy of the user's secrets stays behind.
          for (const path of loose) await files.remove(join(folder, path))
          await slot.release()
        },
      }
    } catch (error) {
      await slot.release()
      throw error
    }
  } catch (error) {
    if (error instanceof CannotTell || options.signal.aborted) throw error
    throw new CannotTell(
      `A clean checkout of the pushed commit could not be made in ${home}: ${error instanceof Error ? error.message : String(error)}`,
      remedyFor(error),
      { cause: error },
    )
  }
}

function remedyFor(error: unknown): string {
  if (!(error instanceof GitError))
    return 'Make that folder writable, or name another: export XDG_CACHE_HOME=/path/to/cache'
  if (error.stderr.includes('promisor remote')) return error.instead
  return 'Mend what git says. Or commit or set aside your changes and push the commit that is checked out; then the gates run in your work tree.'
}

async function bring(git: Git, folder: string, record: string, commit: Oid, plain: readonly string[]): Promise<void> {
  const keep = (await linkedPaths(record)).flatMap(path => ['-e', `/${path}`])
  const inside = { cwd: folder }
  try {
    if ((await files.look(join(folder, '.git'))) === undefined) throw new Error('not there yet')
    await emptySubmodules(git, folder)
    // What lies there may be a clone of somebody's own making.
    if (!(await belongsTo(git, folder))) throw new Error('of another repository')
    await git.text([...ownWay, ...plain, 'checkout', '--quiet', '--detach', '--force', commit], inside)
    await git.text([...ownWay, 'clean', '-ffdxq', ...keep], inside)
    if (!(await holdsTracked(git, folder, commit, plain))) throw new Error('not the commit')
  } catch {
    // Absent, or left half-made by a run that was killed: made anew. The slot's lock says that nobody else uses it.
    await makeAnew(git, folder, record, commit, plain)
  }
}

// git reads the records of all work trees when it makes one, and ends when another process has only half written its own.
async function makeAnew(
  git: Git,
  folder: string,
  record: string,
  commit: Oid,
  plain: readonly string[],
): Promise<void> {
  for (let attempts = 5; ; attempts--) {
    await rm(folder, { recursive: true, force: true })
    await rm(record, { force: true })
    try {
      await git.text([...ownWay, ...plain, 'worktree', 'add', '--quiet', '--force', '--detach', folder, commit])
      return
    } catch (error) {
      if (attempts === 1 || !(error instanceof GitError) || !/worktree/.test(error.stderr)) throw error
      await setTimeout(100 * Math.random() + 50)
    }
  }
}

/** Two pushes at once each get a work tree of their own. A lock whose process is gone is taken over. */
async function takeSlot(home: string): Promise<{ number: number; release: () => Promise<void> }> {
  for (let number = 0; number < slots; number++) {
    const lock = await takeLock(join(home, `${number}.lock`))
    if (lock.taken) return { number, release: lock.release }
  }
  throw new CannotTell(
    `${slots} other pushes of this repository are being judged right now.`,
    `Wait for them, or, when there are none, remove ${join(home, '*.lock')}.`,
  )
}
