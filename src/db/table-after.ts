// What a statement leaves of a table.
import { changedColumn, notNull, withoutNotNull } from './column-change.ts'
import { inlineConstraints } from './implied-names.ts'
import { fileOf } from './position.ts'
import {
  type Column,
  type ColumnChange,
  type Constraint,
  type DialectId,
  type Name,
  type Statement,
  targetOf,
} from './statement.ts'
import { type Born, columnKey, sameName, type TableState, withConstraint, withIndex } from './table-state.ts'

/** What else is there just before the statement runs. */
export interface Around {
  readonly dialect: DialectId
  tableAt(name: Name): TableState | undefined
  isSame(left: Name, right: Name): boolean
}

/** The table `name` after a statement that names it. Undefined: it is gone, or was never seen. */
export function after(
  state: TableState | undefined,
  statement: Statement,
  name: Name,
  position: number,
  around: Around,
): TableState | undefined {
  switch (statement.kind) {
    case 'create-table':
      // What is made in a condition is nearly always made because it is not there.
      if (state !== undefined && (!statement.surely || statement.inside !== undefined)) return state
      return created(statement, bornBy(statement, position, statement.table, statement.surely), around)
    case 'drop-table':
    case 'drop-schema':
      return undefined
    case 'rename-table':
      return renamed(state, statement, name, around)
  }
  const table = state ?? unseen(name)
  if (takesOtherRows(statement, name, position, around)) return { ...table, born: undefined, bornColumns: new Map() }
  return new Edit(table, statement, position, around.dialect).result()
}

/** From here on the table holds rows that another one had: it may have been made in this file, but what it loses was there before. */
function takesOtherRows(statement: Statement, name: Name, position: number, { isSame, tableAt }: Around): boolean {
  if (statement.kind === 'attach-partition') {
    const born = isSame(statement.table, name) ? tableAt(statement.partition)?.born : undefined
    return isSame(statement.table, name) && (born === undefined || fileOf(born.position) !== fileOf(position))
  }
  return statement.kind === 'table-option' && statement.with !== undefined && isSame(statement.with, name)
}

function bornBy({ inside }: Statement, position: number, { schema }: Name, surely: boolean): Born {
  return { position, surely, maybe: inside !== undefined, schema }
}

function unseen(name: Name): TableState {
  return {
    name,
    born: undefined,
    columns: [],
    complete: false,
    bornColumns: new Map(),
    constraints: [],
    indexes: [],
    partitioned: false,
    temporary: false,
  }
}

type Creation = Extract<Statement, { kind: 'create-table' }>

function created(statement: Creation, born: Born, around: Around): TableState {
  const { table, partitionOf } = statement
  const like = statement.like ?? partitionOf
  const model = like === undefined ? undefined : around.tableAt(like)
  const columns = statement.columns ?? (model?.complete === true ? model.columns : undefined)
  const start: TableState = {
    ...unseen(table),
    born,
    columns: columns ?? [],
    complete: columns !== undefined,
    partitioned: statement.partitioned === true,
    temporary: statement.temporary,
  }
  const constraints = statement.constraints ?? (statement.columns ?? []).flatMap(inlineConstraints)
  const withKeys = constraints.reduce((state, one) => withConstraint(state, one, born, around.dialect), start)
  return (statement.indexes ?? []).reduce((state, one) => withIndex(state, one, born, around.dialect), withKeys)
}

function renamed(
  state: TableState | undefined,
  { table, to, inside }: Extract<Statement, { kind: 'rename-table' }>,
  name: Name,
  around: Around,
): TableState | undefined {
  const target = targetOf({ table, to })
  if (!around.isSame(target, name)) return around.isSame(table, name) ? undefined : state
  // On MySQL a bare target may lie in another database than the source: then it is new to nobody.
  if (to.schema === undefined && table.schema !== undefined && around.dialect === 'mysql') return undefined
  const moved = around.tableAt(table)
  if (moved === undefined) return undefined
  const { born } = moved
  if (born === undefined) return { ...moved, name: target }
  // Written with another schema than it was made with, it may be another table.
  const surely = born.surely && born.schema === table.schema
  return {
    ...moved,
    name: target,
    born: { ...born, surely, maybe: born.maybe || inside !== undefined, schema: target.schema },
  }
}

