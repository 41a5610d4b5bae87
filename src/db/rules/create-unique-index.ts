import { allAbout, sameColumn, sameName } from '../beside.ts'
import { rewrite, sqlColumns, sqlCreateIndex, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type DialectId, type Index, type Name, type Statement, shown } from '../statement.ts'
import {
  addedByRebuild,
  isImplied,
  noteDropped,
  rebuiltBefore,
  turnsUnique,
  type UniqueKey,
  uniqueKeyOf,
  wasNarrower,
} from '../unique-key.ts'

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
      dialects: ['postgres'],
      bad: 'CREATE UNIQUE INDEX CONCURRENTLY totals_key ON totals (a);',
      good: 'CREATE MATERIALIZED VIEW totals AS SELECT 1 AS a; CREATE UNIQUE INDEX totals_key ON totals (a);',
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
    {
      dialects: ['sqlite'],
      before: 'CREATE TABLE users (id integer PRIMARY KEY, email text, name text UNIQUE);',
      bad: 'CREATE TABLE new_users (id integer PRIMARY KEY, email text UNIQUE, name text UNIQUE); INSERT INTO new_users SELECT id, email, name FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;',
      good: 'CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text); INSERT INTO new_users SELECT id, email, name FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users; CREATE UNIQUE INDEX users_name ON users (name);',
    },
    {
      dialects: ['sqlite'],
      before: 'CREATE TABLE users (id integer PRIMARY KEY, email text);',
      bad: 'CREATE TABLE new_users (id integer PRIMARY KEY, email text); INSERT INTO new_users SELECT id, email FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users; CREATE UNIQUE INDEX users_email ON users (email);',
      good: 'CREATE TABLE new_users (id integer PRIMARY KEY, email text, nick text); INSERT INTO new_users (id, email) SELECT id, email FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users; CREATE UNIQUE INDEX users_nick ON users (nick);',
    },
    {
      dialects: ['mysql'],
      bad: 'ALTER TABLE users ADD COLUMN place int DEFAULT 0 UNIQUE;',
      good: 'ALTER TABLE users ADD COLUMN place int UNIQUE;',
    },
  ],
  *check(statement, schema, context) {
    noteDropped(statement, schema, context)
    for (const key of [...builtOver(statement, schema, context), ...collidesAtOnce(statement, schema)])
      yield {
        what: `Makes ${key.index.columns.join(', ')} of ${shown(key.table)} unique over the rows that are there.`,
        instead: lookFirst(key.table, key.index, statement.dialect),
      }
  },
})

function builtOver(statement: Statement, schema: Schema, context: FileContext): readonly UniqueKey[] {
  if (statement.kind === 'drop-table') return addedByRebuild(statement, schema, context)
  const key = uniqueKeyOf(statement)
  if (key === undefined) return []
  const rebuilt = rebuiltBefore(key.table, statement.dialect, context)
  if (rebuilt !== undefined) return isImplied(key, rebuilt, statement.dialect) ? [] : [key]
  // A materialized view of the file: what it shows can be counted, but it is not rows that were there.
  const isNewView = schema.before.some(
    one => one.kind === 'create-view' && sameName(one.view, key.table, statement.dialect),
  )
  if (
    isNewView ||
    schema.isNewTable(key.table) ||
    key.index.columns.some(column => isDistinct(statement, key.table, column, schema, context))
  )
    return []
  return turnsUnique(statement, key, context) || wasNarrower(statement, key, schema, context) ? [] : [key]
}

/** A new column whose NULLs, computed values or values filled in by this file do not collide for certain. */
function isDistinct(statement: Statement, table: Name, column: string, schema: Schema, context: FileContext): boolean {
  if (!schema.isNewColumn(table, column)) return false
  const is = schema.column(table, column)?.default?.is
  if (is === undefined || is === 'null' || is === 'volatile' || is === 'unknown') return true
  return allAbout(table, statement, context).some(
    one =>
      one.kind === 'data' &&
      one.change?.verb === 'update' &&
      one.change.columns.some(set => sameColumn(set, column, one.dialect)),
  )
}

/** ADD COLUMN … UNIQUE DEFAULT 0: every row gets the same value. */
function collidesAtOnce(statement: Statement, schema: Schema): readonly UniqueKey[] {
  if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return []
  return statement.columns
    .filter(one => one.unique === true && (one.default?.is === 'constant' || one.default?.is === 'stable'))
    .map(one => ({ table: statement.table, index: { unique: true, columns: [one.name] } }))
}

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
