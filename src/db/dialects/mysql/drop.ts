import type { Effect } from '../../statement.ts'
import type { Reader } from '../../tokens.ts'
import { algorithmAndLock } from './table-options.ts'

/** What stands behind DROP. */
export function drop(reader: Reader): Effect[] {
  const temporary = reader.take('TEMPORARY')
  if (reader.take('TABLE|TABLES')) return dropTable(reader, temporary)
  if (reader.take('DATABASE|SCHEMA')) return dropDatabase(reader)
  if (reader.take('VIEW')) return dropView(reader)
  if (reader.take('INDEX')) return dropIndex(reader)
  if (droppedOther.has(reader.word())) return [{ kind: 'other-ddl' }]
  return [{ kind: 'unreadable', because: `\`DROP ${reader.word()}\` is not known` }]
}

const droppedOther = new Set(
  'TRIGGER PROCEDURE FUNCTION EVENT USER ROLE SERVER TABLESPACE UNDO LOGFILE SPATIAL SEQUENCE PACKAGE PREPARE RESOURCE LIBRARY'.split(
    ' ',
  ),
)

const nameless: Effect = { kind: 'unreadable', because: 'it names no object where a name must stand' }

function ifExists(reader: Reader): { ifExists?: true } {
  return reader.take('IF', 'EXISTS') ? { ifExists: true } : {}
}

function dropTable(reader: Reader, temporary: boolean): Effect[] {
  const maybe = ifExists(reader)
  const tables = reader.names()
  return [tables === undefined ? nameless : { kind: 'drop-table', tables, temporary, ...maybe }]
}

function dropDatabase(reader: Reader): Effect[] {
  const maybe = ifExists(reader)
  const names = reader.names()?.map(name => name.name)
  return [names === undefined ? nameless : { kind: 'drop-schema', what: 'database', names, ...maybe }]
}

function dropView(reader: Reader): Effect[] {
  ifExists(reader)
  const views = reader.names()
  return [views === undefined ? nameless : { kind: 'drop-view', views, materialized: false }]
}

function dropIndex(reader: Reader): Effect[] {
  const maybe = ifExists(reader)
  const name = reader.name()
  const table = reader.take('ON') ? reader.name() : undefined
  if (name === undefined || table === undefined) return [nameless]
  return [
    { kind: 'drop-index', indexes: [name], table, concurrently: false, ...maybe },
    ...algorithmAndLock(reader, table),
  ]
}
