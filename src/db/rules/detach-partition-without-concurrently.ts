import { olderThan, outside } from '../postgres-advice.ts'
import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'detach-partition-without-concurrently',
  title: 'Detaching a partition while everybody waits',
  alsoKnownAs: ['squawk: require-concurrent-partition-detach'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'It locks the whole partitioned table against reads and writes: it waits for the longest query on any partition, and everybody who comes after waits behind it.',
  instead: 'Use DETACH PARTITION … CONCURRENTLY (PostgreSQL 14 and later), outside of a transaction.',
  examples: [
    {
      bad: 'ALTER TABLE events DETACH PARTITION events_2020;',
      good: 'ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;',
    },
    {
      context: { version: [14] },
      bad: 'ALTER TABLE shop.events DETACH PARTITION shop.events_2020;',
      good: 'ALTER TABLE events ATTACH PARTITION events_2021 FOR VALUES IN (1);',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'detach-partition' || statement.concurrently || olderThan(14, context)) return
    const { table, partition } = statement
    if (schema.isNewTable(table)) return
    yield {
      what: `Detaches ${shown(partition)} from ${shown(table)} while everybody waits.`,
      instead: rewrite(
        'Detach it beside the queries that go on:',
        [`ALTER TABLE ${sqlName(table, 'postgres')} DETACH PARTITION ${sqlName(partition, 'postgres')} CONCURRENTLY;`],
        `${outside} It is refused while the table has a DEFAULT partition.`,
      ),
    }
  },
})
