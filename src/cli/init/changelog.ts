import { houseOf } from '../../gates/changelog/house.ts'
import { changelogAmong } from '../../gates/changelog/names.ts'
import type { Facts } from './facts.ts'

export interface Changelog {
  /** What told: the changelog itself, or the config of the tool that writes it. */
  readonly file: string
  readonly format: 'keep-a-changelog' | 'any' | ToolHouse['format']
  /** Whether the gate finds it by itself. */
  readonly byItself: boolean
}

/** A changelog that no one writes by hand into one file. */
export interface ToolHouse {
  readonly format: 'changesets' | 'fragments' | 'conventional' | 'gnu'
  readonly because: string
}

/** The changelog and its kind; undefined when there is none. */
export function findChangelog({ files, texts, house }: Facts): Changelog | undefined {
  if (house !== undefined) return { file: house.because, format: house.format, byItself: true }
  const among = changelogAmong(files.filter(path => !path.includes('/')))
  const usual = among.exists ? among.name : undefined
  const file =
    usual ?? files.find(path => /^((docs?\/)?changelog\.md|(changelog|changes|history)(\.(md|txt|rst))?)$/i.test(path))
  if (file === undefined) return undefined
  const kept = /^##\s+\[?(unreleased|v?\d+\.\d+)/im.test(texts[file] ?? '')
  return { file, format: kept ? 'keep-a-changelog' : 'any', byItself: usual !== undefined }
}

/** The gate's own answer, where a tool or a house's form keeps the changelog; undefined where it is one file that people write. */
export async function findHouse(
  paths: readonly string[],
  text: (path: string) => Promise<string | undefined>,
): Promise<ToolHouse | undefined> {
  const files = {
    paths,
    async texts(wanted: readonly string[]) {
      const found = new Map<string, string>()
      for (const path of wanted) {
        const here = await text(path)
        if (here !== undefined) found.set(path, here)
      }
      return found
    },
  }
  const { format, because } = await houseOf({ format: 'auto' }, files, files)
  return format.id === 'keep-a-changelog' || format.id === 'any' ? undefined : { format: format.id, because }
}
