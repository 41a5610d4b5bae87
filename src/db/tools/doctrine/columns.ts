// Doctrine's own type names, and what its platforms make of them: https://www.doctrine-project.org/projects/doctrine-dbal/en/current/reference/types.html
import type { Value } from '../../code/script.ts'
import { toldBy } from '../../code/values.ts'
import type { Column, ColumnChange, ColumnType, DialectId, Expression } from '../../statement.ts'

type Options = ReadonlyMap<string, Value>

/** PostgreSQL, MySQL, SQLite; what follows in parentheses is fixed. */
const types: Readonly<Record<string, string>> = {
  smallint: 'smallint|smallint|smallint',
  integer: 'integer|int|integer',
  bigint: 'bigint|bigint|bigint',
  smallfloat: 'real|float|real',
  float: 'double precision|double|double',
  decimal: 'numeric|decimal|numeric',
  number: 'numeric|decimal|numeric',
  string: 'varchar|varchar|varchar',
  ascii_string: 'varchar|varchar|varchar',
  text: 'text|longtext|clob',
  guid: 'uuid|char(36)|char(36)',
  uuid: 'uuid|binary(16)|blob',
  ulid: 'uuid|binary(16)|blob',
  enum: 'varchar|enum|text',
  binary: 'bytea|varbinary|blob',
  blob: 'bytea|longblob|blob',
  boolean: 'boolean|tinyint(1)|boolean',
  date: 'date|date|date',
  date_immutable: 'date|date|date',
  datetime: 'timestamp(0)|datetime|datetime',
  datetime_immutable: 'timestamp(0)|datetime|datetime',
  datetimetz: 'timestamptz(0)|datetime|datetime',
  datetimetz_immutable: 'timestamptz(0)|datetime|datetime',
  time: 'time(0)|time|time',
  time_immutable: 'time(0)|time|time',
  dateinterval: 'varchar(255)|varchar(255)|varchar(255)',
  simple_array: 'text|longtext|clob',
  array: 'text|longtext|clob',
  object: 'text|longtext|clob',
  json: 'json|json|clob',
  json_object: 'json|json|clob',
  jsonb: 'jsonb|json|clob',
}

export function optionsOf(value: Value | undefined): Options {
  return new Map(value?.is === 'map' ? value.entries.map(entry => [entry.key, entry.value]) : [])
}

/** `addColumn('name', 'string', ['length' => 100, 'notnull' => false])` */
export function columnOf(name: string, type: Value | undefined, options: Options, dialect: DialectId): Column {
  const known = typeOf(type, options, dialect)
  const fallback = defaultOf(options)
  return {
    name,
    ...(known === undefined ? {} : { type: known }),
    ...(isFalse(options.get('notnull')) ? {} : { notNull: true as const }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(isTrue(options.get('autoincrement'))
      ? { numbered: dialect === 'postgres' ? ('serial' as const) : ('auto' as const) }
      : {}),
  }
}

/** `changeColumn('name', ['type' => …, 'notnull' => true])`: one change for each option that is given. */
export function changesOf(options: Options, dialect: DialectId): readonly ColumnChange[] {
  const type = typeOf(options.get('type') ?? options.get('Type'), options, dialect)
  const notNull = options.get('notnull')
  const fallback = defaultOf(options)
  const changes: ColumnChange[] = []
  if (type !== undefined) changes.push({ set: 'type', type })
  if (notNull !== undefined) changes.push({ set: isFalse(notNull) ? 'nullable' : 'not-null' })
  if (options.has('default')) changes.push({ set: 'default', to: fallback?.is === 'null' ? undefined : fallback })
  return changes.length === 0 ? [{ set: 'other' }] : changes
}

function typeOf(value: Value | undefined, options: Options, dialect: DialectId): ColumnType | undefined {
  const name = typeName(value)
  if (name === undefined || !Object.hasOwn(types, name)) return undefined
  const [postgres, mysql, sqlite] = types[name]!.split('|') as [string, string, string]
  const written = /^([^(]+)(?:\((.*)\))?$/.exec({ postgres, mysql, sqlite }[dialect])!
  const args = written[2] === undefined ? argumentsOf(name, options, dialect) : [written[2]]
  const unsigned = dialect === 'mysql' && isTrue(options.get('unsigned'))
  return {
    name: written[1]!,
    ...(args === undefined ? {} : { args }),
    ...(unsigned ? { unsigned: true as const } : {}),
  }
}

/** `'string'`, `Types::STRING`, `Type::getType('string')`, `StringType::class`. */
function typeName(value: Value | undefined): string | undefined {
  if (value?.is === 'text') return value.text.toLowerCase()
  if (value?.is === 'call') return typeName(value.args[0])
  if (value?.is !== 'name') return undefined
  const constant = /::(\w+)$/.exec(value.name)?.[1]
  return (constant?.toLowerCase() ?? value.name.replace(/Type$/, '').toLowerCase()).replace(/^(\w+)_mutable$/, '$1')
}

function argumentsOf(type: string, options: Options, dialect: DialectId): readonly string[] | undefined {
  const number = (key: string) => {
    const value = options.get(key)
    return value?.is === 'number' ? String(value.value) : undefined
  }
  if (type === 'decimal' || type === 'number') return [number('precision') ?? '10', number('scale') ?? '0']
  if (type === 'string' || type === 'ascii_string') return [number('length') ?? '255']
  return type === 'binary' && dialect === 'mysql' ? [number('length') ?? '255'] : undefined
}

function defaultOf(options: Options): Expression | undefined {
  const value = options.get('default')
  if (value === undefined) return undefined
  if (value.is === 'nothing') return { text: 'NULL', is: 'null' }
  const { name } = toldBy(value)[0] ?? { name: '?' }
  if (/^(?:CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|now\(\))/i.test(name)) return { text: name, is: 'stable' }
  if (value.is === 'boolean') return { text: String(value.value), is: 'constant' }
  return {
    text: value.is === 'text' ? `'${name.replaceAll("'", "''")}'` : name,
    is: value.is === 'unknown' ? 'unknown' : 'constant',
  }
}

function isTrue(value: Value | undefined): boolean {
  return value?.is === 'boolean' && value.value
}

function isFalse(value: Value | undefined): boolean {
  return value?.is === 'boolean' && !value.value
}
