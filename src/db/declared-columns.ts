import type { Column, ColumnType, Name, Statement } from './statement.ts'

export interface Declared {
  readonly table: Name
  readonly name: string
  readonly type: ColumnType
  readonly column: Column | undefined
}

/** Columns to which a statement gives a type: those of a new table, new ones, and those whose type changes. */
export function declaredColumns(statement: Statement): Declared[] {
  if (statement.kind === 'change-column') {
    const { table, column, change } = statement
    return change.set === 'type' ? [{ table, name: column, type: change.type, column: undefined }] : []
  }
  if (statement.kind !== 'create-table' && statement.kind !== 'add-column') return []
  const { table, columns = [] } = statement
  return columns.flatMap(column =>
    column.type === undefined ? [] : [{ table, name: column.name, type: column.type, column }],
  )
}
