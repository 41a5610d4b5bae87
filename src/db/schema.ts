import type { Column, Constraint, Copy, Index, Name, Statement } from './statement.ts'

/** A table as the migrations up to a moment leave it. */
export interface TableFacts {
  readonly name: Name
  /** In their order; undefined when they cannot be seen. */
  readonly columns: readonly Column[] | undefined
  /** Those without a name in the text have the one that the server gives them, where it can be told. */
  readonly constraints: readonly Constraint[]
  /** Also the indexes behind a PRIMARY KEY or UNIQUE constraint, under its name. */
  readonly indexes: readonly Index[]
  readonly partitioned: boolean
  readonly temporary: boolean
}

/**
 * What a rule may ask about the moment just before a statement runs. Rules that stop get certain answers: a table made with IF NOT EXISTS
 * may have been there before. Rules that only tell get the likely ones: there it is new, when no earlier migration makes it.
 */
export interface Schema {
  /** Made by this same file: it never held anybody's data. */
  isNewTable(table: Name): boolean
  isNewColumn(table: Name, column: string): boolean
  isNewSchema(name: string): boolean
  /** Undefined when no migration that we see creates the table with its columns in view. */
  columns(table: Name): readonly Column[] | undefined
  /** Also a column that a migration added to a table that none creates. */
  column(table: Name, column: string): Column | undefined
  /** Undefined when no migration that we see creates the table. */
  table(table: Name): TableFacts | undefined
  /** An index by its name (`table` where the statement says it), with the table it is on, and whether this file made it. */
  index(name: Name, table?: Name): { readonly table: Name; readonly index: Index; readonly isNew: boolean } | undefined
  constraint(table: Name, name: string): Constraint | undefined
  /** Members of an enum type (PostgreSQL). */
  enumMembers(type: Name): readonly string[] | undefined
  /** Views that exist now and read this table, or this column of it. */
  readers(table: Name, column?: string): readonly Name[]
  /** Earlier in this file every row provably got a value for the column (UPDATE without WHERE, WHERE it IS NULL), or a CHECK says that none is NULL. */
  isFilled(table: Name, column: string): boolean
  /** Statements of this file before and after the present one. */
  readonly before: readonly Statement[]
  readonly after: readonly Statement[]
  /** Whether the present statement runs in a transaction with others: by the tool or by BEGIN. Undefined when nobody knows. */
  readonly inTransaction: boolean | undefined
  /** The table that takes the place of a dropped one: new, filled with every row of it, and bearing its name at the end of this file. */
  successor(drop: Statement, table: Name): Successor | undefined
}

export interface Successor {
  readonly table: Name
  readonly columns: readonly Column[] | undefined
  readonly copy: Copy
}
