import { laterAbout, sameColumn, sameName, sameStatement } from '../beside.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type Statement, shown } from '../statement.ts'
import { remainingReaders, stillRead, withoutReaders } from '../view-readers.ts'

const before =
  'CREATE TABLE orders (id int, net int, gross int GENERATED ALWAYS AS (net * 2) VIRTUAL); CREATE VIEW sales AS SELECT id, net FROM orders;'

export default defineRule({
  id: 'drop-column-still-read',
  title: 'Dropping a column that is still read',
  code: 'BC104',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Whoever still asks for it fails from this statement on: the release that still runs, or a view, which may go with the column or keep the migration from running.',
  instead:
    'Release code that no longer reads it, make the views that read it anew without it, and drop the column in a later release.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE orders DROP COLUMN net;',
      good: 'ALTER TABLE orders ADD COLUMN tax int;',
      also: ['drop-column'],
    },
    {
      before,
      bad: 'ALTER TABLE orders DROP COLUMN gross;',
      good: 'ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (net * 2) VIRTUAL; ALTER TABLE orders DROP COLUMN twice;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'drop-column') return
    const { table, dialect } = statement
    for (const column of statement.columns) {
      if (schema.isNewColumn(table, column)) continue
      const readers = remainingReaders(statement, schema, context, table, column)
      if (readers.length > 0)
        yield {
          what: `Drops ${shown(table)}.${column}, which ${stillRead(readers)}.`,
          instead: withoutReaders(
            readers,
            dialect,
            'Release code that does without, drop this first (or make it anew without the column), and the column in a later release:',
          ),
        }
      // A drop that loses values is told as such. A computed column loses none, but who reads it fails all the same.
      else if (schema.column(table, column)?.virtual === true && !comesBack(statement, column, context))
        yield {
          what: `Drops the computed column ${shown(table)}.${column}, which the release that still runs may read.`,
        }
    }
  },
})

function comesBack(drop: Statement & { kind: 'drop-column' }, column: string, context: FileContext): boolean {
  return [...sameStatement(drop, context), ...laterAbout(drop.table, drop, context)].some(
    other =>
      other.kind === 'add-column' &&
      sameName(other.table, drop.table, other.dialect) &&
      other.columns.some(one => sameColumn(one.name, column, other.dialect)),
  )
}
