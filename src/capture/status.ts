import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'

/** A capture as its commit tells it. */
export interface Captured {
  readonly environment: string
  readonly ref: string
  readonly commit: Oid
  /** ISO 8601. */
  readonly at: string
  readonly files: number
  /** The host as ssh was asked for it. */
  readonly host?: string
  /** The branch that is checked out, when it has the capture. */
  readonly mergedInto?: string
}

export const captureRefs = 'refs/ship-guard/capture/'

/** Every capture that a ref remembers, read from git alone. */
export async function capturedCommits(git: Git): Promise<readonly Captured[]> {
  const format = '%(refname)%09%(objectname)%09%(committerdate:iso-strict)'
  const listed = (await git.answer(['for-each-ref', `--format=${format}`, captureRefs])) ?? ''
  const lines = listed.split('\n').filter(line => line !== '')
  return Promise.all(lines.map(line => capturedAt(line.split('\t') as [string, string, string], git)))
}

async function capturedAt([ref, commit, at]: [string, string, string], git: Git): Promise<Captured> {
  const files = await git.bytes(['diff-tree', '-r', '-z', '--name-only', '--find-renames', `${commit}^1`, commit])
  const from = await git.answer(['show', '--no-patch', '--format=%(trailers:key=Captured-From,valueonly)', commit])
  // A line for each folder that was read: environment, host, folder.
  const host = from?.split('\n')[0]?.split(' ')[1]
  const merged = (await git.code(['merge-base', '--is-ancestor', commit, 'HEAD'])) === 0
  const branch = merged ? ((await git.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])) ?? 'HEAD') : undefined
  return {
    environment: ref.slice(captureRefs.length).split('/')[0]!,
    ref,
    commit,
    at,
    files: files.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0),
    ...(host === undefined ? {} : { host }),
    ...(branch === undefined ? {} : { mergedInto: branch }),
  }
}
