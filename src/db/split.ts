// Cuts a file into statements. The pieces joined again are the file: no byte is lost, so that nothing can hide between two statements.
import { type LexRules, Scanner } from './lexer.ts'

export interface SplitRules extends LexRules {
  /** PostgreSQL: CREATE RULE … DO (a; b) holds semicolons in parentheses. */
  readonly parenthesesHold: boolean
  /** psql: `\\command` lines, and COPY … FROM STDIN followed by its rows. */
  readonly psql: boolean
  /** The mysql client's DELIMITER lines. */
  readonly delimiterLines: boolean
  /** Where a statement may hold others: BEGIN ATOMIC … END, routines, triggers. */
  readonly compound: 'atomic' | 'routines' | 'triggers'
}

export interface Piece {
  /** Everything from the end of the piece before to the end of this one. */
  readonly start: number
  readonly end: number
  /** The statement's own text, without comments and white space around it and without its terminator. Equal when there is none. */
  readonly from: number
  readonly to: number
  readonly comments: readonly Comment[]
  readonly is: 'statement' | 'client-command' | 'rows'
  /** A quote or comment that is never closed. */
  readonly unclosed: boolean
}

/** A comment that stands before a statement or between its words. */
export interface Comment {
  readonly start: number
  readonly end: number
}

export function split(text: string, rules: SplitRules, from = 0): Piece[] {
  return new Splitter(text, rules, from).run()
}

class Splitter {
  readonly #text: string
  readonly #rules: SplitRules
  readonly #scanner: Scanner
  readonly #pieces: Piece[] = []
  #delimiter = ';'
  #start: number
  #from = -1
  #to = -1
  #comments: Comment[] = []
  #unclosed = false
  #parentheses = 0
  #blocks: Blocks

  constructor(text: string, rules: SplitRules, from: number) {
    this.#text = text
    this.#rules = rules
    this.#start = from
    this.#scanner = new Scanner(text, rules, from)
    this.#blocks = new Blocks(rules.compound)
  }

