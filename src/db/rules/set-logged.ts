import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'set-logged',
  title: 'Turning a table LOGGED or UNLOGGED',
  code: 'PG307',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The whole table and its indexes are written again under a lock that lets nobody read or write it.',
  instead:
    'Make a new table of the kind you want, let the code write both, copy the rows in batches, and read the new one in a later release.',
  examples: [
    {
      bad: 'ALTER TABLE events SET LOGGED;',
      good: 'CREATE UNLOGGED TABLE cache (a int); ALTER TABLE cache SET LOGGED;',
    },
    { bad: 'ALTER TABLE events SET UNLOGGED;', good: 'CREATE UNLOGGED TABLE cache (a int);' },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'table-option' || schema.isNewTable(statement.table)) return
    const { option, table } = statement
    if (option === 'logged') yield { what: `Makes ${shown(table)} LOGGED and writes all of it again.` }
    else if (option === 'unlogged')
      yield {
        what: `Makes ${shown(table)} UNLOGGED and writes all of it again.`,
        why: 'The whole table is written again under a lock that lets nobody read or write it; from then on a crash of the server empties it, and no replica has its rows.',
      }
  },
})
