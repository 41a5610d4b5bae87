import { declaredColumns } from '../declared-columns.ts'
import { sqlColumn, sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'char-column',
  title: 'A column of type char(n)',
  alsoKnownAs: ['squawk: ban-char-field'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'Values are filled up with blanks to the full length, and blanks at the end are lost in comparisons.',
  instead: 'Use text.',
  examples: [
    { bad: 'CREATE TABLE users (code char(5));', good: 'CREATE TABLE users (code text);' },
    { bad: 'ALTER TABLE users ADD COLUMN kind character;', good: 'ALTER TABLE users ADD COLUMN kind "char";' },
  ],
  *check(statement) {
    for (const { table, name, type } of declaredColumns(statement)) {
      if (type.name !== 'char') continue
      const written = sqlType(type, 'postgres')
      yield {
        what: `Gives ${shown(table)}.${name} the type ${written}.`,
        instead: `Declare it as ${sqlColumn(name, 'postgres')} ${sqlType({ ...type, name: 'text', args: [] }, 'postgres')}.`,
      }
    }
  },
})
