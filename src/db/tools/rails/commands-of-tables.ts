// What stands in the block of create_table and change_table, and the same as commands of their own. The table comes first there.
import { isFalse, isGiven, isTrue, nameOf, namesOf, textOf } from '../../code/arguments.ts'
import type { Call, Value } from '../../code/script.ts'
import type { Column, Constraint, Index, Name } from '../../statement.ts'
import { columnMethods, columnOf, defaultOf, option, typeOf } from './columns.ts'
import { indexName, plural } from './names.ts'
import type { Teller } from './teller.ts'

/** `args`: without the table. */
export interface Change {
  readonly table: Name
  readonly call: Call
  readonly args: readonly Value[]
  readonly tell: Teller
}

/** Commands that change one table, by their long name; in a block `t.` stands for the table and `alias` says how they are called there. */
export const tableCommands: Readonly<Record<string, (change: Change) => void>> = {
  add_column: change => addColumns(change, change.args.slice(0, 1), change.args[1]),
  add_columns: change => addColumns(change, change.args, option(change.call, 'type')),
  remove_column: change => dropColumns(change, namesOf(change.args[0])),
  remove_columns: change =>
    dropColumns(
      change,
      change.args.filter(arg => arg.is !== 'map').flatMap(arg => namesOf(arg)),
    ),
  rename_column: ({ table, args, tell }) =>
    tell({ kind: 'rename-column', table, column: nameOf(args[0]), to: nameOf(args[1]) }),
  change_column: changeColumn,
  change_column_null: changeNull,
  change_column_default: changeDefault,
  change_column_comment: () => {},
  add_index: addIndex,
  remove_index: removeIndex,
  rename_index: ({ table, tell }) => tell({ kind: 'alter-other', table }),
  add_reference: addReferences,
  add_references: addReferences,
  add_belongs_to: addReferences,
  remove_reference: removeReferences,
  remove_references: removeReferences,
  remove_belongs_to: removeReferences,
  add_timestamps: change => {
    for (const column of timestamps(change))
      change.tell({ kind: 'add-column', table: change.table, columns: [column], surely: change.tell.surely })
  },
  remove_timestamps: change => dropColumns(change, ['created_at', 'updated_at']),
  add_foreign_key: change => {
    const constraint = foreignKey(change.args[0], change.call)
    change.tell({ kind: 'add-constraint', table: change.table, constraint })
  },
  remove_foreign_key: change => dropConstraint(change, 'foreign-key'),
  validate_foreign_key: validate,
  add_check_constraint: ({ table, args, call, tell }) => {
    const notValid = isFalse(option(call, 'validate')) ? { notValid: true as const } : {}
    tell({
      kind: 'add-constraint',
      table,
      constraint: { type: 'check', ...named(call), columns: [], expression: nameOf(args[0]), ...notValid },
    })
  },
  remove_check_constraint: change => dropConstraint(change, 'check'),
  validate_check_constraint: validate,
  validate_constraint: validate,
  add_unique_constraint: ({ table, args, call, tell }) => {
    const using = textOf(option(call, 'using_index'))
    tell({
      kind: 'add-constraint',
      table,
      constraint: {
        type: 'unique',
        ...named(call),
        columns: namesOf(args[0]?.is === 'map' ? undefined : args[0]),
        ...(using === undefined ? {} : { usingIndex: using }),
      },
    })
  },
  remove_unique_constraint: change => dropConstraint(change, 'unique'),
  add_exclusion_constraint: ({ table, args, call, tell }) =>
    tell({
      kind: 'add-constraint',
      table,
      constraint: { type: 'exclude', ...named(call), columns: [], expression: nameOf(args[0]) },
    }),
  remove_exclusion_constraint: change => dropConstraint(change, 'exclude'),
}

/** In a block: `t.remove :a` is `remove_columns :table, :a`. */
const aliases: Readonly<Record<string, string>> = {
  column: 'add_column',
  remove: 'remove_columns',
  rename: 'rename_column',
  change: 'change_column',
  change_null: 'change_column_null',
  change_default: 'change_column_default',
  index: 'add_index',
  remove_index: 'remove_index',
  rename_index: 'rename_index',
  references: 'add_reference',
  belongs_to: 'add_reference',
  remove_references: 'remove_reference',
  remove_belongs_to: 'remove_reference',
  timestamps: 'add_timestamps',
  remove_timestamps: 'remove_timestamps',
  foreign_key: 'add_foreign_key',
  remove_foreign_key: 'remove_foreign_key',
  check_constraint: 'add_check_constraint',
  remove_check_constraint: 'remove_check_constraint',
  unique_constraint: 'add_unique_constraint',
  remove_unique_constraint: 'remove_unique_constraint',
  exclusion_constraint: 'add_exclusion_constraint',
  remove_exclusion_constraint: 'remove_exclusion_constraint',
}

