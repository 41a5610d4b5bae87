import { lostConstraints, shownLost } from '../lost-constraint.ts'
import { rewrite, sqlColumn, sqlColumns, sqlName } from '../rewrite.ts'
import { defineRule, type Found } from '../rule.ts'
import type { DialectId, Name } from '../statement.ts'

const before =
  'CREATE TABLE users (id int NOT NULL, email varchar(100) NOT NULL, CONSTRAINT users_pkey PRIMARY KEY (id));'

export default defineRule({
  id: 'drop-primary-key',
  title: 'Dropping a primary key',
  code: 'CD103',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Rows may double and can no longer be told apart, look-ups by the key read the whole table, and replication that tells rows by it stops or becomes very slow.',
  instead:
    'Keep the key until another one stands: add a unique index over the new columns first, and swap both in one statement.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE users DROP CONSTRAINT users_pkey;',
      good: 'ALTER TABLE users DROP CONSTRAINT users_email_key;',
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE users DROP PRIMARY KEY;',
      good: 'CREATE TABLE tags (id int PRIMARY KEY); ALTER TABLE tags DROP PRIMARY KEY;',
      also: ['drop-primary-key-rebuilds'],
    },
    {
      dialects: ['sqlite'],
      before,
      bad: 'CREATE TABLE new_users (id int NOT NULL, email varchar(100)); INSERT INTO new_users SELECT id, email FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;',
      good: 'CREATE TABLE new_users (id int NOT NULL, email varchar(100), PRIMARY KEY (id, email)); INSERT INTO new_users SELECT id, email FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;',
    },
  ],
  *check(statement, schema, context): Iterable<Found> {
    for (const lost of lostConstraints(statement, schema, context, 'primary-key')) {
      const columns = lost.constraint?.columns ?? []
      yield {
        what: `Drops the primary key ${shownLost(lost)}.`,
        ...(columns.length === 0 ? {} : { instead: swapped(lost.table, lost.name, columns, statement.dialect) }),
      }
    }
  },
})

function swapped(table: Name, name: string | undefined, columns: readonly string[], dialect: DialectId): string {
  const at = sqlName(table, dialect)
  const key = sqlColumn(name ?? `${table.name}_pkey`, dialect)
  const next = sqlColumn(`${table.name}_next_key`, dialect)
  const list = sqlColumns(columns, dialect)
  const sentence =
    'Let a unique index stand first (over the new columns where they differ), so that no moment is without a key:'
  if (dialect === 'sqlite') return rewrite(sentence, [`CREATE UNIQUE INDEX ${next} ON ${at} (${list});`])
  return dialect === 'postgres'
    ? rewrite(sentence, [
        `CREATE UNIQUE INDEX CONCURRENTLY ${next} ON ${at} (${list});`,
        `ALTER TABLE ${at} DROP CONSTRAINT ${key}, ADD CONSTRAINT ${key} PRIMARY KEY USING INDEX ${next};`,
      ])
    : rewrite(
        'Change the key in one statement, so that no moment is without one (write the new columns in place of these):',
        [`ALTER TABLE ${at} DROP PRIMARY KEY, ADD PRIMARY KEY (${list});`],
      )
}
