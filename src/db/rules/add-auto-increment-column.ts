import { refusesCost } from '../mysql-columns.ts'
import { onlineTool } from '../mysql-rewrites.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Adding a column); MariaDB 10.11: INPLACE, LOCK=SHARED. */
export default defineRule({
  id: 'add-auto-increment-column',
  title: 'An AUTO_INCREMENT column on a table with rows',
  code: 'MY141',
  alsoKnownAs: ['strong_migrations: add_column_auto_incrementing'],
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Every row gets a number: the server writes the whole table anew, nobody can write to it until that is done, and a replica may number the rows otherwise than the primary.',
  instead: 'Make a new table with the column, and copy the rows beside the writes.',
  examples: [
    {
      bad: 'ALTER TABLE visits ADD COLUMN id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY;',
      good: 'CREATE TABLE visits (page int); ALTER TABLE visits ADD COLUMN id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY;',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE visits ADD id int NOT NULL AUTO_INCREMENT, ADD UNIQUE KEY (id);',
      good: 'ALTER TABLE visits ADD id int;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return
    const column = statement.columns.find(one => one.numbered === 'auto')
    if (column === undefined || refusesCost(statement, context, 'blocks')) return
    yield {
      what: `Numbers every row of ${shown(statement.table)} with ${column.name}, and blocks writes meanwhile.`,
      instead: copied(statement.table, column),
    }
  },
})

function copied(table: Name, column: Column): string {
  const [at, next] = [sqlName(table, 'mysql'), sqlName({ ...table, name: `${table.name}_next` }, 'mysql')]
  return rewrite(
    'Make a new table with the column, and let a tool copy the rows into it:',
    [
      `CREATE TABLE ${next} LIKE ${at};`,
      `ALTER TABLE ${next} ADD COLUMN ${sqlDefinition(column, 'mysql')}, ADD UNIQUE KEY (${sqlColumn(column.name, 'mysql')});`,
    ],
    onlineTool,
  )
}
