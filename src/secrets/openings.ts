/** The characters that may stand at one place, by their low bytes. */
export interface CharSet {
  /** 256 flags. */
  readonly has: Uint8Array
  /** The same as a list. */
  readonly codes: readonly number[]
}

/** How a match of a cue can begin, character by character: at least two. */
export type Opening = readonly CharSet[]

type Codes = readonly number[]

const longest = 8
const most = 64

/**
 * How matches of a cue can begin, read from its source: `/do[op]_\d{8}x?/` begins with `do`, then `o` or `p`, then `_` and digits.
 * @throws when less than two characters can be told.
 */
export function openingsOf(cue: RegExp): readonly Opening[] {
  const { heads, rest } = beginnings(cue.source)
  if (rest.startsWith('|')) throw new Error(`The cue ${cue} has a choice at its top: write two cues.`)
  if (heads.some(({ length }) => length < 2))
    throw new Error(`The cue ${cue} does not begin with two characters that can be told.`)
  return heads.map(places => places.map(codes => setFor(codes, cue.flags.includes('i'))))
}

interface Beginnings {
  readonly heads: readonly (readonly Codes[])[]
  /** What was not read. */
  readonly rest: string
}

function beginnings(source: string): Beginnings {
  let heads: Beginnings['heads'] = [[]]
  let rest = source
  while (heads.some(head => head.length < longest) && heads.length < most) {
    const part = nextAtom(rest)
    if (part === undefined) break
    for (let time = 0; time < Math.min(part.least, longest); time++)
      heads = heads.flatMap(head => part.choices.map(choice => [...head, ...choice]))
    if (!part.exact) {
      const again = part.choices.map(choice => choice[0])
      const after = part.whole ? firstOf(part.rest) : undefined
      if (after !== undefined && again.every(codes => codes !== undefined))
        heads = heads.map(head => [...head, [...again.flat(), ...after]])
      break
    }
    rest = part.rest
  }
  return { heads: heads.map(head => head.slice(0, longest)), rest }
}

interface Atom {
  /** What it may stand for: runs of character sets. */
  readonly choices: readonly (readonly Codes[])[]
  /** The choices are all there is to it, not only how it begins. */
  readonly whole: boolean
  readonly least: number
  /** What follows begins right after the choices. */
  readonly exact: boolean
  readonly rest: string
}

const simple = /^(?:\\(?<escaped>.)|\[(?<set>(?:\\.|[^\]\\])+)\]|(?<plain>[^\\()[\]{}|^$.*+?]))/
const quantifier = /^(?:\{(?<least>\d+)(?<open>,\d*)?\}|(?<sign>[*+?]))?\??/

function nextAtom(source: string): Atom | undefined {
  const read = source.startsWith('(?:') ? groupOf(source) : simpleOf(source)
  if (read === undefined) return undefined
  const found = quantifier.exec(source.slice(read.length))!
  const { least, open, sign } = found.groups!
  return {
    choices: read.choices,
    whole: read.whole,
    least: least !== undefined ? Number(least) : sign === '*' || sign === '?' ? 0 : 1,
    exact: read.whole && open === undefined && sign === undefined,
    rest: source.slice(read.length + found[0].length),
  }
}

type Read = Pick<Atom, 'choices' | 'whole'> & { readonly length: number }

function simpleOf(source: string): Read | undefined {
  const found = simple.exec(source)
  if (found === null) return undefined
  const { escaped, set, plain } = found.groups!
  const codes = plain !== undefined ? [plain.charCodeAt(0)] : escaped === undefined ? setOf(set!) : escapeOf(escaped)
  return codes && { choices: [[codes]], whole: true, length: found[0].length }
}

/** A group without a name: its choices, one after the other. */
function groupOf(source: string): Read | undefined {
  const choices: (readonly Codes[])[] = []
  let whole = true
  for (let at = '(?:'.length; ; ) {
    const { heads, rest } = beginnings(source.slice(at))
    at = source.length - rest.length
    choices.push(...heads)
    if (source[at] === ')') return { choices, whole, length: at + 1 }
    if (source[at] === '|') at++
    else {
      const end = endOfChoice(source, at)
      if (end === undefined) return undefined
      whole = false
      if (source[end] === ')') return { choices, whole, length: end + 1 }
      at = end + 1
    }
  }
}

/** Where the choice that was not read to its end is over: at a `|` or `)` of its own group. */
function endOfChoice(source: string, from: number): number | undefined {
  let depth = 0
  let inSet = false
  for (let at = from; at < source.length; at++) {
    const char = source[at]!
    if (char === '\\') at++
    else if (inSet) inSet = char !== ']'
    else if (char === '[') inSet = true
    else if (depth === 0 && (char === '|' || char === ')')) return at
    else if (char === '(') depth++
    else if (char === ')') depth--
  }
  return undefined
}

/** What comes first in a part of an expression whose own first parts may be absent; undefined when that cannot be told. */
function firstOf(source: string): Codes | undefined {
  const codes: number[] = []
  for (let part = nextAtom(source); part !== undefined; part = nextAtom(part.rest)) {
    const firsts = part.choices.map(choice => choice[0])
    if (firsts.some(first => first === undefined)) return undefined
    codes.push(...firsts.flatMap(first => first!))
    if (part.least > 0) return codes
  }
  return undefined
}

const digits = range('0', '9')
const word = [...digits, ...range('a', 'z'), ...range('A', 'Z'), '_'.charCodeAt(0)]
// ECMAScript's white space, by the low bytes of its characters.
const space = [
  ...'\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
].map(char => char.charCodeAt(0))

function escapeOf(escaped: string): Codes | undefined {
  if (escaped === 'd') return digits
  if (escaped === 'w') return word
  if (escaped === 's') return space
  return /\w/.test(escaped) ? undefined : [escaped.charCodeAt(0)]
}

function setOf(set: string): Codes | undefined {
  if (set.startsWith('^')) return undefined
  const codes: number[] = []
  for (const [whole, from, to] of set.matchAll(/(\w)-(\w)|\\.|./g)) {
    const members =
      from !== undefined ? range(from, to!) : whole.startsWith('\\') ? escapeOf(whole[1]!) : [whole.charCodeAt(0)]
    if (members === undefined) return undefined
    codes.push(...members)
  }
  return codes
}

function range(from: string, to: string): Codes {
  const first = from.charCodeAt(0)
  return Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) => first + index)
}

const sets = new Map<string, CharSet>()

function setFor(codes: Codes, ignoreCase: boolean): CharSet {
  const key = `${ignoreCase}${codes.join()}`
  const set = sets.get(key) ?? newSet(codes, ignoreCase)
  sets.set(key, set)
  return set
}

function newSet(codes: Codes, ignoreCase: boolean): CharSet {
  const has = new Uint8Array(256)
  for (const code of codes) {
    const char = String.fromCharCode(code)
    const both = ignoreCase ? [char.toLowerCase(), char.toUpperCase()] : [char]
    for (const one of both) has[one.charCodeAt(0) & 0xff] = 1
  }
  return { has, codes: [...has.keys()].filter(code => has[code] === 1) }
}
