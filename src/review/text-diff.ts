// The one door for diff.
import { diffArrays, diffWordsWithSpace } from 'diff'

/** A stretch of a line; `changed` where the two sides differ inside it. */
export interface Stretch {
  readonly text: string
  readonly changed: boolean
}

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  /** Line numbers from 1; a line that is only on one side has only that one. */
  readonly before?: number
  readonly after?: number
  /** As it is in the file, without its line end; not yet made safe to show. */
  readonly text: string
}

/** Lines that belong together, with some unchanged ones around them. */
export interface DiffHunk {
  readonly lines: readonly DiffLine[]
}

export interface TextDiff {
  readonly hunks: readonly DiffHunk[]
  readonly added: number
  readonly removed: number
  /** What the hunks cannot say: other line ends, no newline at the end, that it was too different to be compared line by line. */
  readonly notes: readonly string[]
}

export interface DiffRow {
  readonly before?: DiffCell
  readonly after?: DiffCell
}

export interface DiffCell {
  readonly line: number
  readonly kind: DiffLine['kind']
  readonly stretches: readonly Stretch[]
}

/** Lines that may be added and removed before we give up comparing: time grows with its square. */
const mostEdits = 3_000
/** Nobody waits longer for one file, and whoever wrote it on the server may have made it slow on purpose. */
const patienceMs = 1_500
const longestComparedLine = 2_000

/** What to show of bytes as text: UTF-8, UTF-16 with its mark, else every byte a character. */
export function contentText(bytes: Uint8Array): string {
  const [a, b] = bytes
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  }
}

/** One below the other, `context` unchanged lines around each change. Line ends alone make no line different; `notes` tell of them. */
export function inlineDiff(before: string, after: string, { context = 3 } = {}): TextDiff {
  const [old, now] = [linesOf(before), linesOf(after)]
  const compared = diffArrays([...old], [...now], { maxEditLength: mostEdits, timeout: patienceMs })
  const all = compared === undefined ? wholly(old, now) : numbered(compared)
  return {
    hunks: hunksOf(all, context),
    added: all.filter(line => line.kind === 'added').length,
    removed: all.filter(line => line.kind === 'removed').length,
    notes: [
      ...(compared === undefined ? ['Too different to be compared line by line.'] : []),
      ...endNotes(before, after),
    ],
  }
}

/** The rows of a hunk with what was on the left and what is there now on the right; in changed lines the changed words are marked. */
export function sideBySide({ lines }: DiffHunk): readonly DiffRow[] {
  const rows: DiffRow[] = []
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!
    if (line.kind === 'same') {
      rows.push({ before: plainCell(line, line.before!), after: plainCell(line, line.after!) })
      at++
      continue
    }
    const removed = run(lines, at, 'removed')
    const added = run(lines, at + removed.length, 'added')
    for (let row = 0; row < Math.max(removed.length, added.length); row++) rows.push(pair(removed[row], added[row]))
    at += removed.length + added.length
  }
  return rows
}

function run(lines: readonly DiffLine[], from: number, kind: DiffLine['kind']): readonly DiffLine[] {
  let end = from
  while (lines[end]?.kind === kind) end++
  return lines.slice(from, end)
}

function pair(removed: DiffLine | undefined, added: DiffLine | undefined): DiffRow {
  if (removed === undefined) return { after: plainCell(added!, added!.after!) }
  if (added === undefined) return { before: plainCell(removed, removed.before!) }
  const words = wordsOf(removed.text, added.text)
  return {
    before: { line: removed.before!, kind: 'removed', stretches: words.before },
    after: { line: added.after!, kind: 'added', stretches: words.after },
  }
}

function plainCell({ kind, text }: DiffLine, line: number): DiffCell {
  return { line, kind, stretches: [{ text, changed: false }] }
}

function wordsOf(before: string, after: string): { before: readonly Stretch[]; after: readonly Stretch[] } {
  const whole = { before: [{ text: before, changed: false }], after: [{ text: after, changed: false }] }
  if (before.length + after.length > longestComparedLine) return whole
  const words = diffWordsWithSpace(before, after, { maxEditLength: 200 })
  // Two lines with nothing in common are two lines, not one that changed.
  if (words === undefined || !words.some(word => !word.added && !word.removed && word.value.trim() !== '')) return whole
  const stretch = (kept: (word: { added: boolean; removed: boolean }) => boolean) =>
    words.filter(kept).map(word => ({ text: word.value, changed: word.added || word.removed }))
  return { before: stretch(word => !word.added), after: stretch(word => !word.removed) }
}

function linesOf(text: string): readonly string[] {
  if (text === '') return []
  return text.replace(/\r?\n$/, '').split(/\r?\n/)
}

type Compared = readonly { readonly value: readonly string[]; readonly added: boolean; readonly removed: boolean }[]

function numbered(parts: Compared): DiffLine[] {
  let before = 0
  let after = 0
  return parts.flatMap(part =>
    part.value.map((text): DiffLine => {
      if (part.added) return { kind: 'added', after: ++after, text }
      if (part.removed) return { kind: 'removed', before: ++before, text }
      return { kind: 'same', before: ++before, after: ++after, text }
    }),
  )
}

function wholly(old: readonly string[], now: readonly string[]): DiffLine[] {
  return [
    ...old.map((text, at): DiffLine => ({ kind: 'removed', before: at + 1, text })),
    ...now.map((text, at): DiffLine => ({ kind: 'added', after: at + 1, text })),
  ]
}

function hunksOf(all: readonly DiffLine[], context: number): DiffHunk[] {
  const hunks: DiffHunk[] = []
  let from = -1
  let lastChange = -1
  const close = () => {
    if (from >= 0) hunks.push({ lines: all.slice(from, Math.min(all.length, lastChange + context + 1)) })
  }
  for (const [at, line] of all.entries()) {
    if (line.kind === 'same') continue
    if (from < 0 || at - lastChange > 2 * context + 1) {
      close()
      from = Math.max(0, at - context)
    }
    lastChange = at
  }
  close()
  return hunks
}

function endNotes(before: string, after: string): string[] {
  const [old, now] = [lineEnds(before), lineEnds(after)]
  const ends =
    old !== undefined && now !== undefined && old !== now ? [`The line ends were ${old} and are ${now}.`] : []
  const newline = (text: string) => text === '' || text.endsWith('\n')
  if (newline(before) === newline(after)) return ends
  return [...ends, newline(after) ? 'It ends with a newline now.' : 'It does not end with a newline any more.']
}

function lineEnds(text: string): 'LF' | 'CRLF' | 'mixed' | undefined {
  const crlf = text.split('\r\n').length - 1
  const all = text.split('\n').length - 1
  if (all === 0) return undefined
  return crlf === 0 ? 'LF' : crlf === all ? 'CRLF' : 'mixed'
}
