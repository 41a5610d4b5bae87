import { declaredColumns } from '../declared-columns.ts'
import { sqlColumn, sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'timestamp-without-time-zone',
  title: 'A column of type timestamp',
  alsoKnownAs: ['squawk: prefer-timestamp-tz'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'It holds what some clock showed and not when that was: two servers in two zones read two moments.',
  instead: 'Use timestamptz.',
  examples: [
    { bad: 'CREATE TABLE users (seen timestamp);', good: 'CREATE TABLE users (seen timestamptz);' },
    {
      bad: 'ALTER TABLE users ADD COLUMN at timestamp(3) without time zone;',
      good: 'ALTER TABLE users ADD COLUMN at timestamp(3) with time zone;',
    },
  ],
  *check(statement) {
    for (const { table, name, type } of declaredColumns(statement)) {
      if (type.name !== 'timestamp') continue
      const written = sqlType(type, 'postgres')
      yield {
        what: `Gives ${shown(table)}.${name} the type ${written}.`,
        instead: `Declare it as ${sqlColumn(name, 'postgres')} ${sqlType({ ...type, name: 'timestamptz' }, 'postgres')}.`,
      }
    }
  },
})
