// A pull for tests: a folder that plays the mirror, and the request that reads the application of an `AppServer` into it.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CaptureSource } from '../../src/core/environment.ts'
import { type PathBytes, shownPath } from '../../src/core/path-bytes.ts'
import { denyRules } from '../../src/drift/deny-rules.ts'
import { pull } from '../../src/drift/pull/pull.ts'
import type { Pulled, PullRequest, PullWorld } from '../../src/drift/pull/request.ts'
import { files } from '../../src/io/files.ts'
import { run } from '../../src/io/process.ts'
import { overSsh } from '../../src/io/ssh.ts'
import type { AppServer } from './app-server.ts'
import { captureSource } from './capture-source.ts'

export interface Pulling extends AsyncDisposable {
  /** The mirror's tree. */
  readonly into: string
  readonly scratch: string
  readonly world: PullWorld
  readonly source: CaptureSource
  request(changes?: Partial<PullRequest>): PullRequest
  pull(changes?: Partial<PullRequest>): Promise<Pulled>
  /** Paths of the mirror, sorted, folders left out. */
  paths(): Promise<readonly string[]>
  text(path: string): Promise<string>
  /** The argv of every rsync that was started, version questions left out. */
  readonly runs: string[][]
}

export async function pulling(server: AppServer, changes: Partial<CaptureSource> = {}): Promise<Pulling> {
  const folder = await mkdtemp(join(tmpdir(), 'ship-guard-pull-'))
  const into = join(folder, 'tree')
  const scratch = join(folder, 'scratch')
  const source = captureSource({
    hosts: [server.host],
    roots: [{ from: `${server.root}/`, to: '', uploads: false }],
    limits: { fileSize: 1_000_000, totalSize: 50_000_000, files: 5_000, deletions: 50, deletionShare: 0.05 },
    ...changes,
  })
  const runs: string[][] = []
  const env = { ...process.env, ...server.env }
  const world: PullWorld = {
    env,
    files,
    now: () => new Date(),
    run: (command, options) => {
      if (command.argv[0] === 'rsync' && command.argv[1] !== '--version') runs.push([...command.argv])
      // The client that knows the host is this test's own.
      const local = command.on === undefined ? command : overSsh(command, command.on)
      return run({ ...local, env: { ...server.env, ...local.env } }, options)
    },
  }
  const request = (other: Partial<PullRequest> = {}): PullRequest => ({
    ...{ source, host: server.host, into, scratch, deny: denyRules(other.source ?? source), known: undefined },
    ...{ allowDeletions: false, waits: [20, 20], signal: new AbortController().signal, progress: () => {} },
    ...other,
  })
  return {
    ...{ into, scratch, world, source, request, runs },
    pull: other => pull(request(other), world),
    text: path => readFile(join(into, path), 'utf8'),
    paths: async () => {
      const entries = await readdir(into, { recursive: true, withFileTypes: true })
      const paths = entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name))
      return paths.map(path => path.slice(into.length + 1)).sort()
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** What was not read, in words: `public/storage: link`. */
export function skippedWords({ skipped }: Pulled): readonly string[] {
  return skipped.map(({ path, why }) => `${shownPath(path)}: ${why}`)
}

export function pathsOf(set: ReadonlySet<PathBytes>): readonly string[] {
  return [...set].map(shownPath).sort()
}
