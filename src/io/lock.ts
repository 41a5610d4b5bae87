// Locks of folders that outlive a process. A lock names its owner, so that one whose owner was killed is taken over, and one that is held tells by whom.
import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { ownMark, type ProcessMark, stillRuns } from './process-mark.ts'

export interface LockOwner extends ProcessMark {
  readonly machine: string
  /** ISO time at which the lock was taken. */
  readonly since: string
  /** Tells two locks of one process apart. */
  readonly token: string
}

export type Lock =
  | {
      readonly taken: true /** Whether the owner before did not live to give it up. */
      readonly abandoned: boolean
      release(): Promise<void>
    }
  | {
      readonly taken: false
      readonly owner: LockOwner | undefined /** It is on another machine: whether it lives cannot be told. */
      readonly elsewhere: boolean
    }

const attempts = 5

/** Takes the lock at `path`, whose folder exists. Never waits for an owner that lives. */
export async function takeLock(path: string): Promise<Lock> {
  const own = await newOwner()
  let abandoned = false
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await put(path, own)) return { taken: true, abandoned, release: () => release(path, own) }
    const owner = await ownerAt(path)
    if (owner === undefined) continue
    const state = owner === 'unreadable' ? 'gone' : await stateOf(owner)
    if (state !== 'gone') return { taken: false, owner: owner as LockOwner, elsewhere: state === 'elsewhere' }
    abandoned = (await takeAway(path, owner)) || abandoned
  }
  return { taken: false, owner: undefined, elsewhere: false }
}

async function newOwner(): Promise<LockOwner> {
  return {
    ...(await ownMark()),
    machine: hostname(),
    since: new Date().toISOString(),
    token: randomBytes(8).toString('hex'),
  }
}

// link(2) makes the lock with its content in one step: there is no moment in which it says nothing.
async function put(path: string, owner: LockOwner): Promise<boolean> {
  const written = `${path}.${owner.token}`
  await writeFile(written, JSON.stringify(owner), { mode: 0o600 })
  try {
    await link(written, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(written, { force: true })
  }
}

async function ownerAt(path: string): Promise<LockOwner | 'unreadable' | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const owner = JSON.parse(text) as LockOwner
    return Number.isInteger(owner.pid) && owner.pid > 0 && typeof owner.machine === 'string' ? owner : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

async function stateOf(owner: LockOwner): Promise<'lives' | 'gone' | 'elsewhere'> {
  if (owner.machine !== hostname()) return 'elsewhere'
  return (await stillRuns(owner)) ? 'lives' : 'gone'
}

// Two processes may see the same dead owner. Each moves away what is there and looks at what it got; one that got a living owner's puts it back.
async function takeAway(path: string, dead: LockOwner | 'unreadable'): Promise<boolean> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  const got = await ownerAt(aside)
  const isDead = got === undefined || got === 'unreadable' || (dead !== 'unreadable' && got.token === dead.token)
  if (!isDead) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
  return isDead
}

async function release(path: string, own: LockOwner): Promise<void> {
  const owner = await ownerAt(path)
  if (owner !== undefined && owner !== 'unreadable' && owner.token === own.token) await rm(path, { force: true })
}
