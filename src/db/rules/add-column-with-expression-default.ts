import { refusesCost } from '../mysql-columns.ts'
import { untouched } from '../mysql-rewrites.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext, type Flavour } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

/** MySQL 8.4 "13.6 Data Type Default Values" (expressions); MariaDB 10.11: DEFAULT uuid() and DEFAULT (a + 1) copy, DEFAULT now() does not. */
export default defineRule({
  id: 'add-column-with-expression-default',
  title: 'A new column whose default is computed for every row',
  alsoKnownAs: ['strong_migrations: add_column_default_callable'],
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Every row that is there gets a value of its own: the server copies the whole table, and nobody can write to it until that is done.',
  instead: 'Add the column without the default, set the default for new rows, and fill the old ones in small steps.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD COLUMN token char(36) DEFAULT (uuid());',
      good: 'ALTER TABLE users ADD COLUMN made datetime DEFAULT CURRENT_TIMESTAMP;',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE users ADD COLUMN token char(36) NOT NULL DEFAULT uuid();',
      good: "ALTER TABLE users ADD COLUMN tags json DEFAULT ('[]'), ADD made datetime DEFAULT (now());",
    },
    {
      bad: 'ALTER TABLE users ADD COLUMN rank int DEFAULT (age + 1);',
      good: 'CREATE TABLE users (id int); ALTER TABLE users ADD COLUMN token char(36) DEFAULT (uuid());',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return
    const computed = statement.columns.filter(column => isComputed(column, context.flavour))
    if (computed.length === 0 || refusesCost(statement, context, 'copies')) return
    for (const column of computed)
      yield {
        what: `Copies ${shown(statement.table)} to compute ${column.name} for every row.`,
        instead: inSteps(statement.table, column, context),
      }
  },
})

function isComputed({ default: value }: Column, flavour: Flavour): boolean {
  if (value === undefined) return false
  if (value.is === 'volatile' || value.is === 'unknown') return true
  return value.is === 'stable' && flavour === 'mysql' && value.text.startsWith('(')
}

function inSteps(table: Name, column: Column, context: FileContext): string {
  const [at, name] = [sqlName(table, 'mysql'), sqlColumn(column.name, 'mysql')]
  const value = column.default?.text ?? 'NULL'
  return rewrite('Add it empty, which costs nothing, and fill it in small steps:', [
    `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition(column, 'mysql', ['default', 'not-null'])}, ${untouched(context)};`,
    `ALTER TABLE ${at} ALTER COLUMN ${name} SET DEFAULT ${value.startsWith('(') ? value : `(${value})`};`,
    '-- again and again until no row is left:',
    `UPDATE ${at} SET ${name} = ${value} WHERE ${name} IS NULL LIMIT 10000;`,
  ])
}
