import { isFirstWithout, lockedTables } from '../heavy-locks.ts'
import { rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'missing-lock-timeout',
  title: 'A lock without a lock_timeout',
  alsoKnownAs: ['squawk: require-lock-timeout', 'squawk: require-timeout-settings'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'While it waits for its lock, everybody who comes after waits behind it: one long query is enough to stop all of them.',
  instead: "SET lock_timeout = '2s' at the beginning of the file.",
  examples: [
    {
      bad: 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE users ADD COLUMN b int;',
      good: "SET lock_timeout = '2s'; ALTER TABLE users ADD COLUMN a int;",
    },
    {
      bad: 'SET lock_timeout = 0; ALTER TABLE users ADD COLUMN a int;',
      good: 'CREATE TABLE tags (a int); ALTER TABLE tags ADD COLUMN b int; CREATE INDEX CONCURRENTLY i ON users (id);',
    },
  ],
  *check(statement, schema) {
    if (!isFirstWithout('lock_timeout', statement, schema)) return
    yield {
      what: `Locks ${lockedTables(statement, schema).map(shown).join(', ')} without a lock_timeout.`,
      instead: rewrite('Say at the beginning of the file:', ["SET lock_timeout = '2s';"]),
    }
  },
})
