import {
  type Column,
  type Constraint,
  type Copy,
  type DialectId,
  type Index,
  keyOf,
  type Name,
  type Statement,
} from './statement.ts'

/** A table as the migrations up to a moment leave it. */
export interface TableFacts {
  readonly name: Name
  /** In their order; undefined when they cannot be seen. */
  readonly columns: readonly Column[] | undefined
  readonly constraints: readonly Constraint[]
  readonly indexes: readonly Index[]
  readonly partitioned: boolean
  readonly temporary: boolean
}

/** What a rule may ask about the moment just before a statement runs. */
export interface Schema {
  /** Made by this same file, for certain: it never held anybody's data. */
  isNewTable(table: Name): boolean
  isNewColumn(table: Name, column: string): boolean
  isNewSchema(name: string): boolean
  /** Undefined when no migration that we see creates the table with its columns in view. */
  columns(table: Name): readonly Column[] | undefined
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
  /** The table that takes the place of a dropped one: new, filled with every row of it, and renamed to its name later in this file. */
  successor(drop: Statement, table: Name): Successor | undefined
}

export interface Successor {
  readonly table: Name
  readonly columns: readonly Column[] | undefined
  readonly copy: Copy
}

interface Table {
  /** As it was before this file, or as this file made it; asked for only when a rule wants it. */
  readonly base: () => readonly Column[] | undefined
  /** What this file did to its columns since. */
  readonly edits: ((columns: readonly Column[]) => readonly Column[])[]
  isNew: boolean
  readonly newColumns: Set<string>
}

/** Earlier migrations are only looked at when a rule asks for what they made. */
export type Earlier = (table: Name) => readonly Column[] | undefined

/** The schema as one file sees it, moved on statement by statement. */
export class FileSchema implements Schema {
  readonly #dialect: DialectId
  readonly #statements: readonly Statement[]
  readonly #earlier: Earlier
  readonly #tables = new Map<string, Table>()
  readonly #newSchemas = new Set<string>()
  readonly #copies: Copy[] = []
  #at = 0

  constructor(dialect: DialectId, statements: readonly Statement[], earlier: Earlier) {
    this.#dialect = dialect
    this.#statements = statements
    this.#earlier = earlier
  }

  isNewTable(table: Name): boolean {
    return this.#table(table)?.isNew === true || (table.schema !== undefined && this.#newSchemas.has(table.schema))
  }

  isNewColumn(table: Name, column: string): boolean {
    return this.isNewTable(table) || this.#table(table)?.newColumns.has(this.#columnKey(column)) === true
  }

  isNewSchema(name: string): boolean {
    return this.#newSchemas.has(name)
  }

  columns(table: Name): readonly Column[] | undefined {
    const known = this.#table(table)
    if (known === undefined) return this.#earlier(table)
    const base = known.base()
    return base === undefined ? undefined : known.edits.reduce((columns, edit) => edit(columns), base)
  }

  column(table: Name, column: string): Column | undefined {
    return this.columns(table)?.find(one => this.#columnKey(one.name) === this.#columnKey(column))
  }

  table(_table: Name): TableFacts | undefined {
    return undefined
  }

  index(_name: Name, _table?: Name): { table: Name; index: Index; isNew: boolean } | undefined {
    return undefined
  }

  constraint(_table: Name, _name: string): Constraint | undefined {
    return undefined
  }

  enumMembers(_type: Name): readonly string[] | undefined {
    return undefined
  }

  readers(_table: Name, _column?: string): readonly Name[] {
    return []
  }

  isFilled(_table: Name, _column: string): boolean {
    return false
  }

  get before(): readonly Statement[] {
    return this.#statements.slice(0, this.#at)
  }

  get after(): readonly Statement[] {
    return this.#statements.slice(this.#at + 1)
  }

  get inTransaction(): boolean | undefined {
    return undefined
  }

  successor(drop: Statement, table: Name): Successor | undefined {
    if (drop.inside !== undefined) return undefined
    const key = this.#key(table)
    const rest = this.#statements.slice(this.#at + 1)
    const rename = rest.find(s => s.kind === 'rename-table' && this.#key(s.to) === key && s.inside === undefined)
    if (rename === undefined || rename.kind !== 'rename-table' || !this.isNewTable(rename.table)) return undefined
    const copy = this.#copies.find(c => this.#key(c.from) === key && this.#key(c.to) === this.#key(rename.table))
    return copy === undefined ? undefined : { table: rename.table, columns: this.columns(rename.table), copy }
  }

  #table(table: Name): Table | undefined {
    return this.#tables.get(this.#key(table))
  }

  #key(table: Name): string {
    return keyOf(table, this.#dialect)
  }

  // Column names are folded on every server; PostgreSQL's parser has done it already, and there `"A"` and `a` differ.
  #columnKey(column: string): string {
    return this.#dialect === 'postgres' ? column : column.toLowerCase()
  }

