import { broken, Writer } from '../../dialect.ts'
import { Scanner } from '../../lexer.ts'
import { type Piece, type SplitRules, split } from '../../split.ts'
import { type Effect, type Name, type Statement, statementOf, type Written } from '../../statement.ts'
import { Reader, type Token, tokensOf } from '../../tokens.ts'
import { Variables } from './dynamic.ts'
import { recognise } from './recognise.ts'

/** Statements of a file; what procedures, events and prepared statements hold is read too. */
export function readStatements(text: string, rules: SplitRules): Statement[] {
  return new File(text, rules, new Variables(), 0).statements()
}

const plainDataBytes = 65_536

class File {
  readonly #text: string
  readonly #rules: SplitRules
  readonly #writer: Writer
  readonly #variables: Variables
  readonly #prepared = new Set<string>()
  /** A prepared text may prepare another one; no honest file goes deeper than this. */
  readonly #depth: number

  constructor(text: string, rules: SplitRules, variables: Variables, depth: number) {
    this.#text = text
    this.#rules = rules
    this.#writer = new Writer('mysql', text)
    this.#variables = variables
    this.#depth = depth
  }

  statements(): Statement[] {
    return split(this.#text, this.#rules).flatMap(piece => this.#piece(piece))
  }

  #piece(piece: Piece): Statement[] {
    const because = broken(piece, this.#text)
    if (piece.from === piece.to && because === undefined) return []
    const written = this.#writer.written(piece)
    if (because !== undefined) return [statementOf(written, { kind: 'unreadable', because })]
    if (piece.is === 'client-command') return [statementOf(written, { kind: 'other' })]
    if (this.#isPlainData(piece)) return [statementOf(written, { kind: 'data' })]
    const tokens = tokensOf(this.#text, this.#rules, piece.start, piece.to)
    const routine = routineOf(tokens)
    if (routine !== undefined) return this.#routine(routine, written)
    if (tokens[0]?.word === 'BEGIN' && tokens[1]?.word === 'NOT') {
      const block = this.#body(tokens, written, 'the block')
      return block.length === 0 ? [statementOf(written, { kind: 'other' })] : block
    }
    const single = tokens.every(token => token.word !== ';')
    return single ? this.#statement(tokens, written) : this.#several(tokens, written)
  }

  /** Megabytes of INSERT are not looked at token by token. */
  #isPlainData({ from, to }: Piece): boolean {
    if (to - from < plainDataBytes) return false
    const scanner = new Scanner(this.#text, this.#rules, from)
    scanner.next()
    return /^(insert|replace|update|delete)$/i.test(this.#text.slice(scanner.start, scanner.end))
  }

  /** With another DELIMITER in force one piece may hold several statements. */
  #several(tokens: readonly Token[], written: Written): Statement[] {
    return sentences(tokens).flatMap(sentence => {
      const range = { from: sentence[0]!.start, to: sentence.at(-1)!.end }
      return this.#statement(sentence, { ...this.#writer.written(range), ...inside(written.inside) })
    })
  }

  #statement(tokens: readonly Token[], written: Written): Statement[] {
    this.#variables.note(tokens)
    const reader = new Reader(tokens)
    if (reader.take('PREPARE')) {
      const name = reader.identifier()
      if (name !== undefined) this.#prepared.add(name.toLowerCase())
      return this.#dynamic(reader.take('FROM') ? tokens.slice(reader.at) : [], written)
    }
    if (reader.take('EXECUTE', 'IMMEDIATE'))
      return this.#dynamic(
        reader.until(word => word === 'USING'),
        written,
      )
    if (reader.take('EXECUTE')) {
      const known = this.#prepared.has(reader.identifier()?.toLowerCase() ?? '')
      const because = 'it executes a statement that is prepared nowhere in this file'
      return [statementOf(written, known ? { kind: 'other' } : { kind: 'unreadable', because })]
    }
    if (reader.take('CALL')) {
      const name = reader.name()
      const because = 'it calls nothing that has a name'
      return [statementOf(written, name === undefined ? { kind: 'unreadable', because } : { kind: 'call', name })]
    }
    return recognise(tokens).map(effect => statementOf(written, effect))
  }

  #dynamic(expression: readonly Token[], written: Written): Statement[] {
    const texts = this.#variables.texts(expression)
    if (texts === undefined || this.#depth >= 3) {
      const because = 'it prepares a statement whose text is put together while it runs'
      return [statementOf(written, { kind: 'unreadable', because })]
    }
    const statements = texts.flatMap(text =>
      new File(text, this.#rules, this.#variables, this.#depth + 1)
        .statements()
        .map(statement => Object.assign({}, statement, written, inside(written.inside ?? 'a prepared statement'))),
    )
    return statements.length === 0 ? [statementOf(written, { kind: 'other' })] : statements
  }

  #routine({ what, name, table, body }: Routine, written: Written): Statement[] {
    if (what === 'EVENT')
      return [statementOf(written, { kind: 'other-ddl' }), ...this.#body(body, written, `event ${name.name}`)]
    // Triggers and functions cannot change tables: the server refuses statements that commit in them (MySQL 8.4, "27.8 Restrictions").
    if (table !== undefined) return [statementOf(written, { kind: 'create-trigger', table, name: name.name })]
    if (what === 'TRIGGER' || what === 'FUNCTION') return [statementOf(written, { kind: 'other-ddl' })]
    const effect: Effect = {
      kind: 'create-routine',
      what: what.toLowerCase(),
      name,
      body: () => this.#body(body, written, `procedure ${name.name}`),
    }
    return [statementOf(written, effect)]
  }

  #body(tokens: readonly Token[], written: Written, where: string): Statement[] {
    return sentences(tokens).flatMap(sentence => {
      const rest = stripped(sentence)
      const place = { ...written, inside: where }
      const verb = rest[0]?.word ?? ''
      if (verbs.has(verb) || changesRows.has(verb)) return this.#statement(rest, place)
      this.#variables.note(rest)
      if (!sentence.some(token => token.kind === 'word' && risky.has(token.word))) return []
      return [statementOf(place, { kind: 'unreadable', because: `a statement of ${where} is not understood` })]
    })
  }
}

