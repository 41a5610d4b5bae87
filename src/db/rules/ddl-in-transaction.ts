import { defineRule, type FileContext } from '../rule.ts'
import type { Schema } from '../schema.ts'
import type { Statement } from '../statement.ts'

/** MySQL 8.4 "15.3.3 Statements That Cause an Implicit Commit". */
export default defineRule({
  id: 'ddl-in-transaction',
  title: 'BEGIN around statements that commit',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'MySQL and MariaDB commit at every statement that changes a table, so that the transaction is over before it has begun: when a later statement fails, nothing is taken back.',
  instead: 'Take BEGIN and COMMIT out, and put each change that may fail into a migration of its own.',
  examples: [
    {
      bad: 'START TRANSACTION; ALTER TABLE users ADD a int; ALTER TABLE orders ADD b int; COMMIT;',
      good: 'ALTER TABLE users ADD a int; ALTER TABLE orders ADD b int;',
    },
    {
      bad: 'BEGIN; CREATE INDEX i ON users (a); COMMIT;',
      good: 'START TRANSACTION; CREATE TABLE notes (id int); INSERT INTO notes VALUES (1); COMMIT;',
    },
  ],
  *check(statement, schema, context) {
    const open = openIn(context)
    if (statement.kind === 'transaction') {
      open.begin = statement.verb === 'begin' ? statement : undefined
      open.isTold = false
    }
    // What has changed rows before is told by TX101, and one finding for each BEGIN is enough.
    if (statement.kind === 'data' && statement.change !== undefined) open.isTold = true
    if (open.begin === undefined || open.isTold || statement.inside !== undefined || !changesTable(statement, schema))
      return
    open.isTold = true
    yield { what: `Commits the transaction of line ${open.begin.line} at once.` }
  },
})

interface Open {
  begin: Statement | undefined
  isTold: boolean
}

/** Kept for each file, so that a long one is not read again at every statement. */
const files = new WeakMap<FileContext, Open>()

function openIn(context: FileContext): Open {
  const open = files.get(context) ?? { begin: undefined, isTold: false }
  files.set(context, open)
  return open
}

const alters = new Set<Statement['kind']>([
  'add-column',
  'drop-column',
  'rename-column',
  'change-column',
  'add-constraint',
  'drop-constraint',
  'create-index',
  'drop-index',
  'rename-table',
  'table-option',
  'alter-other',
])

/** Of a table that was there before: a file that makes its own tables leaves nothing half done that matters. */
function changesTable(statement: Statement, schema: Schema): boolean {
  if (statement.kind === 'drop-table') return statement.tables.some(table => !schema.isNewTable(table))
  if (!alters.has(statement.kind) || !('table' in statement) || statement.table === undefined) return false
  return !schema.isNewTable(statement.table)
}
