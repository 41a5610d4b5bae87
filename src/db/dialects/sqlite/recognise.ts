import { columnOf } from '../../columns.ts'
import { namedIn } from '../../queries.ts'
import { deleteEffect, insertEffect, updateEffect } from '../../row-changes.ts'
import type { Effect, Index, Name } from '../../statement.ts'
import { keyPart, partOf, tableParts } from '../../table-parts.ts'
import { Reader, textOf } from '../../tokens.ts'

/** What one statement does (SQLite, "SQL As Understood By SQLite"). */
export function recognise(reader: Reader): Effect[] {
  const verb = reader.word()
  reader.at++
  const read = verbs[verb]
  if (read !== undefined) return read(reader)
  if (data.has(verb)) return [{ kind: 'data' }]
  if (other.has(verb)) return [{ kind: 'other' }]
  return [
    unreadable(verb === '' ? 'it does not begin with a word of SQL' : `\`${verb}\` begins no statement of SQLite`),
  ]
}

/** Each reader stands behind the verb. */
const verbs: Readonly<Record<string, (reader: Reader) => Effect[]>> = {
  DROP: reader => [drop(reader)],
  CREATE: create,
  ALTER: reader => alter(reader),
  INSERT: reader => [insertEffect(reader)],
  UPDATE: reader => [updateEffect(reader)],
  DELETE: reader => [deleteEffect(reader)],
  WITH: withQuery,
  PRAGMA: reader => [pragma(reader)],
  ATTACH: () => [{ kind: 'change-scope' }],
  DETACH: () => [{ kind: 'change-scope' }],
  BEGIN: () => [{ kind: 'transaction', rollsBack: false, verb: 'begin' }],
  COMMIT: () => [{ kind: 'transaction', rollsBack: false, verb: 'commit' }],
  END: () => [{ kind: 'transaction', rollsBack: false, verb: 'commit' }],
  SAVEPOINT: () => [{ kind: 'transaction', rollsBack: false, verb: 'savepoint' }],
  RELEASE: () => [{ kind: 'transaction', rollsBack: false, verb: 'savepoint' }],
  ROLLBACK: reader => {
    reader.take('TRANSACTION')
    return [{ kind: 'transaction', rollsBack: true, verb: reader.sees('TO') ? 'savepoint' : 'rollback' }]
  },
  VACUUM: () => [{ kind: 'maintenance', what: 'vacuum' }],
  REINDEX: reader => maintenance('reindex', reader),
  ANALYZE: reader => maintenance('analyze', reader),
}

