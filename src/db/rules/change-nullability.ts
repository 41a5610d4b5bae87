import { copiesAnyway, nullabilityChanged, redefined, refusesCost } from '../mysql-columns.ts'
import { onlineTool } from '../mysql-rewrites.ts'
import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Name, shown } from '../statement.ts'

const before = "CREATE TABLE users (id int PRIMARY KEY, name varchar(40) NOT NULL DEFAULT '', nick varchar(40));"

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Making a column NULL, NOT NULL); MariaDB 10.11 accepts INPLACE with LOCK=NONE, not NOCOPY. */
export default defineRule({
  id: 'change-nullability',
  title: 'NULL or NOT NULL on a column that was the other',
  code: 'MY147',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The server writes the whole table anew. Others may write meanwhile, but it takes long, needs the space of the table once more, and replicas fall behind by as much.',
  instead: 'Do it when there is little to do, with a short lock_wait_timeout.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE users MODIFY name varchar(40);',
      good: "ALTER TABLE users MODIFY name varchar(40) NOT NULL DEFAULT 'nobody';",
      also: ['drop-not-null'],
    },
    {
      before,
      bad: "UPDATE users SET nick = '' WHERE nick IS NULL; ALTER TABLE users MODIFY nick varchar(40) NOT NULL;",
      good: 'ALTER TABLE users MODIFY nick varchar(40) NULL DEFAULT NULL;',
    },
  ],
  *check(statement, schema, context) {
    const change = redefined(statement, schema)
    if (change === undefined || refusesCost(statement, context, 'rebuilds')) return
    const { table, to } = change
    const now = nullabilityChanged(change, schema, table)
    if (now === undefined || copiesAnyway(change, context.flavour)) return
    yield {
      what: `Rebuilds ${shown(table)} to make ${to.name} ${now === 'required' ? 'NOT NULL' : 'nullable'}.`,
      instead: now === 'required' ? checked(table, to.name) : `${rule}: ${onlineTool}`,
    }
  },
})

const rule = 'Do it when there is little to do, with a short lock_wait_timeout. On a large table'

function checked(table: Name, column: string): string {
  const [at, name] = [sqlName(table, 'mysql'), sqlColumn(column, 'mysql')]
  return rewrite(
    'Wait for nobody longer than some seconds, and see first that it cannot fail after all the work:',
    ['SET SESSION lock_wait_timeout = 5;', `SELECT COUNT(*) FROM ${at} WHERE ${name} IS NULL;`],
    `On a large table: ${onlineTool}`,
  )
}
