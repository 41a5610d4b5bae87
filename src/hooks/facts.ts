import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { GitError } from '../core/errors.ts'
import type { Remote } from '../core/push.ts'
import type { FileFacts, Git, World } from '../core/world.ts'
import { ownFolder } from './record.ts'
import { type HookEvent, type HookSources, hookEvents, isOurs } from './shim.ts'

/** Where a value of core.hooksPath is written, as `git config --show-scope --show-origin` says it. */
export interface HooksPathValue {
  readonly scope: string
  readonly origin: string
  /** `~` and `%(prefix)` are expanded. */
  readonly value: string
}

/** What is at the place of a hook. */
export type Existing =
  | { readonly kind: 'none' }
  | { readonly kind: 'ours'; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: 'foreign'; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  /** A folder or a device: git cannot start it, and a push hangs on it. */
  | { readonly kind: 'odd' }

export interface Spot {
  readonly path: string
  readonly now: Existing
  readonly chained: Existing
}

export interface OtherManagers {
  readonly husky: boolean
  readonly lefthook: boolean
  /** Hooks whose lefthook config calls our shim: lefthook would move our own file away and its own must stay. */
  readonly lefthookCalls: readonly HookEvent[]
  readonly simpleGitHooks: boolean
}

/** Everything that decides where the hooks go. Nothing here is changed by looking. */
export interface HookFacts {
  readonly top: string | undefined
  readonly gitDir: string
  readonly commonDir: string
  readonly bare: boolean
  readonly hooksPath: readonly HooksPathValue[]
  /** core.hooksPath as the environment sets it (GIT_CONFIG_COUNT, `git -c`): true for as long as that environment lasts. */
  readonly hooksPathInEnvironment: boolean
  readonly hasLinkedWorktrees: boolean
  /** The folder that git takes hooks from, as core.hooksPath says or by default. Absolute. */
  readonly folder: string
  readonly folderIs: FileFacts['kind'] | 'missing'
  /** Of `folder`. */
  readonly inFolder: Readonly<Record<HookEvent, Spot>>
  /** The folder whose files a team shares (`.husky`, a tracked core.hooksPath), when there is one. */
  readonly shared?: { readonly folder: string; readonly spots: Readonly<Record<HookEvent, Spot>> }
  /** Shims beside the verdicts, for managers that call them. */
  readonly beside: Readonly<Record<HookEvent, Spot>>
  readonly managers: OtherManagers
  /** Whether package.json asks for ship-guard, so that a fresh clone gets it with the other dependencies. */
  readonly isDependency: boolean
  readonly remotes: readonly Remote[]
  readonly packageFolder: string
  readonly sources: HookSources
}

/**
 * Gathers the facts.
 * @throws UsageError when there is no repository or no git.
 */
export async function gatherFacts(world: World): Promise<HookFacts> {
  const git = await world.git()
  const { top, dir, commonDir } = git
  const [hooksPath, bare, remotes, manifest, sources] = await Promise.all([
    hooksPathValues(git),
    git.text(['rev-parse', '--is-bare-repository']),
    pushUrls(git),
    top === undefined ? undefined : packageJson(world, top),
    readSources(world),
  ])
  const folder = folderOf(hooksPath.at(-1)?.value, git)
  const managers = await otherManagers(world, top, manifest)
  const shared = sharedFolder(folder, hooksPath, managers, git)
  return {
    top,
    gitDir: dir,
    commonDir,
    bare: bare === 'true',
    hooksPath,
    hooksPathInEnvironment: setsHooksPath(world.env),
    hasLinkedWorktrees: (await world.files.list(join(commonDir, 'worktrees'))).length > 0,
    folder,
    folderIs: (await world.files.look(folder))?.kind ?? 'missing',
    inFolder: await spotsIn(world, folder),
    ...(shared === undefined ? {} : { shared: { folder: shared, spots: await spotsIn(world, shared) } }),
    beside: await spotsIn(world, join(ownFolder(commonDir), 'hooks')),
    managers,
    isDependency: asksFor(manifest, 'ship-guard'),
    remotes,
    packageFolder: world.packageFolder,
    sources,
  }
}

async function hooksPathValues(git: Git): Promise<readonly HooksPathValue[]> {
  const args = ['config', '--show-scope', '--show-origin', '-z', '--type=path', '--get-all', 'core.hooksPath']
  const listed = await git.bytes(args).catch((error: unknown) => {
    if (error instanceof GitError && error.code === 1) return new Uint8Array()
    throw error
  })
  const words = Buffer.from(listed).toString('utf8').split('\0')
  const values: HooksPathValue[] = []
  for (let at = 0; at + 2 < words.length; at += 3)
    values.push({ scope: words[at]!, origin: words[at + 1]!, value: words[at + 2]! })
  return values
}

// git-config(1): a relative core.hooksPath starts from where hooks run, the top of the work tree.
function folderOf(value: string | undefined, git: Git): string {
  if (value === undefined) return join(git.commonDir, 'hooks')
  return resolve(git.top ?? git.dir, value)
}

// git-config(1), ENVIRONMENT; GIT_CONFIG_PARAMETERS is what `git -c` hands down, quoted for sh.
function setsHooksPath(env: World['env']): boolean {
  const names = Array.from({ length: Number(env.GIT_CONFIG_COUNT) || 0 }, (_, at) => env[`GIT_CONFIG_KEY_${at}`] ?? '')
  return (
    names.some(name => name.toLowerCase() === 'core.hookspath') ||
    /'core\.hookspath['=]/i.test(env.GIT_CONFIG_PARAMETERS ?? '')
  )
}

