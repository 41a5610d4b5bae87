// Locks of folders that outlive a process. A lock names its owner, so that one whose owner was killed is taken over, and one that is held tells by whom.
import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
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
  const taken = (abandoned: boolean) => ({ taken: true, abandoned, release: () => release(path, own) }) as const
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await put(path, own)) return taken(false)
    const owner = await ownerAt(path)
    if (owner === undefined) continue
    const state = owner === 'unreadable' ? 'gone' : await stateOf(owner)
    if (state !== 'gone') return { taken: false, owner: owner as LockOwner, elsewhere: state === 'elsewhere' }
    if (await takeOver(path, owner, own)) return taken(true)
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
    // Whoever clears up after a dead owner may have taken away what was written.
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
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

// Several processes may see the same dead owner. One of them may put itself in its place, in one step, so that the lock is never away and never two's.
async function takeOver(path: string, dead: LockOwner | 'unreadable', own: LockOwner): Promise<boolean> {
  const guard = `${path}.takeover`
  if (!(await put(guard, own))) {
    const holder = await ownerAt(guard)
    const isDead = holder === 'unreadable' || (holder !== undefined && (await stateOf(holder)) === 'gone')
    if (isDead) await takeAway(guard, holder)
    else await setTimeout(guardMs)
    return false
  }
  try {
    if (!isSame(await ownerAt(path), dead)) return false
    const written = `${path}.${own.token}`
    await writeFile(written, JSON.stringify(own), { mode: 0o600 })
    await rename(written, path)
    return true
  } finally {
    await release(guard, own)
  }
}

const guardMs = 20

function isSame(one: LockOwner | 'unreadable' | undefined, other: LockOwner | 'unreadable'): boolean {
  if (one === undefined || one === 'unreadable' || other === 'unreadable') return one === other
  return one.token === other.token
}

// Whoever was killed in the moment of taking over left the guard. It is moved away and looked at; a living one is put back.
async function takeAway(path: string, dead: LockOwner | 'unreadable'): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (!isSame(await ownerAt(aside), dead)) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}

async function release(path: string, own: LockOwner): Promise<void> {
  const owner = await ownerAt(path)
  if (owner !== undefined && owner !== 'unreadable' && owner.token === own.token) await rm(path, { force: true })
}
