import { rewrite, sqlColumns, sqlCreateIndex, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type DialectId, type Index, type Name, shown } from '../statement.ts'
import { noteDropped, turnsUnique, uniqueKeyOf, wasNarrower } from '../unique-key.ts'

export default defineRule({
  id: 'create-unique-index',
  title: 'A unique index over columns that hold data',
  code: 'MF101',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'When two rows that are there already hold the same values, the migration fails in the middle of the deploy; and the release that still runs may go on writing such rows.',
  instead: 'Look for rows that are double before the deploy, repair them, and let the code refuse new ones first.',
  examples: [
    {
      dialects: ['postgres'],
      bad: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
      good: 'ALTER TABLE users ADD COLUMN token text; CREATE UNIQUE INDEX CONCURRENTLY users_token_key ON users (token);',
    },
    {
      dialects: ['postgres'],
      before:
        'CREATE TABLE users (id int, tenant int, email text); CREATE UNIQUE INDEX users_email_key ON users (email);',
      bad: 'CREATE UNIQUE INDEX CONCURRENTLY users_tenant_key ON users (tenant);',
      good: 'CREATE UNIQUE INDEX CONCURRENTLY users_wide_key ON users (tenant, email); DROP INDEX CONCURRENTLY users_email_key;',
    },
    {
      dialects: ['mysql'],
      bad: 'ALTER TABLE users ADD UNIQUE INDEX users_email_key (email);',
      good: 'CREATE TABLE tags (name varchar(50)); CREATE UNIQUE INDEX tags_name_key ON tags (name);',
    },
    {
      dialects: ['mysql'],
      before: 'CREATE TABLE users (id int, tenant int, email varchar(50), UNIQUE KEY users_email_key (email));',
      bad: 'ALTER TABLE users ADD CONSTRAINT users_tenant_key UNIQUE (tenant);',
      good: 'ALTER TABLE users DROP INDEX users_email_key, ADD UNIQUE INDEX users_wide_key (tenant, email);',
    },
    {
      dialects: ['sqlite'],
      bad: 'CREATE UNIQUE INDEX users_email_key ON users (email);',
      good: 'CREATE TABLE tags (name text); CREATE UNIQUE INDEX tags_name_key ON tags (name);',
    },
  ],
  *check(statement, schema, context) {
    noteDropped(statement, schema)
    const key = uniqueKeyOf(statement)
    if (key === undefined || schema.isNewTable(key.table)) return
    const { table, index } = key
    const fresh = index.columns.filter(column => schema.isNewColumn(table, column))
    // NULLs of a new column never collide; a default would.
    if (fresh.some(column => schema.column(table, column)?.default === undefined)) return
    if (fresh.length > 0 && fresh.length === index.columns.length) return
    if (turnsUnique(statement, key, schema, context) || wasNarrower(statement, key, schema, context)) return
    yield {
      what: `Makes ${index.columns.join(', ')} of ${shown(table)} unique over the rows that are there.`,
      instead: lookFirst(table, index, statement.dialect),
    }
  },
})

function lookFirst(table: Name, index: Index, dialect: DialectId): string {
  const columns = sqlColumns(index.columns, dialect)
  const condition = index.where === undefined ? '' : ` WHERE ${index.where}`
  const doubles = `SELECT ${columns}, count(*) FROM ${sqlName(table, dialect)}${condition} GROUP BY ${columns} HAVING count(*) > 1;`
  if (dialect !== 'postgres')
    return rewrite('Before the deploy, see whether rows are double; this must find none:', [doubles])
  return rewrite(
    'Before the deploy, see whether rows are double (this must find none), and build the index without stopping writes:',
    [doubles, sqlCreateIndex(table, { ...index, unique: true }, dialect)],
  )
}
