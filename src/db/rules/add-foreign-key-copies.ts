import { refusesCost } from '../mysql-columns.ts'
import { withOptions } from '../mysql-rewrites.ts'
import { rewrite, sqlColumn, sqlColumns, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Constraint, type Name, type Reference, type Statement, shown } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Foreign Key Operations); MariaDB 10.11: COPY, or INSTANT with foreign_key_checks=0. */
export default defineRule({
  id: 'add-foreign-key-copies',
  title: 'A foreign key on a table with rows',
  code: 'MY131',
  alsoKnownAs: ['squawk: adding-foreign-key-constraint', 'strong_migrations: add_foreign_key'],
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The server copies the whole table to check its rows, and nobody can write to it until that is done.',
  instead: 'Look for rows without a partner first, then add the key with foreign_key_checks = 0, which takes no time.',
  examples: [
    {
      bad: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
      good: 'ALTER TABLE orders ADD user_id int, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;',
      good: 'SET foreign_key_checks = 0; ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id); SET foreign_key_checks = 1;',
    },
    {
      bad: 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (a) REFERENCES users (id), ADD b int;',
      good: 'CREATE TABLE lines (order_id int); ALTER TABLE lines ADD FOREIGN KEY (order_id) REFERENCES orders (id);',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'foreign-key') return
    const { table, constraint } = statement
    const { references, columns } = constraint
    if (references === undefined || columns.every(column => schema.isNewColumn(table, column))) return
    if (refusesCost(statement, context, 'copies') || areChecksOff(schema)) return
    yield {
      what: `Copies ${shown(table)} to add a foreign key to ${shown(references.table)}.`,
      instead: unchecked(statement, table, constraint, references, context),
    }
  },
})

function areChecksOff({ before }: Schema): boolean {
  const last = before.findLast(one => one.kind === 'set' && one.name === 'foreign_key_checks')
  return last?.kind === 'set' && /^(0|off|false)$/i.test(last.value)
}

function unchecked(
  statement: Statement,
  table: Name,
  constraint: Constraint,
  references: Reference,
  context: FileContext,
): string {
  const [at, other] = [sqlName(table, 'mysql'), sqlName(references.table, 'mysql')]
  const [child] = constraint.columns
  const [parent] = references.columns ?? ['id']
  const [own, theirs] = [sqlColumn(child ?? 'id', 'mysql'), sqlColumn(parent ?? 'id', 'mysql')]
  const named = constraint.name === undefined ? '' : `CONSTRAINT ${sqlColumn(constraint.name, 'mysql')} `
  const key = `FOREIGN KEY (${sqlColumns(constraint.columns, 'mysql')}) REFERENCES ${other} (${sqlColumns(references.columns ?? ['id'], 'mysql')})`
  const options = 'ALGORITHM=INPLACE, LOCK=NONE'
  return rewrite('Look for rows without a partner (there must be none), then add the key without a copy:', [
    `SELECT COUNT(*) FROM ${at} AS child LEFT JOIN ${other} AS parent ON parent.${theirs} = child.${own} WHERE child.${own} IS NOT NULL AND parent.${theirs} IS NULL;`,
    'SET SESSION foreign_key_checks = 0;',
    withOptions(statement, context, options) ?? `ALTER TABLE ${at} ADD ${named}${key}, ${options};`,
    'SET SESSION foreign_key_checks = 1;',
  ])
}
