import { olderThan } from '../postgres-advice.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'add-column-with-volatile-default',
  title: 'A new column whose default differs from row to row',
  code: 'PG302',
  alsoKnownAs: ['squawk: adding-field-with-default', 'strong_migrations: add_column_default'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Every row is written again to hold its own value, under a lock that lets nobody read or write the table until the last one is done.',
  instead: 'Add the column without a default, set the default for new rows, and fill the old ones in batches.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();',
      good: 'ALTER TABLE users ADD COLUMN token uuid; ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();',
    },
    {
      bad: 'ALTER TABLE users ADD COLUMN at timestamptz DEFAULT clock_timestamp();',
      good: "ALTER TABLE users ADD COLUMN at timestamptz DEFAULT now(), ADD COLUMN state text NOT NULL DEFAULT 'new';",
    },
    {
      bad: 'ALTER TABLE users ADD COLUMN code text DEFAULT app.make_code();',
      good: 'CREATE TABLE tags (id uuid DEFAULT gen_random_uuid()); ALTER TABLE tags ADD COLUMN b uuid DEFAULT gen_random_uuid();',
    },
    {
      context: { version: [10] },
      bad: 'ALTER TABLE users ADD COLUMN state int DEFAULT 1;',
      good: 'ALTER TABLE users ADD COLUMN state int DEFAULT NULL;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return
    for (const column of statement.columns) {
      const why = reason(column, context)
      if (why === undefined) continue
      yield {
        what: `Adds ${column.name} to ${shown(statement.table)} with a default that ${why}.`,
        instead: inSteps(statement.table, column),
      }
    }
  },
})

function reason({ default: value }: Column, context: FileContext): string | undefined {
  if (value === undefined || value.is === 'null') return undefined
  if (value.is === 'volatile') return 'is another one for each row'
  // Functions are volatile unless they are made otherwise.
  if (value.is === 'unknown') return 'may be another one for each row'
  return olderThan(11, context) ? 'PostgreSQL before 11 writes into every row' : undefined
}

function inSteps(table: Name, column: Column): string {
  const [at, name] = [sqlName(table, 'postgres'), sqlColumn(column.name, 'postgres')]
  const value = column.default?.text ?? 'NULL'
  return rewrite(
    'Add it empty, let new rows have the default, and fill the old ones in batches:',
    [
      `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition(column, 'postgres', ['default', 'not-null'])};`,
      `ALTER TABLE ${at} ALTER COLUMN ${name} SET DEFAULT ${value};`,
      '-- next migration, as often as it finds rows:',
      `UPDATE ${at} SET ${name} = ${value} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${at} WHERE ${name} IS NULL LIMIT 10000));`,
    ],
    ...(column.notNull === true ? ['Set NOT NULL after that.'] : []),
  )
}