  run(): Piece[] {
    const scanner = this.#scanner
    while (scanner.end < this.#text.length) {
      if (this.#clientCommand(scanner.end)) continue
      if (this.#atDelimiter(scanner.end)) {
        scanner.end += this.#delimiter.length
        this.#finish(scanner.end, 'statement')
        continue
      }
      scanner.next()
      this.#cutAtDelimiter()
      this.#take()
    }
    if (this.#start < this.#text.length) this.#finish(this.#text.length, 'statement')
    return this.#pieces
  }

  #take(): void {
    const { kind, start, end } = this.#scanner
    if (kind === 'space') return
    if (kind === 'comment') {
      this.#comments.push({ start, end })
      return
    }
    if (kind === 'unclosed') this.#unclosed = true
    if (this.#from < 0) this.#from = start
    this.#to = end
    if (kind === 'punctuation') {
      const mark = this.#text[start]
      if (mark === '(') this.#parentheses++
      else if (mark === ')') this.#parentheses = Math.max(0, this.#parentheses - 1)
      this.#blocks.see(mark!)
    } else if (this.#blocks.watching)
      this.#blocks.see(kind === 'word' ? this.#text.slice(start, end).toUpperCase() : kind)
  }

  #atDelimiter(at: number): boolean {
    if (!this.#text.startsWith(this.#delimiter, at)) return false
    if (this.#delimiter !== ';') return true
    if (this.#rules.parenthesesHold && this.#parentheses > 0) return false
    return !this.#blocks.open
  }

  // A delimiter such as `$$` or `go` may stand at the end of what reads like one word.
  #cutAtDelimiter(): void {
    const { kind, start, end } = this.#scanner
    if (this.#delimiter === ';' || (kind !== 'word' && kind !== 'number')) return
    const at = this.#text.slice(start, end).indexOf(this.#delimiter)
    if (at > 0) this.#scanner.end = start + at
  }

  /** DELIMITER lines and psql's commands stand where a statement could begin (the former also at the start of a line). */
  #clientCommand(at: number): boolean {
    const fresh = this.#from < 0
    if (this.#rules.delimiterLines && (fresh || this.#text.charCodeAt(at - 1) === 10)) {
      const pattern = fresh ? delimiterLine : delimiterLineAlone
      pattern.lastIndex = at
      const found = pattern.exec(this.#text)
      if (found !== null) {
        this.#delimiter = found[1]!
        this.#command(at, pattern.lastIndex)
        return true
      }
    }
    if (!this.#rules.psql || !fresh || this.#text[at] !== '\\') return false
    restOfLine.lastIndex = at
    restOfLine.exec(this.#text)
    this.#command(at, restOfLine.lastIndex)
    return true
  }

  #command(from: number, to: number): void {
    if (this.#from >= 0) this.#finish(from, 'statement')
    this.#from = from
    this.#to = to
    this.#scanner.end = to
    this.#finish(to, 'client-command')
  }

  #finish(end: number, is: Piece['is']): void {
    const from = this.#from < 0 ? end : this.#from
    const to = this.#from < 0 ? end : this.#to
    // A block that never ends may have swallowed statements that are none of its own.
    const unclosed = this.#unclosed || (is === 'statement' && this.#blocks.open)
    this.#pieces.push({ start: this.#start, end, from, to, comments: this.#comments, is, unclosed })
    this.#start = end
    this.#from = -1
    this.#comments = []
    this.#unclosed = false
    this.#parentheses = 0
    this.#blocks = new Blocks(this.#rules.compound)
    if (this.#rules.psql && is === 'statement') this.#rows(this.#text.slice(from, Math.min(to, from + 4000)))
  }

  /** The rows after COPY … FROM STDIN, up to the line `\.` (psql, "COPY"). */
  #rows(statement: string): void {
    if (!copyFromStdin.test(statement)) return
    const lineEnd = this.#text.indexOf('\n', this.#start)
    if (lineEnd < 0) return
    endOfRows.lastIndex = lineEnd
    const closed = endOfRows.exec(this.#text) !== null
    const end = closed ? endOfRows.lastIndex : this.#text.length
    this.#unclosed = !closed
    this.#from = this.#start
    this.#to = end
    this.#scanner.end = end
    this.#finish(end, 'rows')
  }
}

/** Counts what opens and closes inside one statement, so that its inner semicolons do not end it. */
class Blocks {
  readonly #compound: SplitRules['compound']
  #seen = 0
  #holds: boolean | undefined
  #depth = 0
  #before = ''

  constructor(compound: SplitRules['compound']) {
    this.#compound = compound
  }

  get watching(): boolean {
    return this.#holds !== false
  }

  get open(): boolean {
    return this.#depth > 0
  }

  /** A word in capitals, a punctuation mark, or `name`, `string`, `number`. */
  see(token: string): void {
    this.#seen++
    const before = this.#before
    this.#before = token
    if (this.#holds === undefined) this.#holds = this.#decide(token)
    if (this.#holds !== true || before === '.') return
    if (this.#compound === 'atomic') this.#atomic(token, before)
    else if (this.#compound === 'triggers') this.#counted(token, token === 'BEGIN')
    else this.#routine(token, before)
  }

  /** Undefined while it is still open whether this statement may hold others. */
  #decide(token: string): boolean | undefined {
    if (this.#seen === 1) {
      if (token === 'CREATE' || (token === 'ALTER' && this.#compound === 'routines')) return undefined
      return this.#compound === 'routines' && token === 'BEGIN' ? undefined : false
    }
    if (this.#compound === 'atomic') return true
    if (this.#seen === 2 && token === 'NOT' && this.#depth === 0) {
      this.#depth = 1
      return true
    }
    if (token === 'TRIGGER') return true
    if (this.#compound === 'routines' && routineWords.has(token)) return true
    return plainWords.has(token) || this.#seen > 20 ? false : undefined
  }

  #atomic(token: string, before: string): void {
    if (token === 'ATOMIC' && before === 'BEGIN') this.#depth++
    else if (this.#depth > 0 && token === 'CASE') this.#depth++
    else if (this.#depth > 0 && token === 'END') this.#depth--
  }

  #counted(token: string, opens: boolean): void {
    if (opens || (token === 'CASE' && this.#depth > 0)) this.#depth++
    else if (token === 'END' && this.#depth > 0) this.#depth--
  }

  #routine(token: string, before: string): void {
    if (before === 'END') return
    const fresh = startsStatement.has(before)
    // `) FOR UPDATE` ends a query; every other FOR at the start of a statement is MariaDB's loop.
    const opens =
      token === 'BEGIN' || token === 'CASE' || (fresh && (openers.has(token) || (token === 'FOR' && before !== ')')))
    if (opens) this.#depth++
    else if (token === 'END' && this.#depth > 0) this.#depth--
  }
}

const routineWords = new Set(['PROCEDURE', 'FUNCTION', 'EVENT', 'PACKAGE'])
const plainWords = new Set([
  'TABLE',
  'INDEX',
  'VIEW',
  'DATABASE',
  'SCHEMA',
  'USER',
  'ROLE',
  'SERVER',
  'SEQUENCE',
  'LIKE',
])
const openers = new Set(['IF', 'LOOP', 'REPEAT', 'WHILE'])
const startsStatement = new Set([';', 'BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT', ':', 'ROW', ')'])

const delimiterLine = /delimiter[ \t]+(\S+)[^\n]*/iy
const delimiterLineAlone = /delimiter[ \t]+([^\sA-Za-z0-9_,()'"`]+)[ \t\r]*(?=\n|$)/iy
const restOfLine = /[^\n]*/y
const copyFromStdin = /^copy\b[^;]*\bfrom\s+stdin\b/i
const endOfRows = /\n\\\.[ \t\r]*(?:\n|$)/g
