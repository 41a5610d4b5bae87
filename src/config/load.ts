import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { configFileNames, isCodeConfig } from '../core/config-names.ts'
import { UsageError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { Oid } from '../core/push.ts'
import type { FoundConfig, Git, World } from '../core/world.ts'
import { checkConfig } from './check.ts'
import { ConfigError } from './problem.ts'
import type { Config } from './schema.ts'

export interface LoadedConfig {
  readonly config: Config
  /** Absent when there is no config file: then everything is the default. */
  readonly found?: FoundConfig
  /** What is to be said about the files themselves, for example that a second one is not used. */
  readonly findings: readonly Finding[]
}

/** With a config of a commit: its blob, and its path inside the commit. */
export type LoadedConfigAt = LoadedConfig & { readonly blob?: Oid; readonly path?: string }

/**
 * The config of a folder as it lies on the disk.
 * @throws ConfigError when it is wrong, UsageError when it cannot be read.
 */
export async function loadConfig(world: Pick<World, 'findConfig'>, folder: string): Promise<LoadedConfig> {
  return checkedConfig(await world.findConfig(folder), '')
}

/**
 * The config of a commit, whatever the work tree says. A config that is code is run from `checkout()`, because it may import what lies beside it.
 * @throws ConfigError when it is wrong, UsageError when it cannot be read.
 */
export async function loadConfigAt(
  world: Pick<World, 'findConfig' | 'files'>,
  git: Git,
  commit: Oid,
  checkout: () => Promise<string>,
): Promise<LoadedConfigAt> {
  const ofGit = written.get(git) ?? new Map<Oid, LoadedConfigAt>()
  written.set(git, ofGit)
  const known = ofGit.get(commit)
  if (known !== undefined) return known
  const where = ` (in commit ${commit.slice(0, 12)})`
  const entries = await configEntries(git, commit, where)
  const first = entries[0]
  if (first === undefined) return checkedConfig(undefined, where)
  if (isCodeConfig(first.name)) {
    const found = await world.findConfig(await checkout()).catch((error: unknown) => rethrow(error, where))
    return configAt(found, entries, git, where)
  }
  const loaded = configAt(await fromBlobs(world, git, entries, where), entries, git, where)
  ofGit.set(commit, loaded)
  return loaded
}

// What a commit holds never changes; what a program says may.
const written = new WeakMap<Git, Map<Oid, LoadedConfigAt>>()

function configAt(found: FoundConfig | undefined, entries: readonly Entry[], git: Git, where: string): LoadedConfigAt {
  if (found === undefined) return checkedConfig(undefined, where)
  const name = basename(found.path)
  const loaded = checkedConfig({ ...found, path: join(git.top ?? git.dir, name) }, where)
  const blob = entries.find(entry => entry.name === name)?.oid
  return { ...loaded, path: name, ...(blob === undefined ? {} : { blob }) }
}

function checkedConfig(found: FoundConfig | undefined, where: string): LoadedConfig {
  const checked = checkConfig(found)
  if ('problems' in checked) throw new ConfigError(checked.problems, where)
  if (found === undefined) return { config: checked.config, findings: [] }
  return { config: checked.config, found, findings: unused(found) }
}

function unused(found: FoundConfig): Finding[] {
  const used = basename(found.path)
  return (found.ignored ?? []).map(name => ({
    rule: 'config-ignored',
    severity: 'warning',
    what: `${name} is not used: ${used} comes first.`,
    why: 'With two configs, what people change in one of them does nothing.',
    instead: `Move what you need into ${used} and remove the config from ${name}.`,
    at: { file: name },
  }))
}

interface Entry {
  readonly name: string
  readonly oid: Oid
}

async function configEntries(git: Git, commit: Oid, where: string): Promise<Entry[]> {
  const listed = await git.bytes(['ls-tree', '-z', '--full-tree', commit, '--', ...configFileNames])
  const entries: Entry[] = []
  for (const line of Buffer.from(listed).toString('utf8').split('\0')) {
    // git-ls-tree(1): <mode> SP <type> SP <object> TAB <file>
    const [, mode, oid, name] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    if (mode === undefined || oid === undefined || name === undefined) continue
    if (mode.startsWith('100')) entries.push({ name, oid })
    else if (name !== 'package.json')
      throw new UsageError(
        `${name}${where} is ${mode === '120000' ? 'a symbolic link' : 'not a file'}; what it points to is no part of the commit.`,
        `Commit ${name} as a file of its own.`,
      )
  }
  return entries.sort((a, b) => configFileNames.indexOf(a.name) - configFileNames.indexOf(b.name))
}

const maxBytes = 1024 * 1024

async function fromBlobs(
  world: Pick<World, 'findConfig' | 'files'>,
  git: Git,
  entries: readonly Entry[],
  where: string,
): Promise<FoundConfig | undefined> {
  const contents = new Map<Oid, Uint8Array>()
  for await (const blob of git.blobs(new Set(entries.map(entry => entry.oid)), { maxBytes }))
    if (!blob.tooBig) contents.set(blob.oid, blob.bytes)
  const tooBig = entries.find(entry => !contents.has(entry.oid) && entry.name !== 'package.json')
  if (tooBig !== undefined)
    throw new UsageError(
      `${tooBig.name}${where} is larger than ${maxBytes} bytes.`,
      `Look whether ${tooBig.name} is what you think it is.`,
    )
  const folder = await privateFolder(world, git)
  try {
    for (const { name, oid } of entries) {
      const bytes = contents.get(oid)
      if (bytes !== undefined) await world.files.write(join(folder, name), bytes, { mode: 0o600 })
    }
    return await world.findConfig(folder).catch((error: unknown) => rethrow(error, where))
  } finally {
    await world.files.remove(folder)
  }
}

async function privateFolder({ files }: Pick<World, 'files'>, git: Git): Promise<string> {
  const places = [join(git.commonDir, 'ship-guard', 'tmp'), tmpdir()]
  let last: unknown
  for (const place of places) {
    const folder = join(place, `config-${randomUUID()}`)
    try {
      await files.makeFolder(folder, { mode: 0o700 })
      return folder
    } catch (error) {
      last = error
    }
  }
  throw new UsageError(
    `There is no place to read a config in: ${(last as Error).message}.`,
    `Make ${places.join(' or ')} writable.`,
    { cause: last },
  )
}

function rethrow(error: unknown, where: string): never {
  if (error instanceof UsageError) throw new UsageError(`${error.message}${where}`, error.instead, { cause: error })
  throw error
}
