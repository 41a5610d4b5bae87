import { olderThan, outside } from '../postgres-advice.ts'
import { rewrite, sqlName, sqlString } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'add-enum-value-in-transaction',
  title: 'A new enum value inside a transaction',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'PostgreSQL before 12 refuses ALTER TYPE … ADD VALUE inside a transaction, so the migration fails in the deploy.',
  instead: 'Put it into a migration of its own, and tell the tool to open no transaction for it.',
  examples: [
    {
      context: { version: [11], transaction: 'file' },
      bad: "ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';",
      good: "CREATE TYPE mood AS ENUM ('sad', 'glad');",
    },
    {
      context: { version: [11] },
      bad: "BEGIN; ALTER TYPE mood ADD VALUE 'glad'; COMMIT;",
      good: "ALTER TYPE mood ADD VALUE 'glad';",
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'add-enum-value' || !olderThan(12, context) || schema.inTransaction !== true) return
    const { type, value } = statement
    yield {
      what: `Adds '${value}' to ${shown(type)} inside a transaction.`,
      instead: rewrite(
        'Run it by itself:',
        [`ALTER TYPE ${sqlName(type, 'postgres')} ADD VALUE ${sqlString(value, 'postgres')};`],
        outside,
      ),
    }
  },
})
