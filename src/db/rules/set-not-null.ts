import { isCheckedNotNull, olderThan } from '../postgres-advice.ts'
import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'set-not-null',
  title: 'NOT NULL that is proven while everybody waits',
  code: 'PG303',
  alsoKnownAs: ['squawk: adding-not-nullable-field', 'strong_migrations: change_column_null'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Every row is looked at under a lock that lets nobody read or write the table until the last one is seen.',
  instead:
    'Add a CHECK (… IS NOT NULL) with NOT VALID, validate it in the next migration, and set NOT NULL after that: it then looks at nothing.',
  examples: [
    {
      bad: "UPDATE users SET name = '' WHERE name IS NULL; ALTER TABLE users ALTER COLUMN name SET NOT NULL;",
      good: 'CREATE TABLE tags (a text); ALTER TABLE tags ALTER COLUMN a SET NOT NULL;',
    },
    {
      before:
        'CREATE TABLE users (name text, nick text); ALTER TABLE users ADD CONSTRAINT named CHECK (name IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT named;',
      bad: "UPDATE users SET nick = ''; ALTER TABLE users ALTER COLUMN nick SET NOT NULL;",
      good: 'ALTER TABLE users ALTER COLUMN name SET NOT NULL;',
    },
    {
      context: { version: [11] },
      before: 'CREATE TABLE users (name text, CHECK (name IS NOT NULL));',
      bad: 'ALTER TABLE users ALTER COLUMN name SET NOT NULL;',
      good: 'ALTER TABLE users ADD COLUMN nick text;',
    },
    {
      context: { version: [18] },
      bad: "UPDATE users SET name = '' WHERE name IS NULL; ALTER TABLE users ADD CONSTRAINT named NOT NULL name;",
      good: 'ALTER TABLE users ADD CONSTRAINT named NOT NULL name NOT VALID;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind === 'add-constraint') {
      const [column] = statement.constraint.columns
      if (statement.constraint.type !== 'not-null' || statement.constraint.notValid === true || column === undefined)
        return
      if (schema.isNewTable(statement.table)) return
      yield* [
        {
          what: `Sets ${shown(statement.table)}.${column} NOT NULL and looks at every row.`,
          instead: proven(statement.table, column, context),
        },
      ]
      return
    }
    if (statement.kind !== 'change-column' || statement.change.set !== 'not-null') return
    const { table, column } = statement
    const known = schema.column(table, column)
    if (schema.isNewTable(table) || known?.notNull === true || known?.primaryKey === true) return
    if (!olderThan(12, context) && isCheckedNotNull(table, column, schema)) return
    yield {
      what: `Sets ${shown(table)}.${column} NOT NULL and looks at every row under a lock.`,
      instead: proven(table, column, context),
    }
  },
})

function proven(table: Name, column: string, context: FileContext): string {
  const [at, name] = [sqlName(table, 'postgres'), sqlColumn(column, 'postgres')]
  const check = sqlColumn(`${table.name}_${column}_not_null`.slice(0, 63), 'postgres')
  if (context.version !== undefined && !olderThan(18, context))
    return rewrite('Add it without looking at the rows, and prove them beside the writes in the next migration:', [
      `ALTER TABLE ${at} ADD CONSTRAINT ${check} NOT NULL ${name} NOT VALID;`,
      '-- next migration:',
      `ALTER TABLE ${at} VALIDATE CONSTRAINT ${check};`,
    ])
  const add = `ALTER TABLE ${at} ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID;`
  const validate = `ALTER TABLE ${at} VALIDATE CONSTRAINT ${check};`
  if (olderThan(12, context))
    return rewrite(
      'Before PostgreSQL 12 nothing makes it cheap: keep a CHECK, proven beside the writes, in its place:',
      [add, '-- next migration:', validate],
    )
  return rewrite('Let a CHECK be proven beside the writes; NOT NULL then takes its word (PostgreSQL 12 and later):', [
    add,
    '-- next migration:',
    validate,
    `ALTER TABLE ${at} ALTER COLUMN ${name} SET NOT NULL;`,
    `ALTER TABLE ${at} DROP CONSTRAINT ${check};`,
  ])
}