function sharedFolder(
  folder: string,
  hooksPath: readonly HooksPathValue[],
  managers: OtherManagers,
  { top, dir, commonDir }: Git,
): string | undefined {
  if (top === undefined) return undefined
  if (hooksPath.length === 0) return managers.husky ? join(top, '.husky') : undefined
  if (basename(folder) === '_' && basename(dirname(folder)) === '.husky') return dirname(folder)
  return isInside(folder, top) && !isInside(folder, commonDir) && !isInside(folder, dir) ? folder : undefined
}

export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}

export async function spotsIn(world: World, folder: string): Promise<Readonly<Record<HookEvent, Spot>>> {
  const spots = await Promise.all(hookEvents.map(event => spotAt(world, join(folder, event))))
  return Object.fromEntries(hookEvents.map((event, at) => [event, spots[at]!])) as Record<HookEvent, Spot>
}

async function spotAt(world: World, path: string): Promise<Spot> {
  const [now, chained] = await Promise.all([existingAt(world, path), existingAt(world, `${path}.chained`)])
  return { path, now, chained }
}

async function existingAt(world: World, path: string): Promise<Existing> {
  const facts = await world.files.look(path)
  if (facts === undefined) return { kind: 'none' }
  if (facts.kind === 'link') return { kind: 'link', target: facts.target ?? '' }
  if (facts.kind !== 'file') return { kind: 'odd' }
  const bytes = (await world.files.read(path)) ?? new Uint8Array()
  const head = Buffer.from(bytes.subarray(0, 500)).toString('latin1')
  return { kind: isOurs(head) ? 'ours' : 'foreign', bytes, mode: facts.mode }
}

type Manifest = Readonly<Record<string, unknown>>

async function packageJson(world: World, top: string): Promise<Manifest | undefined> {
  try {
    const value: unknown = JSON.parse((await world.files.text(join(top, 'package.json'))) ?? 'null')
    return typeof value === 'object' && value !== null ? (value as Manifest) : undefined
  } catch {
    return undefined
  }
}

function asksFor(manifest: Manifest | undefined, name: string): boolean {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].some(key => {
    const list = manifest?.[key]
    return typeof list === 'object' && list !== null && Object.hasOwn(list, name)
  })
}

const lefthookConfig = /^\.?lefthook(-local)?\.(ya?ml|toml|jsonc?)$/

async function otherManagers(
  world: World,
  top: string | undefined,
  manifest: Manifest | undefined,
): Promise<OtherManagers> {
  const names = top === undefined ? [] : await world.files.list(top)
  const has = (pattern: RegExp) => names.some(name => pattern.test(name))
  const key = manifest?.['simple-git-hooks']
  const configs = names.filter(name => lefthookConfig.test(name))
  const texts = await Promise.all(configs.map(name => world.files.text(join(top ?? '', name))))
  return {
    husky: has(/^\.husky$/) && asksFor(manifest, 'husky'),
    lefthook: configs.length > 0,
    lefthookCalls: hookEvents.filter(event => texts.some(text => text?.includes(`ship-guard/hooks/${event}`))),
    simpleGitHooks: key !== undefined || has(/^\.?simple-git-hooks\./),
  }
}

/** Each remote with each URL that a push to it goes to; rewritten by insteadOf as git will hand it to the hook. */
export async function pushUrls(git: Git): Promise<readonly Remote[]> {
  const names = (await git.text(['remote'])).split('\n').filter(Boolean)
  const lists = await Promise.all(
    names.map(async name => {
      const urls = await git.text(['remote', 'get-url', '--push', '--all', '--', name]).catch(() => '')
      return urls
        .split('\n')
        .filter(Boolean)
        .map(url => ({ name, url }))
    }),
  )
  return lists.flat()
}

/** The texts that hooks are compiled from. */
export async function readSources(world: Pick<World, 'files' | 'packageFolder'>): Promise<HookSources> {
  const names = [...hookEvents, 'find-node.sh'] as const
  const texts = await Promise.all(names.map(name => world.files.text(join(world.packageFolder, 'hooks', name))))
  const missing = names.find((_, at) => texts[at] === undefined)
  if (missing !== undefined)
    throw new Error(`hooks/${missing} is missing from ${world.packageFolder}; install ship-guard again`)
  return Object.fromEntries(names.map((name, at) => [name, texts[at]!])) as HookSources
}
