import { broken, Writer } from '../../dialect.ts'
import { Scanner } from '../../lexer.ts'
import { type Piece, type SplitRules, split } from '../../split.ts'
import { type Effect, type Statement, statementOf, type Written } from '../../statement.ts'
import { type Node, type ParsedStatement, parseSql } from './engine.ts'
import { type Is, nameFrom, textOf } from './nodes.ts'
import { sqlInside } from './plpgsql.ts'
import { Source } from './source.ts'
import { effectsOf } from './tree.ts'

/** Past this a statement is rows; PostgreSQL's parser would need a hundred times its size in memory to say so. */
const plainDataBytes = 262_144

/** Statements of a file. Each piece goes through PostgreSQL's own parser, so that a wrong cut can only make something unreadable. */
export function readStatements(text: string, rules: SplitRules): Statement[] {
  const writer = new Writer('postgres', text)
  return split(text, rules).flatMap(piece => readPiece(piece, text, rules, writer))
}

function readPiece(piece: Piece, text: string, rules: SplitRules, writer: Writer): Statement[] {
  const because = broken(piece, text)
  if (piece.from === piece.to && because === undefined) return []
  const written = writer.written(piece)
  if (because !== undefined) return [statementOf(written, { kind: 'unreadable', because })]
  if (piece.is === 'rows') return [statementOf(written, { kind: 'data' })]
  if (piece.is === 'client-command') return [statementOf(written, clientCommand(written.text))]
  if (written.text.length > plainDataBytes && /^(insert|update|delete)\b/i.test(written.text))
    return [statementOf(written, { kind: 'data' })]
  const parsed = parseSql(written.text)
  if (!parsed.ok) return unreadable(piece, written, parsed.because, text, rules, writer)
  const source = new Source(written.text)
  return parsed.statements.flatMap(statement => {
    const place = parsed.statements.length === 1 ? written : writer.written(rangeOf(statement, written, rules))
    return readNode(statement.node, place, source)
  })
}

/** A parenthesis that is never closed holds every statement after it: read those again without minding parentheses. */
function unreadable(
  piece: Piece,
  written: Written,
  because: string,
  text: string,
  rules: SplitRules,
  writer: Writer,
): Statement[] {
  const whole = [statementOf(written, { kind: 'unreadable', because })]
  if (!rules.parenthesesHold || !written.text.includes(';')) return whole
  const loose: SplitRules = { ...rules, parenthesesHold: false }
  const parts = split(text.slice(0, piece.to), loose, piece.start)
  return parts.length < 2 ? whole : parts.flatMap(part => readPiece(part, text, loose, writer))
}

function rangeOf({ byteOffset, byteLength }: ParsedStatement, { text, offset }: Written, rules: SplitRules) {
  const bytes = Buffer.from(text, 'utf8')
  const end = byteLength === undefined ? bytes.length : byteOffset + byteLength
  const scanner = new Scanner(text, rules, bytes.subarray(0, byteOffset).toString('utf8').length)
  while (scanner.next() && (scanner.kind === 'space' || scanner.kind === 'comment'));
  return { from: offset + scanner.start, to: offset + bytes.subarray(0, end).toString('utf8').length }
}

/** psql's own commands. Those that read another file or run what a query returns hide what they do. */
function clientCommand(text: string): Effect {
  const name = /^\\(\w*)/.exec(text)?.[1] ?? ''
  if (['connect', 'c'].includes(name)) return { kind: 'change-scope' }
  if (harmlessCommands.has(name)) return { kind: 'other' }
  return { kind: 'unreadable', because: `psql's \\${name} runs something that this file does not show` }
}

const harmlessCommands = new Set(
  'restrict unrestrict set unset echo qecho warn timing pset encoding errverbose if elif else endif prompt q x t a'.split(
    ' ',
  ),
)

function readNode(node: Node, written: Written, source: Source): Statement[] {
  if ('DoStmt' in node) return doBlock(node.DoStmt.args ?? [], written, source)
  if ('CreateFunctionStmt' in node) return [statementOf(written, routine(node.CreateFunctionStmt, written, source))]
  if ('CallStmt' in node) {
    const name = nameFrom(node.CallStmt.funccall?.funcname ?? [])
    return [statementOf(written, { kind: 'call', name })]
  }
  if ('PrepareStmt' in node && node.PrepareStmt.query !== undefined)
    return readNode(node.PrepareStmt.query, { ...written, inside: 'a prepared statement' }, source)
  if ('ExplainStmt' in node && node.ExplainStmt.query !== undefined)
    return readNode(node.ExplainStmt.query, written, source)
  return effectsOf(node, source).map(effect => statementOf(written, effect))
}

