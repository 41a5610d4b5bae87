import { posix } from 'node:path'
import { CannotTell } from '../../../core/errors.ts'
import { globMatcher } from '../../../core/glob.ts'
import { printable } from '../../../core/printable.ts'
import { type Files, textOf } from '../files.ts'

/** Where news fragments lie and how they are named. */
export interface Fragments {
  /** The file that told. */
  readonly because: string
  /** With a slash behind each. */
  readonly folders: readonly string[]
  /** Types by name, and whether the text of such a fragment is shown. Absent: a fragment is any file there. */
  readonly types?: ReadonlyMap<string, boolean>
  /** The file that a release gathers them in. */
  readonly news?: string
  readonly orphan: string
  readonly isIgnored: (name: string) => boolean
}

// https://towncrier.readthedocs.io/en/stable/configuration.html
const defaultTypes = new Map([
  ['feature', true],
  ['bugfix', true],
  ['doc', true],
  ['removal', true],
  ['misc', false],
])

/** Of towncrier's configuration, or of the folders that other tools and people use for the same; undefined when there is none. */
export async function fragmentsOf(files: Files): Promise<Fragments | undefined> {
  for (const path of ['towncrier.toml', 'pyproject.toml']) {
    const text = await textOf(files, path)
    if (text === undefined || (path === 'pyproject.toml' && !text.includes('towncrier'))) continue
    const { readToml } = await import('../../../core/toml.ts')
    const data = readToml(text)
    if (data.fault !== undefined) throw unreadable(`${path}:${data.line}`, data.fault)
    const table = tableIn(data.value, 'tool', 'towncrier')
    if (table !== undefined) return fromTowncrier(path, table)
  }
  return fromFolder(files)
}

function unreadable(place: string, because: string): CannotTell {
  return new CannotTell(
    `${printable(place)} cannot be read: ${printable(because)}.`,
    'Mend it: where news fragments lie stands in it.',
  )
}

type Table = Readonly<Record<string, unknown>>

function tableIn(value: unknown, ...keys: readonly string[]): Table | undefined {
  const found = keys.reduce<unknown>((at, key) => (isTable(at) && Object.hasOwn(at, key) ? at[key] : undefined), value)
  return isTable(found) ? found : undefined
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fromTowncrier(because: string, table: Table): Fragments {
  const word = (key: string) => (typeof table[key] === 'string' ? table[key] : undefined)
  const inPackage = posix.join(word('package_dir') ?? '.', word('package') ?? '')
  const sections = Array.isArray(table.section)
    ? table.section.filter(isTable).map(({ path }) => (typeof path === 'string' ? path : ''))
    : ['']
  const directory = word('directory')
  const folders = sections.map(section =>
    directory === undefined ? posix.join(inPackage, section, 'newsfragments') : posix.join(directory, section),
  )
  const ignored = Array.isArray(table.ignore) ? table.ignore.filter(item => typeof item === 'string') : []
  const template = word('template')
  return {
    because,
    folders: folders.map(folder => `${folder.replace(/^\.\//, '').replace(/\/+$/, '')}/`),
    types: typesIn(table),
    news: posix.normalize(word('filename') ?? 'NEWS.rst'),
    orphan: word('orphan_prefix') ?? '+',
    isIgnored: globMatcher([...ignored, ...(template === undefined ? [] : [posix.basename(template)])]),
  }
}

function typesIn({ fragment, type }: Table): ReadonlyMap<string, boolean> {
  const shows = (one: unknown) => !isTable(one) || one.showcontent !== false
  if (isTable(fragment) && Object.keys(fragment).length > 0)
    return new Map(Object.entries(fragment).map(([name, one]) => [name, shows(one)]))
  const listed = Array.isArray(type) ? type.filter(isTable) : []
  const named = listed.flatMap(one => {
    const name = one.directory ?? (typeof one.name === 'string' ? one.name.toLowerCase() : undefined)
    return typeof name === 'string' ? [[name, shows(one)] as const] : []
  })
  return named.length > 0 ? new Map(named) : defaultTypes
}

/** Folders of tools and habits without a configuration that we read: what lies in them, and the file that tells. */
const others: readonly { readonly folder: string; readonly tells: RegExp; readonly typed?: true }[] = [
  ...['newsfragments/', 'changes/', 'news/', 'changelog.d/', 'docs/newsfragments/', 'docs/changes/'].map(folder => ({
    folder,
    tells: new RegExp(
      `^${folder.replace('.', '\\.')}[^/]+\\.(?:feature|bugfix|doc|removal|misc|fix|added|changed|fixed|removed|deprecated|security)(?:\\.\\d+)?(?:\\.(?:md|rst|txt))?$`,
    ),
    typed: true as const,
  })),
  { folder: '.changes/unreleased/', tells: /^\.changie\.ya?ml$/ },
  { folder: 'changelog.d/', tells: /^changelog\.d\/scriv\.ini$/ },
  { folder: 'changelogs/fragments/', tells: /^changelogs\/config\.ya?ml$/ },
  { folder: 'changelogs/unreleased/', tells: /^changelogs\/unreleased\/[^/]+\.ya?ml$/ },
  { folder: 'releasenotes/notes/', tells: /^releasenotes\/notes\/[^/]+-[0-9a-f]{16}\.yaml$/ },
]

function fromFolder({ paths }: Files): Fragments | undefined {
  for (const { folder, tells, typed } of others) {
    const because = paths.find(path => tells.test(path))
    if (because === undefined) continue
    const plain = { because, folders: [folder], orphan: '+', isIgnored: () => false }
    return typed === true ? { ...plain, types: typesSeen(paths, folder) } : plain
  }
  return undefined
}

// Without a configuration a type is one that is known, or that several fragments have.
function typesSeen(paths: readonly string[], folder: string): ReadonlyMap<string, boolean> {
  const known = ['fix', 'added', 'changed', 'fixed', 'removed', 'deprecated', 'security', 'breaking', 'docs']
  const counts = new Map<string, number>()
  for (const path of paths) {
    if (!path.startsWith(folder)) continue
    const [, type] = posix.basename(path).split('.')
    if (type !== undefined && /^[a-z]+$/.test(type)) counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  const often = [...counts].flatMap(([type, count]) => (count > 1 && !/^(?:md|rst|txt)$/.test(type) ? [type] : []))
  return new Map([...defaultTypes, ...[...known, ...often].map(type => [type, true] as const)])
}

/** The fragment that a path is, as towncrier reads names: `12.feature.rst`, `12.feature.2.md`, `+anything.bugfix`. */
export function fragmentAt(path: string, { folders, types, isIgnored }: Fragments): Fragment | undefined {
  const folder = folders.find(one => path.startsWith(one) && !path.slice(one.length).includes('/'))
  if (folder === undefined) return undefined
  const name = path.slice(folder.length)
  if (name.startsWith('.') || /^(?:readme|template)\b/i.test(name) || /\.(?:jinja2?|j2|ini)$/.test(name))
    return undefined
  if (isIgnored(name)) return undefined
  if (types === undefined) return { name, type: '', needsText: true }
  const type = name
    .split('.')
    .slice(1)
    .find(part => types.has(part))
  return { name, type, needsText: type !== undefined && types.get(type) === true }
}

export interface Fragment {
  readonly name: string
  /** Undefined when the name has none that is known. */
  readonly type: string | undefined
  readonly needsText: boolean
}
