import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type DialectId, type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'truncate-table',
  title: 'Emptying a table',
  severity: 'warning',
  dialects: ['postgres', 'mysql'],
  why: 'Every row is gone at once and no rollback of the deploy brings it back; while it runs, nobody can read or write the table, and triggers that guard its rows do not run.',
  instead:
    'Keep the rows under another name until it is sure that nobody needs them, or delete what must go by its condition.',
  examples: [
    {
      bad: 'TRUNCATE TABLE sessions;',
      good: 'CREATE TABLE numbers (id int); TRUNCATE TABLE numbers;',
    },
    {
      dialects: ['postgres'],
      bad: 'TRUNCATE sessions, logs RESTART IDENTITY;',
      good: "DELETE FROM sessions WHERE ended < now() - interval '1 year';",
    },
    {
      dialects: ['mysql'],
      bad: 'ALTER TABLE logs TRUNCATE PARTITION p2020;',
      good: 'DELETE FROM logs WHERE year = 2020;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'truncate') return
    const tables = statement.tables.filter(table => !schema.isNewTable(table))
    // CASCADE empties tables that nobody named; that is told by its own rule.
    if (tables.length === 0 || (statement.cascade === true && statement.dialect === 'postgres')) return
    const { partitions = [], dialect } = statement
    const names = tables.map(shown).join(', ')
    const what = partitions.length === 0 ? `Empties ${names}.` : `Empties ${partitions.join(', ')} of ${names}.`
    const instead = partitions.length > 0 ? undefined : keptAside(tables, dialect)
    yield { what, ...(instead === undefined ? {} : { instead }) }
  },
})

/** The rows stay under another name: nothing is lost until somebody drops it. */
function keptAside(tables: readonly Name[], dialect: DialectId): string {
  const lines = tables.flatMap(table => {
    const old = sqlName({ ...table, name: `${table.name}_old` }, dialect)
    const at = sqlName(table, dialect)
    return dialect === 'postgres'
      ? [`CREATE TABLE ${old} AS TABLE ${at};`]
      : [`CREATE TABLE ${old} LIKE ${at};`, `INSERT INTO ${old} SELECT * FROM ${at};`]
  })
  return rewrite('If anybody may still want the rows, keep them first, and drop the copy in a later release:', lines)
}
