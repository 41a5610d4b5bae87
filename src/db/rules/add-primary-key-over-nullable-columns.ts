import { isCheckedNotNull } from '../postgres-advice.ts'
import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Name, shown } from '../statement.ts'

const before = 'CREATE TABLE users (id bigint, uid uuid NOT NULL); CREATE UNIQUE INDEX users_id_key ON users (id);'

export default defineRule({
  id: 'add-primary-key-over-nullable-columns',
  title: 'A primary key over columns that may hold NULL',
  code: 'PG304',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'A primary key sets its columns NOT NULL, and so looks at every row under a lock that lets nobody read or write the table; one NULL makes it fail.',
  instead: 'Make the columns NOT NULL first: with a CHECK that is validated beside the writes.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_id_key;',
      good: 'ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_uid_key;',
    },
    {
      before,
      bad: 'ALTER TABLE users ADD PRIMARY KEY (id);',
      good: 'CREATE TABLE tags (id int); ALTER TABLE tags ADD PRIMARY KEY (id);',
      also: ['add-primary-key'],
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'primary-key') return
    const { table, constraint } = statement
    if (schema.isNewTable(table)) return
    const index =
      constraint.usingIndex === undefined ? undefined : schema.index({ ...table, name: constraint.usingIndex }, table)
    const nullable = [...constraint.columns, ...(index?.index.columns ?? [])].filter(name => {
      const known = schema.column(table, name)
      return (
        known !== undefined &&
        known.notNull !== true &&
        known.primaryKey !== true &&
        !isCheckedNotNull(table, name, schema)
      )
    })
    if (nullable.length === 0) return
    yield {
      what: `Makes a primary key of ${shown(table)} over ${nullable.join(', ')}, which may hold NULL.`,
      instead: provenFirst(table, nullable),
    }
  },
})

function provenFirst(table: Name, columns: readonly string[]): string {
  const at = sqlName(table, 'postgres')
  const names = columns.map(column => ({
    column: sqlColumn(column, 'postgres'),
    check: sqlColumn(`${table.name}_${column}_not_null`.slice(0, 63), 'postgres'),
  }))
  return rewrite(
    'Prove beside the writes that they hold no NULL, each step in a migration of its own, before the primary key is made:',
    [
      ...names.map(
        ({ column, check }) => `ALTER TABLE ${at} ADD CONSTRAINT ${check} CHECK (${column} IS NOT NULL) NOT VALID;`,
      ),
      '-- next migration:',
      ...names.map(({ check }) => `ALTER TABLE ${at} VALIDATE CONSTRAINT ${check};`),
      ...names.map(({ column }) => `ALTER TABLE ${at} ALTER COLUMN ${column} SET NOT NULL;`),
      ...names.map(({ check }) => `ALTER TABLE ${at} DROP CONSTRAINT ${check};`),
    ],
  )
}
