import { laterAbout, sameColumn, sameName, sameStatement } from '../beside.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Column, type Statement, shown } from '../statement.ts'

type Rename = Extract<Statement, { kind: 'rename-column' }>

export default defineRule({
  id: 'rename-column',
  title: 'Renaming a column',
  code: 'BC102',
  alsoKnownAs: ['squawk: renaming-column', 'strong_migrations: rename_column'],
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The release that still runs asks for the old name and fails from this statement on until its last process is gone; there is no order of deploy and rename that is safe.',
  instead:
    'Add a column with the new name, let the code write both, copy the values, read the new one, and drop the old one in a later release.',
  examples: [
    {
      before: 'CREATE TABLE users (id int, mail varchar(100) NOT NULL);',
      bad: 'ALTER TABLE users RENAME COLUMN mail TO email;',
      good: 'ALTER TABLE users ADD COLUMN email varchar(100);',
    },
    {
      dialects: ['mysql'],
      bad: 'ALTER TABLE users CHANGE mail email varchar(100);',
      good: 'ALTER TABLE users RENAME COLUMN mail TO email, ADD COLUMN mail varchar(100);',
    },
    {
      dialects: ['postgres'],
      bad: 'ALTER TABLE users RENAME mail TO email;',
      good: 'CREATE TABLE users (mail text); ALTER TABLE users RENAME mail TO email;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'rename-column' || schema.isNewColumn(statement.table, statement.column)) return
    if (laterAbout(statement.table, statement, context).some(later => bringsBack(later, statement))) return
    const { table, column, to } = statement
    yield { what: `Renames ${shown(table)}.${column} to ${to}.`, instead: inSteps(statement, schema, context) }
  },
})

function bringsBack(later: Statement, { table, column }: Rename): boolean {
  return (
    later.kind === 'add-column' &&
    sameName(later.table, table, later.dialect) &&
    later.columns.some(one => sameColumn(one.name, column, later.dialect))
  )
}

function inSteps(rename: Rename, schema: Schema, context: FileContext): string {
  const { table, column, to, dialect } = rename
  const at = sqlName(table, dialect)
  const [old, now] = [sqlColumn(column, dialect), sqlColumn(to, dialect)]
  const known = saidAnew(rename, context) ?? schema.column(table, column) ?? {}
  // Rows of the old release come without a value for it, so that it cannot be NOT NULL yet.
  const definition = sqlDefinition({ ...known, name: to }, dialect, ['not-null'])
  return rewrite(
    'Add the new name beside the old one, and let the code write both:',
    [
      `ALTER TABLE ${at} ADD COLUMN ${definition};`,
      '-- when every running process writes both:',
      `UPDATE ${at} SET ${now} = ${old} WHERE ${now} IS NULL;`,
    ],
    `Drop ${column} in a later release, when nothing reads it.`,
  )
}

/** MySQL's CHANGE says the whole column again. */
function saidAnew(rename: Rename, context: FileContext): Column | undefined {
  for (const one of sameStatement(rename, context))
    if (
      one.kind === 'change-column' &&
      one.change.set === 'definition' &&
      sameColumn(one.column, rename.to, one.dialect)
    )
      return one.change.to
  return undefined
}
