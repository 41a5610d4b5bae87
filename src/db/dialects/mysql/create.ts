import { namedIn } from '../../queries.ts'
import type { Effect, Index, Name } from '../../statement.ts'
import { partOf, tableParts } from '../../table-parts.ts'
import { type Reader, textOf } from '../../tokens.ts'
import { algorithmAndLock } from './table-options.ts'

function unreadable(because: string): Effect {
  return { kind: 'unreadable', because }
}

/** What stands behind CREATE. Triggers and routines have a body and are read by `read.ts`. */
export function create(reader: Reader): Effect[] {
  const replaces = reader.take('OR', 'REPLACE')
  const temporary = reader.take('TEMPORARY')
  if (reader.take('TABLE')) return createTable(reader, { replaces, temporary })
  if (reader.take('DATABASE|SCHEMA')) return createDatabase(reader, replaces)
  reader.take('ONLINE|OFFLINE')
  if (reader.sees('INDEX') || reader.sees('UNIQUE|FULLTEXT|SPATIAL|VECTOR', 'INDEX'))
    return createIndex(reader, replaces)
  const view = viewWords(reader)
  if (view !== undefined) return createView(reader, replaces)
  const words = reader.tokens.slice(reader.at, reader.at + 20).map(token => token.word)
  return words.some(word => created.has(word))
    ? [{ kind: 'other-ddl' }]
    : [unreadable(`\`CREATE ${reader.word()}\` is not known`)]
}

const created = new Set(
  `TRIGGER PROCEDURE FUNCTION EVENT USER ROLE SERVER TABLESPACE UNDO LOGFILE REFERENCE SEQUENCE PACKAGE RESOURCE LIBRARY
  DEFINER`.split(/\s+/),
)

function createDatabase(reader: Reader, replaces: boolean): Effect[] {
  const surely = !reader.take('IF', 'NOT', 'EXISTS') && !replaces
  const name = reader.name()?.name
  if (name === undefined) return [unreadable('it names no database')]
  // MariaDB: OR REPLACE drops the database that is there, with all its tables.
  const made: Effect = { kind: 'create-schema', name, surely }
  return replaces ? [{ kind: 'drop-schema', what: 'database', names: [name], ifExists: true }, made] : [made]
}

function createTable(reader: Reader, { replaces, temporary }: { replaces: boolean; temporary: boolean }): Effect[] {
  const surely = !reader.take('IF', 'NOT', 'EXISTS') && !replaces
  const table = reader.name()
  if (table === undefined) return [unreadable('it names no table')]
  const like = likeTable(reader)
  const inner = like === undefined ? reader.list() : undefined
  const parts = inner === undefined ? undefined : tableParts(inner, 'mysql')
  const rest = reader.tokens.slice(reader.at)
  const complete = parts !== undefined && parts.columns.length > 0 && !rest.some(token => token.word === 'SELECT')
  const partitioned = rest.some((token, at) => token.word === 'PARTITION' && rest[at + 1]?.word === 'BY')
  const made: Effect = {
    kind: 'create-table',
    table,
    surely,
    temporary,
    ...(complete ? parts : {}),
    ...(like === undefined ? {} : { like }),
    ...(partitioned ? { partitioned } : {}),
  }
  // MariaDB: OR REPLACE is DROP TABLE IF EXISTS and CREATE TABLE in one.
  return replaces ? [{ kind: 'drop-table', tables: [table], temporary, ifExists: true }, made] : [made]
}

/** `LIKE other` or `(LIKE other)`. */
function likeTable(reader: Reader): Name | undefined {
  const from = reader.at
  reader.take('(')
  const like = reader.take('LIKE') ? reader.name() : undefined
  if (like === undefined) reader.at = from
  return like
}

/** `UNIQUE INDEX IF NOT EXISTS name USING BTREE ON table (columns) ALGORITHM = INPLACE` */
function createIndex(reader: Reader, replaces: boolean): Effect[] {
  const kind = reader.sees('INDEX') ? '' : reader.word()
  if (kind !== '') reader.at++
  reader.take('INDEX')
  const surely = !reader.take('IF', 'NOT', 'EXISTS') && !replaces
  const name = reader.identifier()
  const method = reader.take('USING') ? reader.identifier() : undefined
  const table = reader.take('ON') ? reader.name() : undefined
  if (!reader.take('NOWAIT') && reader.take('WAIT')) reader.at++
  const keys = reader.group()
  const part = keys === undefined ? undefined : partOf([word('INDEX', keys), ...keys], 'mysql')
  if (name === undefined || table === undefined || part?.is !== 'index')
    return [unreadable('it names no index, table and columns')]
  const said = kind === '' || kind === 'UNIQUE' ? method?.toLowerCase() : kind.toLowerCase()
  const index: Index = {
    name,
    columns: part.index.columns,
    ...(kind === 'UNIQUE' ? { unique: true } : {}),
    ...(said === undefined ? {} : { method: said }),
  }
  const dropped: Effect = { kind: 'drop-index', indexes: [{ name }], table, concurrently: false, ifExists: true }
  const made: Effect = { kind: 'create-index', table, index, concurrently: false, surely }
  return [...(replaces ? [dropped] : []), made, ...algorithmAndLock(reader, table)]
}

function word(value: string, before: readonly { start: number }[]) {
  const start = before[0]?.start ?? 0
  return { kind: 'word', word: value, value, raw: value, start, end: start } as const
}

/** Steps over everything before VIEW when this is one. */
function viewWords(reader: Reader): true | undefined {
  const from = reader.at
  while (!reader.done && !reader.sees('VIEW|AS|TRIGGER|PROCEDURE|FUNCTION|EVENT|PACKAGE|USER|ROLE|SERVER|SEQUENCE'))
    reader.at++
  if (reader.take('VIEW')) return true
  reader.at = from
  return undefined
}

/** The reader stands behind VIEW. */
export function createView(reader: Reader, replaces: boolean): Effect[] {
  reader.take('IF', 'NOT', 'EXISTS')
  const view = reader.name()
  reader.list()
  if (view === undefined || !reader.take('AS')) return [unreadable('it names no view, or the view has no query')]
  const query = reader.tokens.slice(reader.at)
  const { reads, columns } = namedIn(query)
  return [{ kind: 'create-view', view, replaces, materialized: false, reads, columns, query: textOf(query) }]
}

/** ALTER VIEW says the whole view again. */
export function alterView(reader: Reader): Effect[] | undefined {
  return viewWords(reader) === undefined ? undefined : createView(reader, true)
}
