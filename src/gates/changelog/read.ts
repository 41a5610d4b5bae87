import { type Kind, kinds } from './kinds.ts'
import { type Block, blocksOf } from './markdown.ts'

export interface Entry {
  /** Without its bullet, white space collapsed. */
  readonly text: string
  readonly line: number
  readonly endLine: number
}

/** A heading below a release with the entries under it; `title` is empty for entries that stand directly below the release. */
export interface Group {
  readonly title: string
  readonly line: number
  readonly endLine: number
  readonly entries: readonly Entry[]
}

export interface Section {
  readonly kind: 'unreleased' | 'release' | 'other'
  readonly title: string
  readonly depth: number
  readonly line: number
  readonly version?: string
  /** What stands where the date belongs; absent when nothing does. */
  readonly date?: string
  /** Whether there is anything but headings below it. */
  readonly hasContent: boolean
  readonly groups: readonly Group[]
  /** The last line of its content; link definitions at the end of the file do not count. */
  readonly endLine: number
}

export interface Changelog {
  readonly sections: readonly Section[]
  /** The last line of text before the first section; 0 when there is none. */
  readonly introLine: number
  /** What keeps a part of the file from being read, with its line. */
  readonly unreadable: readonly { readonly line: number; readonly what: string }[]
}

/** Reads a changelog; never throws for what it holds. Line ends may be of any kind. */
export function readChangelog(text: string): Changelog {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const blocks = blocksOf(plain)
  const sections: OpenSection[] = []
  let introLine = 0
  for (const block of blocks) {
    const section = sectionOf(block)
    if (section !== undefined) sections.push(section)
    else if (sections.length > 0) addTo(sections.at(-1)!, block)
    else if (block.kind !== 'definition') introLine = block.endLine
  }
  return { sections, introLine, unreadable: [...conflicts(plain), ...unclosed(blocks)].sort((a, b) => a.line - b.line) }
}

type Open<T> = { -readonly [K in keyof T]: T[K] }
type OpenGroup = Omit<Group, 'entries'> & { entries: Entry[] }
type OpenSection = Omit<Open<Section>, 'groups'> & { groups: OpenGroup[] }

function sectionOf(block: Block): OpenSection | undefined {
  if (block.kind !== 'heading' || block.depth > 3) return undefined
  const { text: title, depth, line, endLine } = block
  const open = { title, depth, line, endLine, hasContent: false, groups: [] }
  const release = releaseOf(title)
  if (release !== undefined) return { ...open, ...release }
  return depth === 2 ? { ...open, kind: 'other' } : undefined
}

// `[1.2.3] - 2024-01-31 [YANKED]`, and what people write for it: v1.2.3, a link, a package's name in front, the date in brackets.
const versionHeading =
  /^(?:version\s+|release\s+|[@\w./-]+@)?\[?(?:version\s+)?(?<version>v?\d+(?:\.\d+)+[-+.0-9a-z]*|v\d+|\d{4}-\d{2}-\d{2})\]?(?:\([^)]*\)|\[(?!yanked)[^\]]*\])?(?<rest>$|[\s:(–—-].*$)/i

function releaseOf(title: string): Pick<Section, 'kind' | 'version' | 'date'> | undefined {
  if (/^\W{0,3}unreleased\b/i.test(title)) return { kind: 'unreleased' }
  const { version, rest } = versionHeading.exec(title.trim())?.groups ?? {}
  if (version === undefined || rest === undefined) return undefined
  if (/\bunreleased\b/i.test(rest)) return { kind: 'unreleased', version }
  const date = rest
    .replace(/\[yanked\]/i, '')
    .replace(/^[\s:(–—-]+|[\s)]+$/g, '')
    .trim()
  if (date !== '') return { kind: 'release', version, date }
  return /^\d{4}-\d{2}-\d{2}$/.test(version)
    ? { kind: 'release', version, date: version }
    : { kind: 'release', version }
}

function addTo(section: OpenSection, block: Block): void {
  if (block.kind === 'definition') return
  section.endLine = block.endLine
  const { line, endLine } = block
  if (block.kind === 'heading') {
    if (block.depth <= section.depth + 1) section.groups.push({ title: block.text.trim(), line, endLine, entries: [] })
    return
  }
  section.hasContent = true
  if (block.kind !== 'item') return
  if (section.groups.length === 0)
    section.groups.push({ title: '', line: section.line, endLine: section.line, entries: [] })
  section.groups.at(-1)!.entries.push({ text: block.text.replace(/\s+/g, ' ').trim(), line, endLine })
}

function conflicts(text: string): Changelog['unreadable'] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      /^(<{7}|>{7}) /.test(line) ? [{ line: index + 1, what: 'a conflict marker of a merge stands here' }] : [],
    )
}

function unclosed(blocks: readonly Block[]): Changelog['unreadable'] {
  return blocks.flatMap(({ line, unclosed }) =>
    unclosed === undefined ? [] : [{ line, what: `the ${unclosed} that begins here is never closed` }],
  )
}

/** The kind that a heading names, in any case. */
export function kindOf(title: string): Kind | undefined {
  return kinds.find(kind => kind === title.toLowerCase())
}

/** Every entry of a section. */
export function entriesOf(section: Section): readonly Entry[] {
  return section.groups.flatMap(group => group.entries)
}
