import { validatedLater } from '../postgres-advice.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Column, type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'add-check-without-not-valid',
  title: 'A CHECK that is proven while everybody waits',
  code: 'PG305',
  alsoKnownAs: ['squawk: constraint-missing-not-valid', 'strong_migrations: add_check_constraint'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Every row is looked at under a lock that lets nobody read or write the table, and one row that breaks it makes the migration fail.',
  instead: 'Add it with NOT VALID, and validate it in the next migration: that looks at the rows beside the writes.',
  examples: [
    {
      bad: 'ALTER TABLE orders ADD CONSTRAINT paid CHECK (price > 0);',
      good: 'ALTER TABLE orders ADD CONSTRAINT paid CHECK (price > 0) NOT VALID;',
    },
    {
      bad: 'ALTER TABLE orders ADD COLUMN price int DEFAULT 1 CHECK (price > 0);',
      good: 'CREATE TABLE tags (a int); ALTER TABLE tags ADD CHECK (a > 0);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind === 'add-constraint') {
      const { type, notValid, notEnforced, expression } = statement.constraint
      if (type !== 'check' || notValid === true || notEnforced === true || schema.isNewTable(statement.table)) return
      yield {
        what: `Adds CHECK (${expression ?? ''}) to ${shown(statement.table)} and looks at every row under a lock.`,
        instead: validatedLater(statement, schema),
      }
    } else if (statement.kind === 'add-column' && !schema.isNewTable(statement.table))
      for (const column of statement.columns)
        if (column.check !== undefined)
          yield {
            what: `Adds ${column.name} to ${shown(statement.table)} with CHECK (${column.check}) and looks at every row under a lock.`,
            instead: apart(statement.table, column, column.check),
          }
  },
})

function apart(table: Name, column: Column, check: string): string {
  const [at, name] = [
    sqlName(table, 'postgres'),
    sqlColumn(`${table.name}_${column.name}_check`.slice(0, 63), 'postgres'),
  ]
  return rewrite('Add the column and the CHECK apart, and prove the rows in the next migration:', [
    `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition(column, 'postgres')}, ADD CONSTRAINT ${name} CHECK (${check}) NOT VALID;`,
    '-- next migration:',
    `ALTER TABLE ${at} VALIDATE CONSTRAINT ${name};`,
  ])
}
