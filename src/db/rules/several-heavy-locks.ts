import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { keyOf, type Name, type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'several-heavy-locks',
  title: 'Several tables locked in one transaction',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'A lock is held until the transaction ends: while the file waits for one table or works on it, nobody can read or write those that it has changed already, and processes that take them in another order end in a deadlock.',
  instead: 'Change each table in a migration of its own.',
  examples: [
    {
      bad: 'BEGIN; ALTER TABLE users ADD COLUMN a int; ALTER TABLE orders ADD COLUMN b int; COMMIT;',
      good: 'BEGIN; ALTER TABLE users ADD COLUMN a int; COMMIT; BEGIN; ALTER TABLE orders ADD COLUMN b int; COMMIT;',
    },
    {
      context: { transaction: 'file' },
      bad: 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE orders ALTER COLUMN b SET DEFAULT 1; ALTER TABLE lines ADD COLUMN c int;',
      good: 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE users ADD COLUMN b int; CREATE TABLE tags (id int); ALTER TABLE tags ADD COLUMN c int;',
    },
    {
      context: { transaction: 'none' },
      bad: 'BEGIN; ALTER TABLE users ADD COLUMN a int; ALTER TABLE orders ADD COLUMN b int; COMMIT;',
      good: 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE orders ADD COLUMN b int;',
    },
  ],
  *check(statement, schema) {
    const own = lockedBy(statement, schema)
    if (own.length === 0 || schema.inTransaction !== true) return
    const key = (table: Name) => keyOf(table, statement.dialect)
    const first = sinceBegin(schema.before).filter(one => lockedBy(one, schema).length > 0)
    const held = new Set(first.flatMap(one => lockedBy(one, schema)).map(key))
    const fresh = own.find(table => !held.has(key(table)))
    // Said once, where the second table comes in.
    if (held.size !== 1 || fresh === undefined) return
    yield {
      what: `Locks ${shown(fresh)} while ${shown(lockedBy(first[0]!, schema)[0]!)} is locked since line ${first[0]!.line}.`,
      instead: `Put what this file does to ${shown(fresh)} into a migration of its own.`,
    }
  },
})

function sinceBegin(statements: readonly Statement[]): readonly Statement[] {
  return statements.slice(statements.findLastIndex(one => one.kind === 'transaction' && one.verb !== 'savepoint') + 1)
}

const exclusive = new Set<Statement['kind']>([
  'add-column',
  'drop-column',
  'rename-column',
  'rename-table',
  'change-column',
  'drop-constraint',
  'table-option',
  'alter-other',
])

/** Tables with data that a statement takes an ACCESS EXCLUSIVE lock on. Keys and validations take lesser ones. */
function lockedBy(statement: Statement, schema: Schema): readonly Name[] {
  if (statement.kind === 'truncate') return statement.tables.filter(table => !schema.isNewTable(table))
  if (!exclusive.has(statement.kind) || !('table' in statement) || statement.table === undefined) return []
  return schema.isNewTable(statement.table) ? [] : [statement.table]
}
