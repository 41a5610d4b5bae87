// Files of a mirror's tree, by the bytes of their names. A server chose what lies there, so no link is followed, not even among the folders above.
import { constants } from 'node:fs'
import { chmod, lstat, open, readdir, readlink, realpath, rmdir, unlink } from 'node:fs/promises'
import { bytesOf, type PathBytes } from '../core/path-bytes.ts'
import type { FileFacts } from '../core/world.ts'

/** What lies at the path of the tree itself; undefined also when a folder above it is a link. */
export async function lookIn(tree: string, path: PathBytes): Promise<FileFacts | undefined> {
  const place = await placeIn(tree, path)
  if (place === undefined) return undefined
  const stat = await orAbsent(lstat(place))
  if (stat === undefined) return undefined
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other'
  const facts = { kind, mode: stat.mode & 0o7777, size: stat.size, mtimeMs: stat.mtimeMs } as const
  return kind === 'link' ? { ...facts, target: await readlink(place) } : facts
}

/** `maxBytes` of a regular file from the byte `from` on; undefined when there is none. */
export async function readIn(
  tree: string,
  path: PathBytes,
  { from = 0, maxBytes = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly maxBytes?: number },
): Promise<Uint8Array | undefined> {
  const place = await placeIn(tree, path)
  if (place === undefined) return undefined
  // Opening a FIFO would wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(place, flags).catch((error: NodeJS.ErrnoException) => {
    if (absentCodes.has(error.code ?? '')) return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return undefined
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(stat.size - from, maxBytes)))
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return bytes.subarray(0, at)
  } finally {
    await file.close()
  }
}

/** Takes away what lies at the path of the tree, whatever its kind and mode. */
export async function discardIn(tree: string, path: PathBytes): Promise<void> {
  const place = await placeIn(tree, path)
  if (place !== undefined) await removeAll(place)
}

/** Removes a file, or a folder with everything in it, also where modes would forbid it. Links are removed, never followed. */
export async function removeAll(place: Buffer): Promise<void> {
  const stat = await orAbsent(lstat(place))
  if (stat === undefined) return
  if (!stat.isDirectory()) {
    await orAbsent(unlink(place))
    return
  }
  if ((stat.mode & 0o700) !== 0o700) await chmod(place, 0o700)
  for (const name of await readdir(place, { encoding: 'buffer' })) await removeAll(inside(place, name))
  await orAbsent(rmdir(place))
}

/** The bytes of the file's place; undefined when a folder above it is not there or is a link. `tree` itself is a real path. */
async function placeIn(tree: string, path: PathBytes): Promise<Buffer | undefined> {
  const names = path.split('/')
  if (path.includes('\0') || names.some(name => name === '' || name === '.' || name === '..'))
    throw new Error(`not a path inside the mirror: ${JSON.stringify(path)}`)
  const top = Buffer.from(tree)
  const place = inside(top, bytesOf(path))
  if (names.length === 1) return place
  const folder = inside(top, bytesOf(names.slice(0, -1).join('/') as PathBytes))
  const real = await orAbsent(realpath(folder, { encoding: 'buffer' }))
  return real?.equals(folder) === true ? place : undefined
}

function inside(folder: Buffer, name: Uint8Array): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), name])
}

const absentCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ENAMETOOLONG'])

async function orAbsent<T>(wanted: Promise<T>): Promise<T | undefined> {
  try {
    return await wanted
  } catch (error) {
    if (absentCodes.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
