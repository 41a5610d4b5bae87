import { rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Statement } from '../statement.ts'

export default defineRule({
  id: 'concurrently-in-transaction',
  title: 'CONCURRENTLY inside a transaction',
  code: 'PG103',
  alsoKnownAs: ['squawk: ban-concurrent-index-creation-in-transaction'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'PostgreSQL refuses it, so the migration fails in the deploy: it commits several times while it works, which a transaction around it does not allow.',
  instead: 'Put it into a migration of its own, and tell the tool to open no transaction for it.',
  examples: [
    {
      context: { transaction: 'file' },
      bad: 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);',
      good: 'CREATE TABLE tags (name text); CREATE INDEX tags_i ON tags (name);',
    },
    {
      bad: 'BEGIN; DROP INDEX CONCURRENTLY users_email_idx; COMMIT;',
      good: 'BEGIN; UPDATE users SET seen = now() WHERE seen IS NULL; COMMIT; DROP INDEX CONCURRENTLY users_email_idx;',
    },
    {
      context: { transaction: 'none' },
      bad: 'BEGIN; REINDEX TABLE CONCURRENTLY users; COMMIT;',
      good: 'REINDEX TABLE CONCURRENTLY users;',
    },
    {
      context: { transaction: 'none' },
      bad: "DO $$ BEGIN EXECUTE 'ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY'; END $$;",
      good: 'ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;',
    },
  ],
  *check(statement, schema) {
    const what = worksConcurrently(statement)
    if (what === undefined) return
    const { inside, text } = statement
    if (inside !== undefined)
      yield { what: `${what} cannot run by way of ${inside}, which is always in a transaction.` }
    else if (schema.inTransaction === true)
      yield {
        what: `${what} cannot run inside the transaction that it stands in.`,
        ...(/^(create|drop|alter|reindex)\b/i.test(text)
          ? {
              instead: rewrite('Put it into a migration of its own, for which the tool opens no transaction:', [
                `${text};`,
              ]),
            }
          : {}),
      }
  },
})

function worksConcurrently(statement: Statement): string | undefined {
  switch (statement.kind) {
    case 'create-index':
      return statement.concurrently ? 'CREATE INDEX CONCURRENTLY' : undefined
    case 'drop-index':
      return statement.concurrently ? 'DROP INDEX CONCURRENTLY' : undefined
    case 'detach-partition':
      return statement.concurrently ? 'DETACH PARTITION … CONCURRENTLY' : undefined
    case 'maintenance':
      return statement.what === 'reindex-concurrently' ? 'REINDEX … CONCURRENTLY' : undefined
  }
  return undefined
}
