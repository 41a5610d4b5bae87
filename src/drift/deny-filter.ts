import type { Root } from '../core/environment.ts'
import { UsageError } from '../core/errors.ts'
import type { PathBytes } from '../core/path-bytes.ts'
import { pathOf } from '../core/path-bytes.ts'
import type { DenyRule } from './deny.ts'
import {
  below,
  mayEndWith,
  mayOverlap,
  type Pattern,
  parsePattern,
  patternTest,
  rsyncPatterns,
} from './deny-pattern.ts'

/** One line of a filter: the first one that matches decides. */
interface Line {
  readonly deny: boolean
  readonly pattern: Pattern
  readonly rule: DenyRule
}

// Rules without exceptions come first, then what every other rule lets through, so that no exception of one rule opens another.
function linesOf(rules: readonly DenyRule[]): readonly Line[] {
  const line = (deny: boolean, rule: DenyRule) => (written: string) => {
    const pattern = parsePattern(written)
    return pattern === undefined ? [] : [{ deny, pattern, rule }]
  }
  const sure = rules.filter(({ except = [] }) => except.length === 0)
  const others = rules.filter(rule => !sure.includes(rule))
  const common = (others[0]?.except ?? []).filter(pattern => others.every(rule => rule.except!.includes(pattern)))
  const own = others.filter(rule => rule.except!.some(pattern => !common.includes(pattern)))
  const plain = others.filter(rule => !own.includes(rule))
  return [
    ...sure.flatMap(rule => rule.patterns.flatMap(line(true, rule))),
    ...common.flatMap(line(false, { ...(others[0] ?? nobody), anyCase: false })),
    ...plain.flatMap(rule => rule.patterns.flatMap(line(true, rule))),
    ...own.flatMap(rule => [
      ...rule.except!.filter(pattern => !common.includes(pattern)).flatMap(line(false, rule)),
      ...rule.patterns.flatMap(line(true, rule)),
    ]),
  ]
}

// rsync asks each line about each file, on both sides: 100 lines cost seconds at 100,000 files. So what nearly every file is called is let through as
// soon as no line that is left could match it. The verdict about each path stays the same.
function quickly(lines: readonly Line[]): readonly Line[] {
  const pinned = (line: Line, at: number) =>
    !line.deny || lines.slice(at + 1).some(later => !later.deny && mayOverlap(line.pattern, later.pattern))
  let left = lines.filter((line, at) => !pinned(line, at))
  const sorted = lines.filter(pinned)
  for (const ending of usual) {
    const before = left.filter(({ pattern }) => mayEndWith(pattern, ending))
    sorted.push(...before, { deny: false, pattern: parsePattern(`*${ending}`)!, rule: nobody })
    left = left.filter(line => !before.includes(line))
  }
  return [...sorted, ...left]
}

// The most frequent first.
const usual = [
  ...[
    '.php',
    '.js',
    '.png',
    '.jpg',
    '.css',
    '.html',
    '.ts',
    '.svg',
    '.py',
    '.rb',
    '.vue',
    '.md',
    '.txt',
    '.webp',
    '.gif',
    '.jpeg',
  ],
  ...[
    '.json',
    '.yml',
    '.yaml',
    '.xml',
    '.twig',
    '.tsx',
    '.scss',
    '.map',
    '.woff2',
    '.pdf',
    '.mo',
    '.po',
    '.inc',
    '.mjs',
    '.csv',
    '.mp4',
  ],
]

const nobody: DenyRule = { id: '', why: '', patterns: [] }

/**
 * Tells which rule keeps a file on the server, as rsync does: from the top down, since what lies in a denied folder is not looked at. Made for many
 * paths: each folder is judged once, and each name is only asked of the lines that could meet a name with its ending.
 */
