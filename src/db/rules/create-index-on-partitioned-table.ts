import { ownText } from '../postgres-advice.ts'
import { indexName, rewrite, sqlColumn, sqlColumns, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Index, type Name, shown } from '../statement.ts'

const before = 'CREATE TABLE events (at date, kind text) PARTITION BY RANGE (at);'

export default defineRule({
  id: 'create-index-on-partitioned-table',
  title: 'Building an index on every partition at once',
  code: 'PG108',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'It is built on every partition, one after the other, and nobody can write to any of them until the last one is done; CONCURRENTLY is refused here.',
  instead: 'Create it ON ONLY the parent, build it CONCURRENTLY on each partition, and attach those.',
  examples: [
    {
      before,
      bad: 'CREATE INDEX events_kind_idx ON events (kind);',
      good: 'CREATE INDEX events_kind_idx ON ONLY events (kind);',
    },
    {
      before,
      bad: 'CREATE INDEX ON events (kind);',
      good: 'CREATE INDEX CONCURRENTLY events_2020_kind_idx ON events_2020 (kind);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'create-index' || schema.isNewTable(statement.table)) return
    const { table, index } = statement
    if (schema.table(table)?.partitioned !== true) return
    if (ownText(statement, /\bon\s+only\b/i) !== undefined) return
    yield {
      what: `Builds an index on every partition of ${shown(table)} while writes wait.`,
      instead: oneByOne(table, index),
    }
  },
})

function oneByOne(table: Name, index: Index): string {
  const name = index.name ?? indexName(table, index.columns)
  const unique = index.unique === true ? 'UNIQUE ' : ''
  const using = index.method === undefined || index.method === 'btree' ? '' : ` USING ${index.method}`
  const columns = `${using} (${sqlColumns(index.columns, 'postgres')})`
  const part = sqlColumn(`${name}_1`, 'postgres')
  return rewrite('Make it on the parent alone, then on each partition beside the writes, and attach those:', [
    `CREATE ${unique}INDEX ${sqlColumn(name, 'postgres')} ON ONLY ${sqlName(table, 'postgres')}${columns};`,
    '-- for each partition; the first of the two outside of a transaction:',
    `CREATE ${unique}INDEX CONCURRENTLY ${part} ON the_partition${columns};`,
    `ALTER INDEX ${sqlColumn(name, 'postgres')} ATTACH PARTITION ${part};`,
  ])
}
