import { type LexRules, Scanner, type TokenKind } from './lexer.ts'
import type { Name } from './statement.ts'

export interface Token {
  readonly kind: TokenKind
  /** A word in capitals, a punctuation mark; `` for names and strings, which are no keywords. */
  readonly word: string
  /** What it says: a name or string without its quotes. */
  readonly value: string
  /** As written, with its quotes. */
  readonly raw: string
  readonly start: number
  readonly end: number
}

/** The tokens that count: neither white space nor comments. */
export function tokensOf(text: string, rules: LexRules, from: number, to: number): Token[] {
  const scanner = new Scanner(text.slice(0, to), rules, from)
  const tokens: Token[] = []
  while (scanner.next()) {
    const { kind, start, end } = scanner
    if (kind === 'space' || kind === 'comment') continue
    const raw = text.slice(start, end)
    const plain = kind === 'word' || kind === 'punctuation' || kind === 'number'
    tokens.push({
      kind,
      word: plain ? raw.toUpperCase() : '',
      value: plain ? raw : unquoted(raw, rules),
      raw,
      start,
      end,
    })
  }
  return tokens
}

/** The text of some tokens: no comments, and one space where there was any. */
export function textOf(tokens: readonly Token[]): string {
  return tokens.map((token, at) => (token.start > (tokens[at - 1]?.end ?? token.start) ? ' ' : '') + token.raw).join('')
}

/** Without the parentheses that stand around all of it. */
export function bare(tokens: readonly Token[]): readonly Token[] {
  const reader = new Reader(tokens)
  if (!reader.take('(')) return tokens
  const inner = reader.until(word => word === ')')
  return reader.take(')') && reader.done ? bare(inner) : tokens
}

function unquoted(raw: string, rules: LexRules): string {
  const mark = raw[0] === '[' ? ']' : raw[0]!
  const inner = raw.slice(1, -1).replaceAll(mark + mark, mark)
  return rules.backslashes === 'always' && mark !== '`' ? inner.replace(/\\([\s\S])/g, unescaped) : inner
}

function unescaped(_: string, char: string): string {
  return { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', Z: '\u001a' }[char] ?? char
}

/** Reads tokens from left to right. */
export class Reader {
  readonly tokens: readonly Token[]
  at = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  get done(): boolean {
    return this.at >= this.tokens.length
  }

  get token(): Token | undefined {
    return this.tokens[this.at]
  }

  /** The word or mark here, or `ahead` tokens further; empty for quoted things and at the end. */
  word(ahead = 0): string {
    return this.tokens[this.at + ahead]?.word ?? ''
  }

  /** Steps over these words when all of them stand here; each may offer a choice: `'TABLE|TABLES'`. */
  take(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false
    this.at += words.length
    return true
  }

  sees(...words: readonly string[]): boolean {
    return words.every((word, index) => word.split('|').includes(this.word(index) || '\0'))
  }

  /** `schema.table`, in any quotes. Undefined (and nothing read) when no name stands here. */
  name(): Name | undefined {
    const first = this.identifier()
    if (first === undefined) return undefined
    if (this.word() !== '.') return { name: first }
    this.at++
    const second = this.identifier()
    return second === undefined ? undefined : { schema: first, name: second }
  }

  identifier(): string | undefined {
    const token = this.token
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'name' && token.kind !== 'string'))
      return undefined
    this.at++
    return token.value
  }

  /** A list of names with commas between them; undefined when it is not one. */
  names(): Name[] | undefined {
    const names: Name[] = []
    do {
      const name = this.name()
      if (name === undefined) return undefined
      names.push(name)
    } while (this.take(','))
    return names
  }

  /** Everything up to the next comma outside parentheses, or the end. The comma is left. */
  part(): Token[] {
    return this.until(word => word === ',')
  }

  until(stop: (word: string) => boolean): Token[] {
    const from = this.at
    for (let depth = 0; !this.done; this.at++) {
      const word = this.word()
      if (depth === 0 && stop(word)) break
      if (word === '(') depth++
      else if (word === ')') depth--
    }
    return this.tokens.slice(from, this.at)
  }

  /** The parenthesis here with everything up to its partner, both included; undefined (and nothing read) when there is none. */
  group(): Token[] | undefined {
    const from = this.at
    return this.list() === undefined ? undefined : this.tokens.slice(from, this.at)
  }

  /** What stands between the parenthesis here and its partner, split at commas; undefined when there is none. */
  list(): Token[][] | undefined {
    if (this.word() !== '(') return undefined
    const from = ++this.at
    const inner = this.until(word => word === ')')
    if (this.word() !== ')') {
      this.at = from - 1
      return undefined
    }
    this.at++
    return partsOf(inner)
  }
}

/** Splits at commas outside parentheses. */
export function partsOf(tokens: readonly Token[]): Token[][] {
  const reader = new Reader(tokens)
  const parts: Token[][] = []
  while (!reader.done) {
    parts.push(reader.part())
    reader.take(',')
  }
  return parts
}