/** PostgreSQL takes 1,600 columns, InnoDB 1,017, SQLite 2,000. */
const mostColumns = 2000

/** One change of a table that stays. */
class Edit {
  readonly #state: TableState
  readonly #statement: Statement
  readonly #position: number
  readonly #dialect: DialectId

  constructor(state: TableState, statement: Statement, position: number, dialect: DialectId) {
    this.#state = state
    this.#statement = statement
    this.#position = position
    this.#dialect = dialect
  }

  result(): TableState {
    const statement = this.#statement
    const state = this.#state
    switch (statement.kind) {
      case 'add-column':
        return statement.columns.reduce((table, column) => this.#added(table, column, statement.surely), state)
      case 'drop-column':
        return statement.columns.reduce((table, column) => this.#without(table, column), state)
      case 'rename-column':
        return this.#columnRenamed(statement.column, statement.to)
      case 'change-column':
        return this.#changed(statement.column, statement.change)
      case 'add-constraint':
        return withConstraint(state, statement.constraint, this.#born(true), this.#dialect)
      case 'drop-constraint':
        return this.#constraintDropped(statement)
      case 'validate-constraint':
        return this.#validated(statement.name)
      case 'alter-constraint':
        return {
          ...state,
          constraints: state.constraints.map(c =>
            this.#is(c.name, statement.name) ? enforced(c, statement.enforced) : c,
          ),
        }
      case 'create-index':
        return withIndex(state, statement.index, this.#born(statement.surely), this.#dialect)
      case 'drop-index':
        return statement.indexes.reduce((table, { name }) => this.#withoutKey(table, name), state)
      case 'table-option':
        if (statement.option === 'partition-by') return { ...state, partitioned: true }
        return statement.option === 'remove-partitioning' ? { ...state, partitioned: false } : state
    }
    return state
  }

  #born(surely: boolean): Born {
    const schema = 'table' in this.#statement ? this.#statement.table?.schema : undefined
    return bornBy(this.#statement, this.#position, { name: '', ...(schema === undefined ? {} : { schema }) }, surely)
  }

  #key(column: string): string {
    return columnKey(column, this.#dialect)
  }

  #is(name: string | undefined, other: string): boolean {
    return name !== undefined && sameName(name, other, this.#dialect)
  }

  #added(table: TableState, column: Column, surely: boolean): TableState {
    // Every moment of a table is kept: past what a server takes, it is no longer known whole.
    if (table.columns.length >= mostColumns) return table.complete ? { ...table, complete: false } : table
    const key = this.#key(column.name)
    const isLikelyThere = !surely || this.#statement.inside !== undefined
    if (isLikelyThere && table.columns.some(one => this.#key(one.name) === key)) return table
    const born = this.#born(surely)
    const bornColumns = new Map(this.#bornHere(table)).set(key, born)
    const columns = [...table.columns.filter(one => this.#key(one.name) !== key), column]
    const grown = { ...table, columns, bornColumns }
    return inlineConstraints(column).reduce<TableState>(
      (state, one) => withConstraint(state, one, born, this.#dialect),
      grown,
    )
  }

  /** Nobody asks any more what an earlier file made. */
  #bornHere({ bornColumns }: TableState): readonly (readonly [string, Born])[] {
    const file = fileOf(this.#position)
    return [...bornColumns].filter(([, born]) => fileOf(born.position) === file)
  }

  // PostgreSQL drops an index or a constraint with any of its columns; MySQL shortens the index, and drops it with its last one.
  #without(table: TableState, column: string): TableState {
    const key = this.#key(column)
    const bornColumns = new Map(table.bornColumns)
    bornColumns.delete(key)
    const has = (columns: readonly string[]) => columns.some(one => this.#key(one) === key)
    const shortened = table.indexes.map(one => ({
      ...one,
      index: { ...one.index, columns: one.index.columns.filter(c => this.#key(c) !== key) },
    }))
    return {
      ...table,
      columns: table.columns.filter(one => this.#key(one.name) !== key),
      bornColumns,
      constraints: table.constraints.filter(one => !has(one.columns)),
      indexes:
        this.#dialect === 'mysql'
          ? shortened.filter(one => one.index.columns.length > 0)
          : table.indexes.filter(one => !has(one.index.columns)),
    }
  }

  #columnRenamed(column: string, to: string): TableState {
    const state = this.#state
    const [from, target] = [this.#key(column), this.#key(to)]
    const bornColumns = new Map(state.bornColumns)
    const born = bornColumns.get(from)
    bornColumns.delete(from)
    if (born === undefined) bornColumns.delete(target)
    else bornColumns.set(target, { ...born, maybe: born.maybe || this.#statement.inside !== undefined })
    const swap = (name: string) => (this.#key(name) === from ? to : name)
    return {
      ...state,
      bornColumns,
      columns: state.columns.map(one => (this.#key(one.name) === from ? { ...one, name: to } : one)),
      constraints: state.constraints.map(one => ({ ...one, columns: one.columns.map(swap) })),
      indexes: state.indexes.map(one => ({ ...one, index: { ...one.index, columns: one.index.columns.map(swap) } })),
    }
  }

  #changed(column: string, change: ColumnChange): TableState {
    const state = this.#state
    const key = this.#key(column)
    const stays = state.columns.some(one => this.#key(one.name) === key)
    // CHANGE may have told the new name already.
    const target = !stays && change.set === 'definition' ? this.#key(change.to.name) : key
    const columns = state.columns.map(one => (this.#key(one.name) === target ? changedColumn(one, change) : one))
    const next = { ...state, columns }
    if (change.set !== 'definition') return next
    const born = this.#born(true)
    const known = (type: string) =>
      state.constraints.some(one => one.type === type && one.columns.some(c => this.#key(c) === target))
    const more = inlineConstraints(change.to).filter(one => !known(one.type))
    return more.reduce<TableState>((table, one) => withConstraint(table, one, born, this.#dialect), next)
  }

  #constraintDropped({ name, type }: Extract<Statement, { kind: 'drop-constraint' }>): TableState {
    const state = this.#state
    const gone = state.constraints.filter(one => (name === undefined ? one.type === type : this.#is(one.name, name)))
    const names = gone.flatMap(one => (one.type === 'unique' || one.type === 'primary-key' ? (one.name ?? []) : []))
    const nullable = gone.filter(one => one.type === 'not-null').flatMap(one => one.columns.map(c => this.#key(c)))
    return {
      ...state,
      columns: state.columns.map(one => (nullable.includes(this.#key(one.name)) ? withoutNotNull(one) : one)),
      constraints: state.constraints.filter(one => !gone.includes(one)),
      indexes: state.indexes.filter(one => one.index.name === undefined || !names.includes(one.index.name)),
    }
  }

  #validated(name: string): TableState {
    const state = this.#state
    const found = state.constraints.find(one => this.#is(one.name, name))
    if (found === undefined) return state
    const { notValid: _, ...valid } = found
    const constraints = state.constraints.map(one => (one === found ? valid : one))
    if (found.type !== 'not-null') return { ...state, constraints }
    const columns = state.columns.map(one => (found.columns.some(c => this.#is(c, one.name)) ? notNull(one) : one))
    return { ...state, constraints, columns }
  }

  #withoutKey(table: TableState, name: string): TableState {
    return {
      ...table,
      indexes: table.indexes.filter(one => !this.#is(one.index.name, name)),
      constraints: table.constraints.filter(one => one.type !== 'unique' || !this.#is(one.name, name)),
    }
  }
}

function enforced({ notEnforced: _, ...constraint }: Constraint, isEnforced: boolean | undefined): Constraint {
  return isEnforced === false ? { ...constraint, notEnforced: true } : constraint
}
