import { blockingIndex } from '../mysql-indexes.ts'
import { defineRule } from '../rule.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Index Operations). MariaDB 10.11: INPLACE (the first one) or NOCOPY, LOCK=SHARED. */
export default defineRule({
  id: 'create-fulltext-index',
  title: 'A FULLTEXT index on a table with rows',
  code: 'MY134',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'While the index is built nobody can write to the table; the first FULLTEXT index of a table also writes the whole table anew.',
  instead: 'Build it when nobody writes, or on a copy of the table with gh-ost or pt-online-schema-change.',
  examples: [
    {
      bad: 'ALTER TABLE notes ADD FULLTEXT INDEX notes_body (body);',
      good: 'CREATE TABLE notes (id int PRIMARY KEY, body text); ALTER TABLE notes ADD FULLTEXT INDEX (body);',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'CREATE FULLTEXT INDEX notes_body ON notes (body);',
      good: 'CREATE INDEX notes_user ON notes (user_id);',
    },
  ],
  check: (statement, schema, context) => blockingIndex(statement, schema, context, 'fulltext'),
})
