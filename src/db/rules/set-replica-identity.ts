import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'set-replica-identity',
  title: 'REPLICA IDENTITY FULL or NOTHING',
  code: 'PG314',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'FULL writes every old row whole into the log and makes replicas search the table for each change; with NOTHING, UPDATE and DELETE on a published table are refused.',
  instead:
    'Keep the primary key as identity, or name a unique index over NOT NULL columns: REPLICA IDENTITY USING INDEX.',
  examples: [
    { bad: 'ALTER TABLE users REPLICA IDENTITY FULL;', good: 'ALTER TABLE users REPLICA IDENTITY DEFAULT;' },
    {
      bad: 'ALTER TABLE users REPLICA IDENTITY NOTHING;',
      good: 'ALTER TABLE users REPLICA IDENTITY USING INDEX users_uid_key;',
    },
  ],
  *check(statement) {
    if (statement.kind !== 'table-option' || statement.option !== 'replica-identity') return
    const { table, to } = statement
    if (to !== 'full' && to !== 'nothing') return
    yield {
      what: `Sets REPLICA IDENTITY ${to.toUpperCase()} on ${shown(table)}.`,
      instead: rewrite('Let replicas find rows by the primary key:', [
        `ALTER TABLE ${sqlName(table, 'postgres')} REPLICA IDENTITY DEFAULT;`,
      ]),
    }
  },
})
