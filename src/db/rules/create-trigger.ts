import { givingUpSoon, hasLockTimeout, ownText } from '../postgres-advice.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'create-trigger',
  title: 'A trigger on a table in use, without a lock_timeout',
  code: 'PG308',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'CREATE TRIGGER waits until every write to the table has ended, and every write that comes after waits behind it: one long transaction is enough to stop them all.',
  instead: "Say before it how long it may wait: SET lock_timeout = '2s'; when it gives up, run it again.",
  examples: [
    {
      bad: 'CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();',
      good: "SET lock_timeout = '2s'; CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();",
    },
    {
      bad: 'SET lock_timeout = 0; CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();',
      good: 'CREATE TABLE tags (a int); CREATE TRIGGER touch BEFORE UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION touch();',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'create-trigger' || schema.isNewTable(statement.table) || hasLockTimeout(schema)) return
    const text = ownText(statement, /^create\b/i)
    yield {
      what: `Creates trigger ${statement.name} on ${shown(statement.table)}, for which writes wait.`,
      ...(text === undefined
        ? {}
        : { instead: givingUpSoon('Let it give up soon, and run it again when it does:', `${text};`) }),
    }
  },
})
