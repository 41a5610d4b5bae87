// `$table->string('email', 100)->nullable()->unique()`: what columns such a chain makes, and what else it asks for.
import type { Call, Value } from '../../code/script.ts'
import { type Told, toldBy } from '../../code/values.ts'
import type { Column, ColumnType, DialectId, Expression, Reference } from '../../statement.ts'
import { kindOf, typeOf } from './types.ts'

export interface MadeColumns {
  readonly columns: readonly Column[]
  /** `->change()`: the columns are there already. */
  readonly isChange: boolean
  /** Keys and indexes asked for in the chain, or that come with it: of these columns. */
  readonly keys: readonly { readonly type: KeyType; readonly columns: readonly string[]; readonly name?: string }[]
  readonly references?: Reference
  readonly foreignName?: string
}

export type KeyType = 'primary' | 'unique' | 'index' | 'fulltext' | 'spatialindex'

type Draft = { -readonly [Key in keyof Column]: Column[Key] }

/** Undefined when the chain makes no column. */
export function madeBy(calls: readonly Call[], dialect: DialectId): MadeColumns | undefined {
  const [first, ...modifiers] = calls
  if (first === undefined) return undefined
  const several = severalColumns(first, dialect)
  if (several !== undefined) {
    const columns = several.columns.map(column => modified(column, modifiers, dialect))
    return { columns, isChange: isChange(modifiers), keys: several.keys }
  }
  const column = oneColumn(first, dialect)
  return column === undefined ? undefined : withKeys(modified(column, modifiers, dialect), first, modifiers)
}

function isChange(modifiers: readonly Call[]): boolean {
  return modifiers.some(call => call.name.toLowerCase() === 'change' && !isFalse(call.args[0]))
}

function isFalse(value: Value | undefined): boolean {
  return value?.is === 'boolean' && !value.value
}

function nameIn(value: Value | undefined, fallback: string): Told {
  return value === undefined || value.is === 'nothing'
    ? { name: fallback, isSure: true }
    : (toldBy(value)[0] ?? { name: fallback, isSure: false })
}

const defaultNames: Readonly<Record<string, string>> = {
  id: 'id',
  uuid: 'uuid',
  ulid: 'ulid',
  ipaddress: 'ip_address',
  macaddress: 'mac_address',
}

function oneColumn(call: Call, dialect: DialectId): Draft | undefined {
  const method = call.name.toLowerCase()
  if (method === 'foreignidfor') return foreignIdFor(call, dialect)
  if (method === 'addcolumn') return added(call, dialect)
  const kind = kindOf(method)
  if (kind === undefined) return undefined
  const { name } = nameIn(call.args[0] ?? call.named.get('column'), defaultNames[method] ?? '?')
  const auto = kind.extra === 'increment' && isTrue(call.args[1] ?? call.named.get('autoIncrement'))
  const type = typeOf(kind, call.args.slice(1), call.named, dialect)
  const isUnsigned =
    kind.unsigned === true || (kind.extra === 'increment' && isTrue(call.args[2] ?? call.named.get('unsigned')))
  return {
    name,
    type: isUnsigned && dialect === 'mysql' ? { ...type, unsigned: true } : type,
    notNull: true,
    ...(kind.numbered === true || auto ? numbering(dialect) : {}),
  }
}

function isTrue(value: Value | undefined): boolean {
  return value?.is === 'boolean' && value.value
}

function numbering(dialect: DialectId): Pick<Column, 'numbered' | 'primaryKey'> {
  return { numbered: dialect === 'postgres' ? 'serial' : 'auto', primaryKey: true }
}

/** `addColumn('string', 'name', ['length' => 20])` */
function added(call: Call, dialect: DialectId): Draft | undefined {
  const type = toldBy(call.args[0])[0]?.name.toLowerCase() ?? ''
  const kind = kindOf(type)
  const { name } = nameIn(call.args[1], '?')
  if (kind === undefined) return { name, notNull: true }
  return { name, type: typeOf(kind, [], new Map(), dialect), notNull: true }
}

