// Django's schema operations as statements. Operations reference: https://docs.djangoproject.com/en/stable/ref/migration-operations/
import { argument, entryOf, isGiven, isTrue, itemsOf, nameOf, namesOf, textOf } from '../../code/arguments.ts'
import type { Call, Script, Value } from '../../code/script.ts'
import { CodeWriter, type Reading } from '../../code/writer.ts'
import type { Column, Constraint, DialectId, Effect, Name } from '../../statement.ts'
import { type Field, fieldOf, fieldsIn } from './fields.ts'
import { readRunPython } from './run-python.ts'
import { withoutParameters } from './sql-parameters.ts'

/** What one migration file does on the way up. */
export function readMigration(script: Script, dialect: DialectId): Reading {
  const writer = new CodeWriter(script, dialect)
  for (const shape of script.classes) {
    // Django runs the class of this name, whatever stands between it and its own.
    if (shape.name !== 'Migration' && !/(?:^|\.)Migration\b/.test(shape.extends ?? '')) continue
    const operations = shape.members.get('operations')
    if (operations !== undefined) new Operations(script, writer).all(operations)
  }
  return writer.reading()
}

type Operation = (call: Call, operations: Operations) => void

class Operations {
  readonly writer: CodeWriter
  readonly script: Script
  /** The label of the app: the folder above `migrations`. */
  readonly app: string
  /** Columns of fields that this file makes, by table and field. */
  readonly #columns = new Map<string, Field>()
  /** Tables with names of their own, by model. */
  readonly #tables = new Map<string, Name>()

  constructor(script: Script, writer: CodeWriter) {
    this.script = script
    this.writer = writer
    this.app = script.path.split('/').at(-3) ?? ''
  }

  get dialect(): DialectId {
    return this.writer.dialect
  }

  all(value: Value): void {
    const items = itemsOf(value)
    if (items === undefined)
      this.writer.effect(value, { kind: 'unreadable', because: 'its operations are put together while it runs' })
    for (const item of items ?? []) this.one(item)
  }

  one(item: Value): void {
    const known = item.is === 'call' ? operations[item.name] : undefined
    if (item.is === 'call' && known !== undefined) {
      known(item, this)
      return
    }
    if (item.is !== 'call') {
      this.writer.effect(item, { kind: 'unreadable', because: 'one of its operations is put together while it runs' })
      return
    }
    const because = `the operation ${item.name} is not one of Django's`
    if (/drop|remove|delete|truncate|destroy|purge/i.test(item.name))
      this.writer.effect(item, { kind: 'unreadable', because })
    this.writer.unread(item, because)
  }

  /** Table of a model of this app. A `db_table` that another migration says is not seen here. */
  table(call: Call, index: number, name: string): Name {
    const model = nameOf(argument(call, index, name)).toLowerCase()
    return this.#tables.get(model) ?? { name: `${this.app}_${model}`.toLowerCase() }
  }

  nameTable(call: Call, table: Name): void {
    this.#tables.set(nameOf(argument(call, 0, 'name')).toLowerCase(), table)
  }

  field(table: Name, name: string, value: Value | undefined): Field | undefined {
    const field = fieldOf(name, value, this.app, this.dialect)
    if (field !== undefined) this.remember(table, name, field)
    return field
  }

  remember(table: Name, name: string, field: Field): void {
    this.#columns.set(`${table.name} ${name}`, field)
  }

  known(table: Name, name: string): Field | undefined {
    return this.#columns.get(`${table.name} ${name}`)
  }

  /** The column of a field, as far as this file tells: a relation's has `_id` after its name. */
  column(table: Name, name: string): string {
    return this.known(table, name)?.column?.name ?? name
  }

  columns(table: Name, names: Value | undefined): string[] {
    return namesOf(names).map(name => this.column(table, name.replace(/^-/, '')))
  }
}

