import { changelogAmong } from '../../gates/changelog/names.ts'
import type { Facts } from './facts.ts'
import type { ToolHouse } from './house.ts'

export interface Changelog {
  /** What told: the changelog itself, or the config of the tool that writes it. */
  readonly file: string
  readonly format: 'keep-a-changelog' | 'any' | ToolHouse['format']
  /** Whether the gate finds it by itself. */
  readonly byItself: boolean
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
