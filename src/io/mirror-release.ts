// Objects of a mirror lie in a quarantine, an object directory of its own, until a person approved them. Moving them is what git does with a push that
// its hooks accepted (git-receive-pack(1), QUARANTINE ENVIRONMENT).
import { chmod, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Git } from '../core/world.ts'
import { files } from './files.ts'

const looseFolder = /^[0-9a-f]{2}$/
const looseName = /^[0-9a-f]{38}(?:[0-9a-f]{24})?$/

/** Moves what the quarantine holds into the repository's own store. Packs that a partial clone fetched stay: the repository can fetch them too. */
export async function releaseObjects(quarantine: string, user: Git): Promise<void> {
  const share = await sharingOf(user)
  const into = join(user.commonDir, 'objects')
  for (const folder of (await files.list(quarantine)).filter(name => looseFolder.test(name)))
    for (const name of (await files.list(join(quarantine, folder))).filter(name => looseName.test(name)))
      await moveObject(join(quarantine, folder, name), join(into, folder, name), share)
  // git finds a pack by its .idx, which therefore comes last.
  for (const pack of await ownPacks(quarantine))
    for (const ending of ['pack', 'rev', 'idx'])
      if ((await files.look(join(quarantine, 'pack', `${pack}.${ending}`))) !== undefined)
        await moveObject(join(quarantine, 'pack', `${pack}.${ending}`), join(into, 'pack', `${pack}.${ending}`), share)
}

/** Moves what Git LFS stored for approved files to where the repository keeps such files. */
export async function releaseLfs(lfs: string, user: Git): Promise<void> {
  const objects = join(lfs, 'objects')
  if ((await files.look(objects)) === undefined) return
  const into = join(await lfsStore(user), 'objects')
  for (const one of await files.list(objects))
    for (const two of await files.list(join(objects, one)))
      for (const name of await files.list(join(objects, one, two)))
        await moveObject(join(objects, one, two, name), join(into, one, two, name), keepModes)
}

// git-lfs-config(5), lfs.storage: relative to the git dir.
async function lfsStore(user: Git): Promise<string> {
  const named = await user.answer(['config', '--type=path', 'lfs.storage'])
  if (named === undefined || named === '') return join(user.commonDir, 'lfs')
  return named.startsWith('/') ? named : join(user.commonDir, named)
}

/** Takes away everything that was written, but not what was fetched. */
export async function emptyObjects(quarantine: string): Promise<void> {
  for (const name of await files.list(quarantine)) {
    if (name === 'info' || name === 'pack') continue
    await rm(join(quarantine, name), { recursive: true, force: true })
  }
  const fetched = await fetchedPacks(quarantine)
  for (const name of await files.list(join(quarantine, 'pack')))
    if (!fetched.has(name.replace(/\.[a-z]+$/, '')))
      await rm(join(quarantine, 'pack', name), { recursive: true, force: true })
}

async function fetchedPacks(quarantine: string): Promise<ReadonlySet<string>> {
  const names = await files.list(join(quarantine, 'pack'))
  return new Set(names.filter(name => name.endsWith('.promisor')).map(name => name.slice(0, -'.promisor'.length)))
}

async function ownPacks(quarantine: string): Promise<readonly string[]> {
  const fetched = await fetchedPacks(quarantine)
  const names = (await readdir(join(quarantine, 'pack')).catch(() => [])).filter(name => name.endsWith('.idx'))
  return names.map(name => name.slice(0, -'.idx'.length)).filter(name => !fetched.has(name))
}

interface Sharing {
  readonly file: number | undefined
  readonly folder: number | undefined
}

const keepModes: Sharing = { file: undefined, folder: undefined }

// git-config(1), core.sharedRepository: objects are read-only, and the group or everybody may read them.
async function sharingOf(user: Git): Promise<Sharing> {
  const asked = (await user.answer(['config', 'core.sharedRepository'])) ?? ''
  if (/^(group|true|yes|on|1|0?660)$/i.test(asked)) return { file: 0o440, folder: 0o2770 }
  if (/^(all|world|everybody|2|0?664)$/i.test(asked)) return { file: 0o444, folder: 0o2775 }
  return keepModes
}

async function moveObject(from: string, to: string, share: Sharing): Promise<void> {
  if ((await files.look(to)) !== undefined) {
    await rm(from, { force: true })
    return
  }
  if ((await mkdir(dirname(to), { recursive: true })) !== undefined && share.folder !== undefined)
    await chmod(dirname(to), share.folder)
  if (share.file !== undefined) await chmod(from, share.file)
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error
    const beside = join(dirname(to), `tmp_obj_${process.pid}`)
    await copyFile(from, beside)
    await rename(beside, to)
    await rm(from, { force: true })
  })
}
