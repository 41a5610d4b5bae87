import { keepColumns, rewrite } from '../rewrite.ts'
import { defineRule, type Found } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type DialectId, type Name, type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'drop-column',
  title: 'Dropping a column',
  code: 'DS103',
  alsoKnownAs: ['squawk: ban-drop-column', 'strong_migrations: remove_column'],
  severity: 'error',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Its values are lost for good, and the release that still runs reads the column until its last process stops.',
  instead: 'Release code that no longer uses the column, keep a dump of it, then drop it in a later release.',
  examples: [
    { bad: 'ALTER TABLE users DROP COLUMN email;', good: 'ALTER TABLE users ADD COLUMN email text;' },
    {
      bad: 'ALTER TABLE users ADD COLUMN nick text; ALTER TABLE users DROP COLUMN email;',
      good: 'ALTER TABLE users ADD COLUMN nick text; ALTER TABLE users DROP COLUMN nick;',
    },
    {
      dialects: ['postgres', 'mysql'],
      bad: 'ALTER TABLE users DROP COLUMN email, ADD COLUMN mail varchar(90), DROP nick;',
      good: 'ALTER TABLE users ALTER COLUMN email DROP DEFAULT;',
    },
    {
      dialects: ['postgres', 'mysql'],
      bad: 'ALTER TABLE users ADD COLUMN email varchar(90), DROP COLUMN email;',
      good: "ALTER TABLE users ADD COLUMN mail varchar(90), ALTER COLUMN nick SET DEFAULT '';",
    },
    {
      before: 'CREATE TABLE boxes (w int, h int, area int GENERATED ALWAYS AS (w * h) VIRTUAL);',
      bad: 'ALTER TABLE boxes DROP COLUMN h;',
      good: 'ALTER TABLE boxes ADD COLUMN d int; ALTER TABLE boxes DROP COLUMN d;',
    },
    {
      dialects: ['postgres'],
      bad: 'DROP TYPE mood CASCADE;',
      good: 'DROP TYPE mood;',
    },
    {
      dialects: ['sqlite'],
      before: 'CREATE TABLE t (id integer, name text);',
      bad: 'CREATE TABLE new_t (id integer); INSERT INTO new_t SELECT id FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;',
      good: 'CREATE TABLE new_t (id integer, name text, age int); INSERT INTO new_t (id, name) SELECT id, name FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind === 'drop-column') yield* dropped(statement.table, statement.columns, schema, statement.dialect)
    else if (statement.kind === 'drop-cascade')
      yield {
        what: `Drops ${statement.what} ${statement.names.join(', ')} with CASCADE: every column that uses it goes too.`,
        instead: `Drop the ${statement.what} without CASCADE: the database then refuses as long as something uses it.`,
      }
    else if (statement.kind === 'drop-table')
      for (const table of statement.tables) yield* rebuilt(statement, table, schema)
  },
})

function* dropped(table: Name, columns: readonly string[], schema: Schema, dialect: DialectId): Iterable<Found> {
  const virtual = new Set(
    schema.columns(table)?.flatMap(column => (column.virtual === true ? [column.name.toLowerCase()] : [])),
  )
  const lost = columns.filter(column => !schema.isNewColumn(table, column) && !virtual.has(column.toLowerCase()))
  if (lost.length === 0) return
  yield {
    what: `Drops ${lost.map(column => `${shown(table)}.${column}`).join(', ')}.`,
    instead: rewrite(
      'Release code that no longer uses it. In this release only keep its values, and drop it in a later one:',
      [keepColumns(table, lost, schema, dialect)],
    ),
  }
}

/** SQLite changes a table by making a new one, copying the rows and taking the old one's name: what is not copied is lost. */
function* rebuilt(statement: Statement, table: Name, schema: Schema): Iterable<Found> {
  const successor = schema.successor(statement, table)
  if (successor === undefined || schema.isNewTable(table)) return
  const before = schema.columns(table)
  if (before === undefined) {
    yield {
      what: `Rebuilds ${shown(table)}; no migration here creates it, so whether a column is lost cannot be seen.`,
      severity: 'warning',
    }
    return
  }
  const kept = successor.copy.columns ?? successor.columns?.map(column => column.name)
  if (kept === undefined) {
    yield { what: `Rebuilds ${shown(table)}; whether a column is lost cannot be seen.` }
    return
  }
  const { constant = [] } = successor.copy
  const keptKeys = new Set(kept.filter(name => !constant.includes(name)).map(name => name.toLowerCase()))
  const lost = before.filter(column => column.virtual !== true && !keptKeys.has(column.name.toLowerCase()))
  if (lost.length > 0) yield { what: `Rebuilds ${shown(table)} without ${lost.map(column => column.name).join(', ')}.` }
}
