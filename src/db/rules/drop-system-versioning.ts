import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MariaDB "System-Versioned Tables": DROP SYSTEM VERSIONING deletes the history. */
export default defineRule({
  id: 'drop-system-versioning',
  title: 'Dropping the history of a table',
  code: 'MY146',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'All former versions of its rows are deleted for good.',
  instead: 'Copy the history into a table of its own first.',
  examples: [
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE prices DROP SYSTEM VERSIONING;',
      good: 'ALTER TABLE prices ADD SYSTEM VERSIONING;',
    },
    {
      bad: 'ALTER TABLE prices DROP SYSTEM VERSIONING;',
      good: 'CREATE TABLE prices (a int) WITH SYSTEM VERSIONING; ALTER TABLE prices DROP SYSTEM VERSIONING;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'table-option' || statement.option !== 'no-system-versioning') return
    const { table } = statement
    if (schema.isNewTable(table)) return
    const history = sqlName({ ...table, name: `${table.name}_history` }, 'mysql')
    yield {
      what: `Deletes all former versions of the rows of ${shown(table)}.`,
      instead: rewrite('Copy the history into a table of its own first:', [
        `CREATE TABLE ${history} AS SELECT *, row_start, row_end FROM ${sqlName(table, 'mysql')} FOR SYSTEM_TIME ALL;`,
      ]),
    }
  },
})
