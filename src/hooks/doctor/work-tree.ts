import { basename, dirname, join } from 'node:path'
import type { Git, World } from '../../core/world.ts'
import { gatherFacts, type HookFacts } from '../facts.ts'
import { type InstallRecord, readRecord } from '../record.ts'
import { allEvents, type HookEvent } from '../shim.ts'
import { type Chain, followHook } from './chain.ts'
import { lookAtHook } from './hook-file.ts'

/** One work tree of the repository, as git would run its hooks. */
export interface SeenWorkTree {
  /** Absolute top. */
  readonly folder: string
  readonly isMain: boolean
  readonly facts: HookFacts
  readonly chains: Readonly<Record<HookEvent, Chain>>
  readonly record: InstallRecord | undefined
  /** What the hook would find with the PATH of this shell. */
  readonly found: Found
  /** The same in a graphical client, which knows nothing of what a shell's start files add. */
  readonly foundBare: Found
  /** husky's generated folder in the main work tree, when this one lacks it. */
  readonly huskyFolder?: string
}

/** The answers of hooks/find-node.sh. */
export interface Found {
  /** In words; empty when nothing is missing. */
  readonly missing: string
  readonly node: string
  readonly package: string
}

/** The tops of all work trees of a repository whose folders are there, the main one first. */
export async function workTreesOf(git: Git, files: World['files']): Promise<readonly string[]> {
  const listed =
    (await git.answer(['worktree', 'list', '--porcelain', '-z'])) ??
    // -z came with git 2.36.
    (await git.text(['worktree', 'list', '--porcelain'])).replaceAll('\n', '\0')
  const entries = listed.split('\0\0').filter(Boolean)
  const folders = entries
    .filter(entry => !/(^|\0)bare(\0|$)/.test(entry))
    .flatMap(entry => /^worktree ([^\0]+)/.exec(entry)?.[1] ?? [])
  const there = await Promise.all(folders.map(async folder => (await files.look(folder)) !== undefined))
  return folders.filter((_, at) => there[at])
}

/** Looks at one work tree. Runs `sh` with our search for Node, and git; nothing is changed. */
export async function lookAtWorkTree(folder: string, mainFolder: string, world: World): Promise<SeenWorkTree> {
  const facts = await gatherFacts({ ...world, cwd: folder, git: () => world.git(folder) })
  const [chains, record] = await Promise.all([
    Promise.all(allEvents.map(event => followHook(event, facts, world))),
    readRecord(world.files, await world.git(folder)),
  ])
  const [first] = chains as [Chain, ...Chain[]]
  const hooks = dirname(first.links.at(-1)!.file.path)
  const search = { folder, facts, record, hooks }
  const [found, foundBare, huskyFolder] = await Promise.all([
    findNode(search, {}, world),
    findNode(search, { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', SHIP_GUARD_NODE: undefined }, world),
    huskyElsewhere(facts, folder, mainFolder, world),
  ])
  return {
    folder,
    isMain: folder === mainFolder,
    facts,
    chains: Object.fromEntries(allEvents.map((event, at) => [event, chains[at]!])) as Record<HookEvent, Chain>,
    record,
    found,
    foundBare,
    ...(huskyFolder === undefined ? {} : { huskyFolder }),
  }
}

interface Search {
  readonly folder: string
  readonly facts: HookFacts
  readonly record: InstallRecord | undefined
  readonly hooks: string
}

// The very text that is in the hooks, so that nothing can be found here that is not found there.
async function findNode(
  { folder, facts, record, hooks }: Search,
  env: Readonly<Record<string, string | undefined>>,
  world: World,
): Promise<Found> {
  const ended = await world.run(
    {
      argv: ['/bin/sh', '-s'],
      cwd: folder,
      input: `${facts.sources['find-node.sh']}\nfind_package || package=''\nprintf '%s\\n' "$missing" "$node" "$package"\n`,
      env: {
        ...env,
        git_dir: facts.gitDir,
        hooks,
        recorded_node: record?.node ?? '',
        recorded_package: record?.package ?? '',
      },
    },
    { timeoutMs: 20_000 },
  )
  const [missing = '', node = '', found = ''] = Buffer.from(ended.stdout).toString('utf8').split('\n')
  return { missing: ended.ended === 'exit' ? missing : 'what the hook needs', node, package: found }
}

async function huskyElsewhere(
  { folder: hooksFolder }: HookFacts,
  folder: string,
  mainFolder: string,
  world: World,
): Promise<string | undefined> {
  if (basename(hooksFolder) !== '_' || folder === mainFolder) return undefined
  const theirs = join(mainFolder, '.husky', '_')
  return (await lookAtHook(join(theirs, 'h'), world)).is === 'file' ? theirs : undefined
}
