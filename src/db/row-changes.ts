// INSERT, UPDATE and DELETE of MySQL, MariaDB and SQLite: which rows and columns they touch, where that can be told for certain.
import { expressionOf, mayBeNull } from './expressions.ts'
import type { Copy, Effect, Name, RowChange, Where } from './statement.ts'
import { bare, partsOf, Reader, type Token, textOf } from './tokens.ts'

/** The reader stands behind the verb. */
export function insertEffect(reader: Reader): Effect {
  const words = modifiers(reader, 'LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE')
  const orElse = conflictClause(reader)
  if (!reader.take('INTO') && reader.sees('OVERWRITE')) return { kind: 'data' }
  const table = reader.name()
  if (table === undefined) return { kind: 'data' }
  if (reader.take('PARTITION')) reader.list()
  if (reader.take('AS')) reader.identifier()
  const listed = reader.sees('(', 'SELECT|WITH|VALUES') ? undefined : reader.list()
  const columns = listed?.map(columnName)
  const limited = words || orElse
  if (reader.take('VALUES|VALUE'))
    return inserted(table, columns ?? [], valuesThatMayBeNull(reader, columns ?? []), limited)
  if (reader.take('SET')) return setInsert(reader, table, limited)
  const change = inserted(table, columns ?? [], columns ?? [], limited)
  const whole = limited ? undefined : wholeTable(reader)
  if (whole === undefined) return change
  const constant = columns?.filter((_, at) => whole.picks[at] !== undefined && isConstant(whole.picks[at]))
  const copies: Copy = {
    from: whole.from,
    to: table,
    ...(columns === undefined ? {} : { columns }),
    ...(constant === undefined || constant.length === 0 ? {} : { constant }),
  }
  return { ...change, copies }
}

type Data = Extract<Effect, { kind: 'data' }>

function inserted(table: Name, columns: readonly string[], nullable: readonly string[], limited: boolean): Data {
  return { kind: 'data', change: { verb: 'insert', table, columns, mayBeNull: nullable, ...only(limited) } }
}

function setInsert(reader: Reader, table: Name, limited: boolean): Data {
  const pairs = assignments(reader)
  return inserted(
    table,
    pairs.map(pair => pair.column),
    nullable(pairs),
    limited,
  )
}

function only(limited: boolean): { limited?: true } {
  return limited ? { limited: true } : {}
}

/** Which columns get NULL, or may, in any of the rows. */
function valuesThatMayBeNull(reader: Reader, columns: readonly string[]): string[] {
  const found = new Set<string>()
  for (let row = reader.list() ?? rowConstructor(reader); row !== undefined; row = nextRow(reader))
    for (const [at, column] of columns.entries()) if (mayBeNull(row[at] ?? [])) found.add(column)
  return [...found]
}

function nextRow(reader: Reader): Token[][] | undefined {
  return reader.take(',') ? (reader.list() ?? rowConstructor(reader)) : undefined
}

function rowConstructor(reader: Reader): Token[][] | undefined {
  return reader.take('ROW') ? reader.list() : undefined
}

/** `SELECT … FROM old` with nothing that could leave rows out (WHERE, LIMIT, a join, an aggregate) gives the whole table. */
function wholeTable(reader: Reader): { readonly from: Name; readonly picks: readonly Token[][] } | undefined {
  const query = new Reader(bare(reader.tokens.slice(reader.at)))
  if (!query.take('SELECT') || query.sees('DISTINCT|DISTINCTROW')) return undefined
  const list = query.until(word => word === 'FROM')
  if (list.some(token => aggregates.has(token.word))) return undefined
  const from = query.take('FROM') ? query.name() : undefined
  if (query.take('ORDER', 'BY')) query.until(word => word === 'LIMIT')
  return query.done && from !== undefined ? { from, picks: partsOf(list) } : undefined
}

/** `NULL`, `0 AS state`: no column stands in it. */
function isConstant(pick: readonly Token[]): boolean {
  const value = pick.at(-2)?.word === 'AS' ? pick.slice(0, -2) : pick
  return !value.some(token => token.kind === 'name') && expressionOf(value).is !== 'unknown'
}

const aggregates = new Set(
  'COUNT SUM AVG MIN MAX GROUP_CONCAT TOTAL BIT_AND BIT_OR BIT_XOR STD STDDEV VARIANCE JSON_ARRAYAGG JSON_OBJECTAGG ANY_VALUE'.split(
    ' ',
  ),
)

/** UPDATE; the reader stands behind the verb. */
export function updateEffect(reader: Reader): Effect {
  let limited = modifiers(reader, 'LOW_PRIORITY|IGNORE')
  limited = conflictClause(reader) || limited
  const tables = tablesOf(reader.until(word => word === 'SET'))
  if (tables === undefined || !reader.take('SET')) return { kind: 'data' }
  const pairs = assignments(reader)
  const table = updatedTable(tables, pairs)
  if (table === undefined || pairs.length === 0) return { kind: 'data' }
  const joined = tables.size > 1 || reader.sees('FROM')
  if (reader.sees('FROM')) reader.until(word => word === 'WHERE')
  const columns = pairs.map(pair => pair.column)
  const change = { verb: 'update', table, columns, mayBeNull: nullable(pairs) } as const
  return { kind: 'data', change: { ...change, ...rows(reader, limited || joined) } }
}

