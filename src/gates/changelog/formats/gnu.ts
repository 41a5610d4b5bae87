import { posix } from 'node:path'
import type { Finding } from '../../../core/finding.ts'
import { printable } from '../../../core/printable.ts'
import { textOf } from '../files.ts'
import { type Asked, broughtBy, type Format, keptAs } from '../format.ts'
import { noEntry } from '../no-entry.ts'
import { addToChangeLog } from './gnu-add.ts'
import { type Day, type GnuChangelog, hasRealDate, isGnuChangelog, readGnuChangelog } from './gnu-changelog.ts'

const isChangeLog = (path: string) => posix.basename(path) === 'ChangeLog'

/** ChangeLog and NEWS as https://www.gnu.org/prep/standards/html_node/Change-Logs.html has them; each folder may have a ChangeLog of its own. */
export const gnu: Format = {
  id: 'gnu',
  title: 'a ChangeLog of dated entries',
  async detect(files) {
    const text = await textOf(files, 'ChangeLog')
    return text !== undefined && isGnuChangelog('ChangeLog', text) ? 'ChangeLog' : undefined
  },
  async judge(asked) {
    const file = asked.file ?? 'ChangeLog'
    const isOwn = (path: string) => path === file || path === 'NEWS' || isChangeLog(path)
    const touched = [...broughtBy(asked.changes).keys()].filter(path => path === file || isChangeLog(path))
    const judged = await Promise.all(touched.map(path => judgeOne(asked, path)))
    const findings = judged.flatMap(one => one.findings)
    if (asked.needing(isOwn).length === 0 || judged.some(one => one.gains)) return findings
    return [missingEntry(asked, file), ...findings]
  },
  async add(ask) {
    const path = ask.file ?? 'ChangeLog'
    return {
      path,
      ...addToChangeLog((await ask.read(path)) ?? new Uint8Array(), `${ask.day}  ${await ask.person()}`, ask.text),
    }
  },
}

async function judgeOne(
  { files, base }: Asked,
  file: string,
): Promise<{ gains: boolean; findings: readonly Finding[] }> {
  const now = readGnuChangelog((await textOf(files, file)) ?? '')
  const before = readGnuChangelog((await textOf(base, file)) ?? '')
  const old = new Set(problemsOf(before, file).map(keyOf))
  const findings = problemsOf(now, file).map(finding =>
    old.has(keyOf(finding)) ? { ...finding, severity: 'info' as const } : finding,
  )
  return { gains: gains(before, now), findings }
}

function keyOf({ rule, what }: Finding): string {
  return `${rule} ${what}`
}

/** Whether there is an entry that was nowhere before. */
function gains(before: GnuChangelog, now: GnuChangelog): boolean {
  const known = new Map<string, number>()
  const texts = ({ days }: GnuChangelog) => days.flatMap(({ entries }) => entries.map(({ text }) => text))
  for (const text of texts(before)) known.set(text, (known.get(text) ?? 0) + 1)
  return texts(now).some(text => {
    const left = known.get(text) ?? 0
    known.set(text, left - 1)
    return left <= 0 && /\p{L}/u.test(text)
  })
}

function problemsOf({ days, faults }: GnuChangelog, file: string): readonly Finding[] {
  return [
    ...faults.map(({ line, what }) => unreadable(file, line, what)),
    ...days.filter(day => !hasRealDate(day)).map(day => badDate(file, day)),
    ...days.filter(({ entries }) => entries.length === 0).map(day => emptyDay(file, day)),
    ...days.slice(1).flatMap((day, at) => (day.date > days[at]!.date ? [outOfOrder(file, day, days[at]!)] : [])),
  ]
}

function missingEntry({ house }: Asked, file: string): Finding {
  return { ...noEntry(`No entry in ${printable(file)} for this push.`, file), why: keptAs(house) }
}

function unreadable(file: string, line: number, what: string): Finding {
  return {
    rule: 'changelog-unreadable',
    severity: 'error',
    what: `${what[0]!.toUpperCase()}${what.slice(1)}.`,
    why: 'What cannot be read as a changelog can be neither checked nor shown to the people who upgrade.',
    instead:
      'Mend it: a day, two spaces and a name at the margin, entries behind a tab. Or set `format: any` for the gate.',
    at: { file, line, column: 1 },
  }
}

function badDate(file: string, { date, line }: Day): Finding {
  return {
    rule: 'changelog-date',
    severity: 'error',
    what: `The calendar has no day "${printable(date)}".`,
    why: 'The date tells which changes somebody has.',
    instead: 'Write the day of the change as YYYY-MM-DD.',
    at: { file, line, column: 1 },
  }
}

function emptyDay(file: string, { date, name, line }: Day): Finding {
  return {
    rule: 'changelog-empty-entry',
    severity: 'error',
    what: `The heading ${printable(date)} ${printable(name)} has no entry below it.`,
    why: 'Who reads it learns that something changed, and not what.',
    instead: 'Write below it, behind a tab: * file (function): What changed.',
    at: { file, line, column: 1 },
  }
}

function outOfOrder(file: string, day: Day, above: Day): Finding {
  return {
    rule: 'changelog-order',
    severity: 'warning',
    what: `${printable(day.date)} stands below ${printable(above.date)}, but is newer.`,
    why: 'People read from the top: the newest comes first.',
    instead: `Move it above ${printable(above.date)}.`,
    at: { file, line: day.line, column: 1 },
  }
}