function option(args: readonly Node[], wanted: string): Node | undefined {
  for (const arg of args) if ('DefElem' in arg && arg.DefElem.defname === wanted) return arg.DefElem.arg
  return undefined
}

function doBlock(args: readonly Node[], written: Written, source: Source): Statement[] {
  const language = textOf(option(args, 'language')) ?? 'plpgsql'
  const inside = 'the DO block'
  const opens = args.find(arg => 'DefElem' in arg && arg.DefElem.defname === 'as')
  // A block in a text that is itself inside something else has no lines of its own in the file.
  if (opens === undefined || !('DefElem' in opens) || source.text !== written.text || written.inside !== undefined)
    return body(language, written.text, { ...written, inside })
  const before = source.text.slice(0, source.at(opens.DefElem.location ?? 0))
  const first = written.line + before.split('\n').length - 1
  const insideAt = (line: number) => (line === 1 ? inside : `${inside}, line ${first + line - 1}`)
  return body(language, written.text, { ...written, inside }, insideAt)
}

function routine(create: Is<'CreateFunctionStmt'>, written: Written, own: Source): Effect {
  const { funcname = [], options = [], is_procedure, sql_body } = create
  const name = nameFrom(funcname)
  const what = is_procedure === true ? 'procedure' : 'function'
  const place: Written = { ...written, inside: `${what} ${name.name}` }
  const language = textOf(option(options, 'language'))?.toLowerCase() ?? 'sql'
  const source = option(options, 'as')
  const text = source !== undefined && 'List' in source ? textOf(source.List.items?.[0]) : undefined
  const security = option(options, 'security')
  const definer = security !== undefined && 'Boolean' in security && security.Boolean.boolval === true
  return {
    kind: 'create-routine',
    what,
    name,
    language,
    ...(definer ? { securityDefiner: true } : {}),
    ...(options.some(setsSearchPath) ? { setsSearchPath: true } : {}),
    body() {
      if (sql_body !== undefined) return statementsIn(sql_body).flatMap(node => readNode(node, place, own))
      return language === 'sql' && text !== undefined ? readText(text, place) : body(language, written.text, place)
    },
  }
}

function setsSearchPath(node: Node): boolean {
  if (!('DefElem' in node) || node.DefElem.defname !== 'set' || node.DefElem.arg === undefined) return false
  return 'VariableSetStmt' in node.DefElem.arg && node.DefElem.arg.VariableSetStmt.name === 'search_path'
}

/** BEGIN ATOMIC holds lists of lists of statements. */
function statementsIn(node: Node): Node[] {
  return 'List' in node ? (node.List.items ?? []).flatMap(statementsIn) : 'ReturnStmt' in node ? [] : [node]
}

/** `insideAt`: where a line of the body stands. */
function body(language: string, text: string, around: Written, insideAt?: (line: number) => string): Statement[] {
  const inner = language.toLowerCase() === 'plpgsql' ? sqlInside(text) : undefined
  if (inner === undefined)
    return [
      statementOf(around, { kind: 'unreadable', because: `the ${language} code of ${around.inside} cannot be read` }),
    ]
  return inner.flatMap(part => {
    const place = insideAt === undefined ? around : { ...around, inside: insideAt(part.line) }
    if ('sql' in part) return readText(part.sql, place)
    if ('evaluates' in part) return [statementOf(place, { kind: 'data' })]
    const because = `${place.inside} executes a text that is put together while it runs: ${part.unreadable}`
    return [statementOf(place, { kind: 'unreadable', because })]
  })
}

function readText(sql: string, place: Written): Statement[] {
  const parsed = parseSql(sql)
  if (!parsed.ok) return [statementOf(place, { kind: 'unreadable', because: `${parsed.because} in ${place.inside}` })]
  const source = new Source(sql)
  return parsed.statements.flatMap(statement => readNode(statement.node, place, source))
}
