// Who may change which tables: a team's own setting. Without it nothing is looked at.
import type { RuleSettings } from './rule.ts'
import { type Name, type Statement, shown } from './statement.ts'

type Owner = RuleSettings['owners'][number]

/** Settings that speak of a table which this statement changes, each with the table. */
export function ownersOf(statement: Statement, owners: readonly Owner[]): readonly { owner: Owner; table: Name }[] {
  if (owners.length === 0) return []
  const tables = tablesChanged(statement)
  return owners.flatMap(owner => tables.filter(table => isMeant(owner.tables, table)).map(table => ({ owner, table })))
}

/** `Ada Byron <ada@example.org>` is meant by her name, by her address, by both, and by `*@example.org`. */
export function isPerson(author: string, entry: string): boolean {
  const parts = /^(.*?)\s*<([^<>]*)>\s*$/.exec(author)
  const names = parts === null ? [author] : [parts[1]!, parts[2]!, author]
  return names.some(name => matches(entry, name))
}

function isMeant(pattern: string, table: Name): boolean {
  return matches(pattern, shown(table)) || (!pattern.includes('.') && matches(pattern, table.name))
}

/** `*` stands for anything; case does not matter. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(text.trim())
}

/** Tables whose shape or rows a statement changes. */
export function tablesChanged(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case 'data':
      return statement.change === undefined ? [] : [statement.change.table]
    case 'drop-table':
    case 'truncate':
      return statement.tables
    case 'create-table':
      return statement.temporary ? [] : [statement.table]
    case 'create-view':
      return [statement.view]
    case 'drop-view':
      return statement.views
    default:
      return 'table' in statement && statement.table !== undefined ? [statement.table] : []
  }
}
