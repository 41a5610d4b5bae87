import { declaredColumns } from '../declared-columns.ts'
import { sqlColumn, sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'varchar-column',
  title: 'A column of type varchar(n)',
  alsoKnownAs: ['squawk: prefer-text-field'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'The limit says nothing about what is meant, and making it smaller later writes or looks at the whole table again.',
  instead: 'Use text, with a CHECK on the length where one is meant.',
  examples: [
    {
      bad: 'CREATE TABLE users (name varchar(50));',
      good: 'CREATE TABLE users (name text CHECK (length(name) <= 50));',
    },
    {
      bad: 'ALTER TABLE users ADD COLUMN nick character varying(20);',
      good: 'ALTER TABLE users ADD COLUMN nick varchar;',
    },
  ],
  *check(statement) {
    for (const { table, name, type } of declaredColumns(statement)) {
      if (type.name !== 'varchar' || type.args === undefined) continue
      const written = sqlType(type, 'postgres')
      yield {
        what: `Gives ${shown(table)}.${name} the type ${written}.`,
        instead: `Declare it as ${sqlColumn(name, 'postgres')} ${sqlType({ ...type, name: 'text', args: [] }, 'postgres')}.`,
      }
    }
  },
})
