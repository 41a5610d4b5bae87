import type { Severity } from '../../core/finding.ts'
import { printable } from '../../core/printable.ts'
import { kinds } from './kinds.ts'
import { type Changelog, kindOf, type Section } from './read.ts'
import { compareVersions, dateIn } from './versions.ts'

/** Something in a changelog that Keep a Changelog 1.1 does not have. */
export interface Problem {
  readonly rule: string
  readonly severity: Severity
  readonly what: string
  readonly why: string
  readonly instead: string
  readonly line: number
  /** The text on that line that is meant. */
  readonly text?: string
  /** Equal for the same problem in an earlier state of the file, on whatever line. */
  readonly key: string
}

/** Everything that is wrong with the form of a changelog, from top to bottom. */
export function problemsOf(changelog: Changelog): readonly Problem[] {
  const { sections } = changelog
  return [
    ...unreadable(changelog),
    ...sections.flatMap(dates),
    ...duplicates(sections),
    ...order(sections),
    ...sections.flatMap(emptyRelease),
    ...headings(sections),
  ].sort((a, b) => a.line - b.line)
}

function unreadable({ unreadable, sections, introLine }: Changelog): readonly Problem[] {
  const broken = unreadable.map(({ line, what }) => unreadableAt(line, `${what[0]!.toUpperCase()}${what.slice(1)}.`))
  if (sections.length > 0 || introLine === 0 || broken.length > 0) return broken
  return [unreadableAt(1, 'No heading names a release or "Unreleased".')]
}

function unreadableAt(line: number, what: string): Problem {
  return {
    rule: 'changelog-unreadable',
    severity: 'error',
    what,
    why: 'What cannot be read as a changelog can be neither checked nor shown to the people who upgrade.',
    instead:
      'Mend it by the form of https://keepachangelog.com/en/1.1.0/, or, when the file has a form of its own, set `format: any` for the gate in .shiprc.',
    line,
    key: what,
  }
}

function dates({ kind, version, date, line }: Section): readonly Problem[] {
  if (kind !== 'release' || version === undefined) return []
  const name = printable(version)
  if (date === undefined)
    return [
      {
        rule: 'changelog-date',
        severity: 'warning',
        what: `Release ${name} has no date.`,
        why: 'The date tells which release somebody runs, and how old it is.',
        instead: `Write it behind the version: ## [${name}] - 2024-01-31`,
        line,
        key: version,
      },
    ]
  if (dateIn(date) !== undefined) return []
  return [
    {
      rule: 'changelog-date',
      severity: 'error',
      what: `The date of release ${name} is no date: "${printable(date)}".`,
      why: 'Dates are written year-month-day, because 02/03/2024 means another day on the other side of an ocean.',
      instead: `Write the day as YYYY-MM-DD, one that the calendar has: ## [${name}] - 2024-01-31`,
      line,
      text: date,
      key: `${version} ${date}`,
    },
  ]
}

function duplicates(sections: readonly Section[]): readonly Problem[] {
  const first = new Map<string, number>()
  return sections.flatMap(section => {
    const name = nameOf(section)
    if (name === undefined) return []
    const before = first.get(name)
    if (before === undefined) {
      first.set(name, section.line)
      return []
    }
    return [
      {
        rule: 'changelog-duplicate-version',
        severity: 'error' as const,
        what: `${printable(name)} has two sections: the first is on line ${before}.`,
        why: 'Nobody can tell which of them is true, and tools read only one.',
        instead: `Bring both together under line ${before}, or correct the version.`,
        line: section.line,
        key: name,
      },
    ]
  })
}

/** What may stand only once: a version, or "Unreleased". */
function nameOf({ kind, version }: Section): string | undefined {
  if (kind === 'other') return undefined
  return version === undefined ? 'Unreleased' : version.replace(/^v/i, '')
}

// A later release of an older line (1.2.5 after 2.0.0) may stand by its version or by its date; only what follows neither is out of order.
function order(sections: readonly Section[]): readonly Problem[] {
  const listed = sections.filter(section => section.kind !== 'other')
  return listed.slice(1).flatMap((below, index) => {
    const above = listed[index]!
    if (isInOrder(above, below)) return []
    const names = [nameOf(below), nameOf(above)].map(name => printable(name ?? ''))
    return [
      {
        rule: 'changelog-order',
        severity: 'error' as const,
        what: `${names[0]} stands below ${names[1]}, but is newer.`,
        why: 'People read from the top: the newest comes first.',
        instead: `Move the section ${names[0]} above ${names[1]}.`,
        line: below.line,
        key: names.join(' '),
      },
    ]
  })
}

function isInOrder(above: Section, below: Section): boolean {
  if (below.kind === 'unreleased') return above.kind === 'unreleased'
  if (above.kind === 'unreleased') return true
  if (compareVersions(above.version ?? '', below.version ?? '') >= 0) return true
  const [later, earlier] = [dateIn(above.date ?? ''), dateIn(below.date ?? '')]
  return later !== undefined && earlier !== undefined && later >= earlier
}

function emptyRelease(section: Section): readonly Problem[] {
  if (section.kind !== 'release' || section.hasContent) return []
  const name = printable(section.version ?? '')
  return [
    {
      rule: 'changelog-empty-release',
      severity: 'error',
      what: `Release ${name} says nothing.`,
      why: 'People who upgrade look here for what changes for them.',
      instead: 'Write what they will notice, or "Nothing that you will notice."',
      line: section.line,
      key: name,
    },
  ]
}

function headings(sections: readonly Section[]): readonly Problem[] {
  return sections.flatMap(section => {
    if (section.kind === 'other') return [unknownHeading(section.title, section.line)]
    const seen = new Set<string>()
    return section.groups.flatMap(({ title, line }) => {
      if (title === '') return []
      const kind = kindOf(title)
      if (kind === undefined) return [unknownHeading(title, line)]
      if (!seen.has(kind)) {
        seen.add(kind)
        return []
      }
      return [duplicateHeading(title, nameOf(section) ?? '', line)]
    })
  })
}

const kindList = kinds.map(kind => `${kind[0]!.toUpperCase()}${kind.slice(1)}`).join(', ')

function unknownHeading(title: string, line: number): Problem {
  return {
    rule: 'changelog-unknown-heading',
    severity: 'warning',
    what: `"${printable(title)}" is neither a release nor a kind of change.`,
    why: 'Readers and tools look for the same few headings in every changelog.',
    instead: `Use one of ${kindList}, or a version with its date.`,
    line,
    key: title,
  }
}

function duplicateHeading(title: string, section: string, line: number): Problem {
  const name = printable(title)
  return {
    rule: 'changelog-duplicate-heading',
    severity: 'warning',
    what: `"${name}" stands twice in ${printable(section)}.`,
    why: 'Who has read the first does not look for a second.',
    instead: `Bring the entries together under the first "${name}".`,
    line,
    key: `${section} ${title}`,
  }
}
