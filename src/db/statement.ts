// The one shape in which every dialect tells what a migration does. Rules see nothing else.

export type DialectId = 'postgres' | 'mysql' | 'sqlite'

/** A name as the server understands it: without its quotes, folded where the dialect folds. */
export interface Name {
  readonly schema?: string
  readonly name: string
}

export interface Column {
  readonly name: string
  /** Computed when it is read, so that dropping it loses nothing. */
  readonly virtual?: true
}

/** Where a statement stands. Its own text: without the comments above it and without its terminator. */
export interface Written {
  readonly dialect: DialectId
  readonly text: string
  /** UTF-16 index into the file's text. */
  readonly offset: number
  readonly endOffset: number
  /** In characters (code points), from 1. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** Set when it runs by way of something else: `the DO block`, `procedure tidy`. It may then run or not. */
  readonly inside?: string
}

/** One thing that a statement does. An ALTER TABLE with several actions gives several, all at the same place. */
export type Effect =
  | { readonly kind: 'create-schema'; readonly name: string; readonly surely: boolean }
  | { readonly kind: 'drop-schema'; readonly what: 'schema' | 'database' | 'role'; readonly names: readonly string[] }
  | {
      readonly kind: 'create-table'
      readonly table: Name
      /** Undefined when they cannot be seen (`LIKE other`, `AS SELECT`). */
      readonly columns?: readonly Column[]
      /** False for IF NOT EXISTS: the table may have been there before. */
      readonly surely: boolean
      readonly temporary: boolean
    }
  | { readonly kind: 'drop-table'; readonly tables: readonly Name[]; readonly temporary: boolean }
  | { readonly kind: 'rename-table'; readonly table: Name; readonly to: Name }
  | { readonly kind: 'add-column'; readonly table: Name; readonly columns: readonly Column[]; readonly surely: boolean }
  | { readonly kind: 'drop-column'; readonly table: Name; readonly columns: readonly string[] }
  | { readonly kind: 'rename-column'; readonly table: Name; readonly column: string; readonly to: string }
  /** Something whose CASCADE takes columns with it: a type, a domain, an extension. */
  | { readonly kind: 'drop-cascade'; readonly what: string; readonly names: readonly string[] }
  | { readonly kind: 'drop-partition'; readonly table: Name }
  | { readonly kind: 'truncate'; readonly tables: readonly Name[] }
  | { readonly kind: 'alter-other'; readonly table: Name }
  | { readonly kind: 'create-routine'; readonly what: string; readonly name: Name; body(): readonly Statement[] }
  | { readonly kind: 'call'; readonly name: Name }
  | { readonly kind: 'data'; readonly copies?: Copy }
  | { readonly kind: 'transaction'; readonly rollsBack: boolean }
  /** From here on an unqualified name may mean another object: USE, SET search_path. */
  | { readonly kind: 'change-scope' }
  | { readonly kind: 'other-ddl' }
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable'; readonly because: string }

/** INSERT INTO `to` SELECT … FROM `from`, every row of it. `columns` as listed; undefined means all. */
export interface Copy {
  readonly from: Name
  readonly to: Name
  readonly columns?: readonly string[]
}

export type Statement = Written & Effect

export function shown(name: Name): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`
}

/** Two names of one table compare equal. MySQL's table names may be case-sensitive, so there only the same spelling is the same table. */
export function keyOf(name: Name, dialect: DialectId): string {
  const key = JSON.stringify([name.schema ?? '', name.name])
  return dialect === 'sqlite' ? key.toLowerCase() : key
}

export function statementOf(written: Written, effect: Effect): Statement {
  return Object.assign({}, written, effect)
}
