import { sameName } from '../beside.ts'
import { rewrite, sqlName, sqlString } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'rename-enum-value',
  title: 'Renaming a value of an enum',
  alsoKnownAs: ['strong_migrations: rename_enum_value'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The release that still runs reads and writes the old value, and is refused from the moment the migration has run.',
  instead: 'Add the new value, let the code understand both, move the rows over, and stop using the old one.',
  examples: [
    {
      bad: "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';",
      good: "CREATE TYPE mood AS ENUM ('ok'); ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';",
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'rename-enum-value') return
    const { type, value, to } = statement
    if (schema.before.some(one => one.kind === 'create-type' && sameName(one.name, type, 'postgres'))) return
    yield {
      what: `Renames '${value}' of ${shown(type)} to '${to}'.`,
      instead: rewrite('Add the new value beside the old one, and move the rows over when the code understands both:', [
        `ALTER TYPE ${sqlName(type, 'postgres')} ADD VALUE ${sqlString(to, 'postgres')} AFTER ${sqlString(value, 'postgres')};`,
      ]),
    }
  },
})
