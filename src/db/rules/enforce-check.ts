import { refusesCost } from '../mysql-columns.ts'
import { onlineTool } from '../mysql-rewrites.ts'
import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "15.1.20.6 CHECK Constraints"; MariaDB has no such statement. */
export default defineRule({
  id: 'enforce-check',
  title: 'A CHECK that comes into force',
  code: 'MY145',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The server copies the whole table to look at every row, nobody can write to it until that is done, and one row that does not fit makes it fail after all that work.',
  instead: 'See first that every row fits, and do it when nobody writes.',
  examples: [
    {
      before: 'CREATE TABLE users (age int, CONSTRAINT users_age CHECK (age >= 0) NOT ENFORCED);',
      bad: 'ALTER TABLE users ALTER CHECK users_age ENFORCED;',
      good: 'ALTER TABLE users ALTER CHECK users_age NOT ENFORCED;',
    },
    {
      bad: 'ALTER TABLE users ALTER CONSTRAINT users_age ENFORCED;',
      good: 'CREATE TABLE users (age int, CONSTRAINT a CHECK (age > 0) NOT ENFORCED); ALTER TABLE users ALTER CHECK a ENFORCED;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'alter-constraint' || statement.enforced !== true) return
    const { table, name } = statement
    if (schema.isNewTable(table) || refusesCost(statement, context, 'copies')) return
    const expression = schema.constraint(table, name)?.expression
    yield {
      what: `Copies ${shown(table)} to check ${name} for every row.`,
      instead:
        expression === undefined
          ? `See first that every row fits. ${onlineTool}`
          : rewrite(
              'See first that every row fits (it must say 0):',
              [`SELECT COUNT(*) FROM ${sqlName(table, 'mysql')} WHERE NOT (${expression});`],
              onlineTool,
            ),
    }
  },
})