/** One call on the block's parameter; false when it is none that Active Record knows. */
export function inBlock(change: Change): boolean {
  const { call, args } = change
  const command = aliases[call.name]
  if (command !== undefined) {
    tableCommands[command]!(change)
    return true
  }
  if (!columnMethods.has(call.name)) return false
  addColumns(
    change,
    args.filter(arg => arg.is !== 'map'),
    call.name,
  )
  return true
}

function addColumns({ table, call, tell }: Change, names: readonly Value[], type: Value | string | undefined): void {
  const columns = names.flatMap(namesOf).map(name => columnOf(name, type, call, tell.dialect))
  if (columns.length === 0) return
  const isSure = tell.surely && !isTrue(option(call, 'if_not_exists'))
  tell({ kind: 'add-column', table, columns, surely: isSure })
  const wanted = option(call, 'index')
  if (!isGiven(wanted) || isFalse(wanted)) return
  for (const { name } of columns) tellIndex(table, [name], wanted, tell)
}

function dropColumns({ table, call, tell }: Change, columns: readonly string[]): void {
  const ifExists = isTrue(option(call, 'if_exists')) ? { ifExists: true as const } : {}
  tell({ kind: 'drop-column', table, columns: columns.length === 0 ? ['?'] : columns, ...ifExists })
}

function changeColumn(change: Change): void {
  const { table, args, call, tell } = change
  const column = nameOf(args[0])
  const to = columnOf(column, args[1], call, tell.dialect)
  // MySQL says the whole column again.
  if (tell.dialect === 'mysql') {
    tell({ kind: 'change-column', table, column, change: { set: 'definition', to } })
    return
  }
  const type = typeOf(textOf(args[1]) ?? '', call, tell.dialect)
  const using = textOf(option(call, 'using'))
  tell({
    kind: 'change-column',
    table,
    column,
    change: type === undefined ? { set: 'other' } : { set: 'type', type, ...(using === undefined ? {} : { using }) },
  })
  const nullable = option(call, 'null')
  if (isFalse(nullable)) tell({ kind: 'change-column', table, column, change: { set: 'not-null' } })
  if (isTrue(nullable)) tell({ kind: 'change-column', table, column, change: { set: 'nullable' } })
}

/** A third value fills the rows that have none before it asks for NOT NULL. */
function changeNull({ table, args, tell }: Change): void {
  const column = nameOf(args[0])
  if (isTrue(args[1])) {
    tell({ kind: 'change-column', table, column, change: { set: 'nullable' } })
    return
  }
  const where = { text: `${column} IS NULL`, isNull: column }
  if (isGiven(args[2]))
    tell({ kind: 'data', change: { verb: 'update', table, columns: [column], mayBeNull: [], where } })
  tell({ kind: 'change-column', table, column, change: { set: 'not-null' } })
}

function changeDefault({ table, args, call, tell }: Change): void {
  const value = option(call, 'to') ?? args[1]
  const to = isGiven(value) && value.is !== 'map' ? defaultOf(value, tell.dialect) : undefined
  tell({ kind: 'change-column', table, column: nameOf(args[0]), change: { set: 'default', to } })
}

function addIndex({ table, args, call, tell }: Change): void {
  tellIndex(
    table,
    namesOf(args[0]),
    { ...call, is: 'map', entries: [...call.named].map(([key, value]) => ({ key, value })) },
    tell,
  )
}

