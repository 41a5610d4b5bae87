import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'disable-autovacuum',
  title: 'Autovacuum switched off for a table',
  code: 'PG320',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Dead rows then stay for ever: the table and its indexes grow, plans get worse, and in the end the server stops all writes to save its transaction numbers.',
  instead:
    'Tune it for this table instead: a smaller autovacuum_vacuum_scale_factor, a larger autovacuum_vacuum_cost_limit.',
  examples: [
    {
      bad: 'ALTER TABLE events SET (autovacuum_enabled = false);',
      good: 'ALTER TABLE events SET (autovacuum_vacuum_scale_factor = 0.01);',
    },
    {
      bad: 'ALTER TABLE shop.events SET (autovacuum_enabled = off, fillfactor = 70);',
      good: 'ALTER TABLE events SET (autovacuum_enabled = true);',
    },
  ],
  *check(statement) {
    if (statement.kind !== 'table-option' || statement.option !== 'autovacuum' || statement.to !== 'off') return
    yield {
      what: `Switches autovacuum off for ${shown(statement.table)}.`,
      instead: rewrite('Let it run more often and in smaller steps instead:', [
        `ALTER TABLE ${sqlName(statement.table, 'postgres')} SET (autovacuum_vacuum_scale_factor = 0.01);`,
      ]),
    }
  },
})
