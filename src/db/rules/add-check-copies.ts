import { refusesCost } from '../mysql-columns.ts'
import { onlineTool } from '../mysql-rewrites.ts'
import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "15.1.20.6 CHECK Constraints" and "17.12.1 Online DDL Operations"; MariaDB 10.11: COPY, LOCK=SHARED. */
export default defineRule({
  id: 'add-check-copies',
  title: 'A CHECK on a table with rows',
  code: 'MY144',
  alsoKnownAs: ['squawk: constraint-missing-not-valid', 'strong_migrations: add_check_constraint'],
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The server copies the whole table to look at every row, nobody can write to it until that is done, and one row that does not fit makes it fail after all that work.',
  instead: 'See first that every row fits, and add it when nobody writes or with a tool that copies beside the writes.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD CONSTRAINT users_age CHECK (age >= 0);',
      good: 'CREATE TABLE users (age int); ALTER TABLE users ADD CONSTRAINT users_age CHECK (age >= 0);',
    },
    {
      context: { flavour: 'mysql' },
      bad: 'ALTER TABLE users ADD CHECK (age >= 0);',
      good: 'ALTER TABLE users ADD CHECK (age >= 0) NOT ENFORCED;',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE users ADD CONSTRAINT CHECK (age >= 0);',
      good: 'ALTER TABLE users ADD years int; ALTER TABLE users ADD CHECK (years >= 0);',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'check') return
    const { table, constraint } = statement
    const { columns, expression = 'true', notEnforced } = constraint
    if (notEnforced === true || schema.isNewTable(table) || refusesCost(statement, context, 'copies')) return
    if (columns.length > 0 && columns.every(column => schema.isNewColumn(table, column))) return
    yield {
      what: `Copies ${shown(table)} to check (${expression}) for every row.`,
      instead: rewrite(
        'See first that every row fits (it must say 0), and wait for nobody longer than some seconds:',
        [
          `SELECT COUNT(*) FROM ${sqlName(table, 'mysql')} WHERE NOT (${expression});`,
          'SET SESSION lock_wait_timeout = 5;',
        ],
        `On a large table: ${onlineTool}`,
      ),
    }
  },
})
