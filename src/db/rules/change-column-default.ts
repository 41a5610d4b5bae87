import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'change-column-default',
  title: 'Changing the default of a column',
  alsoKnownAs: ['strong_migrations: change_column_default'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres', 'mysql'],
  why: 'The release that still runs may send the default that it knew when it started (Rails writes it out), or rely on it: until its last process is gone, rows of both kinds are written.',
  instead: 'Let the code say the value itself for one release, and change the default after that.',
  examples: [
    {
      before: 'CREATE TABLE users (id int, state int DEFAULT 1);',
      bad: 'ALTER TABLE users ALTER COLUMN state SET DEFAULT 2;',
      good: 'CREATE TABLE users (state int DEFAULT 1); ALTER TABLE users ALTER COLUMN state SET DEFAULT 2;',
    },
    {
      bad: 'ALTER TABLE users ALTER COLUMN state DROP DEFAULT;',
      good: 'ALTER TABLE users ADD COLUMN state int DEFAULT 1; ALTER TABLE users ALTER COLUMN state DROP DEFAULT;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'change-column' || statement.change.set !== 'default') return
    const { table, column, change, dialect } = statement
    if (schema.isNewColumn(table, column)) return
    const old = schema.column(table, column)?.default
    yield {
      what:
        change.to === undefined
          ? `Takes the default of ${shown(table)}.${column} away.`
          : `Changes the default of ${shown(table)}.${column} to ${change.to.text}.`,
      ...(old === undefined
        ? {}
        : {
            instead: rewrite('Let the code say the value itself before. The way back:', [
              `ALTER TABLE ${sqlName(table, dialect)} ALTER COLUMN ${sqlColumn(column, dialect)} SET DEFAULT ${old.text};`,
            ]),
          }),
    }
  },
})
