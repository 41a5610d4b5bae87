import { join, resolve } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import { type Finding, stops } from '../../core/finding.ts'
import type { GateWorld } from '../../core/gate.ts'
import { lossyText, pathBytes } from '../../core/path-bytes.ts'
import type { Oid, Push } from '../../core/push.ts'
import type { AddedBlob, Tree } from '../../core/tree.ts'
import type { Git, World } from '../../core/world.ts'
import { judge } from './judge.ts'
import type { Options } from './options.ts'

/** A file whose content the commit would bring. */
export interface StagedFile {
  readonly path: string
  readonly oid: Oid
  readonly mode: string
  /** What HEAD has in its place, also under another name. */
  readonly before?: Oid
}

const submodule = '160000'
const keepBytes = 1024 * 1024 * 1024

/**
 * What is staged in this index (git-commit(1): `commit -a` and `commit <path>` make the commit from another one than `.git/index`), and is in no
 * commit that is merged. Submodules and deletions are left out. Throws CannotTell when git does not say.
 */
export async function stagedFiles(
  { run, files, signal }: Pick<World, 'run' | 'files' | 'signal'>,
  git: Git,
  index: string,
): Promise<readonly StagedFile[]> {
  const against = async (parent?: Oid) => {
    // git-diff(1), --raw: what is staged against HEAD, or against nothing before the first commit.
    const how = ['--raw', '-z', '--no-abbrev', '--no-ext-diff', '--no-relative', '--diff-filter=d', '-M']
    const commits = parent === undefined ? [] : [parent]
    const argv = withRepository(git, index, ['git', 'diff', '--cached', ...how, ...commits, '--'])
    const result = await run({ argv, cwd: git.top ?? git.dir }, { signal, keepBytes })
    if (result.ended !== 'exit' || result.code !== 0 || result.droppedBytes > 0) throw unknown(result.stderr)
    return parseStaged(result.stdout)
  }
  const merged = ((await files.text(join(git.dir, 'MERGE_HEAD'))) ?? '').split('\n').filter(Boolean)
  let staged = await against()
  for (const parent of merged) {
    const differing = new Set((await against(parent)).map(({ path, oid }) => `${oid} ${path}`))
    staged = staged.filter(({ path, oid }) => differing.has(`${oid} ${path}`))
  }
  return staged
}

/** What we start does not inherit which repository git works on: a test must not commit there. Who needs it is told by env(1). */
export function withIndex(index: string, argv: readonly string[]): readonly [string, ...string[]] {
  return ['env', `GIT_INDEX_FILE=${index}`, ...argv]
}

function withRepository({ dir, top }: Git, index: string, argv: readonly string[]): readonly [string, ...string[]] {
  const workTree = top === undefined ? [] : [`GIT_WORK_TREE=${top}`]
  return withIndex(index, [`GIT_DIR=${dir}`, ...workTree, 'GIT_OPTIONAL_LOCKS=0', 'LC_ALL=C', ...argv])
}

function unknown(stderr: Uint8Array): CannotTell {
  const said = new TextDecoder().decode(stderr).trim().split('\n').at(-1) ?? ''
  return new CannotTell(
    `git does not say what is staged${said === '' ? '' : `: ${said}`}.`,
    'See what it says to: git diff --cached --stat',
  )
}

// `:<mode> <mode> <oid> <oid> <status>`, the path, and for R and C a second path (git-diff(1), RAW OUTPUT FORMAT).
export function parseStaged(raw: Uint8Array): readonly StagedFile[] {
  const fields = pathBytes(raw).split('\0')
  const staged: StagedFile[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const facts = /^:\d+ (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(fields[at]!)
    if (facts === null) break
    const [, mode, before, oid, status] = facts as unknown as [string, string, Oid, Oid, string]
    if (status === 'R' || status === 'C') at++
    if (mode === submodule || /^0+$/.test(oid)) continue
    const path = lossyText(fields[at + 1] as ReturnType<typeof pathBytes>)
    staged.push({ path, oid, mode, ...(/^0+$/.test(before) ? {} : { before }) })
  }
  return staged
}

export interface StagedQuestion {
  readonly staged: readonly StagedFile[]
  readonly git: Git
  readonly options: Options
  readonly world: GateWorld
  readonly signal: AbortSignal
}

/** Secrets in staged contents, in the words of the push gate; only what refuses. The work tree is never read. */
export async function stagedSecrets({ staged, git, options, world, signal }: StagedQuestion): Promise<Finding[]> {
  const found = await judge(
    {
      push: theCommit,
      tree: stagedTree(staged, git, signal),
      options,
      git,
      world,
      environments: {},
      signal,
      checkoutOf: notHere,
      dependsOn: () => {},
      progress: () => {},
    },
    'staged',
  )
  return found.filter(stops)
}

// The commit that is being made has no name yet.
const theCommit: Push = { remote: { name: '', url: '' }, ref: 'HEAD', commit: '' }

function stagedTree(staged: readonly StagedFile[], git: Git, signal: AbortSignal): Tree {
  const before = staged.flatMap(({ path, before, mode }) => (before === undefined ? [] : [{ path, oid: before, mode }]))
  return {
    commit: theCommit.commit,
    list: async () => staged,
    baseList: async () => before,
    changes: async () => [],
    async *addedBlobs(): AsyncIterable<AddedBlob> {
      for (const { path, oid, mode } of staged) yield { path, oid, mode, commit: theCommit.commit }
    },
    authors: async () => new Map(),
    text: notHere,
    baseText: notHere,
    blobs: (oids, options) => git.blobs(oids, { ...options, signal }),
    stream: oid => git.stream(oid, { signal }),
    checkout: notHere,
  }
}

async function notHere(): Promise<never> {
  throw new Error('what is staged is no commit yet')
}

/** The index that git names to its hook, which may be relative to where the hook runs. */
export function indexOf(named: string | undefined, cwd: string, git: Pick<Git, 'dir'>): string {
  return named === undefined || named === '' ? join(git.dir, 'index') : resolve(cwd, named)
}
