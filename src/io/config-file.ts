// The one door for cosmiconfig.
import { constants, type Stats } from 'node:fs'
import { open, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { configFileNames, isCodeConfig } from '../core/config-names.ts'
import { UsageError } from '../core/errors.ts'
import type { FoundConfig } from '../core/world.ts'
import { maxConfigBytes } from './config-size.ts'

type Read = Pick<FoundConfig, 'value' | 'format' | 'locate'>

/**
 * The config of exactly this folder; folders above are never looked at.
 * @throws UsageError when there is one and it cannot be read: a config that is there but unreadable must not count as none.
 */
export async function findConfig(folder: string): Promise<FoundConfig | undefined> {
  const present = await candidates(folder)
  if (present.length === 0) return undefined
  const found = await search(folder, present)
  if (found === undefined) return undefined
  const used = basename(found.path)
  const ignored: string[] = []
  for (const name of present.slice(present.indexOf(used) + 1))
    if (name !== 'package.json' || (await readData(folder, name)) !== undefined) ignored.push(name)
  return ignored.length === 0 ? found : { ...found, ignored }
}

// cosmiconfig passes over what it may not read (EACCES, EISDIR, dangling links); for a guard that would be a way round it, so we look first.
async function candidates(folder: string): Promise<string[]> {
  const entries = new Set(await readdir(folder))
  const present = configFileNames.filter(name => entries.has(name))
  for (const name of present) {
    const facts = await factsOf(join(folder, name)).catch((error: unknown) => {
      throw unreadable(name, error)
    })
    if (!facts.isFile())
      throw new UsageError(`${name} is not a file, so the config cannot be read.`, `Move ${name} away.`)
    if (facts.size > maxConfigBytes && name !== 'package.json')
      throw new UsageError(
        `${name} has ${facts.size} bytes; a config file may have at most ${maxConfigBytes}.`,
        `Look whether ${name} is what you think it is.`,
      )
  }
  return present
}

async function factsOf(path: string): Promise<Stats> {
  // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    return await file.stat()
  } finally {
    await file.close()
  }
}

function unreadable(name: string, error: unknown): UsageError {
  return new UsageError(
    `${name} cannot be read: ${(error as Error).message}.`,
    `Make ${name} readable, or remove it.`,
    { cause: error },
  )
}

interface Explorer {
  search(from: string): Promise<{ filepath: string; config?: { read: Read }; isEmpty?: boolean } | null>
}

// The class behind `cosmiconfig()`: the function also reads a config of its own from the current folder (`.config/config.js`, `cosmiconfig` in
// package.json), which may run code and change where we look.
async function search(folder: string, present: readonly string[]): Promise<FoundConfig | undefined> {
  // CommonJS: once bundled, only the default export is there.
  const { default: cosmiconfig } = (await import('cosmiconfig/dist/Explorer.js')) as unknown as {
    default: { Explorer: new (options: object) => Explorer }
  }
  const load = async (path: string) => {
    const read = await readOne(folder, basename(path))
    const wrapped = read === undefined ? undefined : { read }
    return basename(path) === 'package.json' ? { ship: wrapped } : wrapped
  }
  const endings = ['.json', '.yaml', '.yml', '.js', '.cjs', '.mjs', '.ts', 'noExt']
  const explorer = new cosmiconfig.Explorer({
    moduleName: 'ship',
    searchPlaces: present,
    searchStrategy: 'none',
    loaders: Object.fromEntries(endings.map(ending => [ending, load])),
    ignoreEmptySearchPlaces: false,
    transform: (result: unknown) => result,
    cache: false,
    mergeImportArrays: true,
    mergeSearchPlaces: true,
    metaConfigFilePath: null,
  })
  const result = await explorer.search(folder)
  if (result === null) return undefined
  const name = basename(result.filepath)
  // An empty file never reaches the loader.
  const read = result.config?.read ?? (await readOne(folder, name))
  return read === undefined ? undefined : { path: join(folder, name), ...read }
}

async function readOne(folder: string, name: string): Promise<Read | undefined> {
  if (!isCodeConfig(name)) return readData(folder, name)
  const { readCodeConfig } = await import('./config-code.ts')
  return { value: await readCodeConfig(join(folder, name)), format: 'code', locate: () => undefined }
}

async function readData(folder: string, name: string): Promise<Read | undefined> {
  const bytes = await readFile(join(folder, name)).catch((error: unknown) => {
    throw unreadable(name, error)
  })
  const { readConfigText } = await import('./config-text.ts')
  const format = name.endsWith('.json') ? 'json' : 'yaml'
  return readConfigText({ name, bytes, format, ...(name === 'package.json' ? { under: 'ship' } : {}) })
}