const data = new Set(['REPLACE', 'SELECT', 'VALUES'])
const other = new Set(['EXPLAIN'])
const dataVerbs = new Set(['SELECT', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE', 'VALUES'])

function unreadable(because: string): Effect {
  return { kind: 'unreadable', because }
}

function maintenance(what: string, reader: Reader): Effect[] {
  const table = reader.name()
  return [{ kind: 'maintenance', what, ...(table === undefined ? {} : { table }) }]
}

function withQuery(reader: Reader): Effect[] {
  reader.until(word => dataVerbs.has(word))
  return dataVerbs.has(reader.word()) ? recognise(reader) : [{ kind: 'data' }]
}

function pragma(reader: Reader): Effect {
  if (reader.tokens.some(token => token.word === 'WRITABLE_SCHEMA'))
    return unreadable('it makes the schema itself writable')
  const name = reader.name()?.name.toLowerCase()
  const value = reader.take('=|(') ? reader.token?.value : undefined
  return name === undefined || value === undefined ? { kind: 'other' } : { kind: 'set', name, value, local: false }
}

function drop(reader: Reader): Effect {
  if (reader.take('TRIGGER')) return { kind: 'other-ddl' }
  const what = reader.word()
  if (!reader.take('TABLE|INDEX|VIEW')) return unreadable(`\`DROP ${what}\` is not known`)
  const maybe = reader.take('IF', 'EXISTS') ? { ifExists: true as const } : {}
  const name = reader.name()
  if (name === undefined || !reader.done) return unreadable(`DROP ${what} takes one name`)
  if (what === 'INDEX') return { kind: 'drop-index', indexes: [name], concurrently: false, ...maybe }
  if (what === 'VIEW') return { kind: 'drop-view', views: [name], materialized: false }
  return { kind: 'drop-table', tables: [name], temporary: name.schema?.toLowerCase() === 'temp', ...maybe }
}

function create(reader: Reader): Effect[] {
  const temporary = reader.take('TEMP|TEMPORARY')
  const unique = reader.take('UNIQUE')
  if (reader.take('INDEX')) return [createIndex(reader, unique)]
  if (reader.take('VIEW')) return [createView(reader)]
  if (reader.take('TRIGGER')) return [createTrigger(reader)]
  const virtual = reader.take('VIRTUAL')
  if (!reader.take('TABLE')) return [unreadable(`\`CREATE ${reader.word()}\` is not known`)]
  return [createTable(reader, { virtual, temporary })]
}

function createTable(reader: Reader, { virtual, temporary }: { virtual: boolean; temporary: boolean }): Effect {
  const surely = !reader.take('IF', 'NOT', 'EXISTS')
  const table = reader.name()
  if (table === undefined) return unreadable('it names no table')
  const parts = virtual ? undefined : reader.list()
  return { kind: 'create-table', table, surely, temporary, ...(parts === undefined ? {} : tableParts(parts, 'sqlite')) }
}

/** `IF NOT EXISTS name ON table (columns) WHERE …` */
function createIndex(reader: Reader, unique: boolean): Effect {
  const surely = !reader.take('IF', 'NOT', 'EXISTS')
  const name = reader.name()
  const table = reader.take('ON') ? reader.name() : undefined
  const columns = reader.list()?.map(keyPart)
  if (name === undefined || table === undefined || columns === undefined)
    return unreadable('it names no index, table and columns')
  const where = reader.take('WHERE') ? { where: textOf(reader.tokens.slice(reader.at)) } : {}
  const index: Index = { name: name.name, columns, ...(unique ? { unique } : {}), ...where }
  return { kind: 'create-index', table: { ...name, name: table.name }, index, concurrently: false, surely }
}

function createView(reader: Reader): Effect {
  reader.take('IF', 'NOT', 'EXISTS')
  const view = reader.name()
  reader.list()
  if (view === undefined || !reader.take('AS')) return unreadable('it names no view, or the view has no query')
  const query = reader.tokens.slice(reader.at)
  return { kind: 'create-view', view, replaces: false, materialized: false, ...namedIn(query), query: textOf(query) }
}

function createTrigger(reader: Reader): Effect {
  reader.take('IF', 'NOT', 'EXISTS')
  const name = reader.name()
  reader.until(word => word === 'ON')
  const table = reader.take('ON') ? reader.name() : undefined
  return name === undefined || table === undefined
    ? unreadable('it names no trigger and table')
    : { kind: 'create-trigger', table, name: name.name }
}

function alter(reader: Reader): Effect[] {
  const table = reader.take('TABLE') ? reader.name() : undefined
  if (table === undefined) return [unreadable('ALTER changes nothing but a table')]
  // SQLite takes one action an ALTER; a comma at the top leads to another.
  if (new Reader(reader.tokens.slice(reader.at)).until(word => word === ',').length < reader.tokens.length - reader.at)
    return [unknownAction(reader)]
  if (reader.take('ADD')) return [add(reader, table) ?? unknownAction(reader)]
  if (reader.take('DROP')) return [dropPart(reader, table) ?? unknownAction(reader)]
  if (reader.take('RENAME')) return [rename(reader, table) ?? unknownAction(reader)]
  return [(reader.take('ALTER') ? alterColumn(reader, table) : undefined) ?? unknownAction(reader)]
}

function add(reader: Reader, table: Name): Effect | undefined {
  if (reader.sees('CONSTRAINT|CHECK')) {
    const part = partOf(reader.tokens.slice(reader.at), 'sqlite')
    return part?.is === 'constraint' ? { kind: 'add-constraint', table, constraint: part.constraint } : undefined
  }
  reader.take('COLUMN')
  const column = columnOf(reader.tokens.slice(reader.at), 'sqlite')
  return column === undefined ? undefined : { kind: 'add-column', table, columns: [column], surely: true }
}

function dropPart(reader: Reader, table: Name): Effect | undefined {
  if (reader.take('CONSTRAINT')) {
    const name = reader.identifier()
    return name === undefined ? undefined : { kind: 'drop-constraint', table, name }
  }
  reader.take('COLUMN')
  const column = reader.identifier()
  return column === undefined || !reader.done ? undefined : { kind: 'drop-column', table, columns: [column] }
}

/** SQLite 3.53: ALTER COLUMN … SET NOT NULL, DROP NOT NULL. */
function alterColumn(reader: Reader, table: Name): Effect | undefined {
  reader.take('COLUMN')
  const column = reader.identifier()
  const set = reader.take('SET', 'NOT', 'NULL')
    ? 'not-null'
    : reader.take('DROP', 'NOT', 'NULL')
      ? 'nullable'
      : undefined
  return column === undefined || set === undefined
    ? undefined
    : { kind: 'change-column', table, column, change: { set } }
}

function rename(reader: Reader, table: Name): Effect | undefined {
  if (reader.take('TO')) {
    const to = reader.name()
    return to === undefined ? undefined : { kind: 'rename-table', table, to }
  }
  reader.take('COLUMN')
  const column = reader.identifier()
  const to = reader.take('TO') ? reader.identifier() : undefined
  return column === undefined || to === undefined ? undefined : { kind: 'rename-column', table, column, to }
}

function unknownAction(reader: Reader): Effect {
  const shown = reader.tokens
    .slice(2, 8)
    .map(token => token.value)
    .join(' ')
  return unreadable(`the ALTER TABLE action in \`${shown}\` is not known`)
}
