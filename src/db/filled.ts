import { tableKey } from './history.ts'
import type { Column, Constraint, DialectId, Name, RowChange, Statement } from './statement.ts'
import { sameName } from './table-state.ts'

export interface Wanted {
  readonly table: Name
  readonly column: string
  readonly dialect: DialectId
  /** The column as it is now: what an INSERT that does not list it puts in. */
  readonly now: Column | undefined
}

/** Whether the statements leave no row without a value: the last word that says so counts, and nothing after it may put a NULL in. */
export function fills(before: readonly Statement[], wanted: Wanted): boolean {
  for (let index = before.length - 1; index >= 0; index--) {
    const answer = effectOf(before[index]!, wanted)
    if (answer !== undefined) return answer === 'fills'
  }
  return false
}

function effectOf(statement: Statement, wanted: Wanted): 'fills' | 'voids' | undefined {
  const { table, column, dialect, now } = wanted
  const isTable = (name: Name) => tableKey(name, dialect) === tableKey(table, dialect)
  switch (statement.kind) {
    case 'transaction':
      return statement.rollsBack ? 'voids' : undefined
    case 'drop-table':
      return statement.tables.some(isTable) ? 'voids' : undefined
    case 'create-table':
      return isTable(statement.table) ? 'voids' : undefined
    case 'rename-table':
      return isTable(statement.to) ? 'voids' : undefined
    case 'rename-column':
      return isTable(statement.table) && sameName(statement.to, column, dialect) ? 'voids' : undefined
    case 'drop-column':
      return isTable(statement.table) && statement.columns.some(one => sameName(one, column, dialect))
        ? 'voids'
        : undefined
    case 'add-column': {
      const added = isTable(statement.table) && statement.columns.find(one => sameName(one.name, column, dialect))
      if (!added) return undefined
      return hasValue(added) && statement.surely && statement.inside === undefined ? 'fills' : 'voids'
    }
    case 'data':
      if (statement.change !== undefined)
        return isTable(statement.change.table)
          ? changeOf(statement.change, statement.inside, column, dialect, now)
          : undefined
      return mayInsert.test(statement.text) && statement.text.toLowerCase().includes(table.name.toLowerCase())
        ? 'voids'
        : undefined
  }
  return undefined
}

const mayInsert = /^(?:insert|replace|merge|copy|load|with|update)\b/i

function changeOf(
  { verb, columns, mayBeNull, where, limited }: RowChange,
  inside: string | undefined,
  column: string,
  dialect: DialectId,
  now: Column | undefined,
): 'fills' | 'voids' | undefined {
  const lists = (names: readonly string[]) => names.some(name => sameName(name, column, dialect))
  if (verb === 'delete') return undefined
  if (verb === 'insert') {
    if (lists(columns)) return lists(mayBeNull) ? 'voids' : undefined
    return columns.length > 0 && now !== undefined && hasValue(now) ? undefined : 'voids'
  }
  if (!lists(columns)) return undefined
  if (lists(mayBeNull)) return 'voids'
  const everyRow =
    where === undefined ||
    where.always === true ||
    (where.isNull !== undefined && sameName(where.isNull, column, dialect))
  return everyRow && limited !== true && inside === undefined ? 'fills' : undefined
}

/** A row that says nothing about the column gets a value all the same. */
function hasValue(column: Column): boolean {
  return (
    (column.default !== undefined && column.default.is !== 'null') ||
    column.numbered !== undefined ||
    column.virtual === true ||
    column.stored === true
  )
}

/** A valid CHECK (…) that says `column IS NOT NULL`, by itself or with AND. */
export function checksNotNull(constraints: readonly Constraint[], column: string, dialect: DialectId): boolean {
  return constraints.some(
    ({ type, notValid, notEnforced, expression, columns }) =>
      notValid !== true &&
      notEnforced !== true &&
      ((type === 'not-null' && columns.some(one => sameName(one, column, dialect))) ||
        (type === 'check' && expression !== undefined && saysNotNull(expression, column, dialect))),
  )
}

function saysNotNull(expression: string, column: string, dialect: DialectId): boolean {
  if (/\b(?:or|not\s*\(|case)\b/i.test(expression)) return false
  return expression.split(/\band\b/i).some(part => {
    const found = /^[\s(]*(["`[]?)([^"`\]\s()]+)["`\]]?\s+is\s+not\s+null[\s)]*$/i.exec(part)
    if (found === null) return false
    const name = dialect === 'postgres' && found[1] === '' ? found[2]!.toLowerCase() : found[2]!
    return sameName(name, column, dialect)
  })
}
