import { posix } from 'node:path'
import { isCalendarDate } from '../versions.ts'

/** A ChangeLog by the GNU Coding Standards, 6.8: dated headings at the margin, entries behind a tab. */
export interface GnuChangelog {
  readonly days: readonly Day[]
  /** What keeps a part from being read. */
  readonly faults: readonly { readonly line: number; readonly what: string }[]
}

export interface Day {
  readonly line: number
  /** `2024-01-31`, also where it is written out: `Wed Jan 31 12:00:00 2024`. */
  readonly date: string
  readonly name: string
  readonly entries: readonly { readonly line: number; readonly text: string }[]
}

const modern = /^(?<date>\d{4}-\d{2}-\d{2})(?:[ \t]+\d{1,2}:\d{2}(?::\d{2})?)?[ \t]+(?<name>\S.*)$/
const writtenOut =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?:\d{2}:\d{2}:\d{2} )?(?:[A-Z]{3,5} )?(?<year>\d{4})[ \t]+(?<name>\S.*)$/

/** Whether a file is one, by its name and by how it begins. */
export function isGnuChangelog(path: string, text: string): boolean {
  if (!/^changelog(?:\.txt)?$/i.test(posix.basename(path))) return false
  const first = linesOf(text.slice(0, 4000)).slice(0, 30)
  return first.some(line => modern.test(line) || writtenOut.test(line))
}

/** Reads one; never throws for what it holds. */
export function readGnuChangelog(text: string): GnuChangelog {
  const days: (Omit<Day, 'entries'> & { entries: { line: number; text: string }[] })[] = []
  const faults: { line: number; what: string }[] = []
  for (const [index, line] of linesOf(text).entries()) {
    const at = index + 1
    if (line.trim() === '') continue
    // What the editor needs to know stands at the end.
    if (line.startsWith('\f') || /^(?:Local Variables|Copyright|;; Local)/.test(line)) break
    if (/^(?:<{7}|>{7}) /.test(line)) faults.push({ line: at, what: 'a conflict marker of a merge stands here' })
    else if (/^\s/.test(line)) addLine(days.at(-1), line, at, faults)
    else {
      const heading = headingOf(line)
      if (heading !== undefined) days.push({ line: at, ...heading, entries: [] })
      else if (/^\d{4}-\d/.test(line)) faults.push({ line: at, what: 'a heading of no form begins here' })
    }
  }
  return { days, faults }
}

function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function headingOf(line: string): { date: string; name: string } | undefined {
  const { date, name } = modern.exec(line)?.groups ?? {}
  if (date !== undefined && name !== undefined) return { date, name: name.trim() }
  const old = writtenOut.exec(line)?.groups
  if (old === undefined) return undefined
  const month = String(months.indexOf(old.month!) + 1).padStart(2, '0')
  return { date: `${old.year}-${month}-${old.day!.padStart(2, '0')}`, name: old.name!.trim() }
}

function addLine(
  day: { entries: { line: number; text: string }[] } | undefined,
  line: string,
  at: number,
  faults: { line: number; what: string }[],
): void {
  if (day === undefined) {
    faults.push({ line: at, what: 'an entry stands here without a heading above it' })
    return
  }
  const text = line.trim()
  const last = day.entries.at(-1)
  if (text.startsWith('*') || last === undefined) day.entries.push({ line: at, text })
  else day.entries[day.entries.length - 1] = { line: last.line, text: `${last.text} ${text}` }
}

/** Whether the calendar has the day of a heading. */
export function hasRealDate({ date }: Day): boolean {
  return isCalendarDate(date)
}
