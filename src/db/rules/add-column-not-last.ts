import { refusesCost } from '../mysql-columns.ts'
import { rewrite, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type Column, shown } from '../statement.ts'

/** MySQL 8.0 "17.12.1 Online DDL Operations" (Adding a column: before 8.0.29 only as the last); MariaDB "Instant ADD COLUMN for InnoDB" (10.3, since 10.4 anywhere). */
export default defineRule({
  id: 'add-column-not-last',
  title: 'A new column that is not the last',
  code: 'MY142',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'This version adds a column without touching the rows only behind all others; anywhere else it writes the whole table anew.',
  instead: 'Leave FIRST or AFTER out: no query should depend on the order of columns.',
  examples: [
    {
      context: { flavour: 'mysql', version: [8, 0, 20] },
      bad: 'ALTER TABLE users ADD COLUMN nick text AFTER name;',
      good: 'ALTER TABLE users ADD COLUMN nick text;',
    },
    {
      context: { flavour: 'mariadb', version: [10, 3] },
      bad: 'ALTER TABLE users ADD COLUMN nick text FIRST;',
      good: 'CREATE TABLE users (name text); ALTER TABLE users ADD COLUMN nick text FIRST;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table) || !onlyLast(context)) return
    const inside = statement.columns.filter(column => column.position !== undefined && column.stored !== true)
    if (inside.length === 0 || refusesCost(statement, context, 'rebuilds')) return
    const at = sqlName(statement.table, 'mysql')
    yield {
      what: `Rebuilds ${shown(statement.table)} to put ${inside.map(column => column.name).join(', ')} before its last column.`,
      instead: rewrite(
        'Leave the place out:',
        inside.map(
          column => `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition(last(column), 'mysql')}, ALGORITHM=INSTANT;`,
        ),
      ),
    }
  },
})

/** MySQL 8.0.12 to 8.0.28, MariaDB 10.3. A version that nobody said is one of today. */
function onlyLast({ flavour, version }: FileContext): boolean {
  const [major, minor = 0, patch] = version ?? []
  if (flavour === 'mariadb') return major === 10 && minor === 3
  return major === 8 && minor === 0 && patch !== undefined && patch >= 12 && patch < 29
}

function last({ position: _, ...column }: Column): Column {
  return column
}
