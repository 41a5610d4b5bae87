import { posix } from 'node:path'
import { printable } from '../../../core/printable.ts'
import { type Files, textOf } from '../files.ts'

/** A tool that writes the changelog from commit messages, as this repository has set it up. */
export interface ReleaseTool {
  readonly name: string
  /** The file that told. */
  readonly because: string
  /** Types of commits that its settings name, besides those that everybody knows. */
  readonly types: readonly string[]
  /** Whether its settings were read: those that are code are not run. */
  readonly known: boolean
  /** The changelog that it writes; undefined when it writes none into the repository. */
  readonly writes?: RegExp
  /** It also takes up commits of no form: nothing is lost. */
  readonly takesAll?: true
}

interface Known {
  readonly name: string
  readonly files: readonly string[]
  /** Its name among the dependencies, and its key, in package.json. */
  readonly inManifest?: { readonly packages: readonly string[]; readonly key?: string }
  /** Its table in pyproject.toml. */
  readonly inPyproject?: readonly string[]
  readonly writes: (settings: string) => RegExp | undefined
}

const anyChangelog = /(?:^|\/)CHANGELOG\.md$/i
const ofTop = /^CHANGELOG\.md$/i
const rc = (name: string, ends: readonly string[]) => ends.map(end => `${name}${end}`)

const tools: readonly Known[] = [
  {
    name: 'release-please',
    files: ['release-please-config.json', '.release-please-config.json', '.release-please-manifest.json'],
    writes: () => anyChangelog,
  },
  {
    name: 'semantic-release',
    files: [
      ...rc('.releaserc', ['', '.json', '.yaml', '.yml', '.js', '.cjs', '.mjs', '.ts']),
      ...rc('release.config', ['.js', '.cjs', '.mjs', '.ts']),
    ],
    inManifest: { packages: ['semantic-release'], key: 'release' },
    // Without that plugin it writes none into the repository.
    writes: settings => (settings.includes('@semantic-release/changelog') ? ofTop : undefined),
  },
  {
    name: 'commit-and-tag-version',
    files: rc('.versionrc', ['', '.json', '.js', '.cjs', '.mjs']),
    inManifest: { packages: ['commit-and-tag-version', 'standard-version'], key: 'standard-version' },
    writes: () => ofTop,
  },
  { name: 'git-cliff', files: ['cliff.toml', '.cliff.toml', '.config/cliff.toml'], writes: () => ofTop },
  { name: 'cocogitto', files: ['cog.toml'], writes: () => ofTop },
  {
    name: 'python-semantic-release',
    files: ['releaserc.toml'],
    inPyproject: ['tool', 'semantic_release'],
    writes: () => ofTop,
  },
]

/** The tool that writes this repository's changelog from its commits; undefined when there is none. */
export async function releaseToolOf(files: Files): Promise<ReleaseTool | undefined> {
  const manifest = objectIn(parseJson((await textOf(files, 'package.json')) ?? ''))
  const pyproject = await pyprojectOf(files)
  for (const tool of tools) {
    const found = await foundAs(tool, files, manifest, pyproject)
    if (found !== undefined) return withTypes(tool, found, files)
  }
  return undefined
}

interface Found {
  readonly because: string
  readonly settings: unknown
  readonly text: string
}

async function foundAs(
  { files: names, inManifest, inPyproject }: Known,
  files: Files,
  manifest: Table,
  pyproject: Table,
): Promise<Found | undefined> {
  const name = names.find(one => files.paths.includes(one))
  if (name !== undefined) {
    const text = (await textOf(files, name)) ?? ''
    return { because: name, settings: await settingsIn(name, text), text }
  }
  const key = inManifest?.key
  const own = key === undefined ? undefined : manifest[key]
  if (isTable(own)) return { because: `"${key}" in package.json`, settings: own, text: JSON.stringify(own) }
  const dependencies = { ...objectIn(manifest.devDependencies), ...objectIn(manifest.dependencies) }
  const used = inManifest?.packages.find(one => Object.hasOwn(dependencies, one))
  if (used !== undefined) return { because: `${used} in package.json`, settings: {}, text: '' }
  const table = inPyproject?.reduce<unknown>((at, key) => objectIn(at)[key], pyproject)
  if (!isTable(table)) return undefined
  return { because: `[${inPyproject!.join('.')}] in pyproject.toml`, settings: table, text: '' }
}

async function withTypes(
  tool: Known,
  { because, settings, text }: Found,
  files: Files,
): Promise<ReleaseTool | undefined> {
  const git = objectIn(objectIn(settings).git)
  if (tool.name === 'git-cliff' && git.conventional_commits === false) return undefined
  const lint = await commitlintTypes(files)
  const writes = tool.writes(text)
  const all = tool.name === 'git-cliff' && git.filter_unconventional === false
  return {
    name: tool.name,
    because: printable(because),
    types: [...typesIn(settings), ...(lint ?? [])],
    known: settings !== undefined && lint !== undefined,
    ...(writes === undefined ? {} : { writes }),
    ...(all ? { takesAll: true as const } : {}),
  }
}

type Table = Readonly<Record<string, unknown>>

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function objectIn(value: unknown): Table {
  return isTable(value) ? value : {}
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Undefined when it is code or cannot be read: then no type counts as unknown. */
async function settingsIn(name: string, text: string): Promise<unknown> {
  if (/\.[cm]?[jt]s$/.test(name)) return undefined
  if (posix.extname(name) === '.toml') return (await import('../../../core/toml.ts')).readToml(text).value
  // JSON is YAML; a file without an ending may be either.
  return (await import('../../../core/yaml.ts')).readYaml(text).value
}

async function pyprojectOf(files: Files): Promise<Table> {
  const text = await textOf(files, 'pyproject.toml')
  if (text?.includes('semantic_release') !== true) return {}
  return objectIn((await import('../../../core/toml.ts')).readToml(text).value)
}

const commitlintFiles = rc('.commitlintrc', ['', '.json', '.yaml', '.yml'])
const commitlintCode = [
  ...rc('.commitlintrc', ['.js', '.cjs', '.mjs', '.ts', '.cts', '.mts']),
  ...rc('commitlint.config', ['.js', '.cjs', '.mjs', '.ts', '.cts', '.mts']),
]

/** Types that commitlint lets pass here; undefined when its settings are code. */
async function commitlintTypes(files: Files): Promise<readonly string[] | undefined> {
  if (commitlintCode.some(name => files.paths.includes(name))) return undefined
  const name = commitlintFiles.find(one => files.paths.includes(one))
  if (name === undefined) return []
  const settings = objectIn(await settingsIn(name, (await textOf(files, name)) ?? ''))
  const rule = objectIn(settings.rules)['type-enum']
  return Array.isArray(rule) && Array.isArray(rule[2]) ? rule[2].filter(type => typeof type === 'string') : []
}

/** Every word that stands as a type in settings, wherever the tool keeps them. */
function typesIn(settings: unknown, depth = 0): readonly string[] {
  if (depth > 8 || typeof settings !== 'object' || settings === null) return []
  return Object.entries(settings).flatMap(([key, value]) => {
    if (key === 'type' && typeof value === 'string') return [value]
    if (key === 'commit_types' && isTable(value)) return Object.keys(value)
    if (/^(?:allowed|minor|patch|other_allowed)_(?:tags|types)$/.test(key) && Array.isArray(value))
      return value.filter(item => typeof item === 'string')
    // git-cliff: a pattern for the beginning of the message.
    if (key === 'message' && typeof value === 'string') return value.match(/[a-z]{2,}/gi) ?? []
    return typesIn(value, depth + 1)
  })
}
