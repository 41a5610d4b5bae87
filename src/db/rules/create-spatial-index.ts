import { blockingIndex } from '../mysql-indexes.ts'
import { defineRule } from '../rule.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Index Operations). MariaDB 10.11: NOCOPY, LOCK=SHARED. */
export default defineRule({
  id: 'create-spatial-index',
  title: 'A SPATIAL index on a table with rows',
  code: 'MY135',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'While the index is built nobody can write to the table.',
  instead: 'Build it when nobody writes, or on a copy of the table with gh-ost or pt-online-schema-change.',
  examples: [
    {
      bad: 'ALTER TABLE notes ADD SPATIAL INDEX notes_area (area);',
      good: 'CREATE TABLE notes (id int PRIMARY KEY, area point NOT NULL); ALTER TABLE notes ADD SPATIAL INDEX (area);',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'CREATE SPATIAL INDEX notes_area ON notes (area);',
      good: 'CREATE INDEX notes_user ON notes (user_id);',
    },
  ],
  check: (statement, schema, context) => blockingIndex(statement, schema, context, 'spatial'),
})
