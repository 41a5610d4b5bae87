import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Column, type DialectId, type Name, shown } from '../statement.ts'

const before = 'CREATE TABLE users (id int, state varchar(9) NOT NULL, nick varchar(9));'

export default defineRule({
  id: 'update-without-where',
  title: 'UPDATE without WHERE',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The values that are there are overwritten in every row, no rollback of the deploy brings them back, and until the statement ends all rows are locked.',
  instead: 'Say in a WHERE which rows are meant, and change them in small steps.',
  examples: [
    { before, bad: "UPDATE users SET state = 'new';", good: "UPDATE users SET state = 'new' WHERE state = '';" },
    {
      before,
      bad: "UPDATE users SET state = 'new' WHERE 1 = 1;",
      good: 'ALTER TABLE users ADD COLUMN name varchar(9); UPDATE users SET name = state;',
    },
    { before, bad: "UPDATE users SET nick = 'x', state = 'new';", good: 'UPDATE users SET nick = state;' },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'data' || statement.change === undefined) return
    const { verb, table, columns, where, limited } = statement.change
    if (verb !== 'update' || limited === true || (where !== undefined && where.always !== true)) return
    if (schema.isNewTable(table) || columns.length === 0) return
    // A column that was made empty, here or in an earlier migration, is filled like this: nothing is overwritten.
    const overwritten = columns.filter(
      column => !schema.isNewColumn(table, column) && !mayBeEmpty(schema.column(table, column)),
    )
    if (overwritten.length === 0) return
    yield {
      what: `Overwrites ${overwritten.join(', ')} in every row of ${shown(table)}.`,
      instead: kept(table, overwritten, schema, statement.dialect),
    }
  },
})

/** A nullable column without a default was empty when it was made. */
function mayBeEmpty(column: Column | undefined): boolean {
  return column !== undefined && column.notNull !== true && column.primaryKey !== true && column.default === undefined
}

function kept(table: Name, columns: readonly string[], schema: Schema, dialect: DialectId): string {
  const at = sqlName(table, dialect)
  const lines = columns.flatMap(column => {
    const known = schema.column(table, column)
    const old = `${column}_before`
    const type = known?.type === undefined ? {} : { type: known.type }
    return [
      `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition({ name: old, ...type }, dialect)};`,
      `UPDATE ${at} SET ${sqlColumn(old, dialect)} = ${sqlColumn(column, dialect)} WHERE ${sqlColumn(old, dialect)} IS NULL;`,
    ]
  })
  return rewrite(
    'Say which rows are meant (UPDATE … WHERE …). If it must be all of them, keep the old values first, and drop the copy in a later release:',
    lines,
  )
}
