// SQLAlchemy's columns, types and constraints. https://docs.sqlalchemy.org/en/20/core/types.html
import { argument, isFalse, isGiven, isTrue, nameOf, namesOf, numberOf, textOf } from '../../code/arguments.ts'
import { type Call, chainOf, type Value } from '../../code/script.ts'
import { sqlColumn } from '../../code/sql-column.ts'
import type { Column, ColumnType, Constraint, DialectId, Expression, Index, Reference } from '../../statement.ts'

type Written = readonly [postgres: string, mysql: string, sqlite: string]

/** Types that are not simply called in SQL what they are called in Python. */
const types: Readonly<Record<string, Written>> = {
  bigint: ['bigint', 'bigint', 'bigint'],
  biginteger: ['bigint', 'bigint', 'bigint'],
  smallinteger: ['smallint', 'smallint', 'smallint'],
  integer: ['integer', 'int', 'integer'],
  string: ['varchar', 'varchar', 'varchar'],
  unicode: ['varchar', 'varchar', 'varchar'],
  unicodetext: ['text', 'text', 'text'],
  boolean: ['boolean', 'tinyint(1)', 'boolean'],
  datetime: ['timestamp', 'datetime', 'datetime'],
  float: ['double precision', 'float', 'float'],
  double: ['double precision', 'double', 'double'],
  largebinary: ['bytea', 'blob', 'blob'],
  interval: ['interval', 'datetime', 'datetime'],
  uuid: ['uuid', 'char(32)', 'char(32)'],
  pickletype: ['bytea', 'blob', 'blob'],
  numeric: ['numeric', 'decimal', 'numeric'],
}

const order: readonly DialectId[] = ['postgres', 'mysql', 'sqlite']

/** `sa.String(20)`, `sa.Text`, `postgresql.JSONB(astext_type=…)`. */
export function typeOf(value: Value | undefined, dialect: DialectId): ColumnType | undefined {
  if (value?.is === 'name') return named(value.name.split('.').at(-1)!, [], dialect)
  if (value?.is !== 'call') return undefined
  if (value.name === 'Enum' || value.name === 'ENUM') return enumOf(value, dialect)
  if (value.name === 'ARRAY') {
    const inner = typeOf(value.args[0], dialect)
    return inner === undefined ? undefined : { ...inner, array: true }
  }
  if (isTrue(value.named.get('timezone')) && dialect === 'postgres') return named('timestamptz', [], dialect)
  const sizes = [...value.args, ...['length', 'precision', 'scale'].map(name => value.named.get(name))].flatMap(
    size => numberOf(size) ?? [],
  )
  const type = named(value.name, sizes.map(String), dialect)
  return type !== undefined && isTrue(value.named.get('unsigned')) ? { ...type, unsigned: true } : type
}

function named(name: string, sizes: readonly string[], dialect: DialectId): ColumnType | undefined {
  const known = types[name.toLowerCase()]
  const written = known === undefined ? name.toLowerCase() : known[order.indexOf(dialect)]!
  const sized =
    sizes.length === 0 || written.includes('(') || /float|double/.test(written)
      ? written
      : `${written}(${sizes.join(',')})`
  return /^[a-z]/.test(sized) ? sqlColumn(sized, dialect)?.type : undefined
}

function enumOf(call: Call, dialect: DialectId): ColumnType | undefined {
  const members = call.args.flatMap(arg => textOf(arg) ?? [])
  const name = textOf(call.named.get('name'))
  if (dialect === 'mysql') return { name: 'enum', args: members }
  if (dialect === 'postgres') return name === undefined ? undefined : { name }
  return { name: 'varchar' }
}

