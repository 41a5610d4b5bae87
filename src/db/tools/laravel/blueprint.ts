// The calls on one Blueprint (`$table->…` in a Schema::table or Schema::create closure), turned into what they do to the table.
import type { Call, Span, Value } from '../../code/script.ts'
import { type Told, toldBy } from '../../code/values.ts'
import type { CodeWriter } from '../../code/writer.ts'
import type { Column, Constraint, DialectId, Effect, Index, Name, Reference } from '../../statement.ts'
import { expressionText, foreignKeyOf, type KeyType, type MadeColumns, madeBy } from './columns.ts'

export interface Table {
  readonly name: Name
  /** It is written there, not put together while it runs. */
  readonly isSure: boolean
}

/** A CREATE TABLE while it is put together. Keys that Laravel adds right after it belong to it: nobody ever saw the table without them. */
interface Draft {
  readonly columns: Column[]
  readonly constraints: Constraint[]
  readonly indexes: Index[]
  readonly later: { readonly span: Span; readonly effect: Effect; readonly inside: string | undefined }[]
  temporary: boolean
}

export class Blueprint {
  readonly #writer: CodeWriter
  readonly #table: Table
  readonly #created: Draft | undefined
  /** What the whole Schema::create stands in. */
  readonly #inside: string | undefined

  constructor(writer: CodeWriter, table: Table, creates: boolean, inside: string | undefined) {
    this.#writer = writer
    this.#table = table
    this.#created = creates ? { columns: [], constraints: [], indexes: [], later: [], temporary: false } : undefined
    this.#inside = inside
  }

