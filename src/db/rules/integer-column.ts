import { declaredColumns } from '../declared-columns.ts'
import { sqlColumn, sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'integer-column',
  title: 'A column of type integer',
  alsoKnownAs: ['squawk: prefer-bigint-over-int'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'It ends at two thousand million: a table that reaches it takes no more rows, and changing the type then writes all of it again.',
  instead: 'Use bigint.',
  examples: [
    { bad: 'CREATE TABLE orders (id integer PRIMARY KEY);', good: 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
    { bad: 'ALTER TABLE orders ADD COLUMN amount int;', good: 'ALTER TABLE orders ADD COLUMN amount bigint;' },
  ],
  *check(statement) {
    for (const { table, name, type, column } of declaredColumns(statement)) {
      // A serial is told by its own rule.
      if (column?.numbered === 'serial' || type.name !== 'integer') continue
      const written = sqlType(type, 'postgres')
      yield {
        what: `Gives ${shown(table)}.${name} the type ${written}.`,
        instead: `Declare it as ${sqlColumn(name, 'postgres')} ${sqlType({ ...type, name: 'bigint', args: [] }, 'postgres')}.`,
      }
    }
  },
})
