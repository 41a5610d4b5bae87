// Alembic's operations as statements. https://alembic.sqlalchemy.org/en/latest/ops.html
import { argument, isFalse, isGiven, isTrue, nameOf, namesOf, textOf } from '../../code/arguments.ts'
import type { Call, Value } from '../../code/script.ts'
import type { CodeWriter } from '../../code/writer.ts'
import type { ColumnChange, ConstraintType, Effect, Name } from '../../statement.ts'
import { columnOf, constraintOf, defaultOf, indexOf, sqlTextOf, typeOf } from './columns.ts'

/** One operation. In `with op.batch_alter_table('users') as batch:` the table is said once, and left out of the operations. */
export class Operation {
  readonly call: Call
  readonly writer: CodeWriter
  readonly inside: string | undefined
  readonly #batch: Call | undefined

  constructor(call: Call, batch: Call | undefined, writer: CodeWriter, inside: string | undefined) {
    this.call = call
    this.writer = writer
    this.inside = inside
    this.#batch = batch
  }

  /** `index` as of the operation with its table; `isTable` for the table itself. */
  arg(index: number, name: string): Value | undefined {
    const shift = this.#batch === undefined ? 0 : index > this.tableAt ? 1 : 0
    return argument(this.call, index - shift, name)
  }

  tableAt = 0

