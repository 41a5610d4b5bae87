import { generationChanged, redefined, refusesCost } from '../mysql-columns.ts'
import { untouched } from '../mysql-rewrites.ts'
import { rewrite, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

const before =
  'CREATE TABLE boxes (id int PRIMARY KEY, w int, h int, area int AS (w * h) STORED, rim int AS (w + h) VIRTUAL);'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Generated Column Operations); MariaDB 10.11 changes a VIRTUAL expression INSTANT. */
export default defineRule({
  id: 'change-generated-column',
  title: 'Another expression of a generated column',
  code: 'MY143',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Its value is computed anew for every row: the server copies the whole table, and nobody can write to it until that is done.',
  instead:
    'Add a VIRTUAL column with the new expression, let the code read it, and drop the old column in a later release.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE boxes MODIFY area int AS (w * h * 2) STORED;',
      good: "ALTER TABLE boxes MODIFY area int GENERATED ALWAYS AS (`w` * `h`) STORED COMMENT 'in mm';",
    },
    { before, bad: 'ALTER TABLE boxes MODIFY area int;', good: 'ALTER TABLE boxes ADD edge int AS (w - h) VIRTUAL;' },
    {
      before,
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE boxes MODIFY area int AS (w * h * 2) PERSISTENT;',
      good: 'ALTER TABLE boxes MODIFY rim int AS (2 * (w + h)) VIRTUAL;',
    },
  ],
  *check(statement, schema, context) {
    const change = redefined(statement, schema)
    if (change === undefined || refusesCost(statement, context, 'copies')) return
    const what = generationChanged(change)
    if (what === undefined || (what === 'virtual-expression' && context.flavour === 'mariadb')) return
    const { table, before: old, to } = change
    yield {
      what:
        what === 'kind'
          ? `Copies ${shown(table)} to make ${to.name} ${kindOf(to)} instead of ${kindOf(old)}.`
          : `Copies ${shown(table)} to change the expression of ${to.name}.`,
      instead: beside(table, to, context),
    }
  },
})

function kindOf({ virtual, stored }: Column): string {
  return virtual === true ? 'VIRTUAL' : stored === true ? 'STORED' : 'a plain column'
}

function beside(table: Name, column: Column, context: FileContext): string {
  const { stored: _, ...rest } = column
  const virtual = column.expression === undefined ? rest : { ...rest, virtual: true as const }
  const definition = sqlDefinition({ ...virtual, name: `${column.name}_next` }, 'mysql', ['not-null'])
  return rewrite(
    'Add a column beside it, which costs nothing, and let the code read that one:',
    [`ALTER TABLE ${sqlName(table, 'mysql')} ADD COLUMN ${definition}, ${untouched(context)};`],
    `Drop ${column.name} in a later release.`,
  )
}
