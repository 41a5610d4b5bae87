import { changelogAmong } from '../../gates/changelog/names.ts'
import type { Facts } from './facts.ts'

export interface Changelog {
  readonly file: string
  readonly format: 'keep-a-changelog' | 'any'
  /** Whether the gate finds it by itself. */
  readonly byItself: boolean
}

/** The changelog and its kind; undefined when there is none. */
export function findChangelog({ files, texts }: Facts): Changelog | undefined {
  const among = changelogAmong(files.filter(path => !path.includes('/')))
  const usual = among.exists ? among.name : undefined
  const file =
    usual ?? files.find(path => /^((docs?\/)?changelog\.md|(changelog|changes|history)(\.(md|txt|rst))?)$/i.test(path))
  if (file === undefined) return undefined
  const kept = /^##\s+\[?(unreleased|v?\d+\.\d+)/im.test(texts[file] ?? '')
  return { file, format: kept ? 'keep-a-changelog' : 'any', byItself: usual !== undefined }
}