const operations: Readonly<Record<string, Operation>> = {
  CreateModel: createModel,
  DeleteModel: (call, ops) => {
    const table = ops.table(call, 0, 'name')
    ops.writer.effect(call, { kind: 'drop-table', tables: [table], temporary: false })
  },
  RenameModel: (call, ops) => {
    const [table, to] = [ops.table(call, 0, 'old_name'), ops.table(call, 1, 'new_name')]
    ops.writer.effect(call, { kind: 'rename-table', table, to })
  },
  AlterModelTable: (call, ops) => {
    const to = textOf(argument(call, 1, 'table'))
    const table = ops.table(call, 0, 'name')
    if (to !== undefined) {
      ops.writer.effect(call, { kind: 'rename-table', table, to: { name: to } })
      ops.nameTable(call, { name: to })
    } else ops.writer.effect(call, { kind: 'alter-other', table })
  },
  AddField: addField,
  RemoveField: (call, ops) => {
    const table = ops.table(call, 0, 'model_name')
    const name = nameOf(argument(call, 1, 'name'))
    const known = ops.known(table, name)
    const own = known === undefined ? undefined : joinTableOf(table, name, known)
    if (own !== undefined) ops.writer.effect(call, { kind: 'drop-table', tables: [own], temporary: false })
    else ops.writer.effect(call, { kind: 'drop-column', table, columns: [ops.column(table, name)] })
  },
  AlterField: (call, ops) => {
    const table = ops.table(call, 0, 'model_name')
    const field = ops.field(table, nameOf(argument(call, 1, 'name')), argument(call, 2, 'field'))
    if (field?.column === undefined) return
    const { name, notNull } = field.column
    if (notNull === true && hasDefault(argument(call, 2, 'field'))) ops.writer.effect(call, filled(table, name))
    const change = { set: 'definition' as const, to: field.column }
    ops.writer.effect(call, { kind: 'change-column', table, column: name, change })
  },
  RenameField: (call, ops) => {
    const table = ops.table(call, 0, 'model_name')
    const [old, to] = [nameOf(argument(call, 1, 'old_name')), nameOf(argument(call, 2, 'new_name'))]
    const column = ops.column(table, old)
    const suffix = column === `${old}_id` ? '_id' : ''
    ops.writer.effect(call, { kind: 'rename-column', table, column, to: `${to}${suffix}` })
  },
  AddIndex: (call, ops) => addIndex(call, ops, false),
  AddIndexConcurrently: (call, ops) => addIndex(call, ops, true),
  RemoveIndex: (call, ops) => removeIndex(call, ops, false),
  RemoveIndexConcurrently: (call, ops) => removeIndex(call, ops, true),
  RenameIndex: call => void call,
  AddConstraint: (call, ops) => addConstraint(call, ops, {}),
  AddConstraintNotValid: (call, ops) => addConstraint(call, ops, { notValid: true }),
  ValidateConstraint: (call, ops) => {
    const table = ops.table(call, 0, 'model_name')
    ops.writer.effect(call, { kind: 'validate-constraint', table, name: nameOf(argument(call, 1, 'name')) })
  },
  RemoveConstraint: (call, ops) => {
    const table = ops.table(call, 0, 'model_name')
    ops.writer.effect(call, { kind: 'drop-constraint', table, name: nameOf(argument(call, 1, 'name')) })
  },
  AlterUniqueTogether: (call, ops) => {
    const table = ops.table(call, 0, 'name')
    const sets = groupsOf(argument(call, 1, 'unique_together'))
    for (const set of sets)
      ops.writer.effect(call, { kind: 'add-constraint', table, constraint: uniqueOf(table, set, ops) })
    if (sets.length === 0) ops.writer.effect(call, { kind: 'drop-constraint', table, type: 'unique' })
  },
  AlterIndexTogether: (call, ops) => {
    const table = ops.table(call, 0, 'name')
    for (const set of groupsOf(argument(call, 1, 'index_together')))
      createIndex(call, table, ops.columns(table, set), ops)
  },
  AlterOrderWithRespectTo: (call, ops) => {
    const table = ops.table(call, 0, 'name')
    const isGone = argument(call, 1, 'order_with_respect_to')?.is === 'nothing'
    if (isGone) ops.writer.effect(call, { kind: 'drop-column', table, columns: ['_order'] })
    else
      ops.writer.effect(call, {
        kind: 'add-column',
        table,
        columns: [{ name: '_order', notNull: true, default: { text: '0', is: 'constant' } }],
        surely: true,
      })
  },
  AlterModelTableComment: (call, ops) =>
    ops.writer.effect(call, { kind: 'alter-other', table: ops.table(call, 0, 'name') }),
  AlterModelOptions: () => {},
  AlterModelManagers: () => {},
  RunSQL: (call, ops) => runSql(argument(call, 0, 'sql'), call, ops),
  RunPython: (call, ops) => readRunPython(call, ops.script, ops.writer),
  // What stands in state_operations changes Django's picture of the models and nothing in the database.
  SeparateDatabaseAndState: (call, ops) => {
    const own = argument(call, 0, 'database_operations')
    if (own !== undefined && own.is !== 'nothing') ops.all(own)
  },
  CreateExtension: (call, ops) => {
    ops.writer.effect(call, { kind: 'create-extension', name: nameOf(argument(call, 0, 'name')) })
  },
  CreateCollation: (call, ops) => ops.writer.effect(call, { kind: 'other-ddl' }),
  RemoveCollation: (call, ops) => ops.writer.effect(call, { kind: 'other-ddl' }),
  ...Object.fromEntries(
    Object.entries({
      BloomExtension: 'bloom',
      BtreeGinExtension: 'btree_gin',
      BtreeGistExtension: 'btree_gist',
      CITextExtension: 'citext',
      CryptoExtension: 'pgcrypto',
      HStoreExtension: 'hstore',
      TrigramExtension: 'pg_trgm',
      UnaccentExtension: 'unaccent',
    }).map(([operation, name]): [string, Operation] => [
      operation,
      (call, ops) => ops.writer.effect(call, { kind: 'create-extension', name }),
    ]),
  ),
}