function inside(where: string | undefined): { inside?: string } {
  return where === undefined ? {} : { inside: where }
}

interface Routine {
  readonly what: string
  readonly name: Name
  /** Of a trigger. */
  readonly table: Name | undefined
  readonly body: readonly Token[]
}

const routineWords = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE'])
const notRoutines = new Set(['TABLE', 'INDEX', 'VIEW', 'DATABASE', 'SCHEMA', 'USER', 'ROLE', 'SERVER', 'SEQUENCE', ';'])

function routineOf(tokens: readonly Token[]): Routine | undefined {
  const verb = tokens[0]?.word
  if (verb !== 'CREATE' && verb !== 'ALTER') return undefined
  const at = tokens.findIndex(token => routineWords.has(token.word) || notRoutines.has(token.word))
  const what = tokens[at]?.word
  if (what === undefined || !routineWords.has(what) || (verb === 'ALTER' && what !== 'EVENT')) return undefined
  const reader = new Reader(tokens)
  reader.at = at + 1
  reader.take('BODY')
  reader.take('IF', 'NOT', 'EXISTS')
  const name = reader.name()
  if (name === undefined) return undefined
  reader.list()
  if (what === 'TRIGGER') reader.until(word => word === 'ON')
  const table = what === 'TRIGGER' && reader.take('ON') ? reader.name() : undefined
  reader.until(word => (what === 'EVENT' ? word === 'DO' : bodyStarts.has(word)))
  if (what === 'EVENT') reader.at++
  return { what, name, table, body: tokens.slice(reader.at) }
}

function sentences(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = [[]]
  for (const token of tokens) {
    if (token.word === ';') result.push([])
    else result.at(-1)!.push(token)
  }
  return result.filter(sentence => sentence.length > 0)
}

const verbs = new Set('DROP ALTER CREATE RENAME TRUNCATE PREPARE DEALLOCATE EXECUTE CALL ROLLBACK'.split(' '))
const changesRows = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE'])
const risky = new Set('DROP ALTER RENAME PREPARE EXECUTE'.split(' '))
const bodyStarts = new Set([
  ...verbs,
  ...'BEGIN IF CASE LOOP WHILE REPEAT FOR SET SELECT INSERT UPDATE DELETE REPLACE WITH DO RETURN SIGNAL IS AS'.split(
    ' ',
  ),
])

/** A sentence of a body without the control words before its statement. */
function stripped(sentence: readonly Token[]): readonly Token[] {
  const reader = new Reader(sentence)
  for (;;) {
    const from = reader.at
    if (reader.word(1) === ':' && reader.token?.kind !== 'punctuation') reader.at += 2
    if (reader.take('BEGIN')) reader.take('NOT', 'ATOMIC')
    reader.take('ELSE|THEN|LOOP|REPEAT|DO|IS|AS')
    if (reader.sees('IF|ELSEIF|WHEN|CASE')) reader.until(word => word === 'THEN')
    else if (reader.sees('WHILE|FOR')) reader.until(word => word === 'DO')
    else if (reader.take('DECLARE', 'CONTINUE|EXIT|UNDO', 'HANDLER'))
      reader.until(word => verbs.has(word) || (bodyStarts.has(word) && word !== 'FOR'))
    if (reader.at === from) return sentence.slice(from)
  }
}
