import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'json-column',
  title: 'A column of type json',
  alsoKnownAs: ['strong_migrations: add_column_json'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'json knows no equality: a SELECT DISTINCT, a GROUP BY or a UNION over this table that works today fails as soon as the column is there.',
  instead: 'Use jsonb.',
  examples: [
    { bad: 'ALTER TABLE users ADD COLUMN settings json;', good: 'ALTER TABLE users ADD COLUMN settings jsonb;' },
    {
      bad: "ALTER TABLE users ADD COLUMN settings json NOT NULL DEFAULT '{}';",
      good: 'CREATE TABLE logs (a int); ALTER TABLE logs ADD COLUMN line json;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'add-column' || schema.isNewTable(statement.table)) return
    for (const column of statement.columns) {
      if (column.type?.name !== 'json' || column.type.array === true) continue
      const better = sqlDefinition({ ...column, type: { name: 'jsonb' } }, 'postgres')
      yield {
        what: `Adds ${shown(statement.table)}.${sqlColumn(column.name, 'postgres')} as json.`,
        instead: rewrite('Use jsonb:', [`ALTER TABLE ${sqlName(statement.table, 'postgres')} ADD COLUMN ${better};`]),
      }
    }
  },
})
