// Unique indexes and unique constraints are one thing to the rows that are there.
import { sameColumn, sameName, sameStatement } from './beside.ts'
import type { FileContext } from './rule.ts'
import type { Schema } from './schema.ts'
import type { DialectId, Index, Name, Statement } from './statement.ts'

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

/** What was dropped, as it was: after the statement the schema has forgotten it. */
const dropped = new WeakMap<Statement, readonly UniqueKey[]>()

/** To be called at every statement, while what it drops still stands. */
export function noteDropped(statement: Statement, schema: Schema): void {
  if (statement.kind === 'drop-index') {
    const found = statement.indexes.map(
      name =>
        schema.index(name, statement.table) ?? {
          table: statement.table ?? name,
          index: { name: name.name, columns: [] },
        },
    )
    dropped.set(statement, found)
  }
  if (statement.kind !== 'drop-constraint' || statement.name === undefined) return
  const known = schema.constraint(statement.table, statement.name)
  const unique = known?.type === 'unique' || known?.type === 'primary-key'
  const index: Index = { name: statement.name, columns: known?.columns ?? [], ...(unique ? { unique } : {}) }
  dropped.set(statement, [{ table: statement.table, index }])
}

/** An index of the same name or columns, dropped before in this file, was not unique. */
export function turnsUnique(
  statement: Statement,
  { table, index }: UniqueKey,
  schema: Schema,
  context: FileContext,
): boolean {
  const { dialect } = statement
  return droppedBefore(statement, schema, context).some(old => {
    if (old.index.unique === true) return false
    const named = index.name !== undefined && old.index.name?.toLowerCase() === index.name.toLowerCase()
    const like = sameName(old.table, table, dialect) && sameColumns(old.index.columns, index.columns, dialect)
    return named || like
  })
}

/** What every row satisfies already: a unique key over some of these columns stands, or stood until this file. */
export function wasNarrower(
  statement: Statement,
  { table, index }: UniqueKey,
  schema: Schema,
  context: FileContext,
): boolean {
  const { dialect } = statement
  const facts = schema.table(table)
  const standing = [
    ...(facts?.indexes ?? []).filter(one => one.unique === true && one.where === undefined),
    ...(facts?.constraints ?? []).filter(one => one.type === 'unique' || one.type === 'primary-key'),
  ].map(one => one.columns)
  const gone = droppedBefore(statement, schema, context)
    .filter(one => one.index.unique === true && one.index.where === undefined && sameName(one.table, table, dialect))
    .map(one => one.index.columns)
  const narrower = (columns: readonly string[]) =>
    columns.length > 0 && columns.every(one => index.columns.some(other => sameColumn(one, other, dialect)))
  return [...standing, ...gone].some(narrower)
}

function droppedBefore(statement: Statement, schema: Schema, context: FileContext): readonly UniqueKey[] {
  return [...schema.before, ...sameStatement(statement, context)].flatMap(one => dropped.get(one) ?? [])
}

function sameColumns(a: readonly string[], b: readonly string[], dialect: DialectId): boolean {
  return a.length > 0 && a.length === b.length && a.every((one, at) => sameColumn(one, b[at]!, dialect))
}
