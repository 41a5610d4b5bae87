import { isFirstWithout, lockedTables } from '../heavy-locks.ts'
import { rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'missing-statement-timeout',
  title: 'A lock without a statement_timeout',
  alsoKnownAs: ['squawk: require-statement-timeout', 'squawk: require-timeout-settings'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'It holds its lock as long as it works: without a limit that may be until somebody ends it by hand.',
  instead: "SET statement_timeout = '60s' at the beginning of the file.",
  examples: [
    {
      bad: 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE users ADD COLUMN b int;',
      good: "SET statement_timeout = '60s'; ALTER TABLE users ADD COLUMN a int;",
    },
    {
      bad: 'SET statement_timeout = 0; ALTER TABLE users ADD COLUMN a int;',
      good: 'CREATE TABLE tags (a int); ALTER TABLE tags ADD COLUMN b int; CREATE INDEX CONCURRENTLY i ON users (id);',
    },
  ],
  *check(statement, schema) {
    if (!isFirstWithout('statement_timeout', statement, schema)) return
    yield {
      what: `Locks ${lockedTables(statement, schema).map(shown).join(', ')} without a statement_timeout.`,
      instead: rewrite('Say at the beginning of the file:', ["SET statement_timeout = '60s';"]),
    }
  },
})