/** DELETE; the reader stands behind the verb. */
export function deleteEffect(reader: Reader): Effect {
  const limited = modifiers(reader, 'LOW_PRIORITY|QUICK|IGNORE|HISTORY')
  if (!reader.take('FROM')) return joinedDelete(reader)
  const table = reader.name()
  if (table === undefined || reader.sees(',|.')) return { kind: 'data' }
  reader.take('AS')
  if (reader.token?.kind === 'name' || !afterTable.has(reader.word())) reader.identifier()
  const picked = reader.take('PARTITION') || reader.take('FOR') || reader.sees('USING')
  reader.until(word => afterPartition.has(word))
  return {
    kind: 'data',
    change: { verb: 'delete', table, columns: [], mayBeNull: [], ...rows(reader, limited || picked) },
  }
}

const afterPartition = new Set(['WHERE', 'ORDER', 'LIMIT', 'RETURNING'])
const afterTable = new Set([
  '',
  'WHERE',
  'ORDER',
  'LIMIT',
  'RETURNING',
  'PARTITION',
  'USING',
  'FOR',
  'INDEXED',
  'NOT',
  ';',
])

/** `DELETE a FROM orders AS a JOIN …` */
function joinedDelete(reader: Reader): Effect {
  const target = reader.name()
  reader.take('.', '*')
  if (target === undefined || !reader.take('FROM')) return { kind: 'data' }
  const tables = tablesOf(reader.until(word => afterPartition.has(word)))
  const table = tables?.get(target.name)
  if (tables === undefined || table === undefined) return { kind: 'data' }
  const change = { verb: 'delete', table, columns: [], mayBeNull: [], ...rows(reader, tables.size > 1) } as const
  return { kind: 'data', change }
}

interface Assignment {
  readonly column: string
  readonly table: string | undefined
  readonly value: readonly Token[]
}

/** `a = 1, t.b = c + 1` up to the clause behind it. */
function assignments(reader: Reader): Assignment[] {
  const pairs: Assignment[] = []
  do {
    const name = reader.name()
    reader.take(':')
    if (name === undefined || !reader.take('=')) return pairs
    const value = reader.until(word => word === ',' || endsAssignments.has(word))
    pairs.push({ column: name.name, table: name.schema, value })
  } while (reader.take(','))
  return pairs
}

const endsAssignments = new Set(['WHERE', 'ORDER', 'LIMIT', 'RETURNING', 'FROM', 'ON'])

function nullable(pairs: readonly Assignment[]): string[] {
  return pairs.filter(pair => mayBeNull(pair.value)).map(pair => pair.column)
}

/** By their aliases. Undefined when something stands there that is no plain table. */
function tablesOf(tokens: readonly Token[]): Map<string, Name> | undefined {
  const reader = new Reader(tokens)
  const tables = new Map<string, Name>()
  do {
    const table = reader.name()
    if (table === undefined) return undefined
    reader.take('AS')
    const aliased = reader.token?.kind === 'name' || (reader.token?.kind === 'word' && !afterName.has(reader.word()))
    tables.set((aliased ? reader.identifier() : undefined) ?? table.name, table)
    reader.until(word => word === ',' || word === 'JOIN' || word === 'STRAIGHT_JOIN')
  } while (reader.take(',|JOIN|STRAIGHT_JOIN'))
  return tables
}

const afterName = new Set(
  'PARTITION JOIN INNER LEFT RIGHT CROSS NATURAL STRAIGHT_JOIN ON USING USE FORCE IGNORE INDEXED NOT'.split(' '),
)

/** The one table that all the assignments are about. */
function updatedTable(tables: ReadonlyMap<string, Name>, pairs: readonly Assignment[]): Name | undefined {
  if (tables.size === 1) return [...tables.values()][0]
  const named = new Set(pairs.map(pair => pair.table))
  const [alias] = named
  return named.size === 1 && alias !== undefined ? tables.get(alias) : undefined
}

/** WHERE and LIMIT. */
function rows(reader: Reader, picked: boolean): Pick<RowChange, 'where' | 'limited'> {
  const where = reader.take('WHERE') ? reader.until(word => afterWhere.has(word)) : undefined
  const limited = picked || reader.tokens.slice(reader.at).some(token => token.word === 'LIMIT')
  return { ...(where === undefined ? {} : { where: whereOf(where) }), ...only(limited) }
}

const afterWhere = new Set(['ORDER', 'LIMIT', 'RETURNING'])

export function whereOf(tokens: readonly Token[]): Where {
  const text = textOf(tokens)
  const inner = bare(tokens)
  if (isAlways(inner)) return { text, always: true }
  const reader = new Reader(inner)
  const column = reader.name()
  return column !== undefined && reader.take('IS', 'NULL') && reader.done ? { text, isNull: column.name } : { text }
}

/** `1`, `TRUE`, `1 = 1`. */
function isAlways(tokens: readonly Token[]): boolean {
  const [left, mark, right] = tokens
  if (left === undefined) return false
  if (tokens.length === 1) return left.word === 'TRUE' || (left.kind === 'number' && Number(left.value) > 0)
  return (
    tokens.length === 3 && mark?.word === '=' && left.kind !== 'word' && left.kind !== 'name' && left.raw === right?.raw
  )
}

/** Words before the table. True when one of them lets rows that fail be skipped. */
function modifiers(reader: Reader, words: string): boolean {
  let skips = false
  while (reader.sees(words)) {
    skips ||= reader.sees('IGNORE|HISTORY')
    reader.at++
  }
  return skips
}

/** SQLite: `INSERT OR IGNORE`. */
function conflictClause(reader: Reader): boolean {
  if (!reader.take('OR')) return false
  reader.at++
  return true
}

function columnName(part: readonly Token[]): string {
  return part.at(-1)?.value ?? ''
}
