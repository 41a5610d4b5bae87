// Files that .gitattributes gives to a filter: Git LFS, git-crypt. The mirror runs none, so what git hashed for them is not what it would store. LFS
// can be told without its program, because its pointer is nothing but a hash and a size (git-lfs, docs/spec.md).
import { createHash } from 'node:crypto'
import type { Hold } from '../core/difference.ts'
import { type PathBytes, pathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Mirror } from '../core/world.ts'
import { pathList } from './records.ts'

/** Which of these files are given to a filter, and to which. */
export async function filtersOf(
  mirror: Mirror,
  paths: readonly PathBytes[],
  signal: AbortSignal,
): Promise<ReadonlyMap<PathBytes, string>> {
  const found = new Map<PathBytes, string>()
  if (paths.length === 0) return found
  let at = 0
  let path = '' as PathBytes
  const input = pathList(paths)
  for await (const record of mirror.git.records(['check-attr', '-z', '--stdin', 'filter'], { input, signal })) {
    const field = at++ % 3
    if (field === 0) path = pathBytes(record)
    if (field !== 2) continue
    const value = Buffer.from(record).toString('utf8')
    if (value !== 'unspecified' && value !== 'unset') found.set(path, value)
  }
  return found
}

export type Stored =
  | { readonly kind: 'stored'; readonly oid: Oid; readonly size: number }
  | { readonly kind: 'held'; readonly hold: Hold; readonly oid: Oid }

export interface StoredAsk {
  readonly mirror: Mirror
  readonly path: PathBytes
  readonly filter: string
  /** As git hashed it without the filter. */
  readonly oid: Oid
  /** The pointer that was deployed. */
  readonly before?: Oid
  /** Whether Git LFS is set up here. */
  readonly hasLfs: boolean
}

/** What git would store for a file that is given to a filter. */
export async function storedAs({ mirror, path, filter, oid, before, hasLfs }: StoredAsk): Promise<Stored> {
  const hold = { kind: 'filter', name: filter } as const
  if (filter !== 'lfs') return { kind: 'held', hold, oid }
  const content = await mirror.read(path)
  if (content === undefined) return { kind: 'held', hold, oid }
  if (content.byteLength === 0) return { kind: 'stored', oid, size: 0 }
  // A server without LFS has the pointer itself: what it stands for is not there to be taken.
  if (isPointer(content)) return { kind: 'held', hold, oid }
  const pointer = pointerTo(content)
  const stored = blobOid(pointer, oid.length)
  if (stored === before || hasLfs) return { kind: 'stored', oid: stored, size: content.byteLength }
  return { kind: 'held', hold, oid: stored }
}

const version = 'version https://git-lfs.github.com/spec/v1\n'

export function isPointer(content: Uint8Array): boolean {
  if (content.byteLength > 1024) return false
  return Buffer.from(content).toString('latin1').startsWith(version)
}

export function pointerTo(content: Uint8Array): string {
  const hash = createHash('sha256').update(content).digest('hex')
  return `${version}oid sha256:${hash}\nsize ${content.byteLength}\n`
}

/** The name that git gives to a blob, by the length of the names that it gives. */
export function blobOid(content: string, length: number): Oid {
  const bytes = Buffer.from(content, 'utf8')
  const hash = createHash(length === 64 ? 'sha256' : 'sha1')
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Whether the mirror's git stores LFS files by itself when it writes a tree. */
export async function hasLfs(mirror: Mirror): Promise<boolean> {
  const git = await mirror.withIndex('lfs')
  return (
    (await git.answer(['config', 'filter.lfs.clean'])) !== undefined &&
    (await git.answer(['lfs', 'version'])) !== undefined
  )
}
