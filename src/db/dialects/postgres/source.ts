// libpg-query says where things begin (in UTF-8 bytes) and never where they end, and it cannot write a tree back as text.
// So the text of an expression is cut out of the statement: from where it begins to the next comma, parenthesis or word that ends it.
import { Scanner } from '../../lexer.ts'
import { splitting } from './splitting.ts'

interface Token {
  /** A word in capitals, a mark; empty for names, strings and numbers. */
  readonly word: string
  readonly start: number
  readonly end: number
}

interface Until {
  /** Byte offset at which the text ends at the latest. */
  readonly stop?: number
  /** Words and marks that end it; a comma when nothing else is said. */
  readonly ends?: readonly string[]
}

/** The text that was given to the parser. */
export class Source {
  readonly text: string
  #bytes: Buffer | undefined
  readonly #isAscii: boolean

  constructor(text: string) {
    this.text = text
    this.#isAscii = Buffer.byteLength(text) === text.length
  }

  /** Character offset of a byte offset. */
  at(byte: number): number {
    if (this.#isAscii) return byte
    this.#bytes ??= Buffer.from(this.text, 'utf8')
    return this.#bytes.subarray(0, byte).toString('utf8').length
  }

  /** What stands in the first parentheses from here on. */
  inParentheses(byte: number | undefined): string {
    const tokens = new Tokens(this.text, this.at(byte ?? 0))
    const open = tokens.next(({ word }) => word === '(')
    if (open === undefined) return ''
    tokens.depth = 0
    tokens.next(() => tokens.depth < 0)
    return this.#between(open.end, tokens)
  }

  /** What follows a word, up to what ends it or a closing parenthesis on the same level. */
  after(word: string, byte: number | undefined, { stop, ends = [','] }: Until = {}): string {
    const tokens = new Tokens(this.text, this.at(byte ?? 0))
    const keyword = tokens.next(token => token.word === word && tokens.depth === 0)
    if (keyword === undefined) return ''
    const last = stop === undefined ? this.text.length : this.at(stop)
    tokens.next(token => token.start >= last || tokens.depth < 0 || (tokens.depth === 0 && ends.includes(token.word)))
    return this.#between(keyword.end, tokens)
  }

  /** The parts between the commas of the first list in parentheses from here on. */
  list(byte: number | undefined): string[] {
    return commaParts(this.inParentheses(byte))
  }

  /** The actions of an ALTER TABLE, in their order. `byte`: where the table's name begins. */
  actions(byte: number | undefined): string[] {
    return commaParts(this.text.slice(this.at(byte ?? 0)))
  }

  #between(from: number, tokens: Tokens): string {
    return this.text.slice(from, Math.max(from, tokens.seen)).trim()
  }
}

class Tokens {
  /** Parentheses and brackets that are open. */
  depth = 0
  /** Where the last token ended that was passed over. */
  seen = 0
  readonly #scanner: Scanner

  constructor(text: string, from: number) {
    this.#scanner = new Scanner(text, splitting, from)
  }

  next(wanted: (token: Token) => boolean): Token | undefined {
    const scanner = this.#scanner
    while (scanner.next()) {
      const { kind, start, end } = scanner
      if (kind === 'space' || kind === 'comment') continue
      const word = kind === 'word' || kind === 'punctuation' ? scanner.text.slice(start, end).toUpperCase() : ''
      if (word === ')' || word === ']') this.depth--
      const token = { word, start, end }
      if (wanted(token)) return token
      if (word === '(' || word === '[') this.depth++
      this.seen = end
    }
    return undefined
  }
}

function commaParts(text: string): string[] {
  const tokens = new Tokens(text, 0)
  const parts: string[] = []
  for (let from = 0; ; ) {
    const comma = tokens.next(({ word }) => word === ',' && tokens.depth === 0)
    parts.push(text.slice(from, Math.max(from, tokens.seen)).trim())
    if (comma === undefined) return parts
    from = comma.end
  }
}
