import { sameColumn } from '../beside.ts'
import { rewrite, someDefault, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Column, type DialectId, type Name, type Statement, shown } from '../statement.ts'

const before = 'CREATE TABLE users (id int PRIMARY KEY, name varchar(50));'

export default defineRule({
  id: 'set-not-null-without-backfill',
  title: 'NOT NULL on a column that may hold NULL',
  code: 'MF104',
  alsoKnownAs: ['squawk: adding-not-nullable-field', 'strong_migrations: change_column_null'],
  severity: 'warning',
  dialects: ['postgres', 'mysql'],
  why: 'One row without a value is enough to make the migration fail in the middle of the deploy, and the release that still runs may go on writing such rows.',
  instead:
    'Let the code always write a value, fill the rows that have none in the same migration, and set NOT NULL after that.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE users ALTER COLUMN name SET NOT NULL;',
      good: "ALTER TABLE users ADD COLUMN state text NOT NULL DEFAULT 'new'; ALTER TABLE users ALTER COLUMN state SET NOT NULL;",
      also: ['set-not-null'],
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE users MODIFY name varchar(50) NOT NULL;',
      good: "ALTER TABLE users ADD COLUMN state varchar(9); UPDATE users SET state = 'new'; ALTER TABLE users MODIFY id int NOT NULL;",
      also: ['change-nullability'],
    },
  ],
  *check(statement, schema) {
    const column = becomesNotNull(statement, schema)
    if (column === undefined) return
    const { table, name, said } = column
    if (schema.isNewTable(table) || schema.isFilled(table, name)) return
    if (schema.isNewColumn(table, name) && hasValue(schema.column(table, name))) return
    yield {
      what: `Makes ${shown(table)}.${name} NOT NULL, but nothing here fills the rows that hold NULL.`,
      instead: filledFirst(table, { ...schema.column(table, name), ...said, name }, statement.dialect),
    }
  },
})

interface Becoming {
  readonly table: Name
  readonly name: string
  readonly said?: Column
}

/** MODIFY says NOT NULL also of columns that are it already, so that there the column must be known as nullable. */
function becomesNotNull(statement: Statement, schema: Schema): Becoming | undefined {
  if (statement.kind === 'add-constraint') {
    const { type, columns, notValid } = statement.constraint
    const [name] = columns
    if (type !== 'not-null' || notValid === true || name === undefined) return undefined
    return isNotNull(statement.table, name, schema) ? undefined : { table: statement.table, name }
  }
  if (statement.kind !== 'change-column') return undefined
  const { table, column, change } = statement
  if (change.set === 'not-null') return isNotNull(table, column, schema) ? undefined : { table, name: column }
  if (change.set !== 'definition' || change.to.notNull !== true || change.to.numbered !== undefined) return undefined
  const known = schema.column(table, column)
  if (known === undefined || isNotNull(table, column, schema)) return undefined
  return { table, name: column, said: change.to }
}

function isNotNull(table: Name, name: string, schema: Schema): boolean {
  const column = schema.column(table, name)
  if (column?.notNull === true || column?.primaryKey === true) return true
  const facts = schema.table(table)
  return (facts?.constraints ?? []).some(
    ({ type, columns }) => type === 'primary-key' && columns.some(one => sameColumn(one, name, 'mysql')),
  )
}

function hasValue(column: Column | undefined): boolean {
  return column?.default !== undefined && column.default.is !== 'null'
}

function filledFirst(table: Name, column: Column, dialect: DialectId): string {
  const [at, name] = [sqlName(table, dialect), sqlColumn(column.name, dialect)]
  const value =
    column.default !== undefined && column.default.is !== 'null' ? column.default.text : someDefault(column.type)
  const fill = `UPDATE ${at} SET ${name} = ${value} WHERE ${name} IS NULL;`
  if (dialect === 'mysql')
    return rewrite('Fill the rows that have no value first, in the same migration:', [
      fill,
      `ALTER TABLE ${at} MODIFY ${sqlDefinition({ ...column, notNull: true }, dialect)};`,
    ])
  const check = sqlColumn(`${table.name}_${column.name}_not_null`.slice(0, 63), dialect)
  return rewrite(
    'Fill the rows that have no value, and let a CHECK be proven beside the writes, each step in a migration of its own:',
    [
      `ALTER TABLE ${at} ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID;`,
      fill,
      '-- next migration:',
      `ALTER TABLE ${at} VALIDATE CONSTRAINT ${check};`,
      `ALTER TABLE ${at} ALTER COLUMN ${name} SET NOT NULL;`,
      `ALTER TABLE ${at} DROP CONSTRAINT ${check};`,
    ],
  )
}
