// Active Record's column types and options. Types: `native_database_types` of each adapter.
import { entryOf, isFalse, isGiven, isTrue, nameOf, numberOf, textOf } from '../../code/arguments.ts'
import type { Call, Value } from '../../code/script.ts'
import { sqlColumn } from '../../code/sql-column.ts'
import type { Column, ColumnType, DialectId, Expression } from '../../statement.ts'

type Written = readonly [postgres: string, mysql: string, sqlite: string]

const types: Readonly<Record<string, Written>> = {
  primary_key: ['bigint', 'bigint', 'integer'],
  string: ['varchar', 'varchar(255)', 'varchar'],
  text: ['text', 'text', 'text'],
  integer: ['integer', 'int', 'integer'],
  bigint: ['bigint', 'bigint', 'bigint'],
  float: ['double precision', 'float', 'float'],
  decimal: ['decimal', 'decimal', 'decimal'],
  numeric: ['numeric', 'decimal', 'decimal'],
  datetime: ['timestamp(6)', 'datetime(6)', 'datetime'],
  timestamp: ['timestamp(6)', 'timestamp', 'datetime'],
  timestamptz: ['timestamptz', 'timestamp', 'datetime'],
  time: ['time', 'time', 'time'],
  date: ['date', 'date', 'date'],
  binary: ['bytea', 'blob', 'blob'],
  blob: ['bytea', 'blob', 'blob'],
  boolean: ['boolean', 'tinyint(1)', 'boolean'],
  json: ['json', 'json', 'json'],
  tinytext: ['text', 'tinytext', 'text'],
  mediumtext: ['text', 'mediumtext', 'text'],
  longtext: ['text', 'longtext', 'text'],
  unsigned_integer: ['integer', 'int unsigned', 'integer'],
  unsigned_bigint: ['bigint', 'bigint unsigned', 'bigint'],
}

/** Called on a table's block with the names of columns. */
const others =
  'jsonb uuid inet cidr macaddr hstore citext tsvector xml point line lseg box path polygon circle interval money bit bit_varying ltree oid serial bigserial daterange numrange tsrange tstzrange int4range int8range virtual enum'.split(
    ' ',
  )

export const columnMethods: ReadonlySet<string> = new Set([...Object.keys(types), ...others])

const order: readonly DialectId[] = ['postgres', 'mysql', 'sqlite']

/** An option of a call: a keyword, or an entry of a hash that comes last. */
export function option(call: Call, name: string): Value | undefined {
  return (
    call.named.get(name) ??
    entryOf(
      call.args.findLast(arg => arg.is === 'map'),
      name,
    )
  )
}

export function columnOf(name: string, type: Value | string | undefined, call: Call, dialect: DialectId): Column {
  const default_ = option(call, 'default')
  const written = typeof type === 'string' ? type : textOf(type)
  const known = written === undefined ? undefined : typeOf(written, call, dialect)
  const isVirtual = written === 'virtual' || isGiven(option(call, 'as'))
  return {
    name,
    ...(known === undefined ? {} : { type: known }),
    ...(isFalse(option(call, 'null')) ? { notNull: true as const } : {}),
    ...(isGiven(default_) ? { default: defaultOf(default_, dialect) } : {}),
    ...(isTrue(option(call, 'primary_key')) ? { primaryKey: true as const } : {}),
    ...(isVirtual ? (isTrue(option(call, 'stored')) ? { stored: true as const } : { virtual: true as const }) : {}),
    ...(dialect === 'mysql' && option(call, 'after') !== undefined
      ? { position: { after: nameOf(option(call, 'after')) } }
      : {}),
  }
}

export function typeOf(written: string, call: Call, dialect: DialectId): ColumnType | undefined {
  const base =
    written === 'virtual'
      ? textOf(option(call, 'type'))
      : written === 'enum'
        ? textOf(option(call, 'enum_type'))
        : written
  if (base === undefined) return undefined
  const type = sqlColumn(sized(base, call, dialect), dialect)?.type
  if (type === undefined) return undefined
  return {
    ...type,
    ...(isTrue(option(call, 'unsigned')) ? { unsigned: true as const } : {}),
    ...(isTrue(option(call, 'array')) ? { array: true as const } : {}),
  }
}

function sized(base: string, call: Call, dialect: DialectId): string {
  const written = types[base]?.[order.indexOf(dialect)] ?? base.replace('bit_varying', 'bit varying')
  const [limit, precision, scale] = ['limit', 'precision', 'scale'].map(name => numberOf(option(call, name)))
  const bare = written.replace(/\(.*\)/, '')
  if (base === 'integer' && limit !== undefined)
    return dialect === 'sqlite' ? written : limit > 4 ? 'bigint' : limit < 3 ? 'smallint' : written
  if (base === 'string' && limit !== undefined) return `${bare}(${limit})`
  if (/decimal|numeric/.test(base) && precision !== undefined) return `${bare}(${precision},${scale ?? 0})`
  if (/datetime|timestamp/.test(base) && precision !== undefined && dialect !== 'sqlite') return `${bare}(${precision})`
  return written
}

/** `-> { 'now()' }` is an expression, everything else a constant. */
export function defaultOf(value: Value, dialect: DialectId): Expression {
  if (value.is === 'function') {
    const text = textOf(value.returns)
    if (text === undefined) return { text: 'an expression', is: 'unknown' }
    return (
      sqlColumn(`text DEFAULT ${text}`, dialect)?.default ??
      sqlColumn(`text DEFAULT (${text})`, dialect)?.default ?? { text, is: 'unknown' }
    )
  }
  if (value.is === 'text') return { text: `'${value.text.replaceAll("'", "''")}'`, is: 'constant' }
  if (value.is === 'nothing') return { text: 'NULL', is: 'null' }
  const isConstant = value.is === 'number' || value.is === 'boolean'
  return {
    text: isConstant ? String(value.value) : nameOf(value),
    is: isConstant || value.is === 'map' || value.is === 'list' ? 'constant' : 'unknown',
  }
}
