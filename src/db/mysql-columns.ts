// What MySQL and MariaDB do when a column is said again (MODIFY, CHANGE). Sources: MySQL 8.4 "17.12.1 Online DDL Operations"; for MariaDB
// what a 10.11 server accepts with ALGORITHM=INSTANT, NOCOPY, INPLACE and COPY.
import { sameStatement } from './beside.ts'
import type { FileContext, Flavour } from './rule.ts'
import type { Schema } from './schema.ts'
import type { Column, ColumnType, Name, Statement } from './statement.ts'

/** A column that holds data, before and after. */
export interface Redefined {
  readonly table: Name
  readonly before: Column
  readonly to: Column
}

/** Undefined when the statement says no column again, or when no migration tells what the column was. */
export function redefined(statement: Statement, schema: Schema): Redefined | undefined {
  if (statement.kind !== 'change-column' || statement.change.set !== 'definition') return undefined
  const { table, column, change } = statement
  if (schema.isNewColumn(table, column)) return undefined
  const before = schema.column(table, column)
  return before === undefined ? undefined : { table, before, to: change.to }
}

/** What a change costs: `copies` and blocks writes, `blocks` writes while it works in place, `rebuilds` the table beside the writes. */
export type Cost = 'copies' | 'blocks' | 'rebuilds'

const refused: Readonly<Record<Cost, readonly string[]>> = {
  copies: ['instant', 'nocopy', 'inplace'],
  blocks: ['instant'],
  rebuilds: ['instant', 'nocopy'],
}

/** The statement itself asks for something cheaper: then the server refuses it rather than doing this. */
export function refusesCost(statement: Statement, context: FileContext, cost: Cost): boolean {
  // Most statements say nothing of the kind, and files may hold thousands of them.
  if (!/algorithm|lock/i.test(statement.text)) return false
  return sameStatement(statement, context).some(other => {
    if (other.kind !== 'table-option') return false
    if (other.option === 'lock') return other.to === 'none' && cost !== 'rebuilds'
    return other.option === 'algorithm' && refused[cost].includes(other.to ?? '')
  })
}

/** Whether the new type makes the server copy the table. Members of ENUM and SET are looked at elsewhere. */
export function typeCopies({ before, to }: Pick<Redefined, 'before' | 'to'>, flavour: Flavour): boolean {
  const [old, next] = [before.type, to.type]
  if (old === undefined || next === undefined) return false
  if (old.name !== next.name) return true
  if ((old.unsigned ?? false) !== (next.unsigned ?? false)) return true
  if (next.name === 'varchar' || next.name === 'varbinary') return lengthCopies(before, to, flavour)
  if (isSized.test(next.name)) return argumentsOf(old) !== argumentsOf(next)
  return false
}

const isSized = /^(char|binary|bit|decimal|datetime|timestamp|time)$/

const defaultArguments: Readonly<Record<string, string>> = { char: '1', binary: '1', bit: '1', decimal: '10,0' }

function argumentsOf({ name, args = [] }: ColumnType): string {
  const said = name === 'decimal' && args.length === 1 ? [...args, '0'] : args
  return said.length === 0 ? (defaultArguments[name] ?? '0') : said.join(',')
}

/**
 * A longer VARCHAR costs nothing as long as its length byte is enough: MySQL keeps one byte up to 255 bytes; MariaDB copies only from
 * 128 to 255 bytes to more, since shorter rows tell their length in the same way in both formats.
 */
function lengthCopies(before: Column, to: Column, flavour: Flavour): boolean {
  const [old, next] = [bytesOf(before), bytesOf({ ...to, charset: charsetOf(to) ?? charsetOf(before) })]
  if (old === undefined || next === undefined) return false
  if (next < old) return true
  return next > 255 && old <= 255 && (flavour !== 'mariadb' || old > 127)
}

interface Measured {
  readonly type?: ColumnType
  readonly charset?: string | undefined
  readonly collation?: string
}

function bytesOf(column: Measured): number | undefined {
  const length = Number(column.type?.args?.[0])
  if (!Number.isInteger(length)) return undefined
  return column.type?.name === 'varbinary' ? length : length * (bytesPerCharacter[charsetOf(column) ?? ''] ?? 4)
}

const bytesPerCharacter: Readonly<Record<string, number>> = {
  latin1: 1,
  latin2: 1,
  ascii: 1,
  binary: 1,
  cp1251: 1,
  cp1252: 1,
  utf8: 3,
  utf8mb3: 3,
  ucs2: 2,
  utf8mb4: 4,
}

