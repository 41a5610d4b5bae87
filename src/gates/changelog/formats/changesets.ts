import { CannotTell, UsageError } from '../../../core/errors.ts'
import type { Finding, Severity } from '../../../core/finding.ts'
import { globMatcher } from '../../../core/glob.ts'
import { nearest } from '../../../core/nearest.ts'
import { printable } from '../../../core/printable.ts'
import { type AddAsk, kindAmong, nameFor, newFile } from '../adding.ts'
import { type Files, textOf } from '../files.ts'
import { type Asked, broughtBy, type Format, keptAs } from '../format.ts'
import { type Kind, kinds } from '../kinds.ts'
import { noEntry } from '../no-entry.ts'
import { bumps } from './bumps.ts'
import type { Changeset, ReadChangeset } from './changeset.ts'
import { jsonOf, type Package, packageAround, packagesOf } from './workspace.ts'

export const changesetConfig = '.changeset/config.json'

/** https://github.com/changesets/changesets: a file a change in `.changeset/`, read when a release is made. */
export const changesets: Format = {
  id: 'changesets',
  title: 'changesets',
  async detect({ paths }) {
    return paths.includes(changesetConfig) ? changesetConfig : undefined
  },
  async judge(asked) {
    const { files, base, changes, signal } = asked
    const [packages, rules] = [await packagesOf(files), await rulesOf(files)]
    signal.throwIfAborted()
    const [now, before] = [await changesetsOf(files), await changesetsOf(base)]
    const brought = broughtBy(changes)
    const fresh = [...now].filter(([path]) => brought.has(path))
    const form = fresh.flatMap(([path, read]) => faultsOf(path, read, packages))
    const orphans = [...now].filter(([path]) => !brought.has(path)).flatMap(one => orphaned(one, packages))
    const changed = await changedPackages(asked, packages, rules)
    const readable = fresh.flatMap(([path, read]) => ('fault' in read ? [] : [{ path, ...read }]))
    return [...form, ...orphans, ...entryFindings(asked, changed, readable, fresh.length, before.size - now.size)]
  },
  async add(ask) {
    const bump = bumpOf(kindAmong(ask.kind, [...kinds, ...bumps]))
    const names = await packagesMeant(ask)
    const matter = names.map(name => `${JSON.stringify(name)}: ${bump}\n`).join('')
    const path = `.changeset/${nameFor(ask.text, bump, ...names)}.md`
    return newFile(ask, path, `---\n${matter}---\n\n${ask.text}\n`, names.length + 4)
  },
}

function bumpOf(kind: Kind | (typeof bumps)[number]): (typeof bumps)[number] {
  if (kind === 'removed') return 'major'
  if (kind === 'fixed' || kind === 'security') return 'patch'
  return kind === 'added' || kind === 'changed' || kind === 'deprecated' ? 'minor' : kind
}

/** Those that the person named; else the only one, or those that differ from what the remote has. */
async function packagesMeant(ask: AddAsk): Promise<readonly string[]> {
  const packages = await packagesOf(ask.files)
  const names = packages.map(({ name }) => name)
  for (const name of ask.packages)
    if (!names.includes(name))
      throw new UsageError(`"${printable(name)}" is no package of this repository.`, `Packages: ${list(names)}`)
  if (ask.packages.length > 0) return [...new Set(ask.packages)]
  if (names.length === 1) return names
  const paths = (await ask.changed()).filter(path => !path.startsWith('.changeset/'))
  const changed = [...new Set(paths.flatMap(path => packageAround(path, packages)?.name ?? []))].sort()
  if (changed.length > 0) return changed
  throw new UsageError(
    'No package has changed, so nobody can tell which one the entry is about.',
    `Name it with --package <name>: ${list(names)}`,
  )
}

/** Whether a path is one of the changesets: what lies beside them in `.changeset/` is not. */
export function isChangeset(path: string): boolean {
  return /^\.changeset\/(?!\.|readme\.md$)[^/]+\.md$/i.test(path)
}

async function changesetsOf(files: Files): Promise<ReadonlyMap<string, ReadChangeset>> {
  const paths = files.paths.filter(isChangeset)
  if (paths.length === 0) return new Map()
  const { readChangeset } = await import('./changeset.ts')
  const texts = await files.texts(paths)
  return new Map([...texts].map(([path, text]) => [path, readChangeset(text)]))
}

interface Rules {
  readonly isIgnored: (name: string) => boolean
  readonly releasesPrivate: boolean
  /** Paths inside a package whose change asks for a release. */
  readonly counts: (path: string) => boolean
}

// https://github.com/changesets/changesets/blob/main/docs/config-file-options.md
async function rulesOf(files: Files): Promise<Rules> {
  const { ignore, privatePackages, changedFilePatterns } = jsonOf(
    changesetConfig,
    (await textOf(files, changesetConfig)) ?? '{}',
  )
  const strings = (value: unknown, otherwise: readonly string[]) =>
    Array.isArray(value) ? value.filter(item => typeof item === 'string') : otherwise
  const versionsPrivate = (privatePackages as { version?: unknown } | undefined)?.version
  return {
    isIgnored: globMatcher(strings(ignore, [])),
    releasesPrivate: privatePackages !== false && versionsPrivate !== false,
    counts: globMatcher(strings(changedFilePatterns, ['**'])),
  }
}

