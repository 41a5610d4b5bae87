import { basename, dirname, join, resolve } from 'node:path'
import { GitError } from '../core/errors.ts'
import type { Remote } from '../core/push.ts'
import type { FileFacts, Git, World } from '../core/world.ts'
import { asksFor, type Manager, type Manifest, managersHere } from './managers.ts'
import { isInside, ownFolder } from './record.ts'
import { allEvents, configName, type HookEvent, type HookSources, isOurs } from './shim.ts'

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

/** git-config(1), hook.<friendly-name>. */
export interface ConfigHook {
  readonly command: string | undefined
  readonly events: readonly string[]
}

export interface Spot {
  readonly path: string
  readonly now: Existing
  /** At `<path>.chained`: what our hook starts first. In a folder of that name under the hook's own name, when that must be kept. */
  readonly chained: Existing
  /** Where `chained` lies. */
  readonly chainedPath: string
  /** At `<path>.legacy`: what pre-commit's hook starts first. */
  readonly legacy: Existing
  /** Where other tools put ours when they took its place: lefthook at `<path>.old`, overcommit in `old-hooks/`. They put it back when they go. */
  readonly moved: readonly string[]
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
  /** Of the folder that git takes hooks from when core.hooksPath says nothing. */
  readonly inDefault: Readonly<Record<HookEvent, Spot>>
  /** Shims beside the verdicts, for managers that call them. */
  readonly beside: Readonly<Record<HookEvent, Spot>>
  /** Shims that git's config starts. */
  readonly forConfig: Readonly<Record<HookEvent, Spot>>
  /** What `hook.ship-guard-<event>` says in the config of this clone, where it is there. */
  readonly inConfig: Readonly<Partial<Record<HookEvent, ConfigHook>>>
  /** As `git version` says it: `2.54.0`. */
  readonly gitVersion: string
  readonly managers: readonly Manager[]
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
  const [hooksPath, bare, remotes, manifest, sources, inConfig, version] = await Promise.all([
    hooksPathValues(git),
    git.text(['rev-parse', '--is-bare-repository']),
    pushUrls(git),
    top === undefined ? undefined : packageJson(world, top),
    readSources(world),
    configHooks(git),
    git.text(['version']),
  ])
  const folder = folderOf(hooksPath.at(-1)?.value, git)
  const managers = top === undefined ? [] : await managersHere(world, top, manifest)
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
    inDefault: await spotsIn(world, join(commonDir, 'hooks')),
    ...(shared === undefined ? {} : { shared: { folder: shared, spots: await spotsIn(world, shared) } }),
    beside: await spotsIn(world, join(ownFolder(commonDir), 'hooks')),
    forConfig: await spotsIn(world, join(ownFolder(commonDir), 'config-hooks')),
    inConfig,
    gitVersion: /\d+(\.\d+)+/.exec(version)?.[0] ?? '0',
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
  managers: readonly Manager[],
  { top, dir, commonDir }: Git,
): string | undefined {
  if (top === undefined) return undefined
  if (hooksPath.length === 0) return managers.some(({ id }) => id === 'husky') ? join(top, '.husky') : undefined
  if (basename(folder) === '_' && basename(dirname(folder)) === '.husky') return dirname(folder)
  return isInside(folder, top) && !isInside(folder, commonDir) && !isInside(folder, dir) ? folder : undefined
}

export async function spotsIn(world: World, folder: string): Promise<Readonly<Record<HookEvent, Spot>>> {
  const spots = await Promise.all(allEvents.map(event => spotAt(world, join(folder, event))))
  return Object.fromEntries(allEvents.map((event, at) => [event, spots[at]!])) as Record<HookEvent, Spot>
}

async function spotAt(world: World, path: string): Promise<Spot> {
  const plain = `${path}.chained`
  const named = (await world.files.look(plain))?.kind === 'folder'
  const chainedPath = named ? join(plain, basename(path)) : plain
  const [now, chained, legacy] = await Promise.all(
    [path, chainedPath, `${path}.legacy`].map(one => existingAt(world, one)),
  )
  // overcommit's uninstall takes this file away; what is kept of it is then nobody's any more.
  const gone = named && (await world.files.look(join(dirname(path), 'overcommit-hook'))) === undefined
  const aside = [`${path}.old`, join(dirname(path), 'old-hooks', basename(path))]
  const there = await Promise.all(aside.map(one => existingAt(world, one)))
  const moved = aside.filter((_, at) => there[at]!.kind === 'ours')
  return { path, now: now!, chained: gone ? { kind: 'none' } : chained!, chainedPath, legacy: legacy!, moved }
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

async function packageJson(world: World, top: string): Promise<Manifest | undefined> {
  try {
    const value: unknown = JSON.parse((await world.files.text(join(top, 'package.json'))) ?? 'null')
    return typeof value === 'object' && value !== null ? (value as Manifest) : undefined
  } catch {
    return undefined
  }
}

async function configHooks(git: Git): Promise<HookFacts['inConfig']> {
  const listed = await git.answer(['config', '--local', '-z', '--get-regexp', '^hook\\.ship-guard-'])
  const entries = (listed ?? '').split('\0').map(entry => {
    const [key = '', ...value] = entry.split('\n')
    return { key, value: value.join('\n') }
  })
  const found: Partial<Record<HookEvent, ConfigHook>> = {}
  for (const event of allEvents) {
    const section = `hook.${configName(event)}.`
    const own = entries.filter(({ key }) => key.startsWith(section))
    if (own.length === 0) continue
    const all = (name: string) => own.filter(({ key }) => key === section + name).map(({ value }) => value)
    found[event] = { command: all('command').at(-1), events: all('event') }
  }
  return found
}

/** Each remote with each URL that a push to it goes to; rewritten by insteadOf as git will hand it to the hook. */
export async function pushUrls(git: Git): Promise<readonly Remote[]> {
  const listed = await git.text(['remote', '-v'])
  return listed.split('\n').flatMap(line => {
    const [, name, url] = /^([^\t]+)\t(.+) \(push\)$/.exec(line) ?? []
    return name === undefined || url === undefined ? [] : [{ name, url }]
  })
}

/** The texts that hooks are compiled from. */
export async function readSources(world: Pick<World, 'files' | 'packageFolder'>): Promise<HookSources> {
  const names = [...allEvents, 'find-node.sh'] as const
  const texts = await Promise.all(names.map(name => world.files.text(join(world.packageFolder, 'hooks', name))))
  const missing = names.find((_, at) => texts[at] === undefined)
  if (missing !== undefined)
    throw new Error(`hooks/${missing} is missing from ${world.packageFolder}; install ship-guard again`)
  return Object.fromEntries(names.map((name, at) => [name, texts[at]!])) as HookSources
}