/** `options`: `true`, or a hash. */
function tellIndex(table: Name, columns: readonly string[], options: Value, tell: Teller): void {
  const at = (name: string) =>
    options.is === 'map' ? options.entries.find(entry => entry.key === name)?.value : undefined
  const [where, method] = [textOf(at('where')), textOf(at('using'))]
  const index: Index = {
    name: textOf(at('name')) ?? indexName(table.name, columns),
    columns,
    ...(isTrue(at('unique')) ? { unique: true as const } : {}),
    ...(where === undefined ? {} : { where }),
    ...(method === undefined ? {} : { method }),
  }
  const concurrently = textOf(at('algorithm')) === 'concurrently'
  tell({ kind: 'create-index', table, index, concurrently, surely: tell.surely && !isTrue(at('if_not_exists')) })
}

function removeIndex({ table, args, call, tell }: Change): void {
  const columns = namesOf(option(call, 'column') ?? (args[0]?.is === 'map' ? undefined : args[0]))
  const name = textOf(option(call, 'name')) ?? indexName(table.name, columns)
  const concurrently = textOf(option(call, 'algorithm')) === 'concurrently'
  const ifExists = isTrue(option(call, 'if_exists')) ? { ifExists: true as const } : {}
  tell({
    kind: 'drop-index',
    indexes: [{ name }],
    ...(tell.dialect === 'mysql' ? { table } : {}),
    concurrently,
    ...ifExists,
  })
}

function addReferences(change: Change): void {
  const { table, args, call, tell } = change
  for (const name of args.filter(arg => arg.is !== 'map').flatMap(namesOf)) {
    const columns = referenceColumns(name, change)
    tell({ kind: 'add-column', table, columns, surely: tell.surely })
    const wanted = option(call, 'index')
    const names = columns.map(column => column.name).reverse()
    if (!isFalse(wanted)) tellIndex(table, names, wanted ?? call, tell)
    const key = option(call, 'foreign_key')
    if (isGiven(key) && !isFalse(key)) tell({ kind: 'add-constraint', table, constraint: referenceKey(name, key) })
  }
}

function referenceColumns(name: string, { call, tell }: Change): Column[] {
  const column = columnOf(`${name}_id`, option(call, 'type') ?? 'bigint', call, tell.dialect)
  const polymorphic = option(call, 'polymorphic')
  if (!isGiven(polymorphic) || isFalse(polymorphic)) return [column]
  return [column, columnOf(`${name}_type`, 'string', call, tell.dialect)]
}

function referenceKey(name: string, key: Value): Constraint {
  const at = (option: string) => (key.is === 'map' ? key.entries.find(entry => entry.key === option)?.value : undefined)
  const table = textOf(at('to_table')) ?? plural(name)
  const notValid = isFalse(at('validate')) ? { notValid: true as const } : {}
  return { type: 'foreign-key', columns: [`${name}_id`], references: { table: { name: table } }, ...notValid }
}

function removeReferences(change: Change): void {
  const names = change.args.filter(arg => arg.is !== 'map').flatMap(namesOf)
  const isPolymorphic = isGiven(option(change.call, 'polymorphic')) && !isFalse(option(change.call, 'polymorphic'))
  dropColumns(
    change,
    names.flatMap(name => [`${name}_id`, ...(isPolymorphic ? [`${name}_type`] : [])]),
  )
}

function timestamps({ call, tell }: Pick<Change, 'call' | 'tell'>): Column[] {
  return ['created_at', 'updated_at'].map(name => {
    const column = columnOf(name, 'datetime', call, tell.dialect)
    return isTrue(option(call, 'null')) ? column : { ...column, notNull: true as const }
  })
}

function foreignKey(to: Value | undefined, call: Call): Constraint {
  const target = nameOf(to)
  const column = textOf(option(call, 'column')) ?? `${target.replace(/ies$/, 'y').replace(/s$/, '')}_id`
  const key = textOf(option(call, 'primary_key'))
  const references = { table: { name: target }, ...(key === undefined ? {} : { columns: [key] }) }
  const notValid = isFalse(option(call, 'validate')) ? { notValid: true as const } : {}
  return { type: 'foreign-key', ...named(call), columns: [column], references, ...notValid }
}

function dropConstraint({ table, call, tell }: Change, type: Constraint['type']): void {
  tell({ kind: 'drop-constraint', table, type, ...named(call) })
}

function validate({ table, args, call, tell }: Change): void {
  tell({ kind: 'validate-constraint', table, name: textOf(option(call, 'name')) ?? nameOf(args[0]) })
}

function named(call: Call): { readonly name?: string } {
  const name = textOf(option(call, 'name'))
  return name === undefined ? {} : { name }
}
