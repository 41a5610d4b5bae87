import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'set-access-method',
  title: 'Another access method for a table',
  code: 'PG311',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The whole table and its indexes are written again under a lock that lets nobody read or write it.',
  instead:
    'Make a new table with that access method, let the code write both, copy the rows in batches, and read the new one in a later release.',
  examples: [
    {
      bad: 'ALTER TABLE events SET ACCESS METHOD columnar;',
      good: 'CREATE TABLE archive (a int) USING columnar;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'table-option' || statement.option !== 'access-method') return
    const { table, to } = statement
    // A partitioned table holds no rows: only new partitions follow it.
    if (schema.isNewTable(table) || schema.table(table)?.partitioned === true) return
    yield { what: `Gives ${shown(table)} the access method ${to ?? 'that is the default'} and writes all of it again.` }
  },
})
