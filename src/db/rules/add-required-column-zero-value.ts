import { rewrite, someDefault, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Column, type Expression, shown } from '../statement.ts'

/** MySQL 8.4 "13.6 Data Type Default Values"; MariaDB 10.11 does the same, also in strict mode. */
export default defineRule({
  id: 'add-required-column-zero-value',
  title: 'A NOT NULL column without a default: old rows get a zero',
  code: 'MY101',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Rows that are there get 0 or an empty text that nobody chose, without a word; and the release that still runs writes rows without the column and is refused.',
  instead: 'Give the column a default, or add it without NOT NULL and fill it.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD COLUMN age int NOT NULL;',
      good: 'ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 18;',
    },
    {
      bad: 'ALTER TABLE notes ADD COLUMN body text NOT NULL;',
      good: "ALTER TABLE notes ADD COLUMN body text NOT NULL DEFAULT ('');",
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE users ADD name varchar(40) NOT NULL, ADD nick varchar(40);',
      good: 'CREATE TABLE users (id int); ALTER TABLE users ADD name varchar(40) NOT NULL;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return
    const { table, columns } = statement
    const empty = columns.filter(getsZero)
    if (empty.length === 0) return
    const at = sqlName(table, 'mysql')
    yield {
      what: `Adds ${empty.map(column => column.name).join(', ')} to ${shown(table)} as NOT NULL without a default: rows that are there get a zero value.`,
      instead: rewrite(
        'Say what old rows and the release that still runs are to get:',
        empty.map(column => {
          return `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition({ ...column, default: value(column) }, 'mysql')};`
        }),
      ),
    }
  },
})

// MySQL takes a default of a text only in parentheses (8.0.13, "13.6 Data Type Default Values"); MariaDB takes it so too.
function value({ type }: Column): Expression {
  const text = someDefault(type)
  return { text: /text|blob|json/.test(type?.name ?? '') ? `(${text})` : text, is: 'constant' }
}

// Dates and spatial types have no zero that strict mode accepts: MF103 tells about those.
const noZero =
  /^(date|datetime|geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection|geomcollection)$/

function getsZero(column: Column): boolean {
  const { notNull, numbered, virtual, stored, type, primaryKey } = column
  if (notNull !== true || numbered !== undefined || virtual === true || stored === true || primaryKey === true)
    return false
  if (type === undefined || noZero.test(type.name)) return false
  return column.default === undefined
}