/** `sa.Column('name', sa.String(), sa.ForeignKey('users.id'), nullable=False, server_default=sa.text('now()'))` */
export function columnOf(value: Value | undefined, dialect: DialectId): Column | undefined {
  if (value?.is !== 'call' || value.name !== 'Column') return undefined
  const [first, second, ...rest] = value.args
  const parts = [second, ...rest].flatMap(part => (part?.is === 'call' ? [part] : []))
  const type = typeOf(argument(value, 1, 'type_'), dialect)
  const isKey = isTrue(value.named.get('primary_key'))
  const key = parts.find(part => part.name === 'ForeignKey')
  const computed = parts.find(part => part.name === 'Computed')
  const isVirtual =
    isFalse(computed?.named.get('persisted')) ||
    (dialect !== 'postgres' && computed !== undefined && !isTrue(computed.named.get('persisted')))
  const server = value.named.get('server_default')
  return {
    name: nameOf(first ?? value.named.get('name')),
    ...(type === undefined ? {} : { type }),
    ...(isFalse(value.named.get('nullable')) ? { notNull: true as const } : {}),
    ...(isKey ? { primaryKey: true as const } : {}),
    ...(isTrue(value.named.get('unique')) ? { unique: true as const } : {}),
    ...(parts.some(part => part.name === 'Identity') ? { numbered: 'identity' as const } : {}),
    ...(isTrue(value.named.get('autoincrement'))
      ? { numbered: dialect === 'postgres' ? ('serial' as const) : ('auto' as const) }
      : {}),
    ...(isGiven(server) ? { default: defaultOf(server, dialect) } : {}),
    ...(key === undefined ? {} : { references: referenceOf(argument(key, 0, 'column')) }),
    ...(computed === undefined
      ? {}
      : {
          ...(isVirtual ? { virtual: true as const } : { stored: true as const }),
          expression: nameOf(computed.args[0]),
        }),
  }
}

/** A text is a constant, `sa.text('…')` an expression. */
export function defaultOf(value: Value, dialect: DialectId): Expression {
  if (value.is === 'text') return { text: `'${value.text.replaceAll("'", "''")}'`, is: 'constant' }
  const sql = functionText(value) ?? sqlTextOf(value)
  if (sql?.is !== 'text') return { text: nameOf(value), is: 'unknown' }
  const text = sql.text
  return (
    sqlColumn(`text DEFAULT ${text}`, dialect)?.default ??
    sqlColumn(`text DEFAULT (${text})`, dialect)?.default ?? { text, is: 'unknown' }
  )
}

/** `sa.func.now()` */
function functionText(value: Value): Value | undefined {
  const isFunction =
    value.is === 'call' && value.on?.is === 'name' && /(?:^|\.)func$/.test(value.on.name) && value.args.length === 0
  return isFunction
    ? { offset: value.offset, endOffset: value.endOffset, is: 'text', text: `${value.name}()` }
    : undefined
}

/** The SQL of `sa.text('…')`, `text('…').bindparams(…)`, `DDL('…')`, or of a text itself. Undefined for a statement that SQLAlchemy puts together. */
export function sqlTextOf(value: Value | undefined): Value | undefined {
  if (value?.is !== 'call') return value
  const text = chainOf(value).calls.find(call => /^(?:text|DDL|literal_column|TextClause)$/.test(call.name))
  return text?.args[0]
}

/** `users.id`, `public.users.id` */
function referenceOf(value: Value | undefined): Reference {
  const parts = nameOf(value).split('.')
  const column = parts.pop()!
  const [name = '?', schema] = parts.reverse()
  return { table: { name, ...(schema === undefined ? {} : { schema }) }, columns: [column] }
}

/** `sa.UniqueConstraint('a', 'b', name='x')` and its kin, inside a table. */
export function constraintOf(call: Call): Constraint | undefined {
  const name = textOf(call.named.get('name'))
  const base = name === undefined ? {} : { name }
  const columns = call.args.flatMap(arg => textOf(arg) ?? [])
  switch (call.name) {
    case 'PrimaryKeyConstraint':
      return { type: 'primary-key', ...base, columns }
    case 'UniqueConstraint':
      return { type: 'unique', ...base, columns }
    case 'CheckConstraint':
      return { type: 'check', ...base, columns: [], expression: nameOf(sqlTextOf(call.args[0])) }
    case 'ForeignKeyConstraint': {
      const targets = namesOf(call.args[1]).map(text => text.split('.'))
      const parts = (targets[0] ?? ['?', '?']).slice(0, -1)
      const [table = '?', schema] = parts.reverse()
      const references = {
        table: { name: table, ...(schema === undefined ? {} : { schema }) },
        columns: targets.map(one => one.at(-1)!),
      }
      return { type: 'foreign-key', ...base, columns: namesOf(call.args[0]), references }
    }
    default:
      return call.name === 'ExcludeConstraint' ? { type: 'exclude', ...base, columns: [] } : undefined
  }
}

/** `sa.Index('ix', 'a', 'b', unique=True)` inside a table. */
export function indexOf(call: Call): Index | undefined {
  if (call.name !== 'Index') return undefined
  const [name, ...columns] = call.args
  return {
    ...(name?.is === 'text' ? { name: name.text } : {}),
    columns: columns.map(nameOf),
    ...(isTrue(call.named.get('unique')) ? { unique: true as const } : {}),
  }
}
