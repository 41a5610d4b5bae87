import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "17.6.2.1 Clustered and Secondary Indexes", "19.2.1.2 Usage of Row-Based Logging". */
export default defineRule({
  id: 'table-without-primary-key',
  title: 'A table without a primary key',
  profile: 'style',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Replicas look for each changed row through the whole table, tools that change tables online refuse it, and rows that are alike cannot be told apart.',
  instead: 'Give the table a primary key.',
  examples: [
    {
      bad: 'CREATE TABLE visits (user_id int, page_id int);',
      good: 'CREATE TABLE visits (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int, page_id int);',
    },
    {
      bad: 'CREATE TABLE visits (user_id int, page_id int, UNIQUE KEY (user_id));',
      good: 'CREATE TABLE visits (user_id int, page_id int, PRIMARY KEY (user_id, page_id));',
    },
  ],
  *check(statement, _schema, { statements }) {
    if (statement.kind !== 'create-table' || statement.columns === undefined || statement.temporary) return
    const { table, constraints = [] } = statement
    if (constraints.some(constraint => constraint.type === 'primary-key')) return
    const later = statements.some(
      other =>
        other.kind === 'add-constraint' &&
        other.constraint.type === 'primary-key' &&
        shown(other.table) === shown(table),
    )
    if (later) return
    yield {
      what: `Makes ${shown(table)} without a primary key.`,
      instead: rewrite('Give it one (here, or among its columns):', [
        `ALTER TABLE ${sqlName(table, 'mysql')} ADD COLUMN id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST;`,
      ]),
    }
  },
})
