import { rewrite, sqlColumn, sqlName, sqlType } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type DialectId, type Name, type Statement, shown, targetOf } from '../statement.ts'
import { remainingReaders, stillRead } from '../view-readers.ts'

const before = 'CREATE TABLE users (id int, name varchar(50)); CREATE VIEW people AS SELECT name FROM users;'

export default defineRule({
  id: 'change-what-a-view-reads',
  title: 'Changing what a view reads',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The server does not carry the change over to the view: it refuses the change, or the view fails for whoever reads it.',
  instead: 'Drop the view, make the change, and make the view again in the same migration.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(100);',
      good: 'DROP VIEW people; ALTER TABLE users ALTER COLUMN name TYPE varchar(100); CREATE VIEW people AS SELECT name FROM users;',
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE users RENAME COLUMN name TO full_name;',
      good: 'ALTER TABLE users MODIFY name varchar(60);',
      also: ['rename-column'],
    },
    {
      dialects: ['sqlite'],
      before,
      bad: 'CREATE TABLE new_users (id int, name varchar(50), age int); INSERT INTO new_users (id, name) SELECT id, name FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;',
      good: 'DROP VIEW people; CREATE TABLE new_users (id int, name varchar(50), age int); INSERT INTO new_users (id, name) SELECT id, name FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users; CREATE VIEW people AS SELECT name FROM users;',
    },
  ],
  *check(statement, schema, context) {
    for (const { table, column, what } of changes(statement, schema, context)) {
      if (schema.isNewTable(table)) continue
      const readers = remainingReaders(statement, schema, context, table, column)
      if (readers.length > 0)
        yield {
          what: `${what}, which ${stillRead(readers)}.`,
          why: whys[statement.dialect],
          instead: around(readers, statement),
        }
    }
  },
})

const whys: Readonly<Record<DialectId, string>> = {
  postgres: 'PostgreSQL refuses to change the type of a column that a view reads, so the migration fails.',
  mysql: 'The view goes on asking for the old name: whoever reads it fails from this statement on.',
  sqlite:
    'The rename at the end of the rebuild looks at every view and finds this one without its table, so the migration fails.',
}

interface Change {
  readonly table: Name
  readonly column?: string
  readonly what: string
}

/** What each server does not carry over to the views. PostgreSQL renames in them too, and so does SQLite. */
function changes(statement: Statement, schema: Schema, context: FileContext): readonly Change[] {
  const { dialect } = statement
  if (dialect === 'postgres' && statement.kind === 'change-column' && statement.change.set === 'type')
    return [
      {
        table: statement.table,
        column: statement.column,
        what: `Changes the type of ${shown(statement.table)}.${statement.column}`,
      },
    ]
  if (dialect === 'mysql' && statement.kind === 'rename-column')
    return [
      {
        table: statement.table,
        column: statement.column,
        what: `Renames ${shown(statement.table)}.${statement.column}`,
      },
    ]
  if (dialect === 'mysql' && statement.kind === 'rename-table')
    return [{ table: statement.table, what: `Renames ${shown(statement.table)}` }]
  if (dialect !== 'sqlite' || statement.kind !== 'drop-table' || followsOldNames(statement, context)) return []
  return statement.tables
    .filter(table => schema.successor(statement, table) !== undefined)
    .map(table => ({ table, what: `Rebuilds ${shown(table)}` }))
}

const pragmas = new WeakMap<FileContext, number>()

/** With legacy_alter_table the rename leaves views alone. */
function followsOldNames(statement: Statement, context: FileContext): boolean {
  const known = pragmas.get(context)
  if (known !== undefined) return known < statement.offset
  const set = context.statements.find(({ text }) =>
    /^pragma\s+legacy_alter_table\s*=?\s*\(?\s*(on|1|true|yes)\b/i.test(text),
  )
  pragmas.set(context, set?.offset ?? Number.POSITIVE_INFINITY)
  return followsOldNames(statement, context)
}

function around(views: readonly Name[], statement: Statement): string {
  const { dialect } = statement
  const change = changeOf(statement)
  return rewrite(
    change.length === 0
      ? 'Drop the view before the rebuild:'
      : 'Take the view away for the change, in the same migration:',
    [...views.map(view => `DROP VIEW ${sqlName(view, dialect)};`), ...change],
    `And make ${views.map(shown).join(', ')} again at the end of the migration, with the names as they are then.`,
  )
}

function changeOf(statement: Statement): readonly string[] {
  const { dialect } = statement
  if (statement.kind === 'change-column' && statement.change.set === 'type') {
    const { table, column, change } = statement
    const using = change.using === undefined ? '' : ` USING ${change.using}`
    return [
      `ALTER TABLE ${sqlName(table, dialect)} ALTER COLUMN ${sqlColumn(column, dialect)} TYPE ${sqlType(change.type, dialect)}${using};`,
    ]
  }
  if (statement.kind === 'rename-column')
    return [
      `ALTER TABLE ${sqlName(statement.table, dialect)} RENAME COLUMN ${sqlColumn(statement.column, dialect)} TO ${sqlColumn(statement.to, dialect)};`,
    ]
  return statement.kind === 'rename-table'
    ? [`RENAME TABLE ${sqlName(statement.table, dialect)} TO ${sqlName(targetOf(statement), dialect)};`]
    : []
}
