import { onlineTool } from '../mysql-rewrites.ts'
import { defineRule } from '../rule.ts'
import { shown, type TableOption } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Partitioning Operations); MariaDB 10.11 refuses LOCK=NONE for both. */
export default defineRule({
  id: 'change-partitioning',
  title: 'Another partitioning of a table with rows',
  code: 'MY139',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Every row is written into its new place: the server copies the table (or the partitions named), and nobody can write to it until that is done.',
  instead: 'Add empty partitions at the end ahead of time; for anything else copy the table beside the writes.',
  examples: [
    {
      bad: 'ALTER TABLE events PARTITION BY HASH (id) PARTITIONS 8;',
      good: 'ALTER TABLE events ADD PARTITION (PARTITION p9 VALUES LESS THAN (2030));',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE events REMOVE PARTITIONING;',
      good: 'CREATE TABLE logs (id int); ALTER TABLE logs PARTITION BY HASH (id) PARTITIONS 4;',
    },
    {
      bad: 'ALTER TABLE events REORGANIZE PARTITION p0 INTO (PARTITION a VALUES LESS THAN (5), PARTITION b VALUES LESS THAN (9));',
      good: 'ALTER TABLE events ADD COLUMN note text;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'table-option') return
    const words = changes[statement.option]
    if (words === undefined || schema.isNewTable(statement.table)) return
    yield {
      what: `${words} ${shown(statement.table)}.`,
      instead: `Where the new partitions come behind the last one, ADD PARTITION costs nothing. Otherwise: ${onlineTool}`,
    }
  },
})

const changes: Readonly<Partial<Record<TableOption, string>>> = {
  'partition-by': 'Copies every row into the new partitions of',
  'remove-partitioning': 'Copies every row out of the partitions of',
  'reorganize-partition': 'Copies the rows of partitions of',
}