/** `foreignIdFor(User::class)` is `user_id`. */
export function foreignKeyOf(model: Value | undefined, column: Value | undefined): string {
  if (column !== undefined && column.is !== 'nothing') return nameIn(column, '?').name
  const name =
    model?.is === 'name' ? model.name : model?.is === 'text' ? model.text.slice(model.text.lastIndexOf('\\') + 1) : '?'
  return `${snake(name)}_id`
}

export function snake(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase()
}

function foreignIdFor(call: Call, dialect: DialectId): Draft {
  const type = typeOf(kindOf('foreignid')!, [], new Map(), dialect)
  const name = foreignKeyOf(call.args[0] ?? call.named.get('model'), call.args[1] ?? call.named.get('column'))
  return { name, type: dialect === 'mysql' ? { ...type, unsigned: true } : type, notNull: true }
}

/** Methods that make several columns, or one with a name of its own. */
function severalColumns(call: Call, dialect: DialectId): Pick<MadeColumns, 'columns' | 'keys'> | undefined {
  const method = call.name.toLowerCase()
  const plain = (type: string, name: string, isNullable: boolean, args: readonly Value[] = []): Column => {
    const kind = kindOf(type)!
    const unsigned = kind.unsigned === true && dialect === 'mysql' ? { unsigned: true as const } : {}
    const own = { ...typeOf(kind, args, new Map(), dialect), ...unsigned }
    return { name, type: own, ...(isNullable ? {} : { notNull: true as const }) }
  }
  if (/^(?:nullable)?timestamps(?:tz)?$|^datetimes$/.test(method)) {
    const type = method === 'datetimes' ? 'datetime' : method.endsWith('tz') ? 'timestamptz' : 'timestamp'
    return { columns: ['created_at', 'updated_at'].map(name => plain(type, name, true, call.args)), keys: [] }
  }
  const soft = /^softdeletes(tz|datetime)?$/.exec(method)
  if (soft !== null) {
    const type = soft[1] === 'datetime' ? 'datetime' : `timestamp${soft[1] ?? ''}`
    return { columns: [plain(type, nameIn(call.args[0], 'deleted_at').name, true, call.args.slice(1))], keys: [] }
  }
  if (method === 'remembertoken')
    return { columns: [{ ...plain('string', 'remember_token', true), type: tokenType(dialect) }], keys: [] }
  const morphs = /^(nullable)?(numeric|uuid|ulid)?morphs$/.exec(method)
  if (morphs === null) return undefined
  const { name } = nameIn(call.args[0] ?? call.named.get('name'), '?')
  const isNullable = morphs[1] !== undefined
  const id = plain(
    morphs[2] === 'uuid' || morphs[2] === 'ulid' ? morphs[2] : 'unsignedbiginteger',
    `${name}_id`,
    isNullable,
  )
  const columns = [plain('string', `${name}_type`, isNullable), id]
  return { columns, keys: [{ type: 'index', columns: columns.map(column => column.name), ...named(call.args[1]) }] }
}

function tokenType(dialect: DialectId): ColumnType {
  return { name: 'varchar', ...(dialect === 'sqlite' ? {} : { args: ['100'] }) }
}

function named(value: Value | undefined): { name?: string } {
  return value?.is === 'text' ? { name: value.text } : {}
}

function modified(column: Column, modifiers: readonly Call[], dialect: DialectId): Column {
  const draft: Draft = { ...column }
  for (const modifier of modifiers) modify(draft, modifier, dialect)
  return draft
}

function modify(column: Draft, { name, args }: Call, dialect: DialectId): void {
  switch (name.toLowerCase()) {
    case 'nullable':
      if (isFalse(args[0])) column.notNull = true
      else delete column.notNull
      break
    case 'default':
      column.default = defaultOf(args[0])
      break
    case 'usecurrent':
      column.default = { text: 'CURRENT_TIMESTAMP', is: 'stable' }
      break
    case 'unsigned':
      if (dialect === 'mysql' && column.type !== undefined) column.type = { ...column.type, unsigned: true }
      break
    case 'autoincrement':
      Object.assign(column, numbering(dialect))
      break
    case 'generatedas':
      if (dialect === 'postgres') column.numbered = 'identity'
      break
    case 'storedas':
    case 'virtualas':
    case 'storedasjson':
    case 'virtualasjson':
      column[/^stored/i.test(name) ? 'stored' : 'virtual'] = true
      column.expression = expressionText(args[0])
      // A computed column takes no NULL clause unless it is asked for.
      delete column.notNull
      break
    case 'charset':
      column.charset = toldBy(args[0])[0]?.name ?? ''
      break
    case 'collation':
      column.collation = toldBy(args[0])[0]?.name ?? ''
      break
    case 'first':
      if (dialect === 'mysql') column.position = 'first'
      break
    case 'after':
      if (dialect === 'mysql') column.position = { after: toldBy(args[0])[0]?.name ?? '?' }
  }
}