  table(index: number, ...names: readonly string[]): Name {
    this.tableAt = index
    const named = names.map(name => this.call.named.get(name)).find(value => value !== undefined)
    const value = this.#batch === undefined ? (named ?? this.call.args[index]) : argument(this.#batch, 0, 'table_name')
    const schema = textOf((this.#batch ?? this.call).named.get('schema') ?? this.call.named.get('source_schema'))
    return { name: nameOf(value), ...(schema === undefined ? {} : { schema }) }
  }

  effect(effect: Effect): void {
    this.writer.effect(this.call, effect, this.inside)
  }

  get surely(): boolean {
    return this.inside === undefined && !isTrue(this.call.named.get('if_not_exists'))
  }

  get ifExists(): { readonly ifExists?: true } {
    return isTrue(this.call.named.get('if_exists')) ? { ifExists: true } : {}
  }
}

export const operations: Readonly<Record<string, (op: Operation) => void>> = {
  create_table: createTable,
  drop_table: op =>
    op.effect({ kind: 'drop-table', tables: [op.table(0, 'table_name', 'name')], temporary: false, ...op.ifExists }),
  add_column: addColumn,
  drop_column(op) {
    const table = op.table(0, 'table_name')
    op.effect({ kind: 'drop-column', table, columns: [nameOf(op.arg(1, 'column_name'))], ...op.ifExists })
  },
  alter_column: alterColumn,
  rename_table(op) {
    const table = op.table(0, 'old_table_name')
    op.effect({ kind: 'rename-table', table, to: { name: nameOf(op.arg(1, 'new_table_name')) } })
  },
  create_index: createIndex,
  drop_index: dropIndex,
  create_foreign_key: createForeignKey,
  create_unique_constraint(op) {
    const table = op.table(1, 'table_name', 'source')
    addConstraint(op, table, 'unique', { columns: namesOf(op.arg(2, 'columns')) })
  },
  create_primary_key(op) {
    const table = op.table(1, 'table_name')
    addConstraint(op, table, 'primary-key', { columns: namesOf(op.arg(2, 'columns')) })
  },
  create_check_constraint(op) {
    const table = op.table(1, 'table_name', 'source')
    const notValid = isTrue(op.call.named.get('postgresql_not_valid')) ? { notValid: true as const } : {}
    addConstraint(op, table, 'check', {
      columns: [],
      expression: nameOf(sqlTextOf(op.arg(2, 'condition'))),
      ...notValid,
    })
  },
  create_exclude_constraint(op) {
    addConstraint(op, op.table(1, 'table_name'), 'exclude', { columns: [] })
  },
  drop_constraint(op) {
    const table = op.table(1, 'table_name')
    const type = constraintTypes[nameOf(op.arg(2, 'type_'))]
    const name = textOf(op.call.args[0] ?? op.call.named.get('constraint_name'))
    op.effect({
      kind: 'drop-constraint',
      table,
      ...(type === undefined ? {} : { type }),
      ...(name === undefined ? {} : { name }),
    })
  },
  bulk_insert: op => op.effect({ kind: 'data' }),
  create_table_comment: op => op.effect({ kind: 'alter-other', table: op.table(0, 'table_name') }),
  drop_table_comment: op => op.effect({ kind: 'alter-other', table: op.table(0, 'table_name') }),
  batch_alter_table: () => {},
  get_bind: () => {},
  get_context: () => {},
  f: () => {},
  inline_literal: () => {},
}

const constraintTypes: Readonly<Record<string, ConstraintType>> = {
  foreignkey: 'foreign-key',
  unique: 'unique',
  check: 'check',
  primary: 'primary-key',
}

function createTable(op: Operation): void {
  const table = op.table(0, 'table_name', 'name')
  const parts = op.call.args.slice(1)
  const columns = parts.flatMap(part => columnOf(part, op.writer.dialect) ?? [])
  const calls = parts.flatMap(part => (part.is === 'call' ? [part] : []))
  const constraints = calls.flatMap(call => constraintOf(call) ?? [])
  const indexes = calls.flatMap(call => indexOf(call) ?? [])
  const isWhole = calls.length === parts.length && columns.length + constraints.length + indexes.length === parts.length
  const inline = columns.flatMap(column => {
    const own = [column.name]
    return [
      ...(column.primaryKey === true ? [{ type: 'primary-key' as const, columns: own }] : []),
      ...(column.unique === true ? [{ type: 'unique' as const, columns: own }] : []),
      ...(column.references === undefined
        ? []
        : [{ type: 'foreign-key' as const, columns: own, references: column.references }]),
    ]
  })
  op.effect({
    kind: 'create-table',
    table,
    ...(isWhole ? { columns } : {}),
    constraints: [...inline, ...constraints],
    ...(indexes.length === 0 ? {} : { indexes }),
    surely: op.surely,
    temporary: namesOf(op.call.named.get('prefixes')).some(prefix => /^temp/i.test(prefix)),
  })
}

function addColumn(op: Operation): void {
  const table = op.table(0, 'table_name')
  const column = columnOf(op.arg(1, 'column'), op.writer.dialect)
  if (column === undefined) {
    op.effect({ kind: 'alter-other', table })
    return
  }
  op.effect({ kind: 'add-column', table, columns: [column], surely: op.surely })
  const said = op.arg(1, 'column')
  const isIndexed = said?.is === 'call' && isTrue(said.named.get('index'))
  if (isIndexed)
    op.effect({
      kind: 'create-index',
      table,
      index: { columns: [column.name] },
      concurrently: false,
      surely: op.surely,
    })
}

function alterColumn(op: Operation): void {
  const table = op.table(0, 'table_name')
  const column = nameOf(op.arg(1, 'column_name'))
  const change = (one: ColumnChange) => op.effect({ kind: 'change-column', table, column, change: one })
  const { named } = op.call
  const { dialect } = op.writer
  const nullable = argument(op.call, undefined, 'nullable')
  const type = typeOf(named.get('type_'), dialect)
  const server = named.get('server_default')
  const wasType = type ?? typeOf(named.get('existing_type'), dialect)
  // MySQL says the whole column again, and Alembic asks for what it was.
  const isWhole = dialect === 'mysql' && wasType !== undefined && (type !== undefined || nullable !== undefined)
  if (isWhole) {
    const notNull = isFalse(nullable ?? named.get('existing_nullable')) ? { notNull: true as const } : {}
    const given = isGiven(server) ? { default: defaultOf(server, dialect) } : {}
    change({ set: 'definition', to: { name: column, type: wasType, ...notNull, ...given } })
  } else {
    const using = textOf(named.get('postgresql_using'))
    if (type !== undefined) change({ set: 'type', type, ...(using === undefined ? {} : { using }) })
    else if (named.has('type_')) change({ set: 'other' })
    if (isFalse(nullable)) change({ set: 'not-null' })
    if (isTrue(nullable)) change({ set: 'nullable' })
    if (server !== undefined && !isFalse(server))
      change({ set: 'default', to: isGiven(server) ? defaultOf(server, dialect) : undefined })
  }
  const to = textOf(named.get('new_column_name'))
  if (to !== undefined) op.effect({ kind: 'rename-column', table, column, to })
}

function createIndex(op: Operation): void {
  const table = op.table(1, 'table_name')
  const { named } = op.call
  const name = textOf(op.call.args[0] ?? named.get('index_name'))
  const where = named.get('postgresql_where')
  const method = textOf(named.get('postgresql_using'))
  op.effect({
    kind: 'create-index',
    table,
    index: {
      ...(name === undefined ? {} : { name }),
      columns: (listOf(op.arg(2, 'columns')) ?? []).map(one => indexed(one)),
      ...(isTrue(op.arg(4, 'unique')) || isTrue(named.get('unique')) ? { unique: true as const } : {}),
      ...(where === undefined ? {} : { where: nameOf(sqlTextOf(where)) }),
      ...(method === undefined ? {} : { method }),
    },
    concurrently: isTrue(named.get('postgresql_concurrently')),
    surely: op.surely,
  })
}

function listOf(value: Value | undefined): readonly Value[] | undefined {
  return value?.is === 'list' ? value.items : undefined
}

function indexed(value: Value): string {
  return value.is === 'call' ? `(${nameOf(sqlTextOf(value))})` : nameOf(value)
}

function dropIndex(op: Operation): void {
  const table = op.table(1, 'table_name')
  const name = nameOf(op.call.args[0] ?? op.call.named.get('index_name'))
  op.effect({
    kind: 'drop-index',
    indexes: [{ name }],
    ...(op.writer.dialect === 'mysql' ? { table } : {}),
    concurrently: isTrue(op.call.named.get('postgresql_concurrently')),
    ...op.ifExists,
  })
}

function createForeignKey(op: Operation): void {
  const table = op.table(1, 'source_table', 'source')
  const schema = textOf(op.call.named.get('referent_schema'))
  const target = {
    name: nameOf(op.arg(2, 'referent_table') ?? op.call.named.get('referent')),
    ...(schema === undefined ? {} : { schema }),
  }
  const columns = namesOf(op.arg(3, 'local_cols'))
  const references = { table: target, columns: namesOf(op.arg(4, 'remote_cols')) }
  const notValid = isTrue(op.call.named.get('postgresql_not_valid')) ? { notValid: true as const } : {}
  addConstraint(op, table, 'foreign-key', { columns, references, ...notValid })
}

type Rest = Omit<Extract<Effect, { kind: 'add-constraint' }>['constraint'], 'type' | 'name'>

function addConstraint(op: Operation, table: Name, type: ConstraintType, rest: Rest): void {
  const name = textOf(op.call.args[0] ?? op.call.named.get('constraint_name'))
  op.effect({ kind: 'add-constraint', table, constraint: { type, ...(name === undefined ? {} : { name }), ...rest } })
}
