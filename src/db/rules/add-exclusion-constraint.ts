import { givingUpSoon, ownText } from '../postgres-advice.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'add-exclusion-constraint',
  title: 'An exclusion constraint on a table that holds data',
  code: 'PG109',
  alsoKnownAs: ['strong_migrations: add_exclusion_constraint'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Its index is built and every row looked at under a lock that lets nobody read or write the table; there is no NOT VALID and no CONCURRENTLY for it.',
  instead:
    'Add it while hardly anybody uses the table, with a short lock_timeout; or make a new table with it and move the rows over.',
  examples: [
    {
      bad: 'ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);',
      good: 'CREATE TABLE bookings (room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&));',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'exclude') return
    if (schema.isNewTable(statement.table)) return
    const text = ownText(statement, /^alter\s+table\b/i)
    yield {
      what: `Adds an exclusion constraint to ${shown(statement.table)} and looks at every row under a lock.`,
      ...(text === undefined
        ? {}
        : {
            instead: givingUpSoon(
              'There is no way beside the writes. Run it while hardly anybody uses the table, and let it give up soon:',
              `${text};`,
            ),
          }),
    }
  },
})
