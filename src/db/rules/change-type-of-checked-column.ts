import { givingUpSoon, ownText } from '../postgres-advice.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'
import { rewrites } from '../type-change.ts'

export default defineRule({
  id: 'change-type-of-checked-column',
  title: 'A change of type that proves CHECKs again',
  alsoKnownAs: ['strong_migrations: change_column_constraint'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The table is not written again, but every row is looked at for the CHECK under a lock that lets nobody read or write it.',
  instead: 'Drop the CHECK, change the type, and add the CHECK again with NOT VALID; prove it in a later migration.',
  examples: [
    {
      before: "CREATE TABLE users (name varchar(50), CONSTRAINT named CHECK (name <> ''));",
      bad: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(80);',
      good: 'ALTER TABLE users ADD COLUMN nick varchar(50);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'change-column' || statement.change.set !== 'type') return
    const { table, column, change } = statement
    if (schema.isNewTable(table) || rewrites(schema.column(table, column)?.type, change.type) !== 'no') return
    const checks = (schema.table(table)?.constraints ?? []).filter(
      one => one.type === 'check' && one.columns.includes(column),
    )
    if (checks.length === 0) return
    const names = checks.flatMap(one => one.name ?? []).join(', ')
    const text = ownText(statement, /^alter\s+table\b/i)
    yield {
      what: `Changes the type of ${shown(table)}.${column}, and proves ${names === '' ? 'its CHECK' : names} for every row.`,
      ...(text === undefined
        ? {}
        : {
            instead: givingUpSoon(
              'On a large table drop the CHECK first and add it again with NOT VALID. On a small one, give up soon:',
              `${text};`,
            ),
          }),
    }
  },
})
