import { defineRule } from '../rule.ts'
import { type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'vacuum-full',
  title: 'VACUUM FULL or CLUSTER',
  alsoKnownAs: ['squawk: prefer-repack'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The whole table and its indexes are written again under a lock that lets nobody read or write it until the last row is done, and the disk must hold both.',
  instead:
    'Use pg_repack, which does the same beside the queries that go on (PostgreSQL 19 has REPACK CONCURRENTLY); for dead rows alone a plain VACUUM is enough.',
  examples: [
    { bad: 'VACUUM FULL users;', good: 'VACUUM (ANALYZE) users;' },
    { bad: 'CLUSTER users USING users_pkey;', good: 'CREATE TABLE tags (a int); CLUSTER tags USING tags_i;' },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'maintenance' || (statement.what !== 'vacuum-full' && statement.what !== 'cluster')) return
    const { table } = statement
    if (table !== undefined && schema.isNewTable(table)) return
    yield {
      what: `Writes ${table === undefined ? 'every table' : shown(table)} again while nobody can use it.`,
      ...(table === undefined
        ? {}
        : {
            instead: `Run it outside of the migrations, beside the queries that go on: \`${repack(statement, shown(table))}\`.`,
          }),
    }
  },
})

function repack(statement: Statement, table: string): string {
  return statement.kind === 'maintenance' && statement.what === 'cluster'
    ? `pg_repack --table=${table}`
    : `pg_repack --no-order --table=${table}`
}
