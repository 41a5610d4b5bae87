import { sameStatement } from '../beside.ts'
import { refusesCost } from '../mysql-columns.ts'
import { onlineTool, withOptions } from '../mysql-rewrites.ts'
import { rewrite, sqlColumns, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Primary Key Operations); MariaDB 10.11: INPLACE, LOCK=NONE. */
export default defineRule({
  id: 'add-primary-key-rebuilds',
  title: 'A primary key on a table with rows',
  code: 'MY132',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Rows lie in the order of the primary key, so that the server writes the whole table anew; and where two rows hold the same key, or one holds NULL, it fails after all that work.',
  instead: 'Add it with LOCK=NONE when there is little to do; give new tables their key when they are made.',
  examples: [
    {
      bad: 'ALTER TABLE visits ADD PRIMARY KEY (user_id, page_id);',
      good: 'CREATE TABLE visits (user_id int, page_id int); ALTER TABLE visits ADD PRIMARY KEY (user_id, page_id);',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE visits ADD CONSTRAINT PRIMARY KEY (id);',
      good: 'ALTER TABLE visits ADD INDEX (id);',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'primary-key') return
    const { table, constraint } = statement
    if (schema.isNewTable(table) || refusesCost(statement, context, 'rebuilds')) return
    const beside = sameStatement(statement, context)
    // Another key in place of the old one, and a column that numbers the rows, are told by rules of their own.
    if (beside.some(other => other.kind === 'drop-constraint' && other.type === 'primary-key')) return
    if (beside.some(other => other.kind === 'add-column' && other.columns.some(column => column.numbered))) return
    const columns = sqlColumns(constraint.columns, 'mysql')
    const at = sqlName(table, 'mysql')
    const options = 'ALGORITHM=INPLACE, LOCK=NONE'
    yield {
      what: `Rebuilds ${shown(table)} to make (${constraint.columns.join(', ')}) its primary key.`,
      instead: rewrite(
        'See first that no key is there twice, and let the server refuse rather than block:',
        [
          `SELECT ${columns}, COUNT(*) FROM ${at} GROUP BY ${columns} HAVING COUNT(*) > 1 LIMIT 1;`,
          withOptions(statement, context, options) ?? `ALTER TABLE ${at} ADD PRIMARY KEY (${columns}), ${options};`,
        ],
        `On a large table: ${onlineTool}`,
      ),
    }
  },
})
