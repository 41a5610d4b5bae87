// Folders for scratch servers. They lie in memory where there is room, and each tells whose it is, so that what a killed run left behind
// is found and taken away by the next one.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { World } from '../core/world.ts'
import { ownMark, type ProcessMark, stillRuns } from './process-mark.ts'

const prefix = 'ship-guard-scratch-'
const ownName = /^ship-guard-scratch-[A-Za-z0-9]{6}$/
/** Milliseconds after which a folder that does not say whose it is counts as left behind. */
const namelessMs = 10 * 60_000

/** Makes a folder of our own, after taking away those of runs that are no more. */
export const scratchFolder: World['scratchFolder'] = async ({ bytes, owner }) => {
  await sweep()
  const folder = await mkdtemp(join(await roomFor(bytes), prefix))
  await writeFile(join(folder, 'owner'), JSON.stringify(await ownMark()), { mode: 0o600 })
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
  return !(await stillRuns(owner))
}

async function ownerOf(folder: string): Promise<ProcessMark | undefined> {
  try {
    const owner = JSON.parse(await readFile(join(folder, 'owner'), 'utf8')) as ProcessMark
    return Number.isInteger(owner.pid) && owner.pid > 1 ? owner : undefined
  } catch {
    return undefined
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
