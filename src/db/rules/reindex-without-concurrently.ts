import { olderThan, outside, ownText } from '../postgres-advice.ts'
import { rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'reindex-without-concurrently',
  title: 'REINDEX while everybody waits',
  alsoKnownAs: ['squawk: require-concurrent-reindex'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'While an index is built anew nobody can write to its table, and queries that would use the index wait as well.',
  instead: 'Use REINDEX … CONCURRENTLY (PostgreSQL 12 and later), outside of a transaction.',
  examples: [
    { bad: 'REINDEX INDEX users_email_idx;', good: 'REINDEX INDEX CONCURRENTLY users_email_idx;' },
    { bad: 'REINDEX (VERBOSE) TABLE shop.users;', good: 'REINDEX (CONCURRENTLY) TABLE shop.users;' },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'maintenance' || statement.what !== 'reindex') return
    if (statement.table !== undefined && schema.isNewTable(statement.table)) return
    const text = ownText(statement, reindex)
    if (text === undefined || olderThan(12, context)) yield { what: 'Builds indexes anew while everybody waits.' }
    else
      yield {
        what: `\`${text}\` builds indexes anew while everybody waits.`,
        instead: rewrite(
          'Build them beside the queries that go on:',
          [`${text.replace(reindex, '$1 CONCURRENTLY')};`],
          outside,
        ),
      }
  },
})

// SYSTEM takes no CONCURRENTLY.
const reindex = /^(reindex\s+(?:\([^)]*\)\s*)?(?:index|table|schema|database))\b/i
