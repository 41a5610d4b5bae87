import { rewrite, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'add-stored-generated-column',
  title: 'A new column that is computed and stored',
  code: 'PG309',
  alsoKnownAs: ['squawk: adding-field-with-default', 'strong_migrations: add_column_generated_stored'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'It is computed for every row at once: the whole table is written again under a lock that lets nobody read or write it.',
  instead: 'Add a plain column, let a trigger or the code fill it for new rows, and fill the old ones in batches.',
  examples: [
    {
      bad: 'ALTER TABLE orders ADD COLUMN total int GENERATED ALWAYS AS (price * amount) STORED;',
      good: 'ALTER TABLE orders ADD COLUMN total int GENERATED ALWAYS AS (price * amount) VIRTUAL;',
    },
    {
      bad: 'ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (price * 2);',
      good: 'CREATE TABLE tags (a int); ALTER TABLE tags ADD COLUMN b int GENERATED ALWAYS AS (a * 2) STORED;',
    },
  ],
  *check(statement, schema) {
    if (
      statement.kind === 'change-column' &&
      statement.change.set === 'generated' &&
      !schema.isNewTable(statement.table)
    ) {
      const { table, column } = statement
      if (schema.column(table, column)?.virtual !== true)
        yield { what: `Computes ${shown(table)}.${column} anew for every row.` }
    }
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return
    for (const column of statement.columns)
      if (column.stored === true)
        yield {
          what: `Adds ${column.name} to ${shown(statement.table)} and computes it for every row.`,
          instead: plain(statement.table, column),
        }
  },
})

function plain(table: Name, { name, type, expression = 'NULL' }: Column): string {
  const at = sqlName(table, 'postgres')
  const column = sqlDefinition({ name, ...(type === undefined ? {} : { type }) }, 'postgres')
  const quoted = column.split(' ')[0]!
  return rewrite(
    'Add a plain column, let the code or a trigger fill it for new rows, and fill the old ones in batches:',
    [
      `ALTER TABLE ${at} ADD COLUMN ${column};`,
      '-- next migration, as often as it finds rows:',
      `UPDATE ${at} SET ${quoted} = ${expression} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${at} WHERE ${quoted} IS NULL LIMIT 10000));`,
    ],
    'From PostgreSQL 18 on a VIRTUAL column costs nothing at all.',
  )
}
