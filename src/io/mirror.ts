// Mirrors lie under the common git dir, so that linked worktrees have one together and a push never sees them. 0700: what comes from a server may be
// for nobody else's eyes.
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmod, constants, copyFile, mkdir, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { UsageError } from '../core/errors.ts'
import type { Git, Mirror, MirrorPlace } from '../core/world.ts'
import { files } from './files.ts'
import { type Lock, takeLock } from './lock.ts'
import { discardIn, lookIn, readIn, removeAll } from './mirror-files.ts'
import { openMirrorGit } from './mirror-git.ts'
import { entriesOf, outlive } from './mirror-index.ts'
import { emptyObjects, releaseLfs, releaseObjects } from './mirror-release.ts'

/**
 * Opens or makes the mirror of a host and locks it.
 * @throws UsageError when another process has it open.
 */
export async function openMirror(git: Git, place: MirrorPlace): Promise<Mirror> {
  const made = folderOf(git, place)
  await mkdir(join(made, 'tree'), { recursive: true, mode: 0o700 })
  const folder = await realpath(made)
  for (const own of [dirname(dirname(folder)), dirname(folder), folder, join(folder, 'tree')]) await chmod(own, 0o700)
  const lock = await locked(folder, `Another capture of ${nameOf(place)}`)
  try {
    if (lock.abandoned) await clearUp(folder)
    return await mirrorIn(folder, git, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function mirrorIn(folder: string, user: Git, lock: Held): Promise<Mirror> {
  const tree = join(folder, 'tree')
  const index = join(folder, 'index')
  const quarantine = join(folder, 'quarantine')
  const gitOn = await openMirrorGit({ folder, user, env: process.env })
  const git = gitOn('index')
  const oidBytes = (await git.text(['rev-parse', '--show-object-format'])) === 'sha256' ? 32 : 20
  return {
    folder,
    tree,
    git,
    async withIndex(name, from) {
      const own = `index.${plainName(name)}`
      await rm(join(folder, own), { force: true })
      if (from !== undefined && (await files.look(index)) !== undefined)
        await copyFile(index, join(folder, own), constants.COPYFILE_FICLONE)
      return gitOn(own, { filters: true })
    },
    indexed: see => entriesOf(index, oidBytes, see),
    look: path => lookIn(tree, path),
    read: (path, options = {}) => readIn(tree, path, options),
    discard: path => discardIn(tree, path),
    recall: name => files.text(join(folder, plainName(name))),
    keep: (name, text) => files.write(join(folder, plainName(name)), text, { mode: 0o600 }),
    async release() {
      await releaseLfs(join(folder, 'lfs'), user)
      await releaseObjects(quarantine, user)
    },
    async emptyQuarantine() {
      await emptyObjects(quarantine)
      await rm(join(folder, 'lfs'), { recursive: true, force: true })
    },
    async close() {
      await settle(index, oidBytes)
      await lock.release()
    },
  }
}

/** An index is looked through once after git wrote it. */
async function settle(index: string, oidBytes: number): Promise<void> {
  const written = async () => String((await files.look(index))?.mtimeMs)
  const note = `${index}.settled`
  if ((await files.text(note)) === (await written())) return
  if (await outlive(index, oidBytes, Date.now())) await files.write(note, await written(), { mode: 0o600 })
}

/**
 * Takes away the mirrors of an environment, all without a name; what they were of, for a person.
 * @throws UsageError when one of them is in use.
 */
export async function discardMirrors(git: Git, environment?: string): Promise<readonly string[]> {
  const top = join(git.commonDir, 'ship-guard', 'mirror')
  const discarded: string[] = []
  for (const one of environment === undefined ? await files.list(top) : [fileName(environment)]) {
    for (const host of await files.list(join(top, one))) {
      const folder = join(top, one, host)
      if (host.startsWith(rubbish)) await removeAll(Buffer.from(folder))
      else discarded.push(await discard(folder, decodeURIComponent(one), host))
    }
    await removeAll(Buffer.from(join(top, one)))
  }
  return discarded
}

async function discard(folder: string, environment: string, host: string): Promise<string> {
  const name = host === soleHost ? environment : `${environment} (${decodeURIComponent(host.slice(hostPrefix.length))})`
  const lock = await locked(folder, `A capture of ${name}`)
  if (lock.abandoned) await endProcesses(folder)
  // Out of the way in one step: what is killed while it removes leaves no half mirror.
  const aside = join(dirname(folder), `${rubbish}${randomBytes(6).toString('hex')}`)
  await rename(folder, aside)
  await removeAll(Buffer.from(aside))
  return name
}

const soleHost = 'host'
const hostPrefix = 'host-'
const rubbish = 'discarded-'

function folderOf(git: Git, { environment, host }: MirrorPlace): string {
  const last = host === undefined ? soleHost : `${hostPrefix}${fileName(host)}`
  return join(git.commonDir, 'ship-guard', 'mirror', fileName(environment), last)
}

// One folder name for each name, also where file systems do not tell upper case from lower case.
function fileName(name: string): string {
  const safe = (char: string) => (/[a-z0-9_-]/.test(char) ? char : percent(char))
  const written = [...name].map((char, at) => (char === '.' && at > 0 ? char : safe(char))).join('')
  return written.length <= 120
    ? written
    : `${written.slice(0, 80)}-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
}

function percent(char: string): string {
  return [...Buffer.from(char)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

function nameOf({ environment, host }: MirrorPlace): string {
  return host === undefined ? environment : `${environment} (${host})`
}

function plainName(name: string): string {
  if (!/^[a-z][a-z0-9-]*(\.[a-z]+)?$/.test(name)) throw new Error(`not a plain name: ${name}`)
  return name
}

type Held = Extract<Lock, { taken: true }>

async function locked(folder: string, what: string): Promise<Held> {
  const path = join(folder, 'lock')
  const lock = await takeLock(path)
  if (lock.taken) return lock
  const { owner } = lock
  if (owner === undefined) throw new UsageError(`${what} is just starting.`, 'Wait a moment and try again.')
  const who = `process ${owner.pid}${lock.elsewhere ? ` on ${owner.machine}` : ''}, since ${owner.since.slice(0, 16).replace('T', ' ')} UTC`
  throw new UsageError(
    `${what} is running: ${who}.`,
    lock.elsewhere
      ? `Wait for it. When it is not running any more: rm '${path}'`
      : `Wait for it, or end it: kill ${owner.pid}`,
  )
}

/** After an owner that was killed: its programs may still write, and git leaves its own locks behind. */
async function clearUp(folder: string): Promise<void> {
  await endProcesses(folder)
  for (const name of await readdir(folder))
    if (name.endsWith('.lock') || name.startsWith('lock.')) await rm(join(folder, name), { force: true })
  await dropBroken(join(folder, 'index'))
}

// The last bytes of an index are a checksum of all before them (gitformat-index(5)). One that was cut off is made anew; the tree stays.
async function dropBroken(index: string): Promise<void> {
  const content = await readFile(index).catch(() => undefined)
  if (content === undefined) return
  const holds = (algorithm: string, size: number) =>
    createHash(algorithm).update(content.subarray(0, -size)).digest().equals(content.subarray(-size))
  if (!holds('sha1', 20) && !holds('sha256', 32)) await rm(index, { force: true })
}

const graceMs = 2_000
const patienceMs = 10_000

/**
 * Ends git and rsync that name this folder in their command line: only a capture of ours that is gone can have started them. What anybody else calls
 * so is left alone.
 */
async function endProcesses(folder: string): Promise<void> {
  const since = Date.now()
  for (let left = await workersIn(folder); left.length > 0; left = await workersIn(folder)) {
    const waited = Date.now() - since
    if (waited > patienceMs)
      throw new UsageError(
        `Process ${left[0]} of a capture that was killed does not end.`,
        `See what it waits for: ps -o pid,stat,args -p ${left[0]}`,
      )
    for (const pid of left) end(pid, waited > graceMs ? 'SIGKILL' : 'SIGTERM')
    await setTimeout(25)
  }
}

async function workersIn(folder: string): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,uid=,args='], {
    maxBuffer: 64 * 1024 * 1024,
  }).catch(() => ({ stdout: '' }))
  return stdout.split('\n').flatMap(line => {
    const [, pid, user, program = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)(.*)$/.exec(line) ?? []
    const isOurs = Number(user) === process.getuid?.()
    const works = isOurs && /^(git|rsync)$/.test(basename(program)) && args.includes(`${folder}/`)
    return works && Number(pid) !== process.pid ? [Number(pid)] : []
  })
}

function end(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself.
  }
}
