// What rsync and its other end say on stderr about single files.
import type { PathBytes } from '../../core/path-bytes.ts'
import { unescaped } from './output.ts'

export interface Complaint {
  readonly kind: 'unreadable' | 'vanished' | 'root' | 'changed-under-way'
  /** As it was printed: absolute there, or below the folder that rrsync(1) holds open. */
  readonly path: PathBytes
  /** `Permission denied`. */
  readonly because: string
}

// 3.1 names no side; there the functions that only a sender has tell it.
const start = '(?:rsync: )?(?:\\[sender\\] )?'
const end = '(?: \\(in [^)]{0,300}\\))?(?: failed)?: (?<because>[^"]{1,300}) \\((?<errno>\\d+)\\)$'
const patterns: readonly (readonly [Complaint['kind'], RegExp])[] = [
  [
    'root',
    new RegExp(`^${start}(?:change_dir|push_dir|change_pathname|chdir|link_stat)(?:#\\d+)? "(?<path>.*)"${end}`, 's'),
  ],
  [
    'unreadable',
    new RegExp(
      `^${start}(?:send_files failed to open|opendir|readdir|read errors mapping|failed to open) ?\\(?"(?<path>.*)"\\)?${end}`,
      's',
    ),
  ],
  ['unreadable', new RegExp(`^${start}readlink_stat\\("(?<path>.*)"\\)${end}`, 's')],
  ['vanished', /^(?:rsync: )?(?:\[sender\] )?file has vanished: "(?<path>.*)"(?: \(in .*\))?$/s],
  ['changed-under-way', /^(?:rsync: )?(?:ERROR|WARNING): (?<path>.*) failed verification -- /s],
]

// A path of 4096 bytes, each written as `\#ooo`, and the words around it.
const longest = 24_000

/** One line of stderr; undefined when it is about no file of theirs. */
export function readComplaint(line: string): Complaint | undefined {
  if (line.length > longest) return undefined
  for (const [kind, pattern] of patterns) {
    const groups = pattern.exec(line)?.groups
    if (groups === undefined) continue
    const gone = kind === 'unreadable' && groups.errno === '2'
    return { kind: gone ? 'vanished' : kind, path: unescaped(groups.path!), because: groups.because ?? '' }
  }
  return undefined
}

/** Lines that only sum up what others said. */
export function isSummary(line: string): boolean {
  return /^rsync (?:error|warning): some files|^rsync error: .*\(code (?:23|24|25)\)|Broken pipe \(32\)$|^Deletions stopped due to --max-delete/.test(
    line,
  )
}

/** The path below the root that was read; undefined when the line is about something else. rrsync(1) of 3.5 reads through `/proc/self/fd/3`. */
export function belowRoot(path: PathBytes, from: string): PathBytes | undefined {
  const root = Buffer.from(from, 'utf8').toString('latin1')
  if (path.startsWith(root)) return path.slice(root.length) as PathBytes
  if (`${path}/` === root) return '' as PathBytes
  const held = /^\/proc\/self\/fd\/\d+\/?(.*)$/s.exec(path)?.[1]
  if (held !== undefined) return held as PathBytes
  return path.startsWith('/') ? undefined : path
}
