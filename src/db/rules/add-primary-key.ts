import { outside, replacesKey } from '../postgres-advice.ts'
import { indexName, rewrite, sqlColumn, sqlCreateIndex, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'add-primary-key',
  title: 'A primary key built while everybody waits',
  code: 'PG104',
  alsoKnownAs: ['squawk: adding-serial-primary-key-field'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Its index is built under a lock that lets nobody read or write the table until all of it is done.',
  instead:
    'Build a unique index CONCURRENTLY first, then make it the primary key with USING INDEX, which takes an instant.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD PRIMARY KEY (id);',
      good: 'ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey;',
    },
    {
      bad: 'ALTER TABLE users ADD COLUMN uid uuid PRIMARY KEY;',
      good: 'CREATE TABLE tags (id int); ALTER TABLE tags ADD PRIMARY KEY (id);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind === 'add-constraint') {
      const { table, constraint } = statement
      if (constraint.type !== 'primary-key' || constraint.usingIndex !== undefined || schema.isNewTable(table)) return
      // Another key in place of the old one is told by its own rule.
      if (replacesKey(table, schema)) return
      yield {
        what: `Builds the primary key of ${shown(table)} under a lock.`,
        instead: usingIndex(table, constraint.columns, constraint.name),
      }
    } else if (statement.kind === 'add-column' && !schema.isNewTable(statement.table))
      for (const column of statement.columns) {
        // A column that numbers the rows rewrites the table: that is told by its own rule.
        if (column.primaryKey !== true || column.numbered !== undefined) continue
        yield {
          what: `Builds a primary key over the new column ${column.name} of ${shown(statement.table)} under a lock.`,
          instead: filledFirst(statement.table, column),
        }
      }
  },
})

function usingIndex(table: Name, columns: readonly string[], given: string | undefined): string {
  const name = given ?? indexName(table, [], 'pkey')
  return rewrite(
    'Build its index beside the writes first, in a migration that runs outside of a transaction, and make it the primary key in the next one:',
    [
      sqlCreateIndex(table, { name, columns, unique: true }, 'postgres'),
      '-- next migration:',
      `ALTER TABLE ${sqlName(table, 'postgres')} ADD CONSTRAINT ${sqlColumn(name, 'postgres')} PRIMARY KEY USING INDEX ${sqlColumn(name, 'postgres')};`,
    ],
    'The columns must be NOT NULL by then; otherwise that is looked up row by row under the lock.',
  )
}

function filledFirst(table: Name, column: Column): string {
  const { primaryKey: _, ...plain } = column
  return rewrite(
    'Add the column, fill it, build a unique index CONCURRENTLY, and make that the primary key:',
    [`ALTER TABLE ${sqlName(table, 'postgres')} ADD COLUMN ${sqlDefinition(plain, 'postgres', ['not-null'])};`],
    `The index: ${outside}`,
  )
}
