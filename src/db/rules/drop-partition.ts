import { allAbout } from '../beside.ts'
import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type DialectId, type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'drop-partition',
  title: 'Dropping a partition',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The rows of the partition are lost with it, and no rollback of the deploy brings them back; reads and writes of the whole table wait while it goes.',
  instead: 'Exchange the partition with an empty table first, keep that table, and drop it in a later release.',
  examples: [
    {
      bad: 'ALTER TABLE logs DROP PARTITION p2020;',
      good: 'ALTER TABLE logs ADD PARTITION (PARTITION p2027 VALUES LESS THAN (2028));',
    },
    {
      bad: 'ALTER TABLE logs DROP PARTITION p2020, p2021;',
      good: 'ALTER TABLE logs EXCHANGE PARTITION p2020 WITH TABLE logs_p2020;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'drop-partition' || schema.isNewTable(statement.table)) return
    const { table, partitions, dialect } = statement
    // An exchanged partition holds what the empty table held.
    const left = partitions.filter(
      partition => !allAbout(table, statement, context).some(one => isExchange(one.text, partition)),
    )
    if (partitions.length > 0 && left.length === 0) return
    const names =
      left.length === 0 ? 'a partition' : `${left.length === 1 ? 'the partition' : 'the partitions'} ${left.join(', ')}`
    yield {
      what: `Drops ${names} of ${shown(table)}.`,
      ...(left.length === 0 ? {} : { instead: exchanged(table, left, dialect) }),
    }
  },
})

function isExchange(text: string, partition: string): boolean {
  return new RegExp(`\\bexchange\\s+partition\\s+\`?${partition.replaceAll(/[^\w]/g, '\\$&')}\`?\\s`, 'i').test(text)
}

function exchanged(table: Name, partitions: readonly string[], dialect: DialectId): string {
  const at = sqlName(table, dialect)
  const lines = partitions.flatMap(partition => {
    const kept = sqlName({ ...table, name: `${table.name}_${partition}` }, dialect)
    const name = sqlColumn(partition, dialect)
    return [
      `CREATE TABLE ${kept} LIKE ${at};`,
      `ALTER TABLE ${kept} REMOVE PARTITIONING;`,
      `ALTER TABLE ${at} EXCHANGE PARTITION ${name} WITH TABLE ${kept};`,
      `ALTER TABLE ${at} DROP PARTITION ${name};`,
    ]
  })
  return rewrite('Let the rows go into a table of their own, and drop that one in a later release:', lines)
}