  /** One chain on the Blueprint. False when it is no method of it that we know. */
  chain(calls: readonly Call[], inside: string | undefined): boolean {
    const [first] = calls
    const span = calls.at(-1)
    if (first === undefined || span === undefined) return true
    const made = madeBy(calls, this.#dialect)
    if (made !== undefined) this.#columns(made, span, inside)
    else if (Object.hasOwn(commands, first.name.toLowerCase())) {
      const effects = commands[first.name.toLowerCase()]!(this.#facts(first, calls))
      for (const effect of effects) this.#emit(span, effect, inside)
    } else if (/^temporary$/i.test(first.name)) this.#setTemporary()
    else return silent.test(first.name)
    return true
  }

  /** Writes the CREATE TABLE, when it is one, and what runs after it. */
  end(span: Span): void {
    if (this.#created === undefined) return
    const { columns, constraints, indexes, later, temporary } = this.#created
    const keys = columns.filter(column => column.primaryKey).map(primaryKeyOf)
    const { name, isSure } = this.#table
    const whole = { columns, constraints: [...keys, ...constraints], indexes, temporary }
    this.#writer.effect(span, { kind: 'create-table', table: name, ...whole, surely: isSure }, this.#inside)
    for (const one of later) this.#writer.effect(one.span, one.effect, one.inside)
  }

  get #dialect(): DialectId {
    return this.#writer.dialect
  }

  #setTemporary(): void {
    if (this.#created !== undefined) this.#created.temporary = true
  }

  #facts(call: Call, chain: readonly Call[]): Facts {
    return { call, chain, table: this.#table.name, dialect: this.#dialect, names: namesIn(call) }
  }

  #emit(span: Span, effect: Effect, inside: string | undefined): void {
    const draft = this.#created
    if (draft === undefined) this.#writer.effect(span, effect, inside)
    // What is made in a condition of its own may not be there: then it is no part of the new table for certain.
    else if (inside !== this.#inside) draft.later.push({ span, effect, inside })
    else if (effect.kind === 'add-column') draft.columns.push(...effect.columns)
    else if (effect.kind === 'add-constraint') draft.constraints.push(effect.constraint)
    else if (effect.kind === 'create-index') draft.indexes.push(effect.index)
    else draft.later.push({ span, effect, inside })
  }

  #columns(made: MadeColumns, span: Span, inside: string | undefined): void {
    const table = this.#table.name
    if (made.isChange) for (const column of made.columns) this.#changed(column, span, inside)
    else
      for (const column of made.columns)
        this.#emit(span, { kind: 'add-column', table, columns: [column], surely: true }, inside)
    for (const key of made.keys)
      for (const effect of keyEffects(key.type, table, key.columns, key.name, this.#dialect))
        this.#emit(span, effect, inside)
    if (made.references !== undefined) this.#references(made, made.references, span, inside)
  }

  #references(made: MadeColumns, references: Reference, span: Span, inside: string | undefined): void {
    const columns = made.columns.map(column => column.name)
    const name = made.foreignName ?? indexName(this.#table.name, columns, 'foreign')
    const constraint: Constraint = { type: 'foreign-key', name, columns, references }
    this.#emit(span, { kind: 'add-constraint', table: this.#table.name, constraint }, inside)
  }

  /** MySQL and SQLite say the whole column again; PostgreSQL changes type, NULL and default one by one. */
  #changed(column: Column, span: Span, inside: string | undefined): void {
    const table = this.#table.name
    const change = (change: Extract<Effect, { kind: 'change-column' }>['change']) =>
      this.#emit(span, { kind: 'change-column', table, column: column.name, change }, inside)
    if (this.#dialect !== 'postgres') {
      change({ set: 'definition', to: column })
      return
    }
    if (column.type !== undefined) change({ set: 'type', type: column.type })
    change({ set: column.notNull === true ? 'not-null' : 'nullable' })
    change({ set: 'default', to: column.default })
  }
}

function primaryKeyOf(column: Column): Constraint {
  return { type: 'primary-key', columns: [column.name] }
}

/** Methods that change nothing by themselves, or only a comment or the table to come. */
const silent =
  /^(?:engine|charset|collation|innodb|comment|getTable|getPrefix|getColumns|getCommands|creating|macro|hasMacro|removeColumn|storageCharset|getAddedColumns|getChangedColumns|__construct)$/i

interface Facts {
  readonly call: Call
  readonly chain: readonly Call[]
  readonly table: Name
  readonly dialect: DialectId
  readonly names: readonly Told[]
}

/** All names in the arguments: `dropColumn('a', 'b')`, `dropColumn(['a', 'b'])`, `dropColumn(columns: ['a'])`. */
function namesIn({ args, named }: Call): readonly Told[] {
  const values = [...args, ...named.values()]
  return values.length === 0 ? toldBy(undefined) : values.flatMap(toldBy)
}

const commands: Readonly<Record<string, (facts: Facts) => readonly Effect[]>> = {
  drop: ({ table }) => [{ kind: 'drop-table', tables: [table], temporary: false }],
  dropifexists: ({ table }) => [{ kind: 'drop-table', tables: [table], temporary: false, ifExists: true }],
  rename: ({ table, names }) => [{ kind: 'rename-table', table, to: { name: names[0]?.name ?? '?' } }],
  dropcolumn: ({ table, names }) =>
    dropped(
      table,
      names.map(one => one.name),
    ),
  dropcolumns: ({ table, names }) =>
    dropped(
      table,
      names.map(one => one.name),
    ),
  droptimestamps: ({ table }) => dropped(table, ['created_at', 'updated_at']),
  droptimestampstz: ({ table }) => dropped(table, ['created_at', 'updated_at']),
  dropdatetimes: ({ table }) => dropped(table, ['created_at', 'updated_at']),
  dropsoftdeletes: ({ table, call }) =>
    dropped(table, [call.args.length === 0 ? 'deleted_at' : toldBy(call.args[0])[0]!.name]),
  dropsoftdeletestz: ({ table, call }) =>
    dropped(table, [call.args.length === 0 ? 'deleted_at' : toldBy(call.args[0])[0]!.name]),
  dropremembertoken: ({ table }) => dropped(table, ['remember_token']),
  dropmorphs: facts => {
    const name = facts.names[0]?.name ?? '?'
    const columns = [`${name}_type`, `${name}_id`]
    return [
      dropIndex(facts, facts.names[1]?.name ?? indexName(facts.table, columns, 'index')),
      ...dropped(facts.table, columns),
    ]
  },
  dropforeign: facts => [dropForeign(facts.table, keyName(facts, 'foreign'))],
  dropconstrainedforeignid: ({ table, names }) => {
    const column = names[0]?.name ?? '?'
    return [dropForeign(table, indexName(table, [column], 'foreign')), ...dropped(table, [column])]
  },
  dropforeignidfor: ({ table, call }) => [dropForeign(table, indexName(table, [modelKey(call)], 'foreign'))],
  dropconstrainedforeignidfor: ({ table, call }) => {
    const column = modelKey(call)
    return [dropForeign(table, indexName(table, [column], 'foreign')), ...dropped(table, [column])]
  },
  dropprimary: ({ table }) => [{ kind: 'drop-constraint', table, type: 'primary-key' }],
  dropunique: facts => {
    const name = keyName(facts, 'unique')
    if (facts.dialect !== 'postgres') return [dropIndex(facts, name)]
    return [{ kind: 'drop-constraint', table: facts.table, type: 'unique', name }]
  },
  dropindex: facts => [dropIndex(facts, keyName(facts, 'index'))],
  dropfulltext: facts => [dropIndex(facts, keyName(facts, 'fulltext'))],
  dropspatialindex: facts => [dropIndex(facts, keyName(facts, 'spatialindex'))],
  renamecolumn: ({ table, names }) => [
    { kind: 'rename-column', table, column: names[0]?.name ?? '?', to: names[1]?.name ?? '?' },
  ],
  renameindex: ({ table }) => [{ kind: 'alter-other', table }],
  primary: facts => keys(facts, 'primary'),
  unique: facts => keys(facts, 'unique'),
  index: facts => keys(facts, 'index'),
  fulltext: facts => keys(facts, 'fulltext'),
  spatialindex: facts => keys(facts, 'spatialindex'),
  rawindex: ({ table, call }) => [
    {
      kind: 'create-index',
      table,
      index: { name: toldBy(call.args[1])[0]?.name ?? '?', columns: [`(${expressionText(call.args[0])})`] },
      concurrently: false,
      surely: true,
    },
  ],
  foreign: ({ table, call, chain }) => {
    const columns = toldBy(call.args[0] ?? call.named.get('columns')).map(one => one.name)
    const by = (name: string) => chain.find(one => one.name.toLowerCase() === name)?.args[0]
    const [on, to] = [by('on'), by('references')]
    const references = on === undefined ? {} : { references: referenceTo(on, to) }
    const name = call.args[1]?.is === 'text' ? call.args[1].text : indexName(table, columns, 'foreign')
    return [{ kind: 'add-constraint', table, constraint: { type: 'foreign-key', name, columns, ...references } }]
  },
}

function referenceTo(on: Value, to: Value | undefined): Reference {
  const table = tableNamed(toldBy(on)[0]?.name ?? '?')
  return to === undefined ? { table } : { table, columns: toldBy(to).map(one => one.name) }
}

/** `reporting.users` is a table of another schema. */
export function tableNamed(name: string): Name {
  const parts = /^([\w$-]+)\.([\w$-]+)$/.exec(name)
  return parts === null ? { name } : { schema: parts[1]!, name: parts[2]! }
}

function dropped(table: Name, columns: readonly string[]): readonly Effect[] {
  return columns.length === 0 ? [] : [{ kind: 'drop-column', table, columns }]
}

function dropIndex({ table, dialect }: Facts, name: string): Effect {
  const indexes = [{ name }]
  return { kind: 'drop-index', indexes, ...(dialect === 'mysql' ? { table } : {}), concurrently: false }
}

function dropForeign(table: Name, name: string): Effect {
  return { kind: 'drop-constraint', table, type: 'foreign-key', name }
}

function modelKey({ args, named }: Call): string {
  return foreignKeyOf(args[0] ?? named.get('model'), args[1] ?? named.get('column'))
}

/** A name as it is given, or the one that Laravel makes of a list of columns. */
function keyName({ call, table, names }: Facts, type: string): string {
  return call.args[0]?.is === 'list'
    ? indexName(
        table,
        names.map(one => one.name),
        type,
      )
    : (names[0]?.name ?? '?')
}

/** Blueprint::createIndexName */
export function indexName(table: Name, columns: readonly string[], type: string): string {
  const base = table.schema === undefined ? table.name : `${table.schema}.${table.name}`
  return `${base}_${columns.join('_')}_${type}`.toLowerCase().replaceAll(/[-.]/g, '_')
}

function keys({ call, table, dialect }: Facts, type: KeyType): readonly Effect[] {
  const columns = toldBy(call.args[0] ?? call.named.get('columns')).map(one => one.name)
  const name = call.args[1] ?? call.named.get('name')
  return keyEffects(type, table, columns, name?.is === 'text' ? name.text : undefined, dialect)
}

const methods: Partial<Record<KeyType, Readonly<Record<DialectId, string | undefined>>>> = {
  fulltext: { postgres: 'gin', mysql: 'fulltext', sqlite: undefined },
  spatialindex: { postgres: 'gist', mysql: 'spatial', sqlite: undefined },
}

function keyEffects(
  type: KeyType,
  table: Name,
  columns: readonly string[],
  given: string | undefined,
  dialect: DialectId,
): readonly Effect[] {
  const name = given ?? indexName(table, columns, type)
  if (type === 'primary') return [{ kind: 'add-constraint', table, constraint: { type: 'primary-key', columns } }]
  if (type === 'unique' && dialect !== 'sqlite')
    return [{ kind: 'add-constraint', table, constraint: { type: 'unique', name, columns } }]
  const method = methods[type]?.[dialect]
  const index = {
    name,
    columns,
    ...(type === 'unique' ? { unique: true as const } : {}),
    ...(method === undefined ? {} : { method }),
  }
  return [{ kind: 'create-index', table, index, concurrently: false, surely: true }]
}
