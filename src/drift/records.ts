// What git prints with -z, and what it reads with -z, as bytes.
import { bytesOf, type PathBytes, pathBytes } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'

export interface RawChange {
  readonly path: PathBytes
  /** `A`, `M`, `D` or `T` (git-diff-index(1), RAW OUTPUT FORMAT). */
  readonly status: string
  readonly before: RawSide
  readonly after: RawSide
}

export interface RawSide {
  /** `000000` when there is none. */
  readonly mode: string
  readonly oid: Oid
}

/** The records of a `--raw -z` listing without renames. */
export async function* rawChanges(git: Git, args: readonly string[], signal: AbortSignal): AsyncIterable<RawChange> {
  let head: string | undefined
  for await (const record of git.records(args, { signal })) {
    if (head === undefined) {
      head = pathBytes(record)
      continue
    }
    const [beforeMode, afterMode, beforeOid, afterOid, status] = head.slice(1).split(' ') as [
      string,
      string,
      string,
      string,
      string,
    ]
    yield {
      path: pathBytes(record),
      status: status[0]!,
      before: { mode: beforeMode, oid: beforeOid },
      after: { mode: afterMode, oid: afterOid },
    }
    head = undefined
  }
}

/** Paths for a command that reads them with `-z --stdin`. */
export function pathList(paths: Iterable<PathBytes>): Buffer {
  const parts: Buffer[] = []
  for (const path of paths) parts.push(bytesOf(path), zero)
  return Buffer.concat(parts)
}

const zero = Buffer.from([0])
