import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "15.1.9 ALTER TABLE" (DISCARD TABLESPACE). */
export default defineRule({
  id: 'discard-tablespace',
  title: 'DISCARD TABLESPACE',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The file that holds the rows of the table is deleted, and the table cannot be used until another one is imported.',
  instead: 'Keep a copy of the file (FLUSH TABLES … FOR EXPORT) before it is discarded.',
  examples: [
    {
      bad: 'ALTER TABLE users DISCARD TABLESPACE;',
      good: 'CREATE TABLE copy (id int); ALTER TABLE copy DISCARD TABLESPACE;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'table-option' || statement.option !== 'tablespace' || statement.to !== 'discard') return
    if (schema.isNewTable(statement.table)) return
    yield {
      what: `Deletes the file that holds the rows of ${shown(statement.table)}.`,
      instead: rewrite('Copy the file first, and let go of the lock only when the copy is there:', [
        `FLUSH TABLES ${sqlName(statement.table, 'mysql')} FOR EXPORT;`,
        'UNLOCK TABLES;',
      ]),
    }
  },
})
