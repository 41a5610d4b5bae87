import { rewrite, sqlColumns, sqlCreateIndex, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'
import { noteDropped, turnsUnique, uniqueKeyOf } from '../unique-key.ts'

const before = 'CREATE TABLE users (id int, email varchar(100)); CREATE INDEX users_email ON users (email);'

export default defineRule({
  id: 'turn-index-unique',
  title: 'An index that becomes unique',
  code: 'MF102',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'When two rows that are there already hold the same values, the migration fails after the old index is gone, and every look-up that used it reads the whole table.',
  instead: 'Build the unique index under another name first, and drop the old one when it stands.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'DROP INDEX CONCURRENTLY users_email; CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);',
      good: 'DROP INDEX CONCURRENTLY users_email; CREATE INDEX CONCURRENTLY users_email ON users (lower(email));',
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE users DROP INDEX users_email, ADD UNIQUE INDEX users_email (email);',
      good: 'ALTER TABLE users DROP INDEX users_email, ADD INDEX users_email (email, id);',
    },
    {
      dialects: ['sqlite'],
      before,
      bad: 'DROP INDEX users_email; CREATE UNIQUE INDEX users_email ON users (email);',
      good: 'DROP INDEX users_email; CREATE INDEX users_email ON users (email, id);',
    },
  ],
  *check(statement, schema, context) {
    noteDropped(statement, schema, context)
    const key = uniqueKeyOf(statement)
    if (key === undefined || schema.isNewTable(key.table) || !turnsUnique(statement, key, context)) return
    const { table, index } = key
    const { dialect } = statement
    const columns = sqlColumns(index.columns, dialect)
    const at = sqlName(table, dialect)
    yield {
      what: `Turns the index over ${index.columns.join(', ')} of ${shown(table)} into a unique one.`,
      instead: rewrite(
        'Before the deploy, see whether rows are double (this must find none). Build the unique index under a name of its own, and drop the old one after it:',
        [
          `SELECT ${columns}, count(*) FROM ${at} GROUP BY ${columns} HAVING count(*) > 1;`,
          sqlCreateIndex(table, { ...index, name: `${(index.name ?? table.name).slice(0, 56)}_unique` }, dialect),
        ],
      ),
    }
  },
})
