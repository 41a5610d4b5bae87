import { posix } from 'node:path'
import type { Finding } from '../../core/finding.ts'
import { printable } from '../../core/printable.ts'
import { type Files, textOf } from './files.ts'
import type { Format, FormatId, House } from './format.ts'
import { any } from './formats/any.ts'
import { changesets } from './formats/changesets.ts'
import { conventional } from './formats/conventional.ts'
import { fragments } from './formats/fragments.ts'
import { gnu } from './formats/gnu.ts'
import { isGnuChangelog } from './formats/gnu-changelog.ts'
import { keepAChangelog } from './formats/keep-a-changelog.ts'

/** Those that leave a mark of their own come before those that are only a file of a certain name. */
const formats: readonly Format[] = [changesets, fragments, conventional, keepAChangelog, gnu, any]

/** What told where nothing did. */
export const noneYet = 'there is no changelog yet'

interface Wanted {
  readonly format: FormatId | 'auto'
  readonly file?: string | undefined
}

/** How a repository keeps its changelog, told by the config or by its files. `before`: the same files as the remote has them. */
export async function houseOf({ format, file }: Wanted, files: Files, before: Files): Promise<House> {
  if (format !== 'auto') {
    const wanted = formats.find(({ id }) => id === format)!
    const at = await wanted.detect(files)
    return {
      format: wanted,
      because: `format: ${format}`,
      ...(format === 'any' && at !== undefined ? { file: at } : {}),
    }
  }
  if (file !== undefined) return ofFile(posix.normalize(file), files, before)
  for (const one of formats) {
    const because = await one.detect(files)
    if (because === undefined) continue
    if (one === keepAChangelog) return ofFile(because, files, before)
    // A file of another name has headings of its own.
    return { format: one, because: printable(because), ...(one === any ? { file: because } : {}) }
  }
  return { format: keepAChangelog, because: noneYet }
}

/** By what stands in the file: one that has no heading for a release, and had none before, has a form of its own. */
async function ofFile(file: string, files: Files, before: Files): Promise<House> {
  const because = printable(file)
  const [text, old] = [await textOf(files, file), await textOf(before, file)]
  if (isGnuChangelog(file, text ?? old ?? '')) return { format: gnu, because, file }
  // One that is to be begun gets the form that can be read.
  const isMarkdown = /\.(?:md|markdown)$/i.test(file) || (text ?? old) === undefined
  if (old === undefined || old.trim() === '') return { format: isMarkdown ? keepAChangelog : any, because, file }
  const { namesReleases } = await import('./judge.ts')
  const isKept = [old, text ?? ''].some(namesReleases)
  return { format: isMarkdown && isKept ? keepAChangelog : any, because, file }
}

/** What is said when the files of a push make the house another one. */
export function changedHouse(before: House, now: House): readonly Finding[] {
  const fileFormats: readonly FormatId[] = ['keep-a-changelog', 'any']
  const isSame =
    before.format.id === now.format.id || [before, now].every(({ format }) => fileFormats.includes(format.id))
  if (isSame) return []
  return [
    {
      rule: 'changelog-format-changed',
      severity: 'warning',
      what: `With this push the changelog is kept as ${now.format.title} (${now.because}).`,
      why: `Until now it was ${before.format.title} (${before.because}); what counts as an entry is another thing from now on.`,
      instead: `If that is meant, say so in .shiprc under gates: changelog: { format: ${now.format.id} }`,
    },
  ]
}
