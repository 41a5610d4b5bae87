import { defineRule, type FileContext } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { keyOf, type Name, type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'several-heavy-locks',
  title: 'Several tables locked in one transaction',
  severity: 'warning',
  profile: 'style',
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
  *check(statement, schema, context) {
    const held = heldIn(context)
    if (statement.kind === 'transaction' && statement.verb !== 'savepoint') held.clear()
    if (schema.inTransaction !== true) return
    const dialect = statement.dialect
    const fresh = lockedBy(statement, schema).filter(table => !held.has(keyOf(table, dialect)))
    const [first] = held.values()
    for (const table of fresh) held.set(keyOf(table, dialect), { table, line: statement.line })
    // Said once, where the second table comes in.
    if (fresh[0] === undefined || first === undefined || held.size - fresh.length !== 1) return
    yield {
      what: `Locks ${shown(fresh[0])} while ${shown(first.table)} is locked since line ${first.line}.`,
      instead: `Put what this file does to ${shown(fresh[0])} into a migration of its own.`,
    }
  },
})

type Held = Map<string, { readonly table: Name; readonly line: number }>

/** Tables that the transaction has locked so far, in their order. Kept for each file, so that a long one is not read again at every statement. */
const files = new WeakMap<FileContext, Held>()

function heldIn(context: FileContext): Held {
  const held = files.get(context) ?? new Map()
  files.set(context, held)
  return held
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
