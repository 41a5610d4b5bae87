// meta/_journal.json of drizzle-kit: the migrations in their order, each with the time at which it was made.
import type { Finding } from '../core/finding.ts'
import { folderOf, isRecord, join, parsedJson } from './evidence.ts'
import { ledgerOutOfDate, lineOf } from './ledger.ts'

interface Entry {
  readonly tag: string
  readonly when: number
}

interface Journal {
  readonly path: string
  readonly text: string
  /** Where its migrations lie. */
  readonly folder: string
  /** Undefined when it is no journal. */
  readonly entries: readonly Entry[] | undefined
}

export function journalsIn(texts: ReadonlyMap<string, string>): Journal[] {
  return [...texts]
    .filter(([path]) => path.endsWith('meta/_journal.json'))
    .map(([path, text]) => ({ path, text, folder: folderOf(folderOf(path)), entries: entriesIn(text) }))
}

function entriesIn(text: string): Entry[] | undefined {
  const json = parsedJson(text)
  if (!isRecord(json) || !Array.isArray(json.entries)) return undefined
  return (json.entries as unknown[])
    .filter(isRecord)
    .flatMap(({ tag, when }) => (typeof tag === 'string' ? [{ tag, when: Number(when) }] : []))
}

/** Paths of the migrations in the order of the journals. */
export function journalledPaths(texts: ReadonlyMap<string, string>): string[] {
  return journalsIn(texts).flatMap(({ folder, entries }) =>
    (entries ?? []).map(({ tag }) => join(folder, `${tag}.sql`)),
  )
}

const again = 'Make it again: npx drizzle-kit generate'

export function journalFindings(texts: ReadonlyMap<string, string>): Finding[] {
  return journalsIn(texts).flatMap(journal => {
    const files = [...texts.keys()].filter(path => path.endsWith('.sql') && folderOf(path) === journal.folder)
    // A journal of another project: its files are not at hand.
    if (files.length === 0) return []
    const { path, text, entries } = journal
    if (entries === undefined) return [ledgerOutOfDate(path, 1, 'The journal cannot be read.', again)]
    return [
      ...lost(journal, entries, new Set(files)),
      ...unlisted(journal, entries, files),
      ...late(path, text, entries),
    ]
  })
}

function lost({ path, text, folder }: Journal, entries: readonly Entry[], files: ReadonlySet<string>): Finding[] {
  return entries
    .filter(({ tag }) => !files.has(join(folder, `${tag}.sql`)))
    .map(({ tag }) =>
      ledgerOutOfDate(
        path,
        lineOf(text, `"${tag}"`),
        `The journal lists ${tag}, and there is no ${tag}.sql.`,
        `Restore the file, or take it out of the journal: npx drizzle-kit drop`,
      ),
    )
}

function unlisted({ path, folder }: Journal, entries: readonly Entry[], files: readonly string[]): Finding[] {
  const known = new Set(entries.map(({ tag }) => join(folder, `${tag}.sql`)))
  return files
    .filter(file => !known.has(file))
    .map(file => ledgerOutOfDate(file, undefined, `${file} is not in ${path}: the migrator never runs it.`, again))
}

// The migrator runs what is later than the last it has run, and nothing else (drizzle-orm, */dialect.js: `lastDbMigration.created_at < migration.folderMillis`).
function late(path: string, text: string, entries: readonly Entry[]): Finding[] {
  return entries.flatMap(({ tag, when }, index) => {
    const before = entries.slice(0, index).findLast(one => one.when >= when)
    if (before === undefined) return []
    const what = `${tag} has a time before that of ${before.tag}: databases that have run ${before.tag} leave it out without a word.`
    return [
      ledgerOutOfDate(
        path,
        lineOf(text, `"${tag}"`),
        what,
        `Give ${tag} a later \`when\`, or make it again after the other one: npx drizzle-kit drop, npx drizzle-kit generate`,
      ),
    ]
  })
}
