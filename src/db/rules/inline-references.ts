import { rewrite, sqlColumn, sqlColumns, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

/** MySQL 8.4 "15.1.20.5 FOREIGN KEY Constraints": read and ignored before 9.0. MariaDB 10.11 makes the key. */
export default defineRule({
  id: 'inline-references',
  title: 'REFERENCES at a column, which MySQL ignores',
  code: 'MY102',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'MySQL before 9.0 reads REFERENCES behind a column and does nothing with it: no foreign key is made, and nothing says so.',
  instead: 'Write the key on its own: FOREIGN KEY (column) REFERENCES table (column).',
  examples: [
    {
      bad: 'CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));',
      good: 'CREATE TABLE orders (id int PRIMARY KEY, user_id int, FOREIGN KEY (user_id) REFERENCES users (id));',
    },
    {
      context: { flavour: 'mysql', version: [8, 4] },
      bad: 'ALTER TABLE orders ADD COLUMN user_id int REFERENCES users (id);',
      good: 'ALTER TABLE orders ADD COLUMN user_id int;',
    },
  ],
  *check(statement, _schema, context) {
    if (statement.kind !== 'create-table' && statement.kind !== 'add-column') return
    if (!isIgnored(context)) return
    const { table } = statement
    for (const column of statement.columns ?? []) {
      if (column.references === undefined) continue
      yield {
        what: `Makes no foreign key from ${shown(table)}.${column.name} to ${shown(column.references.table)}.`,
        instead: spelled(table, column),
      }
    }
  },
})

function isIgnored({ flavour, version }: FileContext): boolean {
  return flavour === 'mysql' && (version?.[0] ?? 8) < 9
}

function spelled(table: Name, { name, references }: Column): string {
  if (references === undefined) return ''
  const { columns = ['id'], table: other } = references
  return rewrite('Write the key on its own, in the CREATE TABLE or as a statement behind it:', [
    `ALTER TABLE ${sqlName(table, 'mysql')} ADD FOREIGN KEY (${sqlColumn(name, 'mysql')}) REFERENCES ${sqlName(other, 'mysql')} (${sqlColumns(columns, 'mysql')});`,
  ])
}
