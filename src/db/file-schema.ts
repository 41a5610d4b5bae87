// The answers that rules get about the moment just before a statement of one file.
import { checksNotNull, fills } from './filled.ts'
import { type NamedKind, tableKey } from './history.ts'
import { tablesImplied } from './implied-names.ts'
import { fileOf, positionOf } from './position.ts'
import type { Schema, Successor, TableFacts } from './schema.ts'
import type { Column, Constraint, DialectId, Index, Name, Statement } from './statement.ts'
import { type Succession, successionKey, successions } from './successors.ts'
import { type Born, columnKey, indexOf, type OwnIndex, sameName, type TableState } from './table-state.ts'
import type { Timelines } from './timeline.ts'
import type { Running } from './tool.ts'
import { inTransaction } from './transactions.ts'

/** One file of a history, and where in it we stand. */
export class FileMoment {
  readonly timelines: Timelines
  readonly file: number
  readonly statements: readonly Statement[]
  readonly dialect: DialectId
  at = 0
  readonly #transaction: Running['transaction']
  #inTransaction: readonly (boolean | undefined)[] | undefined
  #successions: ReadonlyMap<string, Succession> | undefined
  #forgets: readonly number[] | undefined
  #schemas: ReadonlyMap<string, readonly number[]> | undefined
  #filled: ReadonlyMap<string, readonly number[]> | undefined

  constructor(timelines: Timelines, file: number, transaction: Running['transaction']) {
    this.timelines = timelines
    this.file = file
    this.statements = timelines.history.statements(file)
    this.dialect = timelines.history.dialect.id
    this.#transaction = transaction
  }

  get position(): number {
    return positionOf(this.file, this.at)
  }

  get inTransaction(): boolean | undefined {
    this.#inTransaction ??= inTransaction(this.statements, this.#transaction)
    return this.#inTransaction[this.at]
  }

  get successions(): ReadonlyMap<string, Succession> {
    this.#successions ??= successions(this.statements, this.dialect)
    return this.#successions
  }

  /** Whether something made in this file is still known for what it is: names may mean other things, and work may be taken back. */
  remembers(position: number): boolean {
    this.#forgets ??= lastForgets(this.statements)
    return positionOf(this.file, this.#forgets[this.at] ?? -1) < position
  }

  /** Where this file makes a schema of this name, newest first. One that got a table from elsewhere meanwhile is no longer new. */
  schemasMade(name: string): readonly number[] {
    this.#schemas ??= schemasIn(this.statements)
    const made = this.#schemas.get(name) ?? []
    if (made.length === 0) return made
    this.#filled ??= schemasFilled(this.statements)
    const filled = (this.#filled.get(name) ?? []).filter(at => at < this.at)
    return made.filter(at => at < this.at && !filled.some(one => one > at))
  }
}

/** For each statement the last one before it after which nothing made in the file counts as new any more; -1 for none. */
function lastForgets(statements: readonly Statement[]): readonly number[] {
  let last = -1
  return statements.map((statement, at) => {
    const before = last
    if (forgets(statement)) last = at
    return before
  })
}

function schemasIn(statements: readonly Statement[]): ReadonlyMap<string, readonly number[]> {
  const made = new Map<string, number[]>()
  for (const [at, statement] of statements.entries()) {
    if (statement.kind !== 'create-schema' || statement.inside !== undefined) continue
    made.set(statement.name, [at, ...(made.get(statement.name) ?? [])])
  }
  return made
}

/** Where a table, or all of another schema, moves into a schema: what was made empty may hold anything from there on. */
function schemasFilled(statements: readonly Statement[]): ReadonlyMap<string, readonly number[]> {
  const filled = new Map<string, number[]>()
  for (const [at, statement] of statements.entries()) {
    const into = schemaFilledBy(statement)
    if (into === undefined) continue
    const known = filled.get(into)
    if (known === undefined) filled.set(into, [at])
    else known.push(at)
  }
  return filled
}

function schemaFilledBy(statement: Statement): string | undefined {
  if (statement.kind === 'rename-schema') return statement.to
  if (statement.kind === 'rename-table')
    return statement.to.schema === statement.table.schema ? undefined : statement.to.schema
  // Types, domains and extensions, whose end is the end of the columns that use them.
  return statement.kind === 'other-ddl' ? /\bset\s+schema\s+"?([^\s";]+)/i.exec(statement.text)?.[1] : undefined
}