  /** Moves to just before a statement; `apply` moves past it. */
  enter(index: number): void {
    this.#at = index
  }

  /** What the statement leaves behind. What runs by way of something else may not run at all, so it makes nothing for certain. */
  apply(statement: Statement): void {
    const surely = statement.inside === undefined
    switch (statement.kind) {
      case 'create-schema':
        if (surely && statement.surely) this.#newSchemas.add(statement.name)
        break
      case 'create-table':
        this.#create(statement, surely && statement.surely)
        break
      case 'rename-table':
        this.#rename(statement.table, statement.to)
        break
      case 'add-column':
        this.#add(statement, surely && statement.surely)
        break
      case 'drop-column':
        for (const column of statement.columns) this.#forget(statement.table, column)
        break
      case 'rename-column':
        this.#renameColumn(statement.table, statement.column, statement.to)
        break
      case 'drop-table':
        for (const table of statement.tables) this.#tables.set(this.#key(table), unknownTable())
        break
      case 'drop-schema':
        for (const name of statement.names) this.#newSchemas.delete(name)
        this.#forgetNew()
        break
      case 'data':
        if (surely && statement.copies !== undefined) this.#copies.push(statement.copies)
        break
      case 'transaction':
        if (statement.rollsBack) this.#forgetNew()
        break
      case 'change-scope':
        this.#forgetNew()
    }
  }

  #create(statement: Extract<Statement, { kind: 'create-table' }>, surely: boolean): void {
    if (!surely && this.#table(statement.table) !== undefined) return
    const { columns } = statement
    this.#tables.set(this.#key(statement.table), { ...unknownTable(), base: () => columns, isNew: surely })
  }

  #rename(from: Name, to: Name): void {
    const table = this.#known(from)
    this.#tables.set(this.#key(from), unknownTable())
    // On MySQL a bare target may lie in another database than the source: then it is new to nobody.
    const strays = to.schema === undefined && from.schema !== undefined && this.#dialect === 'mysql'
    const target = to.schema === undefined && from.schema !== undefined ? { ...to, schema: from.schema } : to
    this.#tables.set(this.#key(target), strays ? unknownTable() : table)
  }

  #add(statement: Extract<Statement, { kind: 'add-column' }>, surely: boolean): void {
    const table = this.#known(statement.table)
    table.edits.push(columns => [...columns, ...statement.columns])
    if (surely) for (const column of statement.columns) table.newColumns.add(this.#columnKey(column.name))
  }

  #renameColumn(name: Name, column: string, to: string): void {
    const table = this.#known(name)
    const key = this.#columnKey(column)
    if (table.newColumns.delete(key)) table.newColumns.add(this.#columnKey(to))
    else table.newColumns.delete(this.#columnKey(to))
    table.edits.push(columns => columns.map(c => (this.#columnKey(c.name) === key ? { ...c, name: to } : c)))
  }

  #forget(name: Name, column: string): void {
    const table = this.#known(name)
    const key = this.#columnKey(column)
    table.newColumns.delete(key)
    table.edits.push(columns => columns.filter(c => this.#columnKey(c.name) !== key))
  }

  /** The table as this file has it; from here on this file's own. */
  #known(name: Name): Table {
    const known = this.#table(name)
    if (known !== undefined) return known
    const table = { ...unknownTable(), base: () => this.#earlier(name) }
    this.#tables.set(this.#key(name), table)
    return table
  }

  #forgetNew(): void {
    this.#newSchemas.clear()
    for (const table of this.#tables.values()) {
      table.isNew = false
      table.newColumns.clear()
    }
  }
}

function unknownTable(): Table {
  return { base: () => undefined, edits: [], isNew: false, newColumns: new Set() }
}
