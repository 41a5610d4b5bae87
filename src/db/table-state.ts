// A table between two statements, as a value: what was is never changed, so that every moment of a history can be asked for again.

import { notNull } from './column-change.ts'
import { named, namedIndex } from './implied-names.ts'
import type { Column, Constraint, DialectId, Index, Name } from './statement.ts'

/** Where something was made: the statement's position in the whole history. */
export interface Born {
  readonly position: number
  /** False for IF NOT EXISTS. */
  readonly surely: boolean
  /** True when it runs by way of something else: it may not run at all. */
  readonly maybe: boolean
  /** The schema as it was written. */
  readonly schema: string | undefined
}

export interface OwnIndex {
  readonly index: Index
  readonly born: Born
}

export interface TableState {
  readonly name: Name
  /** Undefined when only changes of it are seen, never its creation. */
  readonly born: Born | undefined
  readonly columns: readonly Column[]
  /** Whether `columns` is all of them. */
  readonly complete: boolean
  readonly bornColumns: ReadonlyMap<string, Born>
  readonly constraints: readonly Constraint[]
  readonly indexes: readonly OwnIndex[]
  readonly partitioned: boolean
  readonly temporary: boolean
}

// Column names are folded on every server; PostgreSQL's parser has done it already, and there `"A"` and `a` differ.
export function columnKey(column: string, dialect: DialectId): string {
  return dialect === 'postgres' ? column : column.toLowerCase()
}

export function withConstraint(state: TableState, constraint: Constraint, born: Born, dialect: DialectId): TableState {
  const known = constraint.name === undefined ? named(constraint, state.name, takenNames(state), dialect) : constraint
  const used = known.usingIndex === undefined ? undefined : indexOf(state, known.usingIndex, dialect)
  const whole = used !== undefined && known.columns.length === 0 ? { ...known, columns: used.index.columns } : known
  const isNotNull = whole.type === 'not-null' && whole.notValid !== true
  const next: TableState = {
    ...state,
    constraints: [...state.constraints, whole],
    columns: isNotNull
      ? state.columns.map(c => (holds(whole.columns, c.name, dialect) ? notNull(c) : c))
      : state.columns,
  }
  if (whole.type !== 'unique' && whole.type !== 'primary-key') return next
  const index: Index = {
    ...used?.index,
    columns: whole.columns,
    unique: true,
    ...(whole.name === undefined ? {} : { name: whole.name }),
  }
  return { ...next, indexes: [...state.indexes.filter(one => one !== used), { index, born }] }
}

export function withIndex(state: TableState, index: Index, born: Born, dialect: DialectId): TableState {
  if (!born.surely && index.name !== undefined && indexOf(state, index.name, dialect) !== undefined) return state
  const known = index.name === undefined ? namedIndex(index, state.name, takenNames(state), dialect) : index
  return { ...state, indexes: [...state.indexes, { index: known, born }] }
}

export function indexOf({ indexes }: TableState, name: string, dialect: DialectId): OwnIndex | undefined {
  return indexes.find(one => one.index.name !== undefined && sameName(one.index.name, name, dialect))
}

export function sameName(left: string, right: string, dialect: DialectId): boolean {
  return columnKey(left, dialect) === columnKey(right, dialect)
}

function takenNames({ constraints, indexes }: TableState): string[] {
  return [...constraints.map(one => one.name), ...indexes.map(one => one.index.name)].flatMap(name => name ?? [])
}

function holds(columns: readonly string[], column: string, dialect: DialectId): boolean {
  return columns.some(one => sameName(one, column, dialect))
}
