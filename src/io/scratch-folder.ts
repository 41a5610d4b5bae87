// Folders for scratch servers. They lie in memory where there is room, and each tells whose it is, so that what a killed run left behind
// is found and taken away by the next one.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { World } from '../core/world.ts'

const prefix = 'ship-guard-scratch-'
const ownName = /^ship-guard-scratch-[A-Za-z0-9]{6}$/
/** Milliseconds after which a folder that does not say whose it is counts as left behind. */
const namelessMs = 10 * 60_000

/** Makes a folder of our own, after taking away those of runs that are no more. */
export const scratchFolder: World['scratchFolder'] = async ({ bytes, owner }) => {
  await sweep()
  const folder = await mkdtemp(join(await roomFor(bytes), prefix))
  await writeFile(join(folder, 'owner'), JSON.stringify(await self()), { mode: 0o600 })
  const path = join(folder, 'd')
  await mkdir(path, { mode: 0o700 })
  if (owner !== undefined) {
    await chown(path, owner.uid, owner.gid)
    await chmod(folder, 0o711)
  }
  return { path, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

const memory = '/dev/shm'

async function roomFor(bytes: number): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(memory)
    if (bavail * bsize < bytes) return tmpdir()
    const probe = join(memory, `${prefix}probe-${randomBytes(6).toString('hex')}`)
    await mkdir(probe)
    await rm(probe, { recursive: true })
    return memory
  } catch {
    return tmpdir()
  }
}

interface Owner {
  readonly pid: number
  /** When the process began, so that another one with the same number is not taken for it; undefined where it cannot be told. */
  readonly began: string | undefined
}

async function self(): Promise<Owner> {
  return { pid: process.pid, began: await beginning(process.pid) }
}

// proc_pid_stat(5), field 22; the name in field 2 may hold spaces and parentheses.
async function beginning(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

async function sweep(): Promise<void> {
  for (const base of new Set([memory, tmpdir()])) {
    const names = await readdir(base).catch(() => [])
    for (const name of names)
      if (ownName.test(name) && (await isLeft(join(base, name)))) await discard(join(base, name))
  }
}

async function isLeft(folder: string): Promise<boolean> {
  const facts = await lstat(folder).catch(() => undefined)
  if (facts === undefined || !facts.isDirectory() || facts.uid !== process.getuid?.()) return false
  const owner = await ownerOf(folder)
  if (owner === undefined) return Date.now() - facts.mtimeMs > namelessMs
  if (!lives(owner.pid)) return true
  return owner.began !== undefined && (await beginning(owner.pid)) !== owner.began
}

async function ownerOf(folder: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(join(folder, 'owner'), 'utf8')) as Owner
    return Number.isInteger(owner.pid) && owner.pid > 1 ? owner : undefined
  } catch {
    return undefined
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** First the servers that still work in it (their command line names it), then the folder. */
async function discard(folder: string): Promise<void> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,args='], { maxBuffer: 64 * 1024 * 1024 }).catch(
    () => ({ stdout: '' }),
  )
  for (const line of stdout.split('\n')) {
    const [, pid, args = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    if (args.includes(`${folder}/`) && Number(pid) !== process.pid) end(Number(pid))
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
