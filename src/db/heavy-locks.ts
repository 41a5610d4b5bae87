// Which statements wait for everybody who uses a table, and hold everybody up while they wait. Source: "13.3.1 Table-Level Locks".
import type { Schema } from './schema.ts'
import type { Name, Statement } from './statement.ts'

/** Tables in use that the statement locks against reads or writes. */
export function lockedTables(statement: Statement, schema: Schema): readonly Name[] {
  return tablesOf(statement).filter(table => !schema.isNewTable(table))
}

function tablesOf(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case 'add-column':
    case 'drop-column':
    case 'rename-column':
    case 'change-column':
    case 'add-constraint':
    case 'drop-constraint':
    case 'alter-constraint':
    case 'rename-table':
    case 'table-option':
    case 'alter-other':
    case 'create-trigger':
    case 'attach-partition':
      return [statement.table]
    case 'create-index':
    case 'detach-partition':
      return statement.concurrently ? [] : [statement.table]
    case 'drop-table':
    case 'truncate':
      return statement.tables
    case 'drop-index':
      return statement.concurrently ? [] : statement.indexes
    case 'maintenance':
      return ['vacuum-full', 'cluster', 'lock-table'].includes(statement.what) && statement.table !== undefined
        ? [statement.table]
        : []
  }
  return []
}

/** The first statement of its file that locks a table in use, while the setting is not in force. */
export function isFirstWithout(setting: string, statement: Statement, schema: Schema): boolean {
  if (statement.inside !== undefined || lockedTables(statement, schema).length === 0) return false
  const { before } = schema
  const set = before.findLast(one => one.kind === 'set' && one.name === setting)
  if (set?.kind === 'set' && set.value !== '0' && set.value !== 'default') return false
  return !before.some(one => one.inside === undefined && tablesOf(one).some(table => !schema.isNewTable(table)))
}