/** Packages that the push changes so that people notice, without those that this very push releases. */
async function changedPackages(asked: Asked, packages: readonly Package[], rules: Rules): Promise<readonly Package[]> {
  const paths = asked.needing(path => path.startsWith('.changeset/') || /(^|\/)CHANGELOG\.md$/.test(path))
  const changed = new Set<Package>()
  for (const path of paths) {
    const around = packageAround(path, packages)
    if (around === undefined || rules.isIgnored(around.name) || around.version === undefined) continue
    if (around.isPrivate && !rules.releasesPrivate) continue
    if (rules.counts(around.folder === '' ? path : path.slice(around.folder.length + 1))) changed.add(around)
  }
  const released = await releasedBy(asked, [...changed])
  return [...changed].filter(one => !released.has(one)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Packages whose version this push raises: `changeset version` has taken their changesets into the changelog. */
async function releasedBy({ base }: Asked, packages: readonly Package[]): Promise<ReadonlySet<Package>> {
  const manifests = packages.map(({ folder }) => (folder === '' ? 'package.json' : `${folder}/package.json`))
  const texts = await base.texts(manifests)
  return new Set(
    packages.filter(({ version }, at) => {
      const text = texts.get(manifests[at]!)
      return text !== undefined && versionIn(text) !== version
    }),
  )
}

function versionIn(text: string): unknown {
  try {
    return jsonOf('package.json', text).version
  } catch (error) {
    // What the remote has is broken; this push mends it.
    if (error instanceof CannotTell) return undefined
    throw error
  }
}

function entryFindings(
  asked: Asked,
  changed: readonly Package[],
  readable: readonly (Changeset & { path: string })[],
  fresh: number,
  fewer: number,
): readonly Finding[] {
  if (changed.length === 0) return []
  if (fresh === 0) return [missingChangeset(asked, changed, fewer > 0)]
  // An empty changeset says on purpose that nobody needs to know.
  if (readable.length < fresh || readable.some(({ releases }) => releases.length === 0)) return []
  const named = new Set(readable.flatMap(({ releases }) => releases.map(({ name }) => name)))
  const unnamed = changed.filter(({ name }) => !named.has(name))
  return unnamed.length === 0 ? [] : [notNamed(unnamed, readable[0]!.path)]
}

function missingChangeset(asked: Asked, changed: readonly Package[], consumed: boolean): Finding {
  const names = list(changed.map(({ name }) => name))
  return {
    ...noEntry(`No changeset in this push, which changes ${names}.`),
    why: consumed
      ? `${keptAs(asked.house)} The push uses up changesets, but does not raise the version of ${names}.`
      : `${keptAs(asked.house)} What no changeset names is neither released nor told to anybody.`,
  }
}

function notNamed(packages: readonly Package[], file: string): Finding {
  const names = list(packages.map(({ name }) => name))
  return {
    rule: 'changelog-package-unnamed',
    severity: 'warning',
    what: `No changeset of this push names ${names}, though it changes ${packages.length === 1 ? 'it' : 'them'}.`,
    why: 'What no changeset names is neither released nor told to anybody.',
    instead: `Add ${packages.length === 1 ? 'it' : 'them'} to ${printable(file)}, unless nobody will notice.`,
    at: { file },
  }
}

function faultsOf(file: string, read: ReadChangeset, packages: readonly Package[]): readonly Finding[] {
  if ('fault' in read)
    return [
      {
        rule: 'changelog-unreadable',
        severity: 'error',
        what: `${printable(file)} cannot be read as a changeset: ${printable(read.fault)}.`,
        why: 'One changeset that cannot be read keeps every release from being made.',
        instead: "It begins like this, with a package's name:\n---\n'name-of-the-package': patch\n---",
        at: { file, line: read.line, column: 1 },
      },
    ]
  const unknown = read.releases.flatMap(({ name, line }) => unknownPackage(file, name, line, packages, 'error'))
  const isSilent = read.summary === '' && read.releases.some(({ type }) => type !== 'none')
  return isSilent ? [...unknown, silent(file)] : unknown
}

/** A changeset that was there before, and names a package that this push takes away. */
function orphaned([file, read]: readonly [string, ReadChangeset], packages: readonly Package[]): readonly Finding[] {
  if ('fault' in read) return []
  return read.releases.flatMap(({ name, line }) => unknownPackage(file, name, line, packages, 'warning'))
}

function unknownPackage(
  file: string,
  name: string,
  line: number,
  packages: readonly Package[],
  severity: Severity,
): readonly Finding[] {
  const names = packages.map(one => one.name)
  if (names.includes(name)) return []
  const meant = nearest(name, names)
  return [
    {
      rule: 'changelog-unknown-package',
      severity,
      what: `${printable(file)} names "${printable(name)}", which is no package of this repository.`,
      why: 'A changeset for a package that is not there keeps every release from being made.',
      instead: `${meant === undefined ? '' : `Is "${printable(meant)}" meant? `}Packages: ${list(names)}.`,
      at: { file, line, column: 1 },
    },
  ]
}

function silent(file: string): Finding {
  return {
    rule: 'changelog-empty-entry',
    severity: 'error',
    what: `${printable(file)} says nothing about the change.`,
    why: 'Its text is what people who upgrade will read.',
    instead: 'Write below the second --- what they will notice.',
    at: { file },
  }
}

const most = 5

/** `a, b and 3 more`. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, most).map(name => printable(name))
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ')
}
