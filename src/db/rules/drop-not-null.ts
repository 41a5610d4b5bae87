import { rewrite, someDefault, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Statement, shown } from '../statement.ts'

const before = 'CREATE TABLE users (id int PRIMARY KEY, name varchar(50) NOT NULL);'

export default defineRule({
  id: 'drop-not-null',
  title: 'NOT NULL taken away',
  alsoKnownAs: ['squawk: ban-drop-not-null'],
  severity: 'warning',
  dialects: ['postgres', 'mysql'],
  why: 'Code that has always found a value there, also that of the release that still runs, may fail on the first row that has none.',
  instead: 'Make sure that all code that reads the column takes NULL, release that, and take NOT NULL away after it.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE users ALTER COLUMN name DROP NOT NULL;',
      good: 'ALTER TABLE users ADD COLUMN nick text;',
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE users MODIFY name varchar(50);',
      good: 'ALTER TABLE users ADD COLUMN nick text;',
      also: ['change-nullability'],
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'change-column') return
    const { table, column, dialect } = statement
    if (schema.isNewColumn(table, column) || !becomesNullable(statement, schema)) return
    const again =
      statement.change.set === 'definition'
        ? rewrite('MODIFY and CHANGE forget whatever is not said again. If NULL is not meant to be allowed:', [
            `ALTER TABLE ${sqlName(table, dialect)} MODIFY ${sqlDefinition({ ...statement.change.to, notNull: true }, dialect)};`,
          ])
        : rewrite(
            'Release code that takes NULL first. Until then, a default gives rows a value that nobody has to say:',
            [
              `ALTER TABLE ${sqlName(table, dialect)} ALTER COLUMN ${sqlColumn(column, dialect)} SET DEFAULT ${someDefault(schema.column(table, column)?.type)};`,
            ],
          )
    yield { what: `Lets ${shown(table)}.${column} be NULL from now on.`, instead: again }
  },
})

/** MODIFY says NULL also of columns that took it already, so that there the column must be known as NOT NULL. */
function becomesNullable(
  { table, column, change }: Extract<Statement, { kind: 'change-column' }>,
  schema: Schema,
): boolean {
  const known = schema.column(table, column)
  if (change.set === 'nullable') return known === undefined || known.notNull === true
  if (change.set !== 'definition') return false
  return (
    known?.notNull === true && change.to.notNull !== true && change.to.primaryKey !== true && known.primaryKey !== true
  )
}
