// Django's model fields as columns. Types: `data_types` of each of Django's database backends.
import { argument, isGiven, isTrue, itemsOf, nameOf, numberOf, textOf } from '../../code/arguments.ts'
import type { Call, Value } from '../../code/script.ts'
import type { Column, ColumnType, DialectId, Expression, Name } from '../../statement.ts'

type Types = Readonly<Record<DialectId, ColumnType>>

const same = (name: string): Types => each(name, name, name)

function each(postgres: string, mysql: string, sqlite: string): Types {
  return { postgres: typed(postgres), mysql: typed(mysql), sqlite: typed(sqlite) }
}

function typed(written: string): ColumnType {
  const [, name = written, args] = /^([a-z ]+?)(?:\((.*)\))?$/.exec(written.replace(' unsigned', '')) ?? []
  const type = { name, ...(args === undefined ? {} : { args: args.split(',') }) }
  return written.endsWith(' unsigned') ? { ...type, unsigned: true } : type
}

const types: Readonly<Record<string, Types>> = {
  AutoField: each('integer', 'int', 'integer'),
  BigAutoField: each('bigint', 'bigint', 'integer'),
  SmallAutoField: each('smallint', 'smallint', 'integer'),
  BigIntegerField: same('bigint'),
  BinaryField: each('bytea', 'longblob', 'blob'),
  BooleanField: each('boolean', 'tinyint(1)', 'bool'),
  NullBooleanField: each('boolean', 'tinyint(1)', 'bool'),
  DateField: same('date'),
  DateTimeField: each('timestamptz', 'datetime(6)', 'datetime'),
  DurationField: each('interval', 'bigint', 'bigint'),
  FloatField: each('double precision', 'double', 'real'),
  GenericIPAddressField: each('inet', 'char(39)', 'char(39)'),
  IPAddressField: each('inet', 'char(15)', 'char(15)'),
  IntegerField: each('integer', 'int', 'integer'),
  JSONField: each('jsonb', 'json', 'text'),
  PositiveBigIntegerField: each('bigint', 'bigint unsigned', 'bigint unsigned'),
  PositiveIntegerField: each('integer', 'int unsigned', 'integer unsigned'),
  PositiveSmallIntegerField: each('smallint', 'smallint unsigned', 'smallint unsigned'),
  SmallIntegerField: same('smallint'),
  TextField: each('text', 'longtext', 'text'),
  TimeField: each('time', 'time(6)', 'time'),
  UUIDField: each('uuid', 'char(32)', 'char(32)'),
  CITextField: same('citext'),
  HStoreField: same('hstore'),
  SearchVectorField: same('tsvector'),
}

/** Lengths that `CharField` and its kin have when nobody says one. */
const lengths: Readonly<Record<string, number>> = {
  CharField: 0,
  CICharField: 0,
  EmailField: 254,
  FileField: 100,
  FilePathField: 100,
  ImageField: 100,
  SlugField: 50,
  URLField: 200,
  CommaSeparatedIntegerField: 0,
}

const relations = new Set(['ForeignKey', 'OneToOneField', 'ParentalKey'])

/** A field of a model: its column, or the table of its own that a many-to-many relation has. */
export interface Field {
  readonly column: Column | undefined
  /** The column has an index of its own. */
  readonly indexed: boolean
  readonly joinTable?: { readonly table: string | undefined; readonly to: string | undefined }
  /** Django fills old rows with it and takes it back from the database. */
  readonly passing?: Expression
}

/** Undefined for what is no field with a column in view: `GenericForeignKey`, a field class of someone's own. */
export function fieldOf(name: string, value: Value | undefined, app: string, dialect: DialectId): Field | undefined {
  if (value?.is !== 'call') return undefined
  if (/ManyToManyField$/.test(value.name)) return manyToMany(value)
  if (/^(?:GenericForeignKey|GenericRelation)$/.test(value.name)) return { column: undefined, indexed: false }
  const isRelation = relations.has(value.name)
  const passing = defaultOf(value)
  const column: Column = {
    name: textOf(value.named.get('db_column')) ?? (isRelation ? `${name}_id` : name),
    ...typeOf(value, dialect),
    ...(isTrue(value.named.get('null')) || value.name === 'NullBooleanField' ? {} : { notNull: true }),
    ...(isTrue(value.named.get('primary_key')) ? { primaryKey: true } : {}),
    ...(isTrue(value.named.get('unique')) || value.name === 'OneToOneField' ? { unique: true } : {}),
    ...(/AutoField$/.test(value.name) ? { numbered: dialect === 'postgres' ? 'serial' : 'auto' } : {}),
    ...(isRelation && !isUnconstrained(value) ? referenceOf(value, app) : {}),
    ...databaseDefault(value),
  }
  const isKey = column.primaryKey === true || column.unique === true
  return { column, indexed: !isKey && isIndexed(value, isRelation), ...(passing === undefined ? {} : { passing }) }
}

