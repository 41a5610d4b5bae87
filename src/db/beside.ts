// What stands beside a statement: in the same ALTER, or elsewhere in the file.
import type { FileContext } from './rule.ts'
import { type Constraint, type DialectId, keyOf, type Name, type Statement } from './statement.ts'

export function sameName(a: Name, b: Name, dialect: DialectId): boolean {
  return keyOf(a, dialect) === keyOf(b, dialect)
}

// Column names are folded on every server; PostgreSQL's parser has done it already.
export function sameColumn(a: string, b: string, dialect: DialectId): boolean {
  return dialect === 'postgres' ? a === b : a.toLowerCase() === b.toLowerCase()
}

/** A file's statements by where they stand and by what they name, so that a long file is not read again at every statement. */
interface Order {
  readonly at: ReadonlyMap<Statement, number>
  readonly bySpan: ReadonlyMap<string, readonly Statement[]>
  readonly byName: ReadonlyMap<string, readonly Statement[]>
}

const orders = new WeakMap<readonly Statement[], Order>()

function orderOf({ statements }: FileContext): Order {
  const known = orders.get(statements)
  if (known !== undefined) return known
  const order = {
    at: new Map(statements.map((statement, at) => [statement, at])),
    bySpan: grouped(statements, statement => [spanOf(statement)]),
    byName: grouped(statements, statement => namesIn(statement).map(name => keyOf(name, statement.dialect))),
  }
  orders.set(statements, order)
  return order
}

function spanOf({ offset, endOffset }: Statement): string {
  return `${offset} ${endOffset}`
}

function grouped(statements: readonly Statement[], keysOf: (statement: Statement) => readonly string[]) {
  const groups = new Map<string, Statement[]>()
  for (const statement of statements)
    for (const key of new Set(keysOf(statement))) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [statement])
      else group.push(statement)
    }
  return groups
}

/** Tables and views that a statement names. */
function namesIn(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case 'rename-table':
      return [statement.table, statement.to]
    case 'drop-table':
    case 'truncate':
      return statement.tables
    case 'create-view':
      return [statement.view]
    case 'drop-view':
      return statement.views
    case 'data':
      return statement.change === undefined ? [] : [statement.change.table]
    default:
      return 'table' in statement && statement.table !== undefined ? [statement.table] : []
  }
}

/** Every effect of the statement, itself included: an ALTER TABLE with several actions has several. */
export function sameStatement(statement: Statement, context: FileContext): readonly Statement[] {
  return orderOf(context).bySpan.get(spanOf(statement)) ?? []
}

/** Statements of the whole file that name this table or view. */
export function allAbout(name: Name, { dialect }: Statement, context: FileContext): readonly Statement[] {
  return orderOf(context).byName.get(keyOf(name, dialect)) ?? []
}

/** What these two look through is short of a file that names one table for ever. */
const mostBeside = 1000

/** Those of them that come after the statement: the next ones. */
export function laterAbout(name: Name, statement: Statement, context: FileContext): readonly Statement[] {
  const all = allAbout(name, statement, context)
  const from = countUpTo(statement, all, context, 1)
  return all.slice(from, from + mostBeside)
}

/** Those of them that come before it: the last ones. */
export function earlierAbout(name: Name, statement: Statement, context: FileContext): readonly Statement[] {
  const all = allAbout(name, statement, context)
  const to = countUpTo(statement, all, context, 0)
  return all.slice(Math.max(0, to - mostBeside), to)
}

/** How many of these, which stand in their order, come before the statement; `itself` 1 counts it too. */
function countUpTo(statement: Statement, all: readonly Statement[], context: FileContext, itself: 0 | 1): number {
  const { at } = orderOf(context)
  const here = (at.get(statement) ?? 0) + itself
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at.get(all[middle]!)! < here) low = middle + 1
    else high = middle
  }
  return low
}

/** The table has nothing to lose any more: it, or this column of it, goes with the file. */
export function goes(statements: readonly Statement[], table: Name, columns: readonly string[]): boolean {
  return statements.some(other => {
    if (other.kind === 'drop-table') return other.tables.some(one => sameName(one, table, other.dialect))
    return (
      other.kind === 'drop-column' &&
      sameName(other.table, table, other.dialect) &&
      other.columns.some(one => columns.some(column => sameColumn(one, column, other.dialect)))
    )
  })
}

export type Named = Constraint & { readonly table: Name }

/** Constraints that a statement adds to tables, whichever way it says so. */
export function addedConstraints(statement: Statement): readonly Named[] {
  if (statement.kind === 'add-constraint') return [{ ...statement.constraint, table: statement.table }]
  if (statement.kind === 'create-table')
    return (statement.constraints ?? []).map(constraint => ({ ...constraint, table: statement.table }))
  if (statement.kind !== 'add-column') return []
  const { table } = statement
  return statement.columns.flatMap(({ name, references, check }): Named[] => [
    ...(references === undefined ? [] : [{ type: 'foreign-key' as const, columns: [name], references, table }]),
    ...(check === undefined ? [] : [{ type: 'check' as const, columns: [name], expression: check, table }]),
  ])
}
