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

/** Every effect of the statement, itself included: an ALTER TABLE with several actions has several. */
export function sameStatement(statement: Statement, { statements }: FileContext): readonly Statement[] {
  return statements.filter(other => other.offset === statement.offset && other.endOffset === statement.endOffset)
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
