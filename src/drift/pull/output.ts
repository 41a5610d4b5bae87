// What rsync prints, read as bytes while it comes.
import { type PathBytes, pathBytes } from '../../core/path-bytes.ts'

/** `%i`: what happens to the item (rsync(1), --itemize-changes); `%l`: bytes; `%M`: its time, UTC here; `%n`: its name. */
export const outFormat = '%i %l %M %n'

export type Event =
  | {
      readonly kind: 'item'
      readonly code: string
      readonly size: number
      readonly mtimeMs: number
      readonly name: PathBytes
    }
  | { readonly kind: 'too-big' | 'not-regular' | 'changed-under-way'; readonly name: PathBytes }
  /** Bytes so far, of the whole run. */
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'count'; readonly files: number; readonly links: number; readonly specials: number }
  | { readonly kind: 'total'; readonly bytes: number }
  | { readonly kind: 'received'; readonly bytes: number }
  | { readonly kind: 'deleted'; readonly files: number }
  | { readonly kind: 'no-deletions' }

/** Cuts a stream into lines, at newlines and at the carriage returns of progress; a line that never ends is given up at 64 KiB. */
export function lineReader(onLine: (line: string) => void): { add(chunk: Uint8Array): void; end(): void } {
  let rest = ''
  return {
    add(chunk) {
      const lines = (rest + pathBytes(chunk)).split(/[\r\n]/)
      rest = lines.pop()!.slice(-65_536)
      for (const line of lines) if (line !== '') onLine(line)
    },
    end() {
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}

/** rsync writes each byte that is not printable in the C locale as `\#ooo`, and a backslash that would look like one as `\#134`. */
export function unescaped(name: string): PathBytes {
  return name.replace(/\\#([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  ) as PathBytes
}

const item = /^(?<code>[<>ch.*][a-zA-Z+.?* ]{10}) (?<size>\d+) (?<at>\d{4}\/\d\d\/\d\d-\d\d:\d\d:\d\d) (?<name>.+)$/s

/** One line of stdout; undefined for what says nothing to us. A server may make rsync print lines of its own: they can only concern its own files. */
export function readLine(line: string): Event | undefined {
  const found = item.exec(line)
  if (found !== null) {
    const { code, size, at, name } = found.groups as { code: string; size: string; at: string; name: string }
    return { kind: 'item', code, size: Number(size), mtimeMs: timeOf(at), name: unescaped(name) }
  }
  for (const [pattern, read] of readers) {
    const match = pattern.exec(line)
    if (match !== null) return read(match)
  }
  return undefined
}

const readers: readonly (readonly [RegExp, (match: RegExpExecArray) => Event])[] = [
  [/^\s+([\d,]+)\s+\d+%\s/, ([, bytes]) => ({ kind: 'progress', bytes: number(bytes) })],
  [/^skipping non-regular file "(.*)"$/s, ([, name]) => ({ kind: 'not-regular', name: unescaped(name!) })],
  [/^(.+) is over max-size$/s, ([, name]) => ({ kind: 'too-big', name: unescaped(name!) })],
  [/^WARNING: (.+) failed verification -- /s, ([, name]) => ({ kind: 'changed-under-way', name: unescaped(name!) })],
  [/^IO error encountered -- skipping file deletion/, () => ({ kind: 'no-deletions' })],
  [
    /^Number of files: [\d,]+(?: \((.*)\))?$/,
    ([, kinds = '']) => {
      const of = (name: string) => number(new RegExp(`\\b${name}: ([\\d,]+)`).exec(kinds)?.[1])
      return { kind: 'count', files: of('reg'), links: of('link'), specials: of('special') + of('dev') }
    },
  ],
  [
    /^Number of deleted files: [\d,]+(?: \((.*)\))?$/,
    ([, kinds = '']) => ({ kind: 'deleted', files: number(/\breg: ([\d,]+)/.exec(kinds)?.[1]) }),
  ],
  [/^Total file size: ([\d,]+) bytes$/, ([, bytes]) => ({ kind: 'total', bytes: number(bytes) })],
  [/^Total bytes received: ([\d,]+)$/, ([, bytes]) => ({ kind: 'received', bytes: number(bytes) })],
]

function number(text: string | undefined): number {
  return Number((text ?? '0').replaceAll(',', ''))
}

// `%M` is `2026/11/22-04:50:25` in the time zone of the process, which is UTC.
function timeOf(text: string): number {
  return Date.parse(`${text.slice(0, 10).replaceAll('/', '-')}T${text.slice(11)}Z`)
}
