import { dirname, join, resolve } from 'node:path'
import type { EngineWorld } from './engine.ts'

/** Folders that hold every one of these programs: those on PATH first, then the given places, in which one `*` stands for a folder's name. */
export async function foldersWith(
  world: Pick<EngineWorld, 'files' | 'env'>,
  programs: readonly string[],
  places: readonly string[],
): Promise<readonly string[]> {
  const onPath = (world.env.PATH ?? '').split(':').filter(folder => folder.startsWith('/'))
  const spread = await Promise.all(places.map(place => foldersLike(world, place)))
  const folders = [...new Set([...onPath, ...spread.flat()])]
  const have = await Promise.all(
    folders.map(async folder => {
      const looks = await Promise.all(programs.map(program => world.files.look(join(folder, program))))
      return looks.every(look => look !== undefined && look.kind !== 'folder')
    }),
  )
  return folders.filter((_, index) => have[index])
}

async function foldersLike({ files }: Pick<EngineWorld, 'files'>, place: string): Promise<readonly string[]> {
  const parts = place.split('/')
  const at = parts.findIndex(part => part.includes('*'))
  if (at < 0) return [place]
  const [before = '', after = ''] = parts[at]!.split('*')
  const parent = parts.slice(0, at).join('/')
  const names = await files.list(parent)
  return names
    .filter(name => name.startsWith(before) && name.endsWith(after))
    .map(name => join(parent, name, ...parts.slice(at + 1)))
}

/** A file of one of the user's own packages, looked for from their folder upwards, as Node does. */
export async function packageFile(
  { files }: Pick<EngineWorld, 'files'>,
  folder: string,
  path: string,
): Promise<string | undefined> {
  const candidate = resolve(folder, 'node_modules', path)
  if ((await files.look(candidate)) !== undefined) return candidate
  const parent = dirname(resolve(folder))
  return parent === resolve(folder) ? undefined : packageFile({ files }, parent, path)
}

/** `15.18` out of whatever a program says to `--version`. */
export async function saidVersion({ run }: Pick<EngineWorld, 'run'>, program: string): Promise<string | undefined> {
  const result = await run({ argv: [program, '--version'] }, { timeoutMs: 10_000 })
  return result.ended === 'exit' && result.code === 0 ? new TextDecoder().decode(result.stdout).trim() : undefined
}

/** `[15, 18]` of `15.18`, `[10, 11, 19]` of `10.11.19-MariaDB`. */
export function versionNumbers(text: string): readonly number[] {
  return (/\d+(?:\.\d+)*/.exec(text)?.[0] ?? '').split('.').map(Number)
}

/** The one whose version is nearest to the wanted one: the same, else the same major, else the newest. */
export function nearestVersion<T extends { readonly version: readonly number[] }>(
  found: readonly T[],
  wanted: readonly number[] | undefined,
): T | undefined {
  const alike = (one: T) => {
    const differs = one.version.findIndex((number, index) => number !== wanted?.[index])
    return differs < 0 ? one.version.length : differs
  }
  return [...found].sort((a, b) => alike(b) - alike(a) || compare(b.version, a.version))[0]
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, index) => number !== b[index])
  return at < 0 ? 0 : a[at]! - (b[at] ?? 0)
}
