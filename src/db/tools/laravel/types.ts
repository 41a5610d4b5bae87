// What Laravel's grammars make of a Blueprint's columns: https://laravel.com/docs/migrations#available-column-types, and the `type…` methods of
// Illuminate\Database\Schema\Grammars.
import type { Value } from '../../code/script.ts'
import { toldBy } from '../../code/values.ts'
import type { ColumnType, DialectId } from '../../statement.ts'

/** What follows the column's name in the arguments. */
type Extra = 'none' | 'length' | 'precision' | 'decimal' | 'members' | 'increment'

interface Kind {
  readonly names: Readonly<Record<DialectId, string>>
  readonly extra: Extra
  readonly unsigned?: true
  readonly numbered?: true
  /** Fixed length or precision. */
  readonly args?: Partial<Record<DialectId, readonly string[]>>
}

function kind(names: string, extra: Extra = 'none', more: Omit<Kind, 'names' | 'extra'> = {}): Kind {
  const [postgres = '', mysql = postgres, sqlite = mysql] = names.split('|')
  return { names: { postgres, mysql, sqlite }, extra, ...more }
}

const unsigned = { unsigned: true } as const
const numbered = { unsigned: true, numbered: true } as const
const spatial = 'geometry|geometry|geometry'

const kinds: Readonly<Record<string, Kind>> = {
  char: kind('char|char|varchar', 'length'),
  string: kind('varchar|varchar|varchar', 'length'),
  tinytext: kind('varchar|tinytext|text', 'none', { args: { postgres: ['255'] } }),
  text: kind('text'),
  mediumtext: kind('text|mediumtext|text'),
  longtext: kind('text|longtext|text'),
  integer: kind('integer|int|integer', 'increment'),
  tinyinteger: kind('smallint|tinyint|integer', 'increment'),
  smallinteger: kind('smallint|smallint|integer', 'increment'),
  mediuminteger: kind('integer|mediumint|integer', 'increment'),
  biginteger: kind('bigint|bigint|integer', 'increment'),
  unsignedinteger: kind('integer|int|integer', 'increment', unsigned),
  unsignedtinyinteger: kind('smallint|tinyint|integer', 'increment', unsigned),
  unsignedsmallinteger: kind('smallint|smallint|integer', 'increment', unsigned),
  unsignedmediuminteger: kind('integer|mediumint|integer', 'increment', unsigned),
  unsignedbiginteger: kind('bigint|bigint|integer', 'increment', unsigned),
  foreignid: kind('bigint|bigint|integer', 'none', unsigned),
  id: kind('bigint|bigint|integer', 'none', numbered),
  increments: kind('integer|int|integer', 'none', numbered),
  integerincrements: kind('integer|int|integer', 'none', numbered),
  tinyincrements: kind('smallint|tinyint|integer', 'none', numbered),
  smallincrements: kind('smallint|smallint|integer', 'none', numbered),
  mediumincrements: kind('integer|mediumint|integer', 'none', numbered),
  bigincrements: kind('bigint|bigint|integer', 'none', numbered),
  float: kind('double precision|double|float'),
  double: kind('double precision|double|double'),
  decimal: kind('numeric|decimal|numeric', 'decimal'),
  unsignedfloat: kind('double precision|double|float', 'none', unsigned),
  unsigneddouble: kind('double precision|double|double', 'none', unsigned),
  unsigneddecimal: kind('numeric|decimal|numeric', 'decimal', unsigned),
  boolean: kind('boolean|tinyint|tinyint', 'none', { args: { mysql: ['1'], sqlite: ['1'] } }),
  enum: kind('varchar|enum|varchar', 'members', { args: { postgres: ['255'] } }),
  set: kind('set|set|set', 'members'),
  json: kind('json|json|text'),
  jsonb: kind('jsonb|json|text'),
  date: kind('date'),
  datetime: kind('timestamp|datetime|datetime', 'precision'),
  datetimetz: kind('timestamptz|datetime|datetime', 'precision'),
  time: kind('time|time|time', 'precision'),
  timetz: kind('timetz|time|time', 'precision'),
  timestamp: kind('timestamp|timestamp|datetime', 'precision'),
  timestamptz: kind('timestamptz|timestamp|datetime', 'precision'),
  year: kind('integer|year|integer'),
  binary: kind('bytea|blob|blob'),
  uuid: kind('uuid|char|varchar', 'none', { args: { mysql: ['36'] } }),
  foreignuuid: kind('uuid|char|varchar', 'none', { args: { mysql: ['36'] } }),
  ulid: kind('char|char|varchar', 'none', { args: { postgres: ['26'], mysql: ['26'] } }),
  foreignulid: kind('char|char|varchar', 'none', { args: { postgres: ['26'], mysql: ['26'] } }),
  ipaddress: kind('inet|varchar|varchar', 'none', { args: { mysql: ['45'] } }),
  macaddress: kind('macaddr|varchar|varchar', 'none', { args: { mysql: ['17'] } }),
  geometry: kind(spatial),
  geography: kind('geography|geometry|geometry'),
  point: kind('geometry|point|geometry'),
  linestring: kind('geometry|linestring|geometry'),
  polygon: kind('geometry|polygon|geometry'),
  geometrycollection: kind('geometry|geometrycollection|geometry'),
  multipoint: kind('geometry|multipoint|geometry'),
  multilinestring: kind('geometry|multilinestring|geometry'),
  multipolygon: kind('geometry|multipolygon|geometry'),
  multipolygonz: kind('geometry|multipolygon|geometry'),
  vector: kind('vector|vector|vector', 'length'),
  tsvector: kind('tsvector'),
  rawcolumn: kind('unknown'),
}

/** The kind of column that a Blueprint's method makes, by its name in lower case. */
export function kindOf(method: string): Kind | undefined {
  return Object.hasOwn(kinds, method) ? kinds[method] : undefined
}

/** Names of the second parameter, for named arguments. */
const lengths = ['length', 'precision', 'total', 'allowed', 'dimensions']

export function typeOf(
  of: Kind,
  rest: readonly Value[],
  named: ReadonlyMap<string, Value>,
  dialect: DialectId,
): ColumnType {
  const first = rest[0] ?? lengths.map(name => named.get(name)).find(value => value !== undefined)
  const args = of.args?.[dialect] ?? given(of.extra, first, rest[1] ?? named.get('places'), dialect)
  return { name: of.names[dialect], ...(args === undefined ? {} : { args }) }
}

function given(
  extra: Extra,
  first: Value | undefined,
  second: Value | undefined,
  dialect: DialectId,
): readonly string[] | undefined {
  if (extra === 'members') return dialect === 'mysql' ? membersIn(first) : undefined
  if (dialect === 'sqlite' || extra === 'none' || extra === 'increment') return undefined
  if (extra === 'length') return [numberIn(first) ?? '255']
  if (extra === 'decimal') return [numberIn(first) ?? '8', numberIn(second) ?? '2']
  const precision = numberIn(first) ?? '0'
  return precision === '0' && dialect === 'mysql' ? undefined : [precision]
}

function numberIn(value: Value | undefined): string | undefined {
  return value?.is === 'number' ? String(value.value) : undefined
}

/** Only when each of them is written there: a member that is merely not seen is not gone. */
function membersIn(value: Value | undefined): readonly string[] | undefined {
  const members = value?.is === 'list' ? toldBy(value) : []
  return members.length > 0 && members.every(one => one.isSure) ? members.map(one => one.name) : undefined
}