function createModel(call: Call, ops: Operations): void {
  const options = argument(call, 2, 'options')
  // A proxy has no table; a table that is not managed is somebody else's.
  if (isTrue(entryOf(options, 'proxy')) || entryOf(options, 'managed')?.is === 'boolean') {
    if (isTrue(entryOf(options, 'proxy')) || !isTrue(entryOf(options, 'managed'))) return
  }
  const named = textOf(entryOf(options, 'db_table'))
  const table = named === undefined ? ops.table(call, 0, 'name') : { name: named }
  ops.nameTable(call, table)
  const { fields, isWhole } = fieldsIn(argument(call, 1, 'fields'), ops.app, ops.dialect)
  for (const { name, field } of fields) if (field !== undefined) ops.remember(table, name, field)
  const columns = fields.flatMap(({ field }) => (field?.column === undefined ? [] : [field.column]))
  const sees = isWhole && fields.every(({ field }) => field !== undefined)
  ops.writer.effect(call, {
    kind: 'create-table',
    table,
    ...(sees ? { columns } : {}),
    constraints: [
      ...columns.flatMap(inlineConstraints),
      ...groupsOf(entryOf(options, 'unique_together')).map(set => uniqueOf(table, set, ops)),
    ],
    surely: true,
    temporary: false,
  })
  for (const { name, field } of fields) joinTable(call, table, name, field, ops)
}

function inlineConstraints({ name, primaryKey, unique, references }: Column): Constraint[] {
  const columns = [name]
  return [
    ...(primaryKey === true ? [{ type: 'primary-key' as const, columns }] : []),
    ...(unique === true ? [{ type: 'unique' as const, columns }] : []),
    ...(references === undefined ? [] : [{ type: 'foreign-key' as const, columns, references }]),
  ]
}

function addField(call: Call, ops: Operations): void {
  const table = ops.table(call, 0, 'model_name')
  const name = nameOf(argument(call, 1, 'name'))
  const field = ops.field(table, name, argument(call, 2, 'field'))
  if (field === undefined) ops.writer.effect(call, { kind: 'alter-other', table })
  joinTable(call, table, name, field, ops)
  if (field?.column === undefined) return
  const { column, passing } = field
  const isFilled = passing !== undefined && column.default === undefined && column.notNull === true
  const filled = isFilled ? { ...column, default: passing } : column
  ops.writer.effect(call, { kind: 'add-column', table, columns: [filled], surely: true })
  // Django keeps defaults to itself: once the old rows are filled, the database's own is dropped again.
  if (isFilled && ops.dialect !== 'sqlite')
    ops.writer.effect(call, {
      kind: 'change-column',
      table,
      column: column.name,
      change: { set: 'default', to: undefined },
    })
  if (field.indexed) createIndex(call, table, [column.name], ops)
}

/** A many-to-many field has a table of its own, and no column. */
function joinTable(call: Call, table: Name, name: string, field: Field | undefined, ops: Operations): void {
  const own = field === undefined ? undefined : joinTableOf(table, name, field)
  if (own !== undefined) ops.writer.effect(call, { kind: 'create-table', table: own, surely: true, temporary: false })
}

function joinTableOf(table: Name, name: string, field: Field): Name | undefined {
  if (field.joinTable === undefined) return undefined
  return { name: field.joinTable.table ?? `${table.name}_${name}` }
}

