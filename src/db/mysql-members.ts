// What the rules about members of ENUM and SET have in common (Atlas MY110-MY113, MY120-MY123).
import { type MemberChange, membersChanged, type Redefined, redefined, refusesCost } from './mysql-columns.ts'
import { columnBeside, onlineTool, untouched } from './mysql-rewrites.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName, sqlString } from './rewrite.ts'
import type { FileContext, Found } from './rule.ts'
import type { Schema } from './schema.ts'
import { type Column, type Name, type Statement, shown } from './statement.ts'

type Members = 'enum' | 'set'

/** One finding when the statement does this to the members of a column that holds data. */
export function* memberFindings(
  statement: Statement,
  schema: Schema,
  context: FileContext,
  { type, change }: { readonly type: Members; readonly change: MemberChange },
): Iterable<Found> {
  const column = redefined(statement, schema)
  if (column === undefined || refusesCost(statement, context, 'copies')) return
  const changed = membersChanged(column, type)
  if (changed?.is !== change) return
  const { table, to } = column
  yield {
    what: `${words[change]} ${list(changed.members)} ${prepositions[change]} the ${type.toUpperCase()} ${shown(table)}.${to.name}.`,
    instead: advice(change, column, context),
  }
}

const words: Readonly<Record<MemberChange, string>> = {
  removed: 'Takes',
  reordered: 'Moves',
  inserted: 'Puts',
  grown: 'Adds',
}

const prepositions: Readonly<Record<MemberChange, string>> = {
  removed: 'out of',
  reordered: 'within',
  inserted: 'before the end of',
  grown: 'to',
}

function list(members: readonly string[]): string {
  const quoted = members.slice(0, 3).map(member => sqlString(member, 'mysql'))
  return members.length > 3 ? `${quoted.join(', ')} and ${members.length - 3} more` : quoted.join(', ')
}

function advice(change: MemberChange, { table, before, to }: Redefined, context: FileContext): string {
  if (change === 'grown') return columnBeside(table, to, context)
  const [old, next] = [before.type?.args ?? [], to.type?.args ?? []]
  const fresh = next.filter(member => !old.includes(member))
  if (fresh.length > 0)
    return rewrite(
      'Keep the members as they are and write the new ones behind them; that changes no row:',
      [`${appended(table, before, to, [...old, ...fresh])}, ${untouched(context)};`],
      change === 'removed' ? 'Stop writing what is not wanted any more, and leave it in the list.' : undefined,
    )
  return change === 'removed'
    ? unused(
        table,
        before,
        old.filter(member => !next.includes(member)),
      )
    : ordered(table, to, next)
}

function appended(table: Name, before: Column, to: Column, args: readonly string[]): string {
  const definition = sqlDefinition({ ...to, type: { name: before.type?.name ?? 'enum', args } }, 'mysql')
  return `ALTER TABLE ${sqlName(table, 'mysql')} MODIFY ${definition}`
}

function unused(table: Name, column: Column, gone: readonly string[]): string {
  const name = sqlColumn(column.name, 'mysql')
  const isSet = column.type?.name === 'set'
  const holds = gone.map(member =>
    isSet ? `FIND_IN_SET(${sqlString(member, 'mysql')}, ${name})` : `${name} = ${sqlString(member, 'mysql')}`,
  )
  return rewrite(
    'Leave the member in the list and stop writing it. If it must go, see first that no row holds it:',
    [`SELECT COUNT(*) FROM ${sqlName(table, 'mysql')} WHERE ${holds.join(' OR ')};`],
    onlineTool,
  )
}

function ordered(table: Name, column: Column, next: readonly string[]): string {
  const members = next.map(member => sqlString(member, 'mysql')).join(', ')
  return rewrite('Leave the members where they are, and order rows in the query:', [
    `SELECT * FROM ${sqlName(table, 'mysql')} ORDER BY FIELD(${sqlColumn(column.name, 'mysql')}, ${members});`,
  ])
}
