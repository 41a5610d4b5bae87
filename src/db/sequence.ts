// Findings about a set of migrations: their order, their numbers, and the same one twice.
import { basename } from 'node:path/posix'
import type { Finding } from '../core/finding.ts'

/** One migration of one project. */
export interface Sequenced {
  readonly path: string
  /** What decides the order, as the tool's `versionOf` tells it; undefined where names do not order. */
  readonly version: string | undefined
  /** What the tool remembers it by: `nameOf`. */
  readonly name: string
  /** Comes with the push, by content: neither on the branch already nor renamed from there. */
  readonly isNew: boolean
  /** Its text, where it is at hand. */
  readonly text?: string
}

/** `branch`: as people call it, for example `main`. */
export function sequenceFindings(files: readonly Sequenced[], branch: string): Finding[] {
  if (!files.some(file => file.isNew)) return []
  return [...outOfOrder(files, branch), ...sameVersion(files), ...sameContent(files)]
}

function outOfOrder(files: readonly Sequenced[], branch: string): Finding[] {
  return [...groups(files).values()].flatMap(group => {
    const last = group.filter(file => !file.isNew).reduce<Versioned | undefined>(later, undefined)
    if (last === undefined) return []
    return group
      .filter(file => file.isNew && compareVersions(file.version, last.version) < 0)
      .map(file => ({
        rule: 'out-of-order-migration',
        severity: 'warning' as const,
        what: `${file.path} sorts before ${basename(last.path)}, which ${branch} already has.`,
        why: 'Databases that have run the later one run this one after it, new ones before it; some tools refuse to run it at all.',
        instead: `Give it a version after ${last.version}, unless both orders make the same schema.`,
        at: { file: file.path },
      }))
  })
}

function later(best: Versioned | undefined, file: Versioned): Versioned {
  return best === undefined || compareVersions(file.version, best.version) > 0 ? file : best
}

/** Two branches that each took the next number: tools that remember the number run only one of them, and say nothing. */
function sameVersion(files: readonly Sequenced[]): Finding[] {
  return [...groups(files).values()].flatMap(group => {
    return [...grouped(group, keyOfVersion).values()].flatMap(same =>
      same
        .filter(file => file.isNew)
        .flatMap(file => {
          const other = same.find(one => one !== file && (!one.isNew || one.path < file.path))
          if (other === undefined) return []
          const isSameName = other.name === file.name
          // A timestamp that two files share is ordinary where the whole name counts.
          if (!isSameName && file.version.replace(/\D/g, '').length >= 8) return []
          return [duplicateVersion(file, other, isSameName)]
        }),
    )
  })
}

function duplicateVersion(file: Versioned, other: Versioned, isSameName: boolean): Finding {
  return {
    rule: 'duplicate-migration-version',
    severity: isSameName ? 'error' : 'warning',
    what: `${file.path} has the same version as ${basename(other.path)}: ${file.version}.`,
    why: isSameName
      ? 'The tool remembers a migration by its version: it runs one of the two and takes the other for done.'
      : 'Which of the two runs first depends on the rest of their names, and nobody chose that.',
    instead: 'Give it the next free version.',
    at: { file: file.path },
  }
}

function sameContent(files: readonly Sequenced[]): Finding[] {
  const seen = new Map<string, Sequenced>()
  for (const file of files) if (!file.isNew && changesSchema(file)) seen.set(plain(file.text!), file)
  return files.flatMap((file): Finding[] => {
    if (!file.isNew || !changesSchema(file)) return []
    const key = plain(file.text!)
    const other = seen.get(key)
    if (other === undefined) {
      seen.set(key, file)
      return []
    }
    return [
      {
        rule: 'duplicate-migration',
        severity: 'warning',
        what: `${file.path} does the same as ${other.path}, word for word.`,
        why: 'A database that runs both runs everything twice: the second time fails, or changes what it should not.',
        instead: 'Keep one of them.',
        at: { file: file.path },
      },
    ]
  })
}

function changesSchema({ text }: Sequenced): boolean {
  return text !== undefined && /\b(?:create|alter|drop|rename)/i.test(text)
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

interface Versioned extends Sequenced {
  readonly version: string
}

/** Numbers count within a folder: each service of a repository may begin with 001. */
function groups(files: readonly Sequenced[]): Map<string, Versioned[]> {
  const versioned = files.filter((file): file is Versioned => file.version !== undefined)
  return grouped(versioned, ({ path, version }) => {
    const parts = path.split('/')
    const at = parts.findLastIndex(part => part.includes(version))
    return parts.slice(0, at < 0 ? -1 : at).join('/')
  })
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const all = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const known = all.get(key)
    if (known === undefined) all.set(key, [item])
    else known.push(item)
  }
  return all
}

function partsOf(version: string): string[] {
  return version.split(/[._-]/).filter(part => part !== '')
}

function keyOfVersion({ version }: Versioned): string {
  return partsOf(version)
    .map(part => part.replace(/^0+(?=.)/, ''))
    .join('.')
}

/** `1.9` before `1.10`, `2` before `10`; a version that ends before one that goes on. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)]
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const difference = compareParts(part, other)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function compareParts(left: string, right: string): number {
  const isNumber = /^\d+$/.test(left) && /^\d+$/.test(right)
  const [a, b] = isNumber ? [BigInt(left), BigInt(right)] : [left, right]
  return a === b ? 0 : a < b ? -1 : 1
}