function manyToMany(call: Call): Field {
  const to = textOf(argument(call, 0, 'to'))
  if (isGiven(call.named.get('through'))) return { column: undefined, indexed: false }
  return { column: undefined, indexed: false, joinTable: { table: textOf(call.named.get('db_table')), to } }
}

function typeOf(call: Call, dialect: DialectId): { readonly type?: ColumnType } {
  const length = lengths[call.name]
  if (length !== undefined) {
    const said = numberOf(call.named.get('max_length')) ?? length
    return { type: { name: 'varchar', ...(said === 0 ? {} : { args: [String(said)] }) } }
  }
  if (call.name === 'DecimalField') {
    const digits = [call.named.get('max_digits'), call.named.get('decimal_places')].map(numberOf)
    const args = dialect === 'sqlite' || digits.includes(undefined) ? {} : { args: digits.map(String) }
    return { type: { name: dialect === 'postgres' ? 'numeric' : 'decimal', ...args } }
  }
  if (call.name === 'ArrayField') {
    const base = argument(call, 0, 'base_field')
    const inner = base?.is === 'call' ? typeOf(base, dialect).type : undefined
    return inner === undefined ? {} : { type: { ...inner, array: true } }
  }
  const known = types[call.name]?.[dialect]
  return known === undefined ? {} : { type: known }
}

function isUnconstrained(call: Call): boolean {
  const said = call.named.get('db_constraint')
  return said?.is === 'boolean' && !said.value
}

function referenceOf(call: Call, app: string): { readonly references?: { readonly table: Name } } {
  const to = argument(call, 0, 'to')
  const model = to?.is === 'text' ? to.text : undefined
  return model === undefined ? {} : { references: { table: { name: tableOf(model, app) } } }
}

/** `shop.Order` or, of this app, `Order`. */
export function tableOf(model: string, app: string): string {
  const [first, second] = model.split('.')
  return second === undefined ? `${app}_${first}`.toLowerCase() : `${first}_${second}`.toLowerCase()
}

function isIndexed(call: Call, isRelation: boolean): boolean {
  const said = call.named.get('db_index')
  if (said?.is === 'boolean') return said.value
  return isRelation || call.name === 'SlugField'
}

/** A default that the database itself has (`db_default`, Django 5). */
function databaseDefault(call: Call): { readonly default?: Expression } {
  const said = call.named.get('db_default')
  return said === undefined
    ? {}
    : { default: { text: shownDefault(said), is: constant(said) ? 'constant' : 'unknown' } }
}

function defaultOf(call: Call): Expression | undefined {
  const said = call.named.get('default')
  const isStamped = isTrue(call.named.get('auto_now_add')) || isTrue(call.named.get('auto_now'))
  if (said === undefined) return isStamped ? { text: 'now', is: 'constant' } : undefined
  return said.is === 'nothing' ? undefined : { text: shownDefault(said), is: 'constant' }
}

function constant(value: Value): boolean {
  return value.is === 'text' || value.is === 'number' || value.is === 'boolean'
}

function shownDefault(value: Value): string {
  if (value.is === 'text') return `'${value.text.replaceAll("'", "''")}'`
  if (value.is === 'number' || value.is === 'boolean') return String(value.value)
  return value.is === 'call' ? `${value.name}()` : nameOf(value)
}

/** `[('id', models.AutoField(…)), …]` */
export function fieldsIn(
  value: Value | undefined,
  app: string,
  dialect: DialectId,
): {
  readonly fields: readonly { readonly name: string; readonly field: Field | undefined }[]
  readonly isWhole: boolean
} {
  const items = itemsOf(value)
  const fields = (items ?? []).flatMap(item => {
    const pair = itemsOf(item)
    if (pair === undefined || pair.length !== 2) return []
    const name = nameOf(pair[0])
    return [{ name, field: fieldOf(name, pair[1], app, dialect) }]
  })
  return { fields, isWhole: items !== undefined && fields.length === items.length }
}
