import { indexName, rewrite, sqlColumn, sqlCreateIndex, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'add-unique-constraint',
  title: 'A unique constraint built while everybody waits',
  code: 'PG105',
  alsoKnownAs: ['squawk: disallowed-unique-constraint', 'strong_migrations: add_unique_constraint'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Its index is built under a lock that lets nobody read or write the table until all of it is done.',
  instead:
    'Build a unique index CONCURRENTLY first, then make the constraint of it with USING INDEX, which takes an instant.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
      good: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;',
      also: ['create-unique-index'],
    },
    {
      bad: 'ALTER TABLE users ADD COLUMN token text UNIQUE;',
      good: 'CREATE TABLE tags (name text); ALTER TABLE tags ADD UNIQUE (name);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind === 'add-constraint') {
      const { table, constraint } = statement
      if (constraint.type !== 'unique' || constraint.usingIndex !== undefined || schema.isNewTable(table)) return
      yield {
        what: `Builds a unique constraint over ${constraint.columns.join(', ')} of ${shown(table)} under a lock.`,
        instead: usingIndex(table, constraint.columns, constraint.name),
      }
    } else if (statement.kind === 'add-column' && !schema.isNewTable(statement.table))
      for (const { name, unique } of statement.columns)
        if (unique === true)
          yield {
            what: `Builds a unique constraint over the new column ${name} of ${shown(statement.table)} under a lock.`,
            instead: usingIndex(statement.table, [name], undefined),
          }
  },
})

function usingIndex(table: Name, columns: readonly string[], given: string | undefined): string {
  const name = given ?? indexName(table, columns, 'key')
  return rewrite(
    'Build its index beside the writes first, in a migration that runs outside of a transaction, and make it the constraint in the next one:',
    [
      sqlCreateIndex(table, { name, columns, unique: true }, 'postgres'),
      '-- next migration:',
      `ALTER TABLE ${sqlName(table, 'postgres')} ADD CONSTRAINT ${sqlColumn(name, 'postgres')} UNIQUE USING INDEX ${sqlColumn(name, 'postgres')};`,
    ],
  )
}
