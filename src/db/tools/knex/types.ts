// SQL types of Knex's column methods, as its dialects write them (knex, lib/dialects/*/schema/*-columncompiler.js).

import { entryOf, textOf } from '../../code/ecmascript/visit.ts'
import type { Value } from '../../code/script.ts'
import type { SqlText } from '../../code/sql-text.ts'

type Makes = (args: readonly Value[], sql: SqlText) => string

const number = (value: Value | undefined, otherwise: number) => (value?.is === 'number' ? value.value : otherwise)

const by =
  (postgres: string, mysql: string, sqlite: string): Makes =>
  (_args, sql) =>
    ({ postgres, mysql, sqlite })[sql.dialect]

const timestamp: Makes = ([, options], sql) => {
  if (sql.dialect !== 'postgres') return sql.dialect === 'mysql' ? 'timestamp' : 'datetime'
  const zoned = entryOf(options, 'useTz') ?? (options?.is === 'boolean' ? options : undefined)
  const bare = options?.is === 'boolean' ? options.value : zoned?.is === 'boolean' && !zoned.value
  return bare ? 'timestamp' : 'timestamptz'
}

const enumerated: Makes = ([, members, options], sql) => {
  const list = members?.is === 'list' ? members.items.map(item => sql.constant(item)).join(', ') : sql.text('?')
  const native = textOf(entryOf(options, 'enumName'))
  if (sql.dialect === 'mysql') return `enum(${list})`
  return sql.dialect === 'postgres' && native !== undefined ? sql.quoted(native) : 'text'
}

export const types: Readonly<Record<string, Makes>> = {
  string: ([, length]) => `varchar(${number(length, 255)})`,
  text: ([, size], sql) => (sql.dialect === 'mysql' ? (textOf(size) ?? 'text') : 'text'),
  integer: by('integer', 'int', 'integer'),
  int: by('integer', 'int', 'integer'),
  tinyint: by('smallint', 'tinyint', 'tinyint'),
  smallint: by('smallint', 'smallint', 'integer'),
  mediumint: by('integer', 'mediumint', 'integer'),
  bigint: by('bigint', 'bigint', 'bigint'),
  bigInteger: by('bigint', 'bigint', 'bigint'),
  float: ([, precision, scale], sql) =>
    sql.dialect === 'mysql'
      ? `float(${number(precision, 8)}, ${number(scale, 2)})`
      : sql.dialect === 'postgres'
        ? 'real'
        : 'float',
  double: by('double precision', 'double', 'float'),
  decimal: ([, precision, scale]) =>
    precision?.is === 'nothing' ? 'decimal' : `decimal(${number(precision, 8)}, ${number(scale, 2)})`,
  boolean: () => 'boolean',
  date: () => 'date',
  datetime: (args, sql) => (sql.dialect === 'mysql' ? 'datetime' : timestamp(args, sql)),
  dateTime: (args, sql) => (sql.dialect === 'mysql' ? 'datetime' : timestamp(args, sql)),
  timestamp,
  time: () => 'time',
  binary: by('bytea', 'blob', 'blob'),
  json: by('json', 'json', 'json'),
  jsonb: by('jsonb', 'json', 'json'),
  uuid: by('uuid', 'char(36)', 'char(36)'),
  geometry: () => 'geometry',
  geography: () => 'geography',
  point: () => 'point',
  enum: enumerated,
  enu: enumerated,
  specificType: ([, type]) => textOf(type) ?? 'some_name',
}

/** Numbered columns are primary keys unless they say otherwise. */
export const numbering: Readonly<Record<string, Makes>> = {
  increments: by('serial', 'int unsigned', 'integer'),
  bigincrements: by('bigserial', 'bigint unsigned', 'integer'),
  bigIncrements: by('bigserial', 'bigint unsigned', 'integer'),
  tinyincrements: by('smallserial', 'tinyint unsigned', 'integer'),
  smallincrements: by('smallserial', 'smallint unsigned', 'integer'),
  mediumincrements: by('serial', 'mediumint unsigned', 'integer'),
}
