import { refusesCost } from '../mysql-columns.ts'
import { untouched } from '../mysql-rewrites.ts'
import { rewrite, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Column, shown } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Generated Column Operations); MariaDB 10.11: COPY, LOCK=SHARED. */
export default defineRule({
  id: 'add-stored-column-copies',
  title: 'A STORED generated column on a table with rows',
  code: 'MY140',
  alsoKnownAs: ['squawk: adding-field-with-default', 'strong_migrations: add_column_generated_stored'],
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Its value is computed for every row at once: the server copies the whole table, and nobody can write to it until that is done.',
  instead: 'Make it VIRTUAL: that costs nothing, and an index on it stores its values all the same.',
  examples: [
    {
      bad: 'ALTER TABLE boxes ADD area int GENERATED ALWAYS AS (w * h) STORED;',
      good: 'ALTER TABLE boxes ADD area int GENERATED ALWAYS AS (w * h) VIRTUAL;',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE boxes ADD COLUMN area int AS (w * h) PERSISTENT;',
      good: 'CREATE TABLE boxes (w int); ALTER TABLE boxes ADD COLUMN area int AS (w * w) PERSISTENT;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return
    const stored = statement.columns.filter(column => column.stored === true)
    if (stored.length === 0 || refusesCost(statement, context, 'copies')) return
    const at = sqlName(statement.table, 'mysql')
    yield {
      what: `Copies ${shown(statement.table)} to add the stored column ${stored.map(column => column.name).join(', ')}.`,
      instead: rewrite(
        'Make it VIRTUAL (with an index, its values are stored there):',
        stored.map(
          column => `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition(virtual(column), 'mysql')}, ${untouched(context)};`,
        ),
      ),
    }
  },
})

function virtual({ stored: _, ...column }: Column): Column {
  return { ...column, virtual: true }
}
