// git's index file, read without a process. Layout: gitformat-index(5), version 2, which a mirror's git is set to write.
import { open, stat, utimes } from 'node:fs/promises'
import type { PathBytes } from '../core/path-bytes.ts'
import type { IndexedFile } from '../core/world.ts'

const headerBytes = 12
const chunkBytes = 1024 * 1024

/**
 * Every entry in the order of the paths' bytes; what git noted of it is only read out for whom asks. Memory stays flat.
 * @returns how many entries there are: none when there is no index, or none that can be read.
 */
export async function entriesOf(
  path: string,
  oidBytes: number,
  see?: (path: PathBytes, entry: () => IndexedFile) => void,
): Promise<number> {
  const file = await open(path, 'r').catch(absent)
  if (file === undefined) return 0
  try {
    let buffer: Buffer = Buffer.alloc(0)
    let at = 0
    const fill = async (): Promise<boolean> => {
      const more = Buffer.allocUnsafe(chunkBytes)
      const { bytesRead } = await file.read(more, 0, chunkBytes)
      buffer = Buffer.concat([buffer.subarray(at), more.subarray(0, bytesRead)])
      at = 0
      return bytesRead > 0
    }
    await fill()
    if (buffer.length < headerBytes || !isReadable(buffer)) return 0
    const count = buffer.readUInt32BE(8)
    at = headerBytes
    if (see === undefined) return count
    for (let read = 0; read < count; read++) {
      let end = endOf(buffer, at, oidBytes)
      while (end === undefined && (await fill())) end = endOf(buffer, at, oidBytes)
      if (end === undefined) throw new Error(`${path} is shorter than it says`)
      const name = buffer.toString('latin1', end.name, end.nameEnd) as PathBytes
      const [all, start] = [buffer, at]
      see(name, () => entryAt(name, all, start, oidBytes))
      at = end.next
    }
    return count
  } finally {
    await file.close()
  }
}

function isReadable(head: Buffer): boolean {
  const version = head.readUInt32BE(4)
  return head.toString('latin1', 0, 4) === 'DIRC' && (version === 2 || version === 3)
}

interface End {
  readonly name: number
  readonly nameEnd: number
  readonly next: number
}

const extended = 0x4000

function endOf(buffer: Buffer, at: number, oidBytes: number): End | undefined {
  const flagsAt = at + 40 + oidBytes
  if (flagsAt + 4 > buffer.length) return undefined
  const name = flagsAt + 2 + ((buffer.readUInt16BE(flagsAt) & extended) === 0 ? 0 : 2)
  const nameEnd = buffer.indexOf(0, name)
  if (nameEnd === -1) return undefined
  // Padded with NULs to a multiple of eight bytes, at least one.
  const next = at + ((nameEnd - at + 8) & ~7)
  return next > buffer.length ? undefined : { name, nameEnd, next }
}

function entryAt(path: PathBytes, buffer: Buffer, at: number, oidBytes: number): IndexedFile {
  return {
    path,
    oid: buffer.toString('hex', at + 40, at + 40 + oidBytes),
    mode: buffer
      .readUInt32BE(at + 24)
      .toString(8)
      .padStart(6, '0'),
    size: buffer.readUInt32BE(at + 36),
    mtimeMs: buffer.readUInt32BE(at + 8) * 1000 + Math.floor(buffer.readUInt32BE(at + 12) / 1e6),
    ctimeMs: buffer.readUInt32BE(at) * 1000 + Math.floor(buffer.readUInt32BE(at + 4) / 1e6),
  }
}

/**
 * Keeps git from comparing contents at every look for files whose times lie in the future: it does so for each file that is not older than the index
 * (git's Documentation/technical/racy-git.txt), so the index is made younger than all of them. That is sound when no file was touched in this very second:
 * whoever changes one later also changes its ctime, which no server chooses, and git looks at that.
 * @returns whether the index is younger than all of its files now.
 */
export async function outlive(path: string, oidBytes: number, nowMs: number): Promise<boolean> {
  const written = await stat(path).catch(absent)
  if (written === undefined) return false
  let newest = 0
  let touched = 0
  await entriesOf(path, oidBytes, (_, entry) => {
    const { mtimeMs, ctimeMs } = entry()
    if (mtimeMs > newest) newest = mtimeMs
    if (ctimeMs > touched) touched = ctimeMs
  })
  const second = (ms: number) => Math.floor(ms / 1000)
  if (second(newest) < second(written.mtimeMs)) return true
  if (second(touched) >= second(nowMs) - 1) return false
  await utimes(path, written.atime, second(newest) + 1)
  return true
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
