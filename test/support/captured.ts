// A mirror filled by hand, for tests of what happens after a pull: finding the base, building, committing and merging.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Base, Difference } from '../../src/core/difference.ts'
import type { CaptureSource } from '../../src/core/environment.ts'
import { lossyText, type PathBytes, pathOf } from '../../src/core/path-bytes.ts'
import type { Git, Mirror } from '../../src/core/world.ts'
import { effectiveTree } from '../../src/drift/base/effective.ts'
import { filesOf } from '../../src/drift/records.ts'
import { openGit } from '../../src/io/git.ts'
import { openMirror } from '../../src/io/mirror.ts'
import { captureSource } from './capture-source.ts'
import type { TempRepo } from './temp-repo.ts'

/** What is on the server at a path; undefined: nothing any more. */
export type ServerFiles = Readonly<Record<string, string | Uint8Array | undefined>>

export class Captured implements AsyncDisposable {
  readonly git: Git
  readonly mirror: Mirror

  constructor(git: Git, mirror: Mirror) {
    this.git = git
    this.mirror = mirror
  }

  /** The commit as it was deployed, laid out in the mirror. */
  async deploy(commit: string, more: Partial<CaptureSource> = {}): Promise<Base> {
    const oid = await this.git.text(['rev-parse', `${commit}^{commit}`])
    const tree = await effectiveTree({ mirror: this.mirror, commit: oid, source: captureSource(more) })
    const git = await this.mirror.withIndex('deploy')
    await git.text(['read-tree', tree])
    await git.text(['checkout-index', '--all', '--force', '--quiet'])
    return { commit: oid, tree, known: 'given' }
  }

  /** Somebody changes these files on the server; the differences from what was deployed, in the order of their names. */
  async change(base: Base, files: ServerFiles): Promise<readonly Difference[]> {
    const before = await filesOf(this.mirror.git, base.tree)
    const paths = Object.keys(files).map(pathOf).sort()
    const differences: Difference[] = []
    for (const path of paths) differences.push(await this.#difference(path, files[text(path)], before.get(path)))
    return differences
  }

  async #difference(
    path: PathBytes,
    content: string | Uint8Array | undefined,
    before: { oid: string; mode: string } | undefined,
  ): Promise<Difference> {
    const place = join(this.mirror.tree, text(path))
    const common = { path, content: 'text', upload: false, ignored: false, holds: [] } as const
    const was = before === undefined ? {} : { before: { ...before, size: 0 } }
    if (content === undefined) {
      await rm(place, { recursive: true, force: true })
      return { ...common, change: 'deleted', ...was }
    }
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, content, { mode: 0o600 })
    const args = ['hash-object', '--stdin', `--path=${text(path)}`]
    const oid = await this.mirror.git.text(args, { input: Buffer.from(content as string) })
    const after = { oid, mode: before?.mode ?? '100644', size: Buffer.from(content as string).length }
    return { ...common, change: before === undefined ? 'new' : 'changed', ...was, after }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mirror.close()
  }
}

const person = {
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
}

export async function captured(
  repo: Pick<TempRepo, 'dir'>,
  { environment = 'production', env = person }: { environment?: string; env?: Record<string, string> } = {},
): Promise<Captured> {
  const git = await openGit(repo.dir, { ...process.env, ...env })
  return new Captured(git, await openMirror(git, { environment }))
}

function text(path: PathBytes): string {
  return lossyText(path)
}
