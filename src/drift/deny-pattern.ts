// The pattern language of gitignore(5), read once and said in two ways: as a test here, and as filter rules that rsync(1) gives to the sender.
import { type PathBytes, pathOf } from '../core/path-bytes.ts'

export interface Pattern {
  /** `**` stands for any folders. One that counts in every folder begins with it. */
  readonly segments: readonly string[]
  /** Ended with a slash: folders only. */
  readonly folder: boolean
}

/** A pattern as bytes; undefined for one that says nothing: empty, a comment, a negation. */
export function parsePattern(written: string): Pattern | undefined {
  const text = pathOf(written.replace(/(?<!\\) +$/, ''))
  if (text === '' || /^[#!]/.test(text)) return undefined
  const folder = text.endsWith('/')
  const tied = /\/./.test(text)
  const names = text.split('/').filter(name => name !== '')
  if (names.length === 0) return undefined
  const segments = names.map(name => (name === '**' ? name : name.replace(/\*{2,}/g, '*')))
  return { segments: tied ? segments : ['**', ...segments], folder }
}

/** A test of whole paths; `folder` tells whether the path is one. What lies in a folder is not its question. */
export function patternTest(
  { segments, folder }: Pattern,
  anyCase: boolean,
): (path: PathBytes, isFolder: boolean) => boolean {
  const test = isPlain(segments) ? wholeTest(source(segments), anyCase) : stepTest(segments, anyCase)
  return (path, isFolder) => (isFolder || !folder) && test(path)
}

function wholeTest(text: string, anyCase: boolean): (text: string) => boolean {
  const whole = new RegExp(`^${text}$`, anyCase ? 'si' : 's')
  return path => whole.test(path)
}

// Each further wildcard multiplies what a regular expression tries by the length of a name, and patterns come with a repository, names from a server.
function isPlain(segments: readonly string[]): boolean {
  const wild = (segment: string) => tokens(segment).filter(({ kind }) => kind === 'any').length
  return segments.filter(one => one === '**').length <= 2 && segments.every(one => one === '**' || wild(one) <= 2)
}

/** The same without going back further than to the last wildcard, so that time grows with the two lengths and no faster. */
function stepTest(segments: readonly string[], anyCase: boolean): (path: string) => boolean {
  const names = segments.map(segment => (segment === '**' ? 'any' : nameTest(segment, anyCase)))
  // At the end `**` stands for at least one name.
  const parts = names.at(-1) === 'any' ? [...names.slice(0, -1), () => true, 'any' as const] : names
  return path => fits(parts, path.split('/'))
}

function fits<Item>(parts: readonly ('any' | ((item: Item) => boolean))[], items: ArrayLike<Item>): boolean {
  let part = 0
  let at = 0
  let wildcard = -1
  let from = 0
  while (at < items.length) {
    const wanted = parts[part]
    if (wanted === 'any') {
      wildcard = part++
      from = at
    } else if (wanted?.(items[at]!) === true) {
      part++
      at++
    } else if (wildcard !== -1) {
      part = wildcard + 1
      at = ++from
    } else return false
  }
  return parts.slice(part).every(left => left === 'any')
}

function source(segments: readonly string[]): string {
  const parts = segments.map((segment, at) => {
    const last = at === segments.length - 1
    if (segment === '**') return last ? '.+' : '(?:.*/)?'
    return tokens(segment).map(regexOf).join('') + (last ? '' : '/')
  })
  return parts.join('')
}

type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly not: boolean; readonly inside: string }

function tokens(segment: string): Token[] {
  const found: Token[] = []
  for (let rest = segment; rest !== ''; ) {
    const set = /^\[(?<not>[!^]?)(?<inside>\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]/s.exec(rest)
    const escaped = /^\\(.)/s.exec(rest)
    if (set !== null) found.push({ kind: 'set', not: set.groups!.not !== '', inside: set.groups!.inside! })
    else if (escaped !== null) found.push({ kind: 'char', char: escaped[1]! })
    else if (rest.startsWith('*')) found.push({ kind: 'any' })
    else if (rest.startsWith('?')) found.push({ kind: 'one' })
    else found.push({ kind: 'char', char: rest[0]! })
    rest = rest.slice(set?.[0].length ?? escaped?.[0].length ?? 1)
  }
  return found
}

function regexOf(token: Token): string {
  if (token.kind === 'any') return '[^/]*'
  if (token.kind === 'one') return '[^/]'
  if (token.kind === 'char') return token.char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const inside = token.inside
    // Of a range that goes downwards wildmatch() takes the first character only; a regular expression would be none.
    .replace(/(\\.|[^\\])-(\\.|[^\\])/gs, (range, from: string, to: string) =>
      from.slice(-1) > to.slice(-1) ? from : range,
    )
    .replace(/\[:(\w+):\]/g, (_: string, name: string) => classes[name] ?? '')
    .replace(/^\]/, '\\]')
    .replace(/\[/g, '\\[')
    .replace(/\^/g, '\\^')
  return token.not ? `(?:(?!/)[^${inside}])` : `(?:(?!/)[${inside}])`
}

// Of wildmatch(), which both git and rsync have.
const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: ' \\t-\\r',
  punct: '!-/:-@\\x5b-`{-~',
  xdigit: '0-9A-Fa-f',
}

/** Whether a path with this ending may match; true when in doubt. ASCII case does not count. */
export function mayEndWith({ segments }: Pattern, ending: string): boolean {
  return mayMeet(tokens(segments.at(-1)!), [
    { kind: 'any' },
    ...[...ending].map(char => ({ kind: 'char', char }) as const),
  ])
}

/** Whether some path may match both; true when in doubt. */
export function mayOverlap(one: Pattern, other: Pattern): boolean {
  return mayMeet(tokens(one.segments.at(-1)!), tokens(other.segments.at(-1)!))
}

// Compares from the end of the last name until one of them leaves it open.
function mayMeet(one: readonly Token[], other: readonly Token[]): boolean {
  for (let back = 1; ; back += 1) {
    const [a, b] = [one.at(-back), other.at(-back)]
    if (a?.kind === 'any' || b?.kind === 'any') return true
    if (a === undefined || b === undefined) return a === b
    if (a.kind === 'char' && b.kind === 'char' && a.char.toLowerCase() !== b.char.toLowerCase()) return false
    if (a.kind === 'set' && b.kind === 'char' && !mayHold(a, b.char)) return false
    if (b.kind === 'set' && a.kind === 'char' && !mayHold(b, a.char)) return false
  }
}

function mayHold(set: Token, char: string): boolean {
  return new RegExp(`^${regexOf(set)}$`, 'si').test(char)
}

/**
 * What is left of a pattern below a folder: patterns tied to that folder, none when it never reaches there, `everything` when it takes the folder
 * itself.
 */
export function below(
  pattern: Pattern,
  folder: readonly string[],
  anyCase: boolean,
): readonly Pattern[] | 'everything' {
  const [first, ...rest] = pattern.segments
  if (folder.length === 0) return [pattern]
  if (first === undefined || (first === '**' && rest.length === 0)) return 'everything'
  const [name, ...deeper] = folder
  if (first !== '**')
    return nameTest(first, anyCase)(name!) ? below({ ...pattern, segments: rest }, deeper, anyCase) : []
  const here = below({ ...pattern, segments: rest }, folder, anyCase)
  const further = below(pattern, deeper, anyCase)
  return here === 'everything' || further === 'everything' ? 'everything' : [...here, ...further]
}

function nameTest(segment: string, anyCase: boolean): (name: string) => boolean {
  if (isPlain([segment])) return wholeTest(tokens(segment).map(regexOf).join(''), anyCase)
  const parts = tokens(segment).map(token => (token.kind === 'any' ? 'any' : wholeTest(regexOf(token), anyCase)))
  return name => fits(parts, name)
}

/** The same in the language of rsync(1), FILTER RULES: several lines where a `**` may stand for no folder at all. */
export function rsyncPatterns(pattern: Pattern, anyCase: boolean): readonly string[] {
  const { segments } = pattern
  const end = pattern.folder ? '/' : ''
  // Not tied to the top, a pattern is held against the end of a path, at a slash. That is far cheaper than `**`.
  const loose = segments[0] === '**' ? segments.slice(1) : []
  if (loose.length > 0 && !loose.includes('**')) return [rsyncText(loose, anyCase) + end]
  return withoutEmptySpans(segments).map(variant => `/${rsyncText(variant, anyCase)}${end}`)
}

// In rsync `a/**/b` does not match `a/b`.
function withoutEmptySpans(segments: readonly string[]): readonly (readonly string[])[] {
  const at = segments.findIndex((segment, index) => segment === '**' && index < segments.length - 1)
  if (at < 0) return [segments]
  const after = withoutEmptySpans(segments.slice(at + 1))
  return after.flatMap(rest => [
    [...segments.slice(0, at), ...rest],
    [...segments.slice(0, at), '**', ...rest],
  ])
}

function rsyncText(segments: readonly string[], anyCase: boolean): string {
  const all = segments.map(segment => (segment === '**' ? segment : tokens(segment)))
  const wild = all.some(part => typeof part === 'string' || part.some(token => isWild(token, anyCase)))
  const text = (token: Token) => {
    if (token.kind === 'any') return '*'
    if (token.kind === 'one') return '?'
    if (token.kind === 'set') return `[${token.not ? '!' : ''}${token.inside}]`
    if (anyCase && /[a-z]/i.test(token.char)) return `[${token.char.toLowerCase()}${token.char.toUpperCase()}]`
    // A backslash is one only where something else in the pattern is a wildcard (rsync(1), PATTERN MATCHING RULES).
    return wild && /[\\*?[]/.test(token.char) ? `\\${token.char}` : token.char
  }
  return all.map(part => (typeof part === 'string' ? part : part.map(text).join(''))).join('/')
}

function isWild(token: Token, anyCase: boolean): boolean {
  // rsync calls a pattern wild that holds one of these, whether escaped or not.
  if (token.kind !== 'char') return true
  return /[*?[]/.test(token.char) || (anyCase && /[a-z]/i.test(token.char))
}
