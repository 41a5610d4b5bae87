import { sameStatement } from '../beside.ts'
import { refusesCost } from '../mysql-columns.ts'
import { onlineTool, withOptions } from '../mysql-rewrites.ts'
import { rewrite, sqlColumns, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Primary Key Operations); MariaDB 10.11: INPLACE, LOCK=NONE. */
export default defineRule({
  id: 'replace-primary-key',
  title: 'Another primary key',
  code: 'MY137',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Rows lie in the order of the primary key, and every index holds it: the server writes the whole table and all its indexes anew.',
  instead: 'Let the server refuse rather than block (LOCK=NONE), and do it when there is little to do.',
  examples: [
    {
      bad: 'ALTER TABLE visits DROP PRIMARY KEY, ADD PRIMARY KEY (user_id, id);',
      good: 'CREATE TABLE visits (id int PRIMARY KEY, user_id int); ALTER TABLE visits DROP PRIMARY KEY, ADD PRIMARY KEY (user_id, id);',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'primary-key') return
    const { table, constraint } = statement
    if (schema.isNewTable(table) || refusesCost(statement, context, 'rebuilds')) return
    const dropped = sameStatement(statement, context).find(
      other => other.kind === 'drop-constraint' && other.type === 'primary-key',
    )
    if (dropped === undefined) return
    const options = 'ALGORITHM=INPLACE, LOCK=NONE'
    const columns = sqlColumns(constraint.columns, 'mysql')
    yield {
      what: `Rebuilds ${shown(table)} to make (${constraint.columns.join(', ')}) its primary key.`,
      instead: rewrite(
        'Wait for nobody longer than some seconds, and let the server refuse rather than block:',
        [
          'SET SESSION lock_wait_timeout = 5;',
          withOptions(statement, context, options) ??
            `ALTER TABLE ${sqlName(table, 'mysql')} DROP PRIMARY KEY, ADD PRIMARY KEY (${columns}), ${options};`,
        ],
        `On a large table: ${onlineTool}`,
      ),
    }
  },
})
