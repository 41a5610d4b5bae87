// A column after one thing that an ALTER does to it.
import type { Column, ColumnChange } from './statement.ts'

export function notNull(column: Column): Column {
  return { ...column, notNull: true }
}

export function withoutNotNull({ notNull: _, ...column }: Column): Column {
  return column
}

export function changedColumn(column: Column, change: ColumnChange): Column {
  switch (change.set) {
    case 'not-null':
      return notNull(column)
    case 'nullable':
      return withoutNotNull(column)
    case 'type':
      return {
        ...column,
        type: change.type,
        ...(change.collation === undefined ? {} : { collation: change.collation }),
      }
    case 'default': {
      const { default: _, ...rest } = column
      return change.to === undefined ? rest : { ...rest, default: change.to }
    }
    case 'definition':
      return change.to
    case 'identity':
      return { ...column, numbered: 'identity' }
    case 'no-identity': {
      const { numbered: _, ...rest } = column
      return rest
    }
    case 'not-generated': {
      const { stored: _, expression: __, ...rest } = column
      return rest
    }
  }
  return column
}
