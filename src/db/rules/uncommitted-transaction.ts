import { rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'uncommitted-transaction',
  title: 'BEGIN without COMMIT',
  alsoKnownAs: ['squawk: ban-uncommitted-transaction'],
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'When the connection ends, the server takes back everything since BEGIN: the migration looks as if it had run, and nothing of it is there.',
  instead: 'End the file with COMMIT.',
  examples: [
    {
      bad: 'BEGIN; CREATE TABLE a (id int);',
      good: 'BEGIN; CREATE TABLE a (id int); COMMIT;',
    },
    {
      dialects: ['postgres', 'mysql'],
      bad: 'START TRANSACTION; CREATE TABLE a (id int);',
      good: 'CREATE TABLE a (id int);',
    },
  ],
  *checkFile({ statements, transaction }) {
    if (transaction === 'file') return
    const last = statements.findLast(
      one =>
        one.kind === 'transaction' &&
        one.inside === undefined &&
        (one.verb === 'begin' || one.verb === 'commit' || one.verb === 'rollback'),
    )
    if (last?.kind !== 'transaction' || last.verb !== 'begin') return
    yield {
      at: last,
      what: `The transaction of line ${last.line} is never committed.`,
      instead: rewrite('End the file with:', ['COMMIT;']),
    }
  },
})
