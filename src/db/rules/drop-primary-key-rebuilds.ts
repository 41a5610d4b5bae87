import { sameStatement } from '../beside.ts'
import { refusesCost } from '../mysql-columns.ts'
import { onlineTool } from '../mysql-rewrites.ts'
import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Primary Key Operations); MariaDB 10.11: COPY, LOCK=SHARED. */
export default defineRule({
  id: 'drop-primary-key-rebuilds',
  title: 'A primary key dropped without a new one',
  code: 'MY133',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The server copies the whole table, and nobody can write to it until that is done.',
  instead: 'Name the new key in the same statement: then the table is rebuilt while others write.',
  examples: [
    {
      bad: 'ALTER TABLE visits DROP PRIMARY KEY;',
      good: 'CREATE TABLE visits (id int PRIMARY KEY); ALTER TABLE visits DROP PRIMARY KEY;',
      also: ['drop-primary-key'],
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'drop-constraint' || statement.type !== 'primary-key') return
    const { table } = statement
    if (schema.isNewTable(table) || refusesCost(statement, context, 'copies')) return
    const isReplaced = sameStatement(statement, context).some(
      other =>
        (other.kind === 'add-constraint' && other.constraint.type === 'primary-key') ||
        (other.kind === 'add-column' && other.columns.some(column => column.primaryKey)),
    )
    if (isReplaced) return
    yield {
      what: `Copies ${shown(table)} to drop its primary key.`,
      instead: rewrite(
        'Name the new key in the same statement (its columns in place of these):',
        [
          `ALTER TABLE ${sqlName(table, 'mysql')} DROP PRIMARY KEY, ADD PRIMARY KEY (id), ALGORITHM=INPLACE, LOCK=NONE;`,
        ],
        onlineTool,
      ),
    }
  },
})