function createIndex(call: Call, table: Name, columns: readonly string[], ops: Operations): void {
  ops.writer.effect(call, { kind: 'create-index', table, index: { columns }, concurrently: false, surely: true })
}

function addIndex(call: Call, ops: Operations, concurrently: boolean): void {
  const table = ops.table(call, 0, 'model_name')
  const index = argument(call, 1, 'index')
  const own = index?.is === 'call' ? index : undefined
  const name = textOf(own?.named.get('name'))
  const condition = own?.named.get('condition')
  const method = own === undefined || own.name === 'Index' ? undefined : own.name.replace(/Index$/, '').toLowerCase()
  ops.writer.effect(call, {
    kind: 'create-index',
    table,
    index: {
      columns: ops.columns(table, own?.named.get('fields')),
      ...(name === undefined ? {} : { name }),
      ...(method === undefined ? {} : { method }),
      ...(condition === undefined ? {} : { where: sourceOf(condition, ops) }),
    },
    concurrently,
    surely: true,
  })
}

function removeIndex(call: Call, ops: Operations, concurrently: boolean): void {
  const table = ops.table(call, 0, 'model_name')
  const indexes = [{ name: nameOf(argument(call, 1, 'name')) }]
  ops.writer.effect(call, { kind: 'drop-index', indexes, ...(ops.dialect === 'mysql' ? { table } : {}), concurrently })
}

function addConstraint(call: Call, ops: Operations, extra: { readonly notValid?: true }): void {
  const table = ops.table(call, 0, 'model_name')
  const said = argument(call, 1, 'constraint')
  if (said?.is !== 'call') {
    ops.writer.effect(call, { kind: 'alter-other', table })
    return
  }
  const name = textOf(said.named.get('name'))
  const named = name === undefined ? {} : { name }
  const columns = ops.columns(table, said.named.get('fields'))
  const condition = said.named.get('condition')
  // Django makes a unique index of a constraint with a condition.
  if (said.name === 'UniqueConstraint' && condition !== undefined) {
    const index = { ...named, columns, unique: true as const, where: sourceOf(condition, ops) }
    ops.writer.effect(call, { kind: 'create-index', table, index, concurrently: false, surely: true })
    return
  }
  const type = said.name === 'UniqueConstraint' ? 'unique' : said.name === 'ExclusionConstraint' ? 'exclude' : 'check'
  const check = said.named.get('check') ?? condition
  const expression = check === undefined || type === 'unique' ? {} : { expression: sourceOf(check, ops) }
  const constraint: Constraint = { type, ...named, columns, ...expression, ...extra }
  ops.writer.effect(call, { kind: 'add-constraint', table, constraint })
}

function sourceOf({ offset, endOffset }: Value, ops: Operations): string {
  return ops.script.text.slice(offset, endOffset)
}

function uniqueOf(table: Name, set: Value, ops: Operations): Constraint {
  return { type: 'unique', columns: ops.columns(table, set) }
}

/** `{('a', 'b')}`, `[['a', 'b']]` and `('a', 'b')` for one alone. */
function groupsOf(value: Value | undefined): readonly Value[] {
  if (value?.is === 'call' && value.name === 'set') return []
  const items = itemsOf(value) ?? []
  const isOne = items.length > 0 && items.every(item => item.is === 'text')
  return isOne && value !== undefined ? [value] : items
}

/** `RunSQL('…')`, `RunSQL(['…', ('… %s', [1])])`; `RunSQL.noop` does nothing. */
function runSql(value: Value | undefined, call: Call, ops: Operations): void {
  if (value?.is === 'name' && /(?:^|\.)noop$/.test(value.name)) return
  const items = itemsOf(value)
  if (items === undefined) {
    ops.writer.sql(value, call)
    return
  }
  for (const item of items) {
    const [sql, parameters] = itemsOf(item) ?? [item]
    ops.writer.sql(parameters === undefined ? sql : withoutParameters(sql), call)
  }
}

function hasDefault(field: Value | undefined): boolean {
  return field?.is === 'call' && isGiven(field.named.get('default'))
}

/** `UPDATE … WHERE … IS NULL`, which Django runs before SET NOT NULL where the field has a default (`_alter_field`, four-way alteration). */
function filled(table: Name, column: string): Effect {
  const where = { text: `${column} IS NULL`, isNull: column }
  return { kind: 'data', change: { verb: 'update', table, columns: [column], mayBeNull: [], where } }
}