function defaultOf(value: Value | undefined): Expression {
  switch (value?.is) {
    case 'text':
      return { text: `'${value.text.replaceAll("'", "''")}'`, is: 'constant' }
    case 'number':
      return { text: `'${value.value}'`, is: 'constant' }
    case 'boolean':
      return { text: value.value ? "'1'" : "'0'", is: 'constant' }
    case 'nothing':
      return { text: 'NULL', is: 'null' }
    case 'call':
      return rawDefault(value)
    case 'name':
      // Constants and enum cases are put in as quoted values.
      return { text: value.name, is: 'constant' }
    default:
      return { text: value === undefined ? '' : expressionText(value), is: 'unknown' }
  }
}

/** `DB::raw('now()')`, `new Expression('…')`: the SQL itself. */
function rawDefault(call: Call): Expression {
  const text = expressionText(call.args[0])
  if (/^\(*\s*(?:'[^']*'|-?\d[\d.]*|true|false|'[^']*'::\w+(?:\[\])?)\s*\)*$/i.test(text))
    return { text, is: 'constant' }
  if (/^\(*\s*(?:now\(\)|current_timestamp|current_date|localtimestamp)/i.test(text)) return { text, is: 'stable' }
  if (/random|uuid|nextval|clock_timestamp|rand\(/i.test(text)) return { text, is: 'volatile' }
  return { text, is: 'unknown' }
}

export function expressionText(value: Value | undefined): string {
  if (value?.is === 'call') return expressionText(value.args[0])
  return toldBy(value)[0]?.name ?? '?'
}

const keyTypes: ReadonlySet<string> = new Set(['primary', 'unique', 'index', 'fulltext', 'spatialindex'])

function withKeys(column: Column, first: Call, modifiers: readonly Call[]): MadeColumns {
  const keys = modifiers.flatMap(({ name, args }) => {
    const type = name.toLowerCase()
    return keyTypes.has(type) && !isFalse(args[0])
      ? [{ type: type as KeyType, columns: [column.name], ...named(args[0]) }]
      : []
  })
  const made = { columns: [column], isChange: isChange(modifiers), keys }
  return { ...made, ...foreign(column.name, first, modifiers) }
}

/** `constrained('users')`, or `references('id')->on('users')`. */
function foreign(
  column: string,
  first: Call,
  modifiers: readonly Call[],
): Pick<MadeColumns, 'references' | 'foreignName'> {
  const by = (method: string) => modifiers.find(call => call.name.toLowerCase() === method)
  const [constrained, references, on] = [by('constrained'), by('references'), by('on')]
  if (constrained === undefined && (references === undefined || on === undefined)) return {}
  const guess = first.name.toLowerCase() === 'foreignidfor' ? column : column.replace(/_id$/, '')
  const target = constrained === undefined ? on!.args[0] : (constrained.args[0] ?? constrained.named.get('table'))
  const key = constrained === undefined ? references!.args[0] : (constrained.args[1] ?? constrained.named.get('column'))
  const name = constrained?.args[2] ?? constrained?.named.get('indexName')
  return {
    references: {
      table: { name: nameIn(target, plural(guess.replace(/_id$/, ''))).name },
      columns: [nameIn(key, 'id').name],
    },
    ...(name?.is === 'text' ? { foreignName: name.text } : {}),
  }
}

/** The plural that Laravel would make, for ordinary words. */
export function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`
  return `${word}s`
}
