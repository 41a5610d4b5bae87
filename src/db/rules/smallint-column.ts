import { declaredColumns } from '../declared-columns.ts'
import { sqlColumn, sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'smallint-column',
  title: 'A column of type smallint',
  alsoKnownAs: ['squawk: prefer-bigint-over-smallint'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'It ends at 32,767, and changing the type later writes the whole table again.',
  instead: 'Use bigint.',
  examples: [
    { bad: 'CREATE TABLE orders (kind smallint);', good: 'CREATE TABLE orders (kind bigint);' },
    { bad: 'ALTER TABLE orders ADD COLUMN kind int2;', good: 'ALTER TABLE orders ADD COLUMN kind text;' },
  ],
  *check(statement) {
    for (const { table, name, type, column } of declaredColumns(statement)) {
      // A serial is told by its own rule.
      if (column?.numbered === 'serial' || type.name !== 'smallint') continue
      const written = sqlType(type, 'postgres')
      yield {
        what: `Gives ${shown(table)}.${name} the type ${written}.`,
        instead: `Declare it as ${sqlColumn(name, 'postgres')} ${sqlType({ ...type, name: 'bigint', args: [] }, 'postgres')}.`,
      }
    }
  },
})
