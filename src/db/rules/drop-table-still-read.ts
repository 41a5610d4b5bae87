import { laterAbout, sameName } from '../beside.ts'
import { defineRule } from '../rule.ts'
import { type Name, type Statement, shown } from '../statement.ts'
import { remainingReaders, stillRead, withoutReaders } from '../view-readers.ts'

const before = 'CREATE TABLE orders (id int, total int); CREATE VIEW sales AS SELECT id, total FROM orders;'

export default defineRule({
  id: 'drop-table-still-read',
  title: 'Dropping a table that is still read',
  code: 'BC103',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The view goes with the table (CASCADE), or keeps it from going so that the migration fails, or fails from then on for whoever asks it.',
  instead: 'Release code that no longer uses the view, drop the view, and drop the table in a later release.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'DROP TABLE orders CASCADE;',
      good: 'CREATE TABLE scratch (id int); CREATE VIEW v AS SELECT id FROM scratch; DROP TABLE scratch CASCADE;',
      also: ['drop-table'],
    },
    {
      dialects: ['mysql', 'sqlite'],
      before,
      bad: 'DROP TABLE orders;',
      good: 'CREATE TABLE scratch (id int); DROP TABLE scratch;',
      also: ['drop-table'],
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'drop-table' || statement.temporary) return
    for (const table of statement.tables) {
      if (schema.isNewTable(table) || schema.successor(statement, table) !== undefined) continue
      const readers = remainingReaders(statement, schema, context, table)
      // Most tables have none, and to look at all that comes later for each would take the square of a long file.
      if (readers.length === 0 || laterAbout(table, statement, context).some(later => makesAgain(later, table)))
        continue
      yield {
        what: `Drops ${shown(table)}, which ${stillRead(readers)}.`,
        instead: withoutReaders(
          readers,
          statement.dialect,
          'Release code that does without, drop this first, and the table in a later release:',
        ),
      }
    }
  },
})

function makesAgain(later: Statement, table: Name): boolean {
  if (later.kind === 'create-table') return sameName(later.table, table, later.dialect)
  return later.kind === 'rename-table' && sameName(later.to, table, later.dialect)
}