/** Of the column itself; a collation names its character set. */
export function charsetOf({ charset, collation }: Pick<Measured, 'charset' | 'collation'>): string | undefined {
  const said = charset ?? collation?.split('_')[0]
  return said === 'utf8' ? 'utf8mb3' : said
}

/** Whether another character set or collation makes the server copy the table; only where both are said. */
export function charsetCopies({ before, to }: Redefined, flavour: Flavour): boolean {
  const [old, next] = [charsetOf(before), charsetOf(to)]
  if (old === undefined || next === undefined) return false
  if (old !== next) return !(flavour === 'mariadb' && old === 'utf8mb3' && next === 'utf8mb4')
  if (flavour === 'mariadb' || before.collation === undefined || to.collation === undefined) return false
  return before.collation !== to.collation
}

const bits: Readonly<Record<'enum' | 'set', readonly number[]>> = { enum: [255], set: [8, 16, 24, 32] }

export type MemberChange = 'removed' | 'reordered' | 'inserted' | 'grown'

/** What happens to the members of an ENUM or SET. New ones at the end cost nothing, unless a value needs one byte more. */
export function membersChanged(
  { before, to }: Pick<Redefined, 'before' | 'to'>,
  type: 'enum' | 'set',
): { readonly is: MemberChange; readonly members: readonly string[] } | undefined {
  if (before.type?.name !== type || to.type?.name !== type) return undefined
  const [old, next] = [before.type.args ?? [], to.type.args ?? []]
  const gone = old.filter(member => !next.includes(member))
  if (gone.length > 0) return { is: 'removed', members: gone }
  const kept = next.filter(member => old.includes(member))
  const moved = kept.filter((member, at) => old[at] !== member)
  if (moved.length > 0) return { is: 'reordered', members: moved }
  const fresh = next.filter(member => !old.includes(member))
  if (old.some((member, at) => next[at] !== member)) return { is: 'inserted', members: fresh }
  const grows = bits[type].some(limit => old.length <= limit && next.length > limit)
  return grows ? { is: 'grown', members: fresh } : undefined
}

/** The whole reason why the statement copies is another one: then nothing more needs to be said about the column. */
export function copiesAnyway(change: Redefined, flavour: Flavour): boolean {
  return (
    typeCopies(change, flavour) ||
    charsetCopies(change, flavour) ||
    membersChanged(change, 'enum') !== undefined ||
    membersChanged(change, 'set') !== undefined ||
    generationChanged(change) !== undefined
  )
}

export type GenerationChange = 'stored-expression' | 'virtual-expression' | 'kind'

/** What happens to a generated column. */
export function generationChanged({ before, to }: Pick<Redefined, 'before' | 'to'>): GenerationChange | undefined {
  const [old, next] = [generationOf(before), generationOf(to)]
  if (old !== next) return 'kind'
  if (old === 'plain' || sameText(before.expression, to.expression)) return undefined
  return old === 'stored' ? 'stored-expression' : 'virtual-expression'
}

function generationOf({ virtual, stored }: Column): 'plain' | 'virtual' | 'stored' {
  return virtual === true ? 'virtual' : stored === true ? 'stored' : 'plain'
}

function sameText(a: string | undefined, b: string | undefined): boolean {
  const bare = (text: string | undefined) => text?.replaceAll(/[\s`()]/g, '').toLowerCase()
  return bare(a) === bare(b)
}

/** NULL where NOT NULL was, or the other way round. */
export function nullabilityChanged(
  { before, to }: Redefined,
  schema: Schema,
  table: Name,
): 'required' | 'optional' | undefined {
  // A TIMESTAMP that says neither is NOT NULL on some servers and nullable on others (explicit_defaults_for_timestamp).
  if (before.type?.name === 'timestamp' || to.type?.name === 'timestamp') return undefined
  const required = before.notNull === true || before.primaryKey === true || inPrimaryKey(schema, table, before.name)
  const now = to.notNull === true || to.primaryKey === true || inPrimaryKey(schema, table, before.name)
  return required === now ? undefined : now ? 'required' : 'optional'
}

function inPrimaryKey(schema: Schema, table: Name, column: string): boolean {
  return (schema.table(table)?.constraints ?? []).some(
    ({ type, columns }) => type === 'primary-key' && columns.some(one => one.toLowerCase() === column.toLowerCase()),
  )
}
