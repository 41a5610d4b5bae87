import type { PathBytes } from '../core/path-bytes.ts'
import type { IndexedFile, Mirror } from '../core/world.ts'
import { Collisions } from './names.ts'
import type { Pulled } from './pull/request.ts'
import type { RawChange } from './records.ts'

export interface Facts {
  /** Entries of the index for every path that somebody asks about. */
  readonly indexed: ReadonlyMap<PathBytes, IndexedFile>
  readonly collisions: Collisions
  /** Whether some file may say what git ignores, and how it stores contents. */
  readonly ignores: boolean
  readonly attributes: boolean
  /** How many files the mirror holds. */
  readonly files: number
}

/** One pass over the index, for all that is asked about its files; none when nothing is. */
export async function gather(
  { mirror, pulled }: { mirror: Mirror; pulled: Pulled },
  changes: readonly RawChange[],
  added: ReadonlySet<PathBytes>,
): Promise<Facts> {
  const wanted = new Set<PathBytes>([...pulled.skipped.map(({ path }) => path), ...pulled.unsettled, ...added])
  for (const { path } of changes) wanted.add(path)
  const collisions = new Collisions(changes.filter(({ status }) => status === 'A').map(({ path }) => path))
  const indexed = new Map<PathBytes, IndexedFile>()
  const rules = { ignores: false, attributes: false }
  if (wanted.size === 0) return { indexed, collisions, files: await mirror.indexed(), ...rules }
  const files = await mirror.indexed((path, entry) => {
    if (path.endsWith('.gitignore')) rules.ignores = true
    if (path.endsWith('.gitattributes')) rules.attributes = true
    collisions.see(path)
    if (wanted.has(path)) indexed.set(path, entry())
  })
  return { indexed, collisions, files, ...rules }
}
