import { resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Environments } from '../core/environment.ts'
import { UsageError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { printable } from '../core/printable.ts'
import type { Git, World } from '../core/world.ts'
import type { Judgement } from '../gates/db/judge.ts'
import { type Options, options as optionsSchema } from '../gates/db/options.ts'
import { factGlobs, possibleGlobs } from '../gates/db/projects.ts'
import type { CliCall } from './command.ts'

export interface FreshMigrations {
  readonly judgement: Judgement
  readonly options: Options
  readonly environments: Environments
  /** Absolute top of the work tree. */
  readonly top: string
}

/** What the work tree adds to its base branch, judged. Throws UsageError without a repository. */
export async function freshMigrations(call: CliCall): Promise<FreshMigrations> {
  const options = await dbOptions(call)
  const judgement = await newInWorkTree(call, options)
  const top = (await topOf(call.world)) ?? call.world.cwd
  const { config } = await loadConfig(call.world, top)
  return { judgement, options, environments: config.environments, top }
}

/** The options of the gate `db` with what the command line says on top. */
export async function dbOptions({ world, flags }: CliCall): Promise<Options> {
  const { config } = await loadConfig(world, (await topOf(world)) ?? world.cwd)
  const written = config.gates.db
  const base = typeof written === 'object' && written !== null ? (written as Options) : optionsSchema.parse({})
  const asked = { dialect: flags.dialect ?? base.dialect, tool: flags.tool ?? base.tool }
  for (const [name, value] of Object.entries(asked)) {
    const allowed = optionsSchema.unwrap().shape[name as 'dialect'].unwrap().options as readonly string[]
    if (allowed.includes(value as string)) continue
    const meant = nearest(value as string, allowed)
    throw new UsageError(
      `--${name} ${String(value)} is not known.`,
      `${meant === undefined ? '' : `Did you mean ${meant}? `}Use one of: ${allowed.join(', ')}.`,
    )
  }
  return { ...base, ...(asked as Pick<Options, 'dialect' | 'tool'>), style: base.style || flags.style === true }
}

export async function topOf(world: World): Promise<string | undefined> {
  return (await repository(world))?.top
}

const repositories = new WeakMap<World, Promise<Git | undefined>>()

/** Files can be judged anywhere; only branches and commits need a repository. Git is asked once. */
function repository(world: World): Promise<Git | undefined> {
  const known = repositories.get(world)
  if (known !== undefined) return known
  const found = world.git().catch((error: unknown) => {
    if (error instanceof UsageError) return undefined
    throw error
  })
  repositories.set(world, found)
  return found
}

/** Compared with `--base`, else with the branch that the work is meant for. */
export async function newInWorkTree({ world, flags }: CliCall, options: Options): Promise<Judgement> {
  if (flags.new !== undefined || flags.since !== undefined)
    throw new UsageError('--new and --since speak of a folder.', 'Name it: npx ship-guard db lint migrations --new 2')
  const git = await world.git()
  const { top } = git
  if (top === undefined)
    throw new UsageError('This repository has no work tree.', 'Name files, or run this in a clone with files.')
  const base = await baseOf(git, await baseRef(flags.base as string | undefined, world, git))
  const { judgeMigrations } = await import('../gates/db/judge.ts')
  const { workTree } = await import('../gates/db/work-tree.ts')
  const globs = [...possibleGlobs(options), ...factGlobs]
  return judgeMigrations({
    source: workTree({ git, top, base: base.commit, globs, files: world.files }),
    options,
    branch: base.name,
    signal: world.signal,
    progress: () => {},
    authors: async paths => everybodys(paths, await git.answer(['var', 'GIT_AUTHOR_IDENT'])),
  })
}

/** What is not committed yet will be by whoever works here: `Ada <ada@example.com> 1700000000 +0000`. */
function everybodys(paths: readonly string[], ident: string | undefined): ReadonlyMap<string, string> {
  const author = /^(.*>) \d+ /.exec(ident ?? '')?.[1]
  return new Map(author === undefined ? [] : paths.map(path => [path, author]))
}

/** A folder is no commit, and only files that are named can be new beside it. */
async function baseRef(asked: string | undefined, world: World, git: Git): Promise<string | undefined> {
  if (asked === undefined || (await git.answer(['rev-parse', '--verify', '--quiet', '--end-of-options', asked])))
    return asked
  if ((await world.files.look(resolve(world.cwd, asked)))?.kind !== 'folder') return asked
  throw new UsageError(
    `--base ${printable(asked)} is a folder, and nothing says which files are new beside it.`,
    `Name them: npx ship-guard db lint new/*.sql --base ${printable(asked)}   Or name a branch or a commit.`,
  )
}

/** The branch that the work is meant for, as the remote has it; else the last commit. */
async function baseOf(git: Git, asked: string | undefined): Promise<{ commit: string | undefined; name: string }> {
  if (asked !== undefined) return { commit: await commitOf(git, asked), name: asked }
  const remotes = ((await git.answer(['remote'])) ?? '').split('\n').filter(name => name !== '')
  for (const branch of ['develop', 'main', 'master'])
    for (const remote of remotes) {
      const commit = await git.answer(['rev-parse', '--verify', '--quiet', `refs/remotes/${remote}/${branch}^{commit}`])
      if (commit !== undefined && commit !== '') return { commit, name: branch }
    }
  const head = await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  return { commit: head === '' ? undefined : head, name: 'HEAD' }
}

/** Throws UsageError when there is none. */
export async function commitOf(git: Git, rev: string): Promise<string> {
  const commit = await git.answer(['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`])
  if (commit !== undefined && commit !== '') return commit
  throw new UsageError(
    `There is no folder and no commit "${rev}".`,
    'Name a folder of migrations, a branch or a commit.',
  )
}
