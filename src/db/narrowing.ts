// Whether every value of one type fits into another. Only what is certain counts: types that are not compared here are not said to narrow.
import type { ColumnType, DialectId } from './statement.ts'

/** Why values may not fit; undefined when they all do, or when nothing certain can be said. */
export function narrowing(from: ColumnType, to: ColumnType, dialect: DialectId): string | undefined {
  if (from.array === true || to.array === true) return undefined
  return integers(from, to) ?? texts(from, to, dialect) ?? numerics(from, to) ?? times(from, to) ?? binaries(from, to)
}

/** Bytes of an integer. */
const width: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  smallserial: 2,
  mediumint: 3,
  int: 4,
  integer: 4,
  serial: 4,
  bigint: 8,
  bigserial: 8,
}

function integers(from: ColumnType, to: ColumnType): string | undefined {
  const [had, has] = [width[from.name], width[to.name]]
  if (has === undefined) return undefined
  if (had === undefined) return fractions.has(from.name) ? 'fractions are cut off or refused' : undefined
  if (has < had) return 'larger numbers no longer fit'
  if (to.unsigned === true && from.unsigned !== true) return 'negative numbers no longer fit'
  return has === had && from.unsigned === true && to.unsigned !== true ? 'larger numbers no longer fit' : undefined
}

const fractions = new Set(['numeric', 'decimal', 'float', 'double', 'double precision', 'real', 'float4', 'float8'])
const endless = Number.POSITIVE_INFINITY

/** How many characters fit: MySQL's texts are counted in bytes, which is never more characters. */
function characters({ name, args }: ColumnType, dialect: DialectId): number | undefined {
  const length = args?.[0] === undefined ? undefined : Number(args[0])
  if (/^(n?char|character|bpchar)$/.test(name)) return length ?? 1
  if (/^(n?varchar|character varying|nvarchar|varchar2)$/.test(name))
    return length ?? (dialect === 'mysql' ? undefined : endless)
  if (dialect !== 'mysql') return name === 'text' || name === 'citext' ? endless : undefined
  return { tinytext: 255, text: 65_535, mediumtext: 16_777_215, longtext: 4_294_967_295 }[name]
}

function texts(from: ColumnType, to: ColumnType, dialect: DialectId): string | undefined {
  const [had, has] = [characters(from, dialect), characters(to, dialect)]
  if (had === undefined || has === undefined || has >= had) return undefined
  return `texts of more than ${has} characters no longer fit`
}

function numerics(from: ColumnType, to: ColumnType): string | undefined {
  if (/^(double|double precision|float8)$/.test(from.name) && /^(real|float|float4)$/.test(to.name))
    return 'digits are lost'
  const exact = /^(numeric|decimal)$/
  if (!exact.test(to.name) || to.args?.[0] === undefined) return undefined
  const [precision, scale] = digits(to)
  if (width[from.name] !== undefined && precision - scale < (integerDigits[width[from.name]!] ?? 0))
    return 'larger numbers no longer fit'
  if (!exact.test(from.name)) return undefined
  const [hadPrecision, hadScale] = digits(from)
  if (precision - scale < hadPrecision - hadScale) return 'larger numbers no longer fit'
  return scale < hadScale ? 'digits after the point are rounded away' : undefined
}

const integerDigits: Readonly<Record<number, number>> = { 1: 3, 2: 5, 3: 8, 4: 10, 8: 19 }

function digits({ args }: ColumnType): [precision: number, scale: number] {
  if (args?.[0] === undefined) return [endless, 0]
  return [Number(args[0]), Number(args[1] ?? 0)]
}

function times(from: ColumnType, to: ColumnType): string | undefined {
  const moment = /^(timestamp|timestamptz|datetime|timestamp with(out)? time zone)$/
  if (!moment.test(from.name)) return undefined
  if (to.name === 'date') return 'the time of day is cut off'
  if (/^time(tz| .*)?$/.test(to.name) && !moment.test(to.name)) return 'the day is cut off'
  return to.name === 'year' ? 'everything but the year is cut off' : undefined
}

const blobs: Readonly<Record<string, number>> = {
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: 4_294_967_295,
}

function binaries(from: ColumnType, to: ColumnType): string | undefined {
  const size = ({ name, args }: ColumnType) =>
    blobs[name] ?? (/^(var)?binary$/.test(name) && args?.[0] !== undefined ? Number(args[0]) : undefined)
  const [had, has] = [size(from), size(to)]
  return had === undefined || has === undefined || has >= had ? undefined : `more than ${has} bytes no longer fit`
}
