import { rewrite, someDefault, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule, type Found } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Column, type Name, type Statement, shown } from '../statement.ts'

const before = 'CREATE TABLE t (id integer PRIMARY KEY, name text);'

/** SQLite "ALTER TABLE" (7. Making Other Kinds Of Table Schema Changes): the copy fails at the first NULL. */
export default defineRule({
  id: 'set-not-null-in-rebuild',
  title: 'NOT NULL without a default on a column that may hold NULL',
  code: 'LT101',
  severity: 'warning',
  dialects: ['sqlite'],
  why: 'One row without a value is enough to make the copy into the new table fail in the middle of the deploy.',
  instead: 'Fill the rows that have none before the copy, or give the column a default and copy with COALESCE.',
  examples: [
    {
      before,
      bad: 'CREATE TABLE new_t (id integer PRIMARY KEY, name text NOT NULL); INSERT INTO new_t SELECT id, name FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;',
      good: "CREATE TABLE new_t (id integer PRIMARY KEY, name text NOT NULL DEFAULT ''); INSERT INTO new_t SELECT id, name FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;",
    },
    {
      before,
      bad: 'CREATE TABLE new_t (id integer PRIMARY KEY, name text NOT NULL); INSERT INTO new_t (id, name) SELECT id, name FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;',
      good: "UPDATE t SET name = '' WHERE name IS NULL; CREATE TABLE new_t (id integer PRIMARY KEY, name text NOT NULL); INSERT INTO new_t SELECT id, name FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;",
    },
  ],
  *check(statement, schema) {
    if (statement.kind === 'change-column' && statement.change.set === 'not-null')
      yield* required(statement.table, [statement.column], schema)
    if (statement.kind !== 'drop-table') return
    for (const table of statement.tables) yield* rebuilt(statement, table, schema)
  },
})

function* rebuilt(statement: Statement, table: Name, schema: Schema): Iterable<Found> {
  const successor = schema.successor(statement, table)
  if (successor?.columns === undefined || schema.isNewTable(table)) return
  const copied = successor.copy.columns
  const now = successor.columns.filter(
    column => isRequired(column) && (copied === undefined || copied.some(name => isSame(name, column.name))),
  )
  yield* required(
    table,
    now.map(column => column.name),
    schema,
  )
}

function* required(table: Name, names: readonly string[], schema: Schema): Iterable<Found> {
  const empty = names.flatMap(name => {
    const old = schema.column(table, name)
    return old === undefined || isNeverNull(old, table, schema) || schema.isFilled(table, name) ? [] : [old]
  })
  if (empty.length === 0) return
  const at = sqlName(table, 'sqlite')
  yield {
    what: `Makes ${empty.map(column => `${shown(table)}.${column.name}`).join(', ')} NOT NULL, but nothing here fills the rows that hold NULL.`,
    instead: rewrite(
      'Fill the rows that have no value before the new table is filled:',
      empty.map(column => {
        const name = sqlColumn(column.name, 'sqlite')
        return `UPDATE ${at} SET ${name} = ${someDefault(column.type)} WHERE ${name} IS NULL;`
      }),
    ),
  }
}

function isRequired(column: Column): boolean {
  return column.notNull === true && column.default === undefined && column.virtual !== true && column.stored !== true
}

function isNeverNull(column: Column, table: Name, schema: Schema): boolean {
  if (column.notNull === true || column.primaryKey === true) return true
  return (schema.table(table)?.constraints ?? []).some(
    ({ type, columns }) => type === 'primary-key' && columns.some(name => isSame(name, column.name)),
  )
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
