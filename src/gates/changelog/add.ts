import { type Kind, kinds } from './kinds.ts'
import { type Changelog, entriesOf, kindOf, readChangelog, type Section } from './read.ts'

export type Added =
  | {
      readonly outcome: 'added'
      readonly content: Uint8Array
      readonly line: number
      readonly lines: readonly string[]
    }
  | { readonly outcome: 'there-already'; readonly line: number }
  /** The text would be read as something else than one entry, or would change how the rest is read. */
  | { readonly outcome: 'not-an-entry' }

/**
 * Writes one entry under "Unreleased" and changes no other byte: line ends, a byte order mark, a missing final newline and bytes that are not
 * UTF-8 stay as they are. Without content a new changelog begins.
 */
export function addEntry(content: Uint8Array, kind: Kind, text: string): Added {
  // Every byte is one character here and comes back as the same byte; Markdown's own signs are ASCII.
  const old = Buffer.from(content).toString('latin1')
  const entry = Buffer.from(text.trim(), 'utf8').toString('latin1')
  const before = readChangelog(withoutMark(old))
  const wanted = entry.replace(/\s+/g, ' ')
  const same = groupOf(before, kind)?.entries.find(one => one.text === wanted)
  if (same !== undefined) return { outcome: 'there-already', line: same.line }

  const insertion = old.trim() === '' ? newChangelog(kind, entry) : place(before, linesOf(old), kind, entry)
  const { text: added, line } = insert(old, insertion)
  if (!isOneMore(before, readChangelog(withoutMark(added)), kind, wanted)) return { outcome: 'not-an-entry' }
  const lines = insertion.lines.map(written => Buffer.from(written, 'latin1').toString('utf8'))
  return { outcome: 'added', content: Buffer.from(added, 'latin1'), line, lines }
}

// The byte order mark as latin1 shows it; a line of the file all the same.
function withoutMark(text: string): string {
  return text.startsWith('\u00ef\u00bb\u00bf') ? text.slice(3) : text
}

function groupOf({ sections }: Changelog, kind: Kind) {
  return sections.find(section => section.kind === 'unreleased')?.groups.find(group => kindOf(group.title) === kind)
}

interface Insertion {
  /** Behind this line, counted from 1; 0 is the top. */
  readonly after: number
  readonly lines: readonly string[]
}

function newChangelog(kind: Kind, entry: string): Insertion {
  return {
    after: 0,
    lines: [
      '# Changelog',
      '',
      'What people who use this project will notice, the newest first.',
      'The form is that of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).',
      '',
      '## [Unreleased]',
      '',
      heading(3, kind),
      '',
      `- ${entry}`,
    ],
  }
}

function heading(depth: number, kind: Kind): string {
  return `${'#'.repeat(depth)} ${kind[0]!.toUpperCase()}${kind.slice(1)}`
}

function place(changelog: Changelog, lines: readonly string[], kind: Kind, entry: string): Insertion {
  const unreleased = changelog.sections.find(section => section.kind === 'unreleased')
  if (unreleased === undefined) return newSection(changelog, lines, kind, entry)
  const item = `${bulletOf(changelog, lines)} ${entry}`
  const group = groupOf(changelog, kind)
  if (group === undefined) return newGroup(unreleased, lines, kind, item)
  const last = group.entries.at(-1)
  if (last !== undefined) return { after: last.endLine, lines: [item] }
  return { after: group.endLine, lines: isBlank(lines, group.endLine + 1) ? ['', item] : [item] }
}

function newSection(
  { sections, introLine }: Changelog,
  lines: readonly string[],
  kind: Kind,
  entry: string,
): Insertion {
  const first = sections[0]
  const depth = first?.depth ?? 2
  const body = [`${'#'.repeat(depth)} [Unreleased]`, '', heading(depth + 1, kind), '', `- ${entry}`]
  if (first === undefined) return { after: introLine, lines: apart(lines, introLine, body) }
  const after = first.line - 1
  return { after, lines: apart(lines, after, body) }
}

/** In the order of Keep a Changelog: before the first heading that comes later in it, else behind the section's last line. */
function newGroup(section: Section, lines: readonly string[], kind: Kind, item: string): Insertion {
  const body = [heading(section.depth + 1, kind), '', item]
  const next = section.groups.find(group => {
    const other = kindOf(group.title)
    return other !== undefined && kinds.indexOf(other) > kinds.indexOf(kind)
  })
  const after = next === undefined ? section.endLine : next.line - 1
  return { after, lines: apart(lines, after, body) }
}

/** With a blank line before and behind, where there is none yet. */
function apart(lines: readonly string[], after: number, body: readonly string[]): readonly string[] {
  const above = after === 0 || isBlank(lines, after) ? [] : ['']
  const below = after >= lines.length || isBlank(lines, after + 1) ? [] : ['']
  return [...above, ...body, ...below]
}

function isBlank(lines: readonly string[], line: number): boolean {
  return (lines[line - 1] ?? '').trim() === ''
}

function bulletOf({ sections }: Changelog, lines: readonly string[]): string {
  const first = sections.flatMap(entriesOf)[0]
  return /^\s*([-*+])\s/.exec(lines[(first?.line ?? 0) - 1] ?? '')?.[1] ?? '-'
}

const anyLineEnd = /\r\n|\r|\n/

function linesOf(text: string): readonly string[] {
  const lines = withoutMark(text).split(anyLineEnd)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function insert(old: string, { after, lines }: Insertion): { text: string; line: number } {
  const lineEnd = anyLineEnd.exec(old)?.[0] ?? '\n'
  const at = offsetBehind(old, after)
  const before = old.slice(0, at)
  const rest = old.slice(at)
  const entryLine = after + lines.findLastIndex(line => line !== '') + 1
  const opened = before !== '' && at > 0 && !/[\r\n]$/.test(before) && withoutMark(before) !== ''
  const block = lines.map(line => line + lineEnd).join('')
  // A file without a final newline has none afterwards either.
  if (opened) return { text: `${before}${lineEnd}${block.slice(0, -lineEnd.length)}${rest}`, line: entryLine }
  return { text: `${before}${block}${rest}`, line: entryLine }
}

function offsetBehind(text: string, line: number): number {
  let at = text.length - withoutMark(text).length
  for (let passed = 0; passed < line; passed++) {
    const end = /\r\n|\r|\n/g
    end.lastIndex = at
    const match = end.exec(text)
    if (match === null) return text.length
    at = end.lastIndex
  }
  return at
}

/** The same changelog with exactly this entry more. */
function isOneMore(before: Changelog, after: Changelog, kind: Kind, text: string): boolean {
  const added = groupOf(after, kind)?.entries.find(entry => entry.text === text)
  const rest = listOf(after).filter(({ entry }) => entry !== added)
  const old = listOf(before)
  return (
    added !== undefined &&
    rest.length === old.length &&
    rest.every(({ name, entry }, index) => name === old[index]!.name && entry.text === old[index]!.entry.text)
  )
}

function listOf({ sections }: Changelog) {
  return sections.flatMap(section =>
    section.groups.flatMap(group => group.entries.map(entry => ({ name: `${section.title}\n${group.title}`, entry }))),
  )
}
