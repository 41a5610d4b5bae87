import { chmod, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Difference } from '../../src/core/difference.ts'
import type { CaptureSource } from '../../src/core/environment.ts'
import { pathOf } from '../../src/core/path-bytes.ts'
import type { Git, Mirror } from '../../src/core/world.ts'
import { type Compared, compare } from '../../src/drift/compare.ts'
import type { Pulled } from '../../src/drift/pull/request.ts'
import { seed } from '../../src/drift/seed.ts'
import { openGit } from '../../src/io/git.ts'
import { openMirror } from '../../src/io/mirror.ts'
import { captureSource } from './capture-source.ts'
import { type TempRepo, tempRepo } from './temp-repo.ts'

export function pulledWith(parts: Partial<Pulled> = {}): Pulled {
  const facts = { state: 'clean', files: 0, bytes: 0, changed: 0, received: 0, tookMs: 0, notes: [] } as const
  return { ...facts, skipped: [], unsettled: new Set(), ...parts }
}

/** A repository and the mirror of a server that was given its last commit. What a pull would bring is written into the mirror by hand. */
export class Mirrored implements AsyncDisposable {
  readonly repo: TempRepo
  readonly git: Git
  mirror: Mirror
  constructor(repo: TempRepo, git: Git, mirror: Mirror) {
    this.repo = repo
    this.git = git
    this.mirror = mirror
  }

  /** The mirror closed and opened again, as by the next run. */
  async reopen(): Promise<void> {
    await this.mirror.close()
    this.mirror = await openMirror(this.git, { environment: 'staging' })
  }

  tree(commit = 'HEAD'): Promise<string> {
    return this.git.text(['rev-parse', `${commit}^{tree}`])
  }

  async server(
    path: string | Buffer,
    content: string | Uint8Array,
    options: { mode?: number; at?: number } = {},
  ): Promise<void> {
    const place = this.at(path)
    await mkdir(place.subarray(0, place.lastIndexOf('/')), { recursive: true })
    // As rsync does it: another file under the same name.
    await rm(place, { force: true })
    await writeFile(place, content)
    if (options.mode !== undefined) await chmod(place, options.mode)
    if (options.at !== undefined) await utimes(place, options.at, options.at)
  }

  async remove(path: string): Promise<void> {
    await rm(this.at(path), { recursive: true })
  }

  async link(path: string, target: string): Promise<void> {
    await symlink(target, this.at(path))
  }

  at(path: string | Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.mirror.tree}/`), Buffer.from(path)])
  }

  async compare(pulled: Partial<Pulled> = {}, source: Partial<CaptureSource> = {}, commit = 'HEAD'): Promise<Compared> {
    const base = {
      commit: await this.git.text(['rev-parse', commit]),
      tree: await this.tree(commit),
      known: 'given',
    } as const
    const { signal } = new AbortController()
    const { mirror } = this
    return compare({ mirror, base, pulled: pulledWith(pulled), source: captureSource(source), signal, progress() {} })
  }

  async find(path: string, compared?: Compared): Promise<Difference | undefined> {
    return (compared ?? (await this.compare())).differences.find(one => one.path === pathOf(path))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mirror.close()
    await this.repo[Symbol.asyncDispose]()
  }
}

export async function mirrored(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  options: { objectFormat?: 'sha256' } = {},
): Promise<Mirrored> {
  const repo = await tempRepo(files, options)
  return mirrorOf(repo)
}

export async function mirrorOf(repo: TempRepo, folder = repo.dir): Promise<Mirrored> {
  const git = await openGit(folder, process.env)
  const here = new Mirrored(repo, git, await openMirror(git, { environment: 'staging' }))
  await seed(here.mirror, await here.tree())
  return here
}

/** `change path` of each difference. */
export function told({ differences }: Compared): readonly string[] {
  return differences.map(({ change, path }) => `${change} ${Buffer.from(path, 'latin1').toString('utf8')}`)
}

/** Every file below a folder with its content, without what is ours. */
export async function contentsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const walk = async (below: string) => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name)
      if (path === '.git/ship-guard') continue
      if (entry.isDirectory()) await walk(path)
      else if (entry.isFile()) found.set(path, (await readFile(join(folder, path))).toString('latin1'))
    }
  }
  await walk('')
  return found
}