function forgets(statement: Statement): boolean {
  if (statement.kind === 'transaction') return statement.rollsBack
  return statement.kind === 'change-scope' || statement.kind === 'drop-schema'
}

export class FileSchema implements Schema {
  readonly #moment: FileMoment
  readonly #certain: boolean
  #before: { at: number; statements: readonly Statement[] } | undefined
  #after: { at: number; statements: readonly Statement[] } | undefined

  /** `certain`: what may have been there before is not new. */
  constructor(moment: FileMoment, certain: boolean) {
    this.#moment = moment
    this.#certain = certain
  }

  isNewTable(table: Name): boolean {
    if (table.schema !== undefined && this.isNewSchema(table.schema)) return true
    const born = this.#state(table)?.born
    return born !== undefined && this.#isOwn(born, table)
  }

  isNewColumn(table: Name, column: string): boolean {
    if (this.isNewTable(table)) return true
    const born = this.#state(table)?.bornColumns.get(columnKey(column, this.#dialect))
    return born !== undefined && this.#isOwn(born, table)
  }

  isNewSchema(name: string): boolean {
    const { statements, file } = this.#moment
    return this.#moment.schemasMade(name).some(at => {
      const statement = statements[at]!
      const isNew = !this.#certain || (statement.kind === 'create-schema' && statement.surely)
      return isNew && this.#moment.remembers(positionOf(file, at))
    })
  }

  columns(table: Name): readonly Column[] | undefined {
    const state = this.#state(table)
    return state?.complete === true ? state.columns : undefined
  }

  column(table: Name, column: string): Column | undefined {
    return this.#state(table)?.columns.find(one => sameName(one.name, column, this.#dialect))
  }

  table(table: Name): TableFacts | undefined {
    const state = this.#state(table)
    if (state?.born === undefined) return undefined
    const { name, complete, columns, constraints, partitioned, temporary } = state
    const indexes = this.#standing(state).map(one => one.index)
    return { name, columns: complete ? columns : undefined, constraints, indexes, partitioned, temporary }
  }

  index(name: Name, table?: Name): { table: Name; index: Index; isNew: boolean } | undefined {
    const tables = table === undefined ? this.#tablesOfIndex(name) : [table]
    for (const candidate of tables) {
      const state = this.#current(candidate)
      if (state === undefined) continue
      const own = indexOf({ ...state, indexes: this.#standing(state) }, name.name, this.#dialect)
      if (own === undefined) continue
      const isNew = this.isNewTable(state.name) || this.#isOwn(own.born, { name: '' }, true)
      return { table: state.name, index: own.index, isNew }
    }
    return undefined
  }

  constraint(table: Name, name: string): Constraint | undefined {
    const constraints = this.#state(table)?.constraints
    return constraints?.find(one => one.name !== undefined && sameName(one.name, name, this.#dialect))
  }

  enumMembers(type: Name): readonly string[] | undefined {
    let members: readonly string[] | undefined
    for (const position of this.#positions('type', type.name)) {
      const statement = this.#moment.timelines.statement(position)
      if (statement.kind === 'create-type' && this.#isSame(statement.name, type)) members = statement.members
      else if (statement.kind === 'add-enum-value' && this.#isSame(statement.type, type))
        members = members?.concat(statement.value)
      else if (statement.kind === 'rename-enum-value' && this.#isSame(statement.type, type))
        members = members?.map(one => (one === statement.value ? statement.to : one))
    }
    return members
  }

  readers(table: Name, column?: string): readonly Name[] {
    return this.#positions('reads', table.name).flatMap(position => {
      const statement = this.#moment.timelines.statement(position)
      if (statement.kind !== 'create-view' || !statement.reads.some(name => this.#isSame(name, table))) return []
      const reads =
        column === undefined || statement.columns.some(one => one === '*' || sameName(one, column, this.#dialect))
      return reads && this.#stands(statement.view, position) ? [statement.view] : []
    })
  }

  isFilled(table: Name, column: string): boolean {
    const state = this.#state(table)
    if (state !== undefined && checksNotNull(state.constraints, column, this.#dialect)) return true
    const now = this.column(table, column)
    return fills(this.before, { table, column, dialect: this.#dialect, now })
  }

  // Kept for the statement that asks, as several rules ask at one place.
  get before(): readonly Statement[] {
    const { at, statements } = this.#moment
    if (this.#before?.at !== at) this.#before = { at, statements: statements.slice(0, at) }
    return this.#before.statements
  }

  get after(): readonly Statement[] {
    const { at, statements } = this.#moment
    if (this.#after?.at !== at) this.#after = { at, statements: statements.slice(at + 1) }
    return this.#after.statements
  }

  get inTransaction(): boolean | undefined {
    return this.#moment.inTransaction
  }

  successor(drop: Statement, table: Name): Successor | undefined {
    if (drop.inside !== undefined) return undefined
    const found = this.#moment.successions.get(successionKey(this.#moment.at, tableKey(table, this.#dialect)))
    return found === undefined ? undefined : { ...found, columns: this.columns(found.table) }
  }

  get #dialect(): DialectId {
    return this.#moment.dialect
  }

  #state(table: Name): TableState | undefined {
    return this.#moment.timelines.tableAt(table, this.#moment.position)
  }

  #positions(kind: NamedKind, name: string): readonly number[] {
    return this.#moment.timelines.naming(kind, name, this.#moment.position)
  }

  #isSame(left: Name, right: Name): boolean {
    return tableKey(left, this.#dialect) === tableKey(right, this.#dialect)
  }

  #isOwn(born: Born, asked: Name, anySchema = false): boolean {
    if (fileOf(born.position) !== this.#moment.file || born.maybe || !this.#moment.remembers(born.position))
      return false
    if (!this.#certain) return true
    return born.surely && (anySchema || born.schema === asked.schema)
  }

  /** PostgreSQL and SQLite drop an index by its name alone. */
  #standing({ indexes }: TableState): readonly OwnIndex[] {
    if (this.#dialect === 'mysql') return indexes
    return indexes.filter(({ index, born }) => {
      if (index.name === undefined) return true
      const drops = this.#positions('index', index.name)
      return !drops.some(position => position > born.position && this.#drops(position, index.name!))
    })
  }

  #drops(position: number, name: string): boolean {
    const statement = this.#moment.timelines.statement(position)
    return statement.kind === 'drop-index' && statement.indexes.some(one => sameName(one.name, name, this.#dialect))
  }

  /** Tables that an index of this name was made on, newest first, then those that its name tells of. */
  #tablesOfIndex({ schema, name }: Name): Name[] {
    const made = this.#positions('index', name).flatMap(position => {
      const statement = this.#moment.timelines.statement(position)
      return statement.kind === 'create-index' ||
        statement.kind === 'create-table' ||
        statement.kind === 'add-constraint'
        ? [statement.table]
        : []
    })
    const implied = tablesImplied(name).map(table => (schema === undefined ? { name: table } : { schema, name: table }))
    return [...made.reverse(), ...implied]
  }

  /** The table under the name it has by now. */
  #current(table: Name): TableState | undefined {
    let name = table
    for (let hops = 0; hops < 10; hops++) {
      const state = this.#state(name)
      if (state !== undefined) return state
      const to = this.#moment.timelines.renamedTo(name, this.#moment.position)
      if (to === undefined) return undefined
      name = to
    }
    return undefined
  }

  #stands(view: Name, made: number): boolean {
    return !this.#positions('view', view.name).some(position => {
      if (position <= made) return false
      const statement = this.#moment.timelines.statement(position)
      if (statement.kind === 'create-view') return this.#isSame(statement.view, view)
      return statement.kind === 'drop-view' && statement.views.some(one => this.#isSame(one, view))
    })
  }
}
