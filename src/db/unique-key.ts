// Unique indexes and unique constraints are one thing to the rows that are there.
import { sameColumn } from './beside.ts'
import type { FileContext } from './rule.ts'
import type { Schema } from './schema.ts'
import { type DialectId, type Index, keyOf, type Name, type Statement } from './statement.ts'

export interface UniqueKey {
  readonly table: Name
  readonly index: Index
}

/** The unique index that a statement builds. ADD CONSTRAINT … USING INDEX builds none. */
export function uniqueKeyOf(statement: Statement): UniqueKey | undefined {
  if (statement.kind === 'create-index')
    return statement.index.unique === true ? { table: statement.table, index: statement.index } : undefined
  if (statement.kind !== 'add-constraint') return undefined
  const { type, usingIndex, columns, name } = statement.constraint
  if (type !== 'unique' || usingIndex !== undefined) return undefined
  return { table: statement.table, index: { unique: true, columns, ...(name === undefined ? {} : { name }) } }
}

/** A table that is built anew: its rows, and what was known about them. */
interface Rebuilt {
  readonly table: Name
  readonly columns: readonly string[]
  readonly keys: readonly (readonly string[])[]
}

/** What was dropped, as it was: after the statement the schema has forgotten it. */
interface Notes {
  readonly seen: Set<Statement>
  /** By table, and by index where PostgreSQL does not say the table. */
  readonly keys: Map<string, UniqueKey[]>
  readonly tables: Map<string, Rebuilt>
}

const files = new WeakMap<FileContext, Notes>()

function notesOf(context: FileContext): Notes {
  const notes = files.get(context) ?? { seen: new Set(), keys: new Map(), tables: new Map() }
  files.set(context, notes)
  return notes
}

/** To be called at every statement, while what it drops still stands. */
export function noteDropped(statement: Statement, schema: Schema, context: FileContext): void {
  if (!statement.kind.startsWith('drop-')) return
  const notes = notesOf(context)
  if (notes.seen.has(statement)) return
  notes.seen.add(statement)
  if (statement.kind === 'drop-table') {
    for (const table of statement.tables) {
      const old = rebuild(statement, table, schema)
      if (old !== undefined) notes.tables.set(keyOf(table, statement.dialect), old)
    }
  } else
    for (const [under, key] of keysDropped(statement, schema))
      notes.keys.set(under, [...(notes.keys.get(under) ?? []), key])
}

function keysDropped(statement: Statement, schema: Schema): readonly (readonly [under: string, key: UniqueKey])[] {
  const { dialect } = statement
  if (statement.kind === 'drop-index')
    return statement.indexes.map(name => {
      const known = schema.index(name, statement.table)
      const table = known?.table ?? statement.table
      const index: Index = known?.index ?? { name: name.name, columns: [] }
      return table === undefined
        ? [unplaced(name.name), { table: name, index }]
        : [keyOf(table, dialect), { table, index }]
    })
  if (statement.kind !== 'drop-constraint' || statement.name === undefined) return []
  const known = schema.constraint(statement.table, statement.name)
  const unique = known?.type === 'unique' || known?.type === 'primary-key'
  const index: Index = { name: statement.name, columns: known?.columns ?? [], ...(unique ? { unique } : {}) }
  return [[keyOf(statement.table, dialect), { table: statement.table, index }]]
}

/** Where an index is noted that nobody knows the table of. */
function unplaced(index: string): string {
  return `index ${index.toLowerCase()}`
}

type Drop = Extract<Statement, { kind: 'drop-table' }>

function rebuild(statement: Drop, table: Name, schema: Schema): Rebuilt | undefined {
  const columns = schema.columns(table)?.map(column => column.name)
  if (columns === undefined || schema.isNewTable(table) || schema.successor(statement, table) === undefined)
    return undefined
  return { table, columns, keys: uniqueColumns(schema, table) }
}

/** The rows of a table that this file has built anew were there before. */
export function rebuiltBefore(table: Name, dialect: DialectId, context: FileContext): Rebuilt | undefined {
  return notesOf(context).tables.get(keyOf(table, dialect))
}

/** Nothing can collide: a key of the old table says more, or a column is empty because it is new. */
export function isImplied({ index }: UniqueKey, { columns, keys }: Rebuilt, dialect: DialectId): boolean {
  const isNew = (name: string) => !name.startsWith('(') && !columns.some(one => sameColumn(one, name, dialect))
  return index.columns.some(isNew) || keys.some(key => isWithin(key, index.columns, dialect))
}

/** Unique keys that the new table has and that the old one did not imply. */
export function addedByRebuild(drop: Drop, schema: Schema, context: FileContext): readonly UniqueKey[] {
  return drop.tables.flatMap(table => {
    const old = rebuiltBefore(table, drop.dialect, context)
    if (old === undefined) return []
    const next = schema.successor(drop, old.table)
    if (next === undefined) return []
    return uniqueColumns(schema, next.table)
      .map((columns): UniqueKey => ({ table: old.table, index: { unique: true, columns } }))
      .filter(key => !isImplied(key, old, drop.dialect))
  })
}

/** Columns of every unique key that stands. */
function uniqueColumns(schema: Schema, table: Name): readonly (readonly string[])[] {
  const facts = schema.table(table)
  return [
    ...(facts?.indexes ?? []).filter(one => one.unique === true && one.where === undefined),
    ...(facts?.constraints ?? []).filter(one => one.type === 'unique' || one.type === 'primary-key'),
  ].map(one => one.columns)
}

function isWithin(key: readonly string[], columns: readonly string[], dialect: DialectId): boolean {
  return key.length > 0 && key.every(one => columns.some(other => sameColumn(one, other, dialect)))
}

/** An index of the same name or columns, dropped before in this file, was not unique. */
export function turnsUnique({ dialect }: Statement, { table, index }: UniqueKey, context: FileContext): boolean {
  const { keys } = notesOf(context)
  const { name, columns } = index
  const old = [
    ...(keys.get(keyOf(table, dialect)) ?? []),
    ...(name === undefined ? [] : (keys.get(unplaced(name)) ?? [])),
  ]
  return old.some(
    one =>
      one.index.unique !== true &&
      ((name !== undefined && one.index.name?.toLowerCase() === name.toLowerCase()) ||
        sameColumns(one.index.columns, columns, dialect)),
  )
}

/** What every row satisfies already: a unique key over some of these columns stands, or stood until this file. */
export function wasNarrower(
  { dialect }: Statement,
  { table, index }: UniqueKey,
  schema: Schema,
  context: FileContext,
): boolean {
  const gone = notesOf(context).keys.get(keyOf(table, dialect)) ?? []
  const goneColumns = gone.filter(one => one.index.unique === true && one.index.where === undefined)
  return [...uniqueColumns(schema, table), ...goneColumns.map(one => one.index.columns)].some(key =>
    isWithin(key, index.columns, dialect),
  )
}

function sameColumns(a: readonly string[], b: readonly string[], dialect: DialectId): boolean {
  return a.length > 0 && a.length === b.length && a.every((one, at) => sameColumn(one, b[at]!, dialect))
}
