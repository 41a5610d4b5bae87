// What is asked of a copy of the data before a statement runs there: how many rows a drop would lose, how many would break a new constraint.
import { sqlColumn, sqlName } from '../rewrite.ts'
import type { Constraint, DialectId, Effect, Name, Statement } from '../statement.ts'
import { shown } from '../statement.ts'

export interface Question {
  /** `loses`: rows or values that would be gone. `breaks`: rows that would make the statement fail. `touches`: rows of the table. */
  readonly about: 'loses' | 'breaks' | 'touches'
  /** What is counted, for people: `values of users.email`, `rows of orders without customer_id`. */
  readonly what: string
  readonly table: Name
  /** Gives one row with one number. */
  readonly sql: string
}

/** Questions about one statement, in the dialect's SQL. Each reads only. */
export function questionsOf(statement: Statement): Question[] {
  const { dialect } = statement
  switch (statement.kind) {
    case 'drop-table':
      return statement.temporary ? [] : statement.tables.map(table => rowsOf('loses', table, dialect))
    case 'truncate':
      return statement.tables.map(table => rowsOf('loses', table, dialect))
    case 'drop-column':
      return statement.columns.map(column => valuesOf(statement.table, column, dialect))
    case 'data':
      return deleted(statement, dialect)
    case 'add-constraint':
      return broken(statement.table, statement.constraint, dialect)
    case 'create-index':
      return statement.index.unique === true && plain(statement.index.columns)
        ? [repeated(statement.table, statement.index.columns, dialect)]
        : [rowsOf('touches', statement.table, dialect)]
    case 'change-column':
      return changed(statement, dialect)
    case 'add-column':
    case 'table-option':
      return [rowsOf('touches', statement.table, dialect)]
    default:
      return []
  }
}

function rowsOf(about: Question['about'], table: Name, dialect: DialectId): Question {
  return { about, what: `rows of ${shown(table)}`, table, sql: `SELECT count(*) AS n FROM ${sqlName(table, dialect)}` }
}

function valuesOf(table: Name, column: string, dialect: DialectId): Question {
  const sql = `SELECT count(${sqlColumn(column, dialect)}) AS n FROM ${sqlName(table, dialect)}`
  return { about: 'loses', what: `values of ${shown(table)}.${column}`, table, sql }
}

function nullsOf(table: Name, column: string, dialect: DialectId): Question {
  const sql = `SELECT count(*) AS n FROM ${sqlName(table, dialect)} WHERE ${sqlColumn(column, dialect)} IS NULL`
  return { about: 'breaks', what: `rows of ${shown(table)} without ${column}`, table, sql }
}

// What the statement deletes is told by its own WHERE; joins and limits are not taken apart.
function deleted({ change }: Extract<Effect, { kind: 'data' }>, dialect: DialectId): Question[] {
  if (change === undefined || change.verb !== 'delete' || change.limited === true) return []
  const where = change.where === undefined ? '' : ` WHERE ${change.where.text}`
  const sql = `SELECT count(*) AS n FROM ${sqlName(change.table, dialect)}${where}`
  return [{ about: 'loses', what: `rows of ${shown(change.table)} that are deleted`, table: change.table, sql }]
}

function broken(table: Name, constraint: Constraint, dialect: DialectId): Question[] {
  const { type, columns, expression, references } = constraint
  if (type === 'check' && expression !== undefined) {
    const sql = `SELECT count(*) AS n FROM ${sqlName(table, dialect)} WHERE NOT (${expression})`
    return [
      { about: 'breaks', what: `rows of ${shown(table)} that break ${constraint.name ?? 'the CHECK'}`, table, sql },
    ]
  }
  if (type === 'not-null') return columns.map(column => nullsOf(table, column, dialect))
  if (type === 'primary-key')
    return [
      ...columns.map(column => nullsOf(table, column, dialect)),
      ...(plain(columns) ? [repeated(table, columns, dialect)] : []),
    ]
  if (type === 'unique' && plain(columns)) return [repeated(table, columns, dialect)]
  if (type === 'foreign-key' && references?.columns !== undefined)
    return [orphans(table, columns, { ...references, columns: references.columns }, dialect)]
  return []
}

function plain(columns: readonly string[]): boolean {
  return columns.length > 0 && columns.every(column => !column.startsWith('('))
}

/** Rows beyond the first of each value; rows with a NULL in the key never repeat. */
function repeated(table: Name, columns: readonly string[], dialect: DialectId): Question {
  const keys = columns.map(column => sqlColumn(column, dialect))
  const filled = keys.map(key => `${key} IS NOT NULL`).join(' AND ')
  const groups = `SELECT count(*) - 1 AS extra FROM ${sqlName(table, dialect)} WHERE ${filled} GROUP BY ${keys.join(', ')} HAVING count(*) > 1`
  const sql = `SELECT coalesce(sum(extra), 0) AS n FROM (${groups}) AS repeated`
  return { about: 'breaks', what: `rows of ${shown(table)} that repeat (${columns.join(', ')})`, table, sql }
}

function orphans(
  table: Name,
  columns: readonly string[],
  references: { readonly table: Name; readonly columns: readonly string[] },
  dialect: DialectId,
): Question {
  const own = columns.map(column => `child.${sqlColumn(column, dialect)}`)
  const pairs = references.columns.map((column, at) => `parent.${sqlColumn(column, dialect)} = ${own[at]}`)
  const filled = own.map(column => `${column} IS NOT NULL`)
  const parent = `SELECT 1 FROM ${sqlName(references.table, dialect)} AS parent WHERE ${pairs.join(' AND ')}`
  const sql = `SELECT count(*) AS n FROM ${sqlName(table, dialect)} AS child WHERE ${filled.join(' AND ')} AND NOT EXISTS (${parent})`
  return {
    about: 'breaks',
    what: `rows of ${shown(table)} whose ${columns.join(', ')} points to nothing in ${shown(references.table)}`,
    table,
    sql,
  }
}

function changed(
  { table, column, change }: Extract<Effect, { kind: 'change-column' }>,
  dialect: DialectId,
): Question[] {
  const rows = rowsOf('touches', table, dialect)
  if (change.set === 'not-null') return [nullsOf(table, column, dialect)]
  if (change.set !== 'definition') return change.set === 'type' ? [rows] : []
  return change.to.notNull === true ? [nullsOf(table, column, dialect), rows] : [rows]
}
