import type { Finding } from '../../core/finding.ts'
import { printable } from '../../core/printable.ts'
import { type Problem, problemsOf } from './problems.ts'
import { type Changelog, type Entry, entriesOf, readChangelog, type Section } from './read.ts'

/** A changelog as the pushed commit has it, and as the remote's branch has it now. */
export interface States {
  readonly file: string
  readonly text: string
  /** Absent when the remote's branch has no changelog. */
  readonly baseText: string | undefined
}

/**
 * What the push does to the changelog's form. What was wrong before is only told, and only when the push touches the file: whoever adds a line
 * did not break the rest.
 */
export function judgeForm({ file, text, baseText }: States): readonly Finding[] {
  if (text === baseText) return []
  const now = readChangelog(text)
  const base = readChangelog(baseText ?? '')
  const old = problemsOf(base).map(keyOf)
  const lines = text.split(/\r\n?|\n/)
  const findings = problemsOf(now).map(problem => {
    const at = old.indexOf(keyOf(problem))
    if (at < 0) return findingOf(problem, file, lines)
    old.splice(at, 1)
    return { ...findingOf(problem, file, lines), severity: 'info' as const }
  })
  return [...findings, ...(baseText === undefined ? [] : addedToReleased(base, now, file))]
}

function keyOf({ rule, key }: Problem): string {
  return `${rule} ${key}`
}

function findingOf(
  { rule, severity, what, why, instead, line, text }: Problem,
  file: string,
  lines: readonly string[],
): Finding {
  const column = text === undefined ? -1 : (lines[line - 1] ?? '').indexOf(text)
  return { rule, severity, what, why, instead, at: { file, line, column: column < 0 ? 1 : column + 1 } }
}

/** Whether the push adds an entry under "Unreleased", or a release with entries that was not there. */
export function addsEntry({ text, baseText }: Pick<States, 'text' | 'baseText'>): boolean {
  const base = readChangelog(baseText ?? '')
  const now = readChangelog(text)
  const versions = new Set(base.sections.map(section => section.version))
  const fresh = newEntries(base, now)
  return now.sections.some(section => {
    if (section.kind === 'unreleased') return entriesOf(section).some(entry => fresh.has(entry))
    return section.kind === 'release' && !versions.has(section.version) && entriesOf(section).length > 0
  })
}

/** Versions that have a section now and had none before. */
export function newReleases({ text, baseText }: Pick<States, 'text' | 'baseText'>): readonly string[] {
  const before = new Set(readChangelog(baseText ?? '').sections.flatMap(versionOf))
  return readChangelog(text)
    .sections.flatMap(versionOf)
    .filter(version => !before.has(version))
}

/** Whether a changelog that has text has any heading that names a release or what is to come. */
export function namesReleases(text: string): boolean {
  return readChangelog(text).sections.length > 0
}

/** Whether the file gained a line that is not blank: all that is asked of a changelog with a form of its own. */
export function gainsLine({ text, baseText }: Pick<States, 'text' | 'baseText'>): boolean {
  const linesOf = (whole: string) => whole.split(/\r\n?|\n/).map(line => line.trim())
  return withoutPartner(linesOf(text), linesOf(baseText ?? ''), line => line).some(line => line !== '')
}

/**
 * The entries that the earlier state has nowhere. Each of its entries answers for one: first in the same section, then, because a release moves
 * entries, in any other.
 */
function newEntries(base: Changelog, now: Changelog): ReadonlySet<Entry> {
  const located = ({ sections }: Changelog) =>
    sections.flatMap(section =>
      entriesOf(section).map(entry => ({ entry, where: `${section.kind} ${section.version ?? ''}\n${entry.text}` })),
    )
  const inPlace = withoutPartner(located(now), located(base), ({ where }) => where)
  const leftInBase = withoutPartner(located(base), located(now), ({ where }) => where)
  const fresh = withoutPartner(inPlace, leftInBase, ({ entry }) => entry.text)
  return new Set(fresh.map(({ entry }) => entry).filter(entry => entry.text !== ''))
}

/** What is left of `items` when each of `partners` has taken away one with the same key. */
function withoutPartner<T>(items: readonly T[], partners: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const left = new Map<string, number>()
  for (const partner of partners) left.set(keyOf(partner), (left.get(keyOf(partner)) ?? 0) + 1)
  return items.filter(item => {
    const count = left.get(keyOf(item)) ?? 0
    left.set(keyOf(item), count - 1)
    return count <= 0
  })
}

function addedToReleased(base: Changelog, now: Changelog, file: string): readonly Finding[] {
  const fresh = newEntries(base, now)
  const released = new Set(base.sections.flatMap(versionOf))
  return now.sections
    .filter(section => versionOf(section).some(version => released.has(version)))
    .flatMap(section =>
      entriesOf(section)
        .filter(entry => fresh.has(entry))
        .map(({ line }) => lateEntry(section, line, file)),
    )
}

function versionOf(section: Section): readonly string[] {
  return section.kind === 'release' && section.version !== undefined ? [section.version] : []
}

function lateEntry({ version = '' }: Section, line: number, file: string): Finding {
  const name = printable(version)
  return {
    rule: 'changelog-released-entry',
    severity: 'warning',
    what: `This push adds an entry to ${name}, which is released already.`,
    why: `People who have ${name} do not have this change, and those who wait for it look under "Unreleased".`,
    instead: `Move the entry under "Unreleased". Leave it when it only corrects what ${name} really did.`,
    at: { file, line, column: 1 },
  }
}
