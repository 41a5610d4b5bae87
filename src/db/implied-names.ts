// Names that a server gives to constraints and indexes that were made without one.
// Sources: PostgreSQL indexcmds.c ChooseIndexName and makeObjectName; MySQL "13.1.20 CREATE TABLE" and "Foreign key constraints".
import type { Column, Constraint, ConstraintType, DialectId, Index, Name } from './statement.ts'

const labels: Readonly<Record<ConstraintType, string>> = {
  'primary-key': 'pkey',
  unique: 'key',
  'foreign-key': 'fkey',
  check: 'check',
  exclude: 'excl',
  'not-null': 'not_null',
}

/** A constraint with the name it really has, unless the dialect gives none that anybody can use. */
export function named(constraint: Constraint, table: Name, taken: readonly string[], dialect: DialectId): Constraint {
  if (constraint.name !== undefined || dialect === 'sqlite') return constraint
  const name =
    dialect === 'postgres' ? postgresName(constraint, table.name, taken) : mysqlName(constraint, table.name, taken)
  return name === undefined ? constraint : { ...constraint, name }
}

export function namedIndex(index: Index, table: Name, taken: readonly string[], dialect: DialectId): Index {
  if (index.name !== undefined || dialect === 'sqlite') return index
  if (dialect === 'mysql') return { ...index, name: numbered(index.columns[0] ?? '', taken) }
  const columns = index.columns.map(column => (/^\(/.test(column) ? 'expr' : column))
  return { ...index, name: free(n => joined(table.name, columns.join('_'), `idx${n}`), taken) }
}

function postgresName({ type, columns }: Constraint, table: string, taken: readonly string[]): string {
  const label = labels[type]
  if (type === 'primary-key') return free(n => joined(table, '', `${label}${n}`), taken)
  const told = type === 'check' && columns.length !== 1 ? '' : columns.join('_')
  return free(n => joined(table, told, `${label}${n}`), taken)
}

function mysqlName({ type, columns }: Constraint, table: string, taken: readonly string[]): string | undefined {
  if (type === 'primary-key') return 'PRIMARY'
  if (type === 'unique') return numbered(columns[0] ?? '', taken)
  if (type === 'foreign-key') return counted(`${table}_ibfk_`, taken)
  return undefined
}

/** `users_email_key`; the longer part is cut so that all of it fits into 63 bytes. */
function joined(table: string, columns: string, label: string): string {
  let [first, second] = [table, columns]
  const room = 63 - label.length - (columns === '' ? 1 : 2)
  while (first.length + second.length > room)
    if (first.length > second.length) first = first.slice(0, -1)
    else second = second.slice(0, -1)
  return [first, ...(columns === '' ? [] : [second]), label].join('_')
}

function free(name: (suffix: string) => string, taken: readonly string[]): string {
  for (let n = 0; ; n++) {
    const tried = name(n === 0 ? '' : String(n))
    if (!taken.includes(tried)) return tried
  }
}

function numbered(column: string, taken: readonly string[]): string {
  return free(n => (n === '' ? column : `${column}_${Number(n) + 1}`), taken)
}

function counted(stem: string, taken: readonly string[]): string {
  return free(n => `${stem}${n === '' ? 1 : Number(n) + 1}`, taken)
}

/** What stands inline in a column, as constraints of their own. */
export function inlineConstraints(column: Column): Constraint[] {
  const columns = [column.name]
  const { primaryKey, unique, references, check } = column
  return [
    ...(primaryKey === true ? [{ type: 'primary-key' as const, columns }] : []),
    ...(unique === true ? [{ type: 'unique' as const, columns }] : []),
    ...(check === undefined ? [] : [{ type: 'check' as const, columns, expression: check }]),
    ...(references === undefined ? [] : [{ type: 'foreign-key' as const, columns, references }]),
  ]
}

/** Tables that an implied name may belong to: of `users_email_key` these are `users_email` and `users`. */
export function tablesImplied(name: string): string[] {
  if (!/_(?:pkey|key|idx|excl)\d*$/.test(name)) return []
  const parts = name.split('_')
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join('_'))
}
