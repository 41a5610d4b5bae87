import { readGnuChangelog } from './gnu-changelog.ts'

/** An entry below today's heading of this person, which is written on top when it is not there. Every other byte stays as it is. */
export function addToChangeLog(
  content: Uint8Array,
  heading: string,
  text: string,
): { line: number; lines: readonly string[]; content: Uint8Array } {
  // Every byte is one character here and comes back as the same byte; what is asked for is ASCII.
  const old = Buffer.from(content).toString('latin1')
  const [head, entry] = [heading, `\t* ${text.trim()}`].map(line => Buffer.from(line, 'utf8').toString('latin1')) as [
    string,
    string,
  ]
  const end = /\r\n|\r|\n/.exec(old)?.[0] ?? '\n'
  const first = readGnuChangelog(old).days[0]
  const same = first?.entries.find(one => one.text === entry.trim())
  const lines = old.split(end)
  const isToday = first?.line === 1 && lines[0] === head
  if (isToday && same !== undefined) return { line: same.line, lines: [], content }
  const isBlank = lines[1]?.trim() === ''
  const below = lines.length === 1 ? ['', entry] : [entry, ...(isBlank ? [''] : [])]
  const block = isToday ? below : [head, '', entry, ...(old === '' ? [] : [''])]
  const at = isToday ? (isBlank ? 2 : 1) : 0
  const after = [...lines.slice(0, at), ...block, ...lines.slice(at)].join(end)
  return {
    line: at + block.indexOf(entry) + 1,
    lines: block.map(line => Buffer.from(line, 'latin1').toString('utf8')),
    content: Buffer.from(after.endsWith(end) ? after : `${after}${end}`, 'latin1'),
  }
}
