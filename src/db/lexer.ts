// Cuts SQL into tokens without understanding it: where a comment, a string or a quoted name begins and ends in each dialect.
// Sources: PostgreSQL "4.1 Lexical Structure", MySQL "11.1 Literal Values" and "11.7 Comments", SQLite "lang_keywords" and tokenize.c.

export interface LexRules {
  /** MySQL: `--` begins a comment only before white space or the end. */
  readonly dashesNeedSpace: boolean
  readonly hashComments: boolean
  readonly nestedComments: boolean
  /** PostgreSQL ends a line comment at a lone carriage return too. */
  readonly returnEndsComment: boolean
  /** MySQL and MariaDB run what stands between the marks of a version comment. */
  readonly versionComments: boolean
  readonly backslashes: 'never' | 'after-e' | 'always'
  readonly doubleQuotes: 'name' | 'string'
  readonly backticks: boolean
  readonly brackets: boolean
  readonly dollarQuotes: boolean
  /** MySQL: `2fa_codes` is a name. */
  readonly digitsBeginNames: boolean
}

export type TokenKind = 'space' | 'comment' | 'word' | 'name' | 'string' | 'number' | 'punctuation' | 'unclosed'

/** Words, names and strings run to `end`; everything between two tokens' offsets belongs to one of them: no byte is lost. */
export class Scanner {
  kind: TokenKind = 'space'
  start = 0
  end = 0
  readonly text: string
  readonly #rules: LexRules
  #inVersionComment = false

  constructor(text: string, rules: LexRules, from = 0) {
    this.text = text
    this.#rules = rules
    this.end = from
  }

  /** Reads the next token into `kind`, `start`, `end`. False at the end of the text. */
  next(): boolean {
    this.start = this.end
    if (this.start >= this.text.length) return false
    this.kind = this.#read(this.text.charCodeAt(this.start))
    return true
  }

  #read(code: number): TokenKind {
    const { text, start } = this
    if (isSpace(code)) return this.#match(spaces, 'space')
    if (isWordStart(code)) return this.#word(code)
    if (isDigit(code) || (code === dot && isDigit(text.charCodeAt(start + 1)))) return this.#number()
    switch (code) {
      case quote:
        return this.#quoted('string', quote, this.#rules.backslashes === 'always')
      case doubleQuote:
        return this.#rules.doubleQuotes === 'name'
          ? this.#quoted('name', doubleQuote, false)
          : this.#quoted('string', doubleQuote, this.#rules.backslashes === 'always')
      case backtick:
        return this.#rules.backticks ? this.#quoted('name', backtick, false) : this.#one()
      case bracket:
        return this.#rules.brackets ? this.#until(']', 'name') : this.#one()
      case dash:
        return this.#dashes()
      case hash:
        return this.#rules.hashComments ? this.#lineComment() : this.#one()
      case slash:
        return text.charCodeAt(start + 1) === star ? this.#blockComment() : this.#one()
      case star:
        return this.#closesVersionComment() ? 'space' : this.#one()
      case dollar:
        return this.#rules.dollarQuotes ? this.#dollarQuoted() : this.#one()
    }
    return this.#one()
  }

  #one(): TokenKind {
    this.end = this.start + 1
    return 'punctuation'
  }

  #match(pattern: RegExp, kind: TokenKind): TokenKind {
    pattern.lastIndex = this.start
    pattern.exec(this.text)
    this.end = Math.max(pattern.lastIndex, this.start + 1)
    return kind
  }

  #word(code: number): TokenKind {
    if (
      this.#rules.backslashes === 'after-e' &&
      (code | 32) === letterE &&
      this.text.charCodeAt(this.start + 1) === quote
    )
      return this.#quoted('string', quote, true, 1)
    return this.#match(words, 'word')
  }

  #number(): TokenKind {
    this.#match(numbers, 'number')
    const next = this.text.charCodeAt(this.end)
    return this.#rules.digitsBeginNames && (isWordStart(next) || next === dollar)
      ? this.#match(words, 'word')
      : 'number'
  }

  #quoted(kind: TokenKind, mark: number, backslashes: boolean, skip = 0): TokenKind {
    const { text } = this
    for (let at = this.start + skip + 1; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (backslashes && code === backslash) at++
      else if (code === mark) {
        if (text.charCodeAt(at + 1) === mark) at++
        else {
          this.end = at + 1
          return kind
        }
      }
    }
    this.end = text.length
    return 'unclosed'
  }

  #until(mark: string, kind: TokenKind): TokenKind {
    const at = this.text.indexOf(mark, this.start + 1)
    this.end = at < 0 ? this.text.length : at + mark.length
    return at < 0 ? 'unclosed' : kind
  }

  #dashes(): TokenKind {
    const { text, start } = this
    if (text.charCodeAt(start + 1) !== dash) return this.#one()
    const after = text.charCodeAt(start + 2)
    if (this.#rules.dashesNeedSpace && !Number.isNaN(after) && after > 32 && after !== 127) return this.#one()
    return this.#lineComment()
  }

  #lineComment(): TokenKind {
    return this.#match(this.#rules.returnEndsComment ? toLineEnd : toLineFeed, 'comment')
  }

  #blockComment(): TokenKind {
    const { text, start } = this
    if (this.#rules.versionComments) {
      versionMark.lastIndex = start
      if (versionMark.test(text)) {
        this.end = versionMark.lastIndex
        this.#inVersionComment = true
        return 'space'
      }
    }
    if (!this.#rules.nestedComments) {
      const at = text.indexOf('*/', start + 2)
      this.end = at < 0 ? text.length : at + 2
      return at < 0 ? 'unclosed' : 'comment'
    }
    let depth = 0
    commentMarks.lastIndex = start
    for (let mark = commentMarks.exec(text); mark !== null; mark = commentMarks.exec(text)) {
      depth += mark[0] === '/*' ? 1 : -1
      if (depth > 0) continue
      this.end = commentMarks.lastIndex
      return 'comment'
    }
    this.end = text.length
    return 'unclosed'
  }

  #closesVersionComment(): boolean {
    if (!this.#inVersionComment || this.text.charCodeAt(this.start + 1) !== slash) return false
    this.#inVersionComment = false
    this.end = this.start + 2
    return true
  }

  #dollarQuoted(): TokenKind {
    dollarTag.lastIndex = this.start
    const tag = dollarTag.exec(this.text)?.[0]
    if (tag === undefined) return this.#one()
    const at = this.text.indexOf(tag, this.start + tag.length)
    this.end = at < 0 ? this.text.length : at + tag.length
    return at < 0 ? 'unclosed' : 'string'
  }
}

const [quote, doubleQuote, backtick, bracket, dash, hash, slash, star, dollar, backslash, dot, letterE] = [
  ...'\'"`[-#/*$\\.e',
].map(char => char.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

const spaces = /[ \t\r\n\f\v\u0000]+/y
// All three servers take everything beyond ASCII as part of a name, also a no-break space.
const words = /[A-Za-z0-9_$\u0080-\uffff]+/y
const numbers = /0x[0-9a-f]+|[0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?\.?/iy
const toLineFeed = /[^\n]*/y
const toLineEnd = /[^\n\r]*/y
// 999999 is how mariadb-dump marks what no server may run.
const versionMark = /\/\*M?!(?!999999)(?:\d{5,6})?/y
const commentMarks = /\/\*|\*\//g
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128
}