export function denier(rules: readonly DenyRule[]): (file: PathBytes) => DenyRule | undefined {
  const tests = linesOf(rules).map(line => ({ ...line, test: patternTest(line.pattern, line.rule.anyCase ?? false) }))
  const byEnding = new Map<string, typeof tests>()
  const candidates = (path: PathBytes) => {
    const ending = endingOf(path)
    const known = byEnding.get(ending)
    if (known !== undefined) return known
    const some = tests.filter(({ pattern }) => mayEndWith(pattern, ending))
    // Endings come from the server, so there may be no end of them.
    if (byEnding.size < 1_000) byEnding.set(ending, some)
    return some
  }
  const first = (path: PathBytes, isFolder: boolean) => candidates(path).find(({ test }) => test(path, isFolder))
  const folders = new Map<string, DenyRule | undefined>()
  const ofFolder = (folder: string): DenyRule | undefined => {
    if (folders.has(folder)) return folders.get(folder)
    const above = folder.lastIndexOf('/')
    const line = above === -1 ? undefined : ofFolder(folder.slice(0, above))
    const own = line === undefined ? first(folder as PathBytes, true) : undefined
    const rule = line ?? (own?.deny ? own.rule : undefined)
    folders.set(folder, rule)
    return rule
  }
  return file => {
    const slash = file.lastIndexOf('/')
    const kept = slash === -1 ? undefined : ofFolder(file.slice(0, slash))
    if (kept !== undefined) return kept
    const line = first(file, false)
    return line?.deny ? line.rule : undefined
  }
}

/** The last dot of a name and what follows; of a name without one its last character. */
function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return (dot === -1 ? name.slice(-1) : name.slice(dot, dot + 16)).toLowerCase()
}

/**
 * The rules as filter lines of rsync(1) for one root, in bytes (one character each). Plain `-` lines hide a file at the sender and protect our copy.
 * Folders of inner roots are left to these. Throws UsageError when a rule takes the whole root.
 */
export function filterLines(rules: readonly DenyRule[], root: Root, roots: readonly Root[]): readonly string[] {
  return [...innerLines(root, roots), ...quickly(linesOf(rules)).flatMap(line => linesBelow(line, root))]
}

function linesBelow({ deny, pattern, rule }: Line, root: Root): readonly string[] {
  const anyCase = rule.anyCase ?? false
  const left = below(pattern, pathOf(root.to).split('/').filter(Boolean), anyCase)
  if (left !== 'everything') {
    const lines = left.flatMap(one => rsyncPatterns(one, anyCase)).map(text => `${deny ? '-' : '+'} ${text}`)
    return [...new Set(lines)]
  }
  if (!deny) return []
  throw new UsageError(
    `Nothing of ${root.from} would be read: the rule "${rule.id}" keeps out all of ${root.to}.`,
    `Take the root away, or name the folder in another way: capture.exclude holds the patterns.`,
  )
}

/**
 * The opposite: lines that show only the files that rules keep back which are not quiet, and the folders on the way to them. For a listing without
 * contents.
 */
export function deniedOnlyLines(rules: readonly DenyRule[], root: Root, roots: readonly Root[]): readonly string[] {
  const lines = linesOf(rules).flatMap(line => {
    const hidden = !line.deny || line.rule.quiet === true
    const texts = linesBelow({ ...line, deny: true }, root).map(text => text.slice(2))
    return hidden ? texts.map(text => `- ${text}`) : texts.flatMap(text => [`+ ${text}`, ...inside(text)])
  })
  return [...innerLines(root, roots), ...lines, '+ */', '- *']
}

function inside(pattern: string): readonly string[] {
  const folder = pattern.replace(/\/$/, '')
  // A pattern of several names that is not tied to the top would have to be so here; both ways are said.
  return folder.startsWith('/') ? [`+ ${folder}/**`] : [`+ /${folder}/**`, `+ /**/${folder}/**`]
}

function innerLines(root: Root, roots: readonly Root[]): readonly string[] {
  return roots
    .filter(other => other !== root && other.to.startsWith(root.to) && other.to.length > root.to.length)
    .map(other => `- /${literal(pathOf(other.to.slice(root.to.length)))}`)
}

function literal(path: string): string {
  return /[*?[]/.test(path) ? path.replace(/[\\*?[]/g, '\\$&') : path
}
