import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'rename-schema',
  title: 'Renaming a schema or a database',
  alsoKnownAs: ['strong_migrations: rename_schema'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The release that still runs asks for every table by the old name, and is refused from the moment the migration has run.',
  instead:
    'Make a schema of the new name, give it a view of each table, let the code use those, and move the tables over in a later release.',
  examples: [
    { bad: 'ALTER SCHEMA app RENAME TO core;', good: 'CREATE SCHEMA app; ALTER SCHEMA app RENAME TO core;' },
    { bad: 'ALTER DATABASE shop RENAME TO store;', good: "ALTER DATABASE shop SET timezone TO 'UTC';" },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'rename-schema' || schema.isNewSchema(statement.name)) return
    yield { what: `Renames ${statement.name} to ${statement.to}, and with it every table in it.` }
  },
})
