import { replacesKey } from '../postgres-advice.ts'
import { indexName, rewrite, sqlColumn, sqlCreateIndex, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Name, shown } from '../statement.ts'

const before = 'CREATE TABLE users (id bigint NOT NULL, tenant int NOT NULL, CONSTRAINT users_pkey PRIMARY KEY (id));'

export default defineRule({
  id: 'redefine-primary-key',
  title: 'Another primary key for a table',
  code: 'PG312',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The new index is built under a lock that lets nobody read or write the table, foreign keys that point at the old key are in the way, and replicas that find rows by it stop.',
  instead:
    'Build a unique index over the new columns CONCURRENTLY, then drop the old key and make the new one USING INDEX in one statement.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY (tenant, id);',
      good: 'ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_new_pkey PRIMARY KEY USING INDEX users_new_pkey;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'primary-key') return
    const { table, constraint } = statement
    if (constraint.usingIndex !== undefined || schema.isNewTable(table)) return
    if (!replacesKey(table, schema)) return
    yield {
      what: `Gives ${shown(table)} another primary key, over ${constraint.columns.join(', ')}.`,
      instead: swapped(table, constraint.columns),
    }
  },
})

function swapped(table: Name, columns: readonly string[]): string {
  const name = indexName(table, columns, 'pkey')
  const [at, key] = [sqlName(table, 'postgres'), sqlColumn(name, 'postgres')]
  const old = sqlColumn(indexName(table, [], 'pkey'), 'postgres')
  return rewrite('Build its index beside the writes first, and swap the two in an instant in the next migration:', [
    sqlCreateIndex(table, { name, columns, unique: true }, 'postgres'),
    '-- next migration:',
    `ALTER TABLE ${at} DROP CONSTRAINT ${old}, ADD CONSTRAINT ${key} PRIMARY KEY USING INDEX ${key};`,
  ])
}
