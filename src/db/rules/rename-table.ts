import { earlierAbout, laterAbout, sameName } from '../beside.ts'
import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type DialectId, type Name, type Statement, shown, targetOf } from '../statement.ts'

type Rename = Extract<Statement, { kind: 'rename-table' }>

export default defineRule({
  id: 'rename-table',
  title: 'Renaming a table',
  code: 'BC101',
  alsoKnownAs: ['squawk: renaming-table', 'strong_migrations: rename_table'],
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The release that still runs asks for the old name and fails from this statement on until its last process is gone; rolling back fails the same way with the new name.',
  instead: 'Leave a view with the old name in the same migration, and drop it in a later release.',
  examples: [
    {
      bad: 'ALTER TABLE users RENAME TO accounts;',
      good: 'ALTER TABLE users RENAME TO accounts; CREATE VIEW users AS SELECT * FROM accounts;',
    },
    {
      dialects: ['mysql'],
      bad: 'RENAME TABLE users TO accounts;',
      good: 'RENAME TABLE users TO users_old, users_next TO users;',
    },
    {
      dialects: ['postgres'],
      bad: 'ALTER TABLE public.users RENAME TO accounts;',
      good: 'ALTER TABLE public.users RENAME TO accounts; CREATE VIEW users AS SELECT * FROM accounts;',
    },
    {
      dialects: ['sqlite'],
      bad: 'ALTER TABLE users RENAME TO accounts;',
      good: 'CREATE TABLE new_users (id int); ALTER TABLE new_users RENAME TO accounts;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'rename-table' || schema.isNewTable(statement.table)) return
    const { table, dialect } = statement
    if (isStepOfSwap(statement, context)) return
    if (
      spellings(table, dialect).some(name => laterAbout(name, statement, context).some(later => answersTo(later, name)))
    )
      return
    yield {
      what: `Renames ${shown(table)} to ${statement.to.name}.`,
      instead: withView(table, targetOf(statement), dialect),
    }
  },
})

/** `users` is `public.users` unless somebody says otherwise. */
function spellings(table: Name, dialect: DialectId): readonly Name[] {
  if (dialect !== 'postgres') return [table]
  if (table.schema === undefined) return [table, { schema: 'public', name: table.name }]
  return table.schema === 'public' ? [table, { name: table.name }] : [table]
}

/** It takes the name of a table that stepped aside in this file, or goes on from a name that only this file has used. */
function isStepOfSwap(rename: Rename, context: FileContext): boolean {
  const { table, to, dialect } = rename
  const stepsAside = earlierAbout(to, rename, context).some(
    one => one.kind === 'rename-table' && sameName(one.table, to, dialect),
  )
  const goesOn = earlierAbout(table, rename, context).some(
    one => one.kind === 'rename-table' && sameName(one.to, table, dialect),
  )
  return stepsAside || goesOn
}

/** Something with the old name is there again: a view of it, or the table that takes its place. */
function answersTo(later: Statement, name: Name): boolean {
  if (later.kind === 'create-view') return sameName(later.view, name, later.dialect)
  if (later.kind === 'create-table') return sameName(later.table, name, later.dialect)
  return later.kind === 'rename-table' && sameName(later.to, name, later.dialect)
}

function withView(from: Name, to: Name, dialect: DialectId): string {
  const [old, now] = [sqlName(from, dialect), sqlName(to, dialect)]
  // PostgreSQL and SQLite take no schema after TO; MySQL would move the table without one.
  const target = dialect === 'mysql' ? now : sqlColumn(to.name, dialect)
  return rewrite(
    'Leave the old name as a view, in the same migration:',
    [`ALTER TABLE ${old} RENAME TO ${target};`, `CREATE VIEW ${old} AS SELECT * FROM ${now};`],
    dialect === 'sqlite'
      ? 'SQLite’s views can only be read: a release that writes needs the old name until it is gone.'
      : 'The view takes reads and writes. Drop it in a later release, when nothing asks for the old name.',
  )
}
