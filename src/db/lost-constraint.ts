// What a table no longer promises after a statement: keys and checks that go for good.
import { addedConstraints, allAbout, goes, laterAbout, sameColumn, sameName, sameStatement } from './beside.ts'
import { rewrite, sqlColumn, sqlColumns, sqlName } from './rewrite.ts'
import type { FileContext } from './rule.ts'
import type { Schema } from './schema.ts'
import { type Constraint, type ConstraintType, type DialectId, type Name, type Statement, shown } from './statement.ts'

export interface Lost {
  readonly table: Name
  readonly name: string | undefined
  /** As far as earlier migrations tell. */
  readonly constraint: Constraint | undefined
}

type Type = Extract<ConstraintType, 'foreign-key' | 'check' | 'primary-key'>

/** Quiet about what this file made itself, what comes back in it, and what goes together with its column or table. */
export function lostConstraints(
  statement: Statement,
  schema: Schema,
  context: FileContext,
  type: Type,
): readonly Lost[] {
  if (statement.kind === 'drop-table') return lostInRebuild(statement, schema, type)
  if (statement.kind !== 'drop-constraint' || schema.isNewTable(statement.table)) return []
  const { table, name } = statement
  const constraint = name === undefined ? ofType(schema, table, type)[0] : schema.constraint(table, name)
  if ((statement.type ?? constraint?.type ?? typeByName(name)) !== type) return []
  const lost: Lost = { table, name: name ?? constraint?.name, constraint }
  const columns = constraint?.columns ?? []
  const beside = sameStatement(statement, context)
  if (goes(beside, table, columns) || goes(laterAbout(table, statement, context), table, columns)) return []
  // MySQL's columns are taken away first, and a key that is not known any more has gone with one of them.
  if (constraint === undefined && beside.some(one => one.kind === 'drop-column')) return []
  return allAbout(table, statement, context).some(other => replaces(other, lost, type)) ? [] : [lost]
}

/** SQLite changes constraints by building the table anew: what the new one does not say is lost. */
function lostInRebuild(drop: Extract<Statement, { kind: 'drop-table' }>, schema: Schema, type: Type): Lost[] {
  return drop.tables.flatMap(table => {
    const successor = schema.successor(drop, table)
    if (successor === undefined || schema.isNewTable(table)) return []
    const kept = schema.table(successor.table)
    if (kept === undefined) return []
    const remaining = (columns: readonly string[]) =>
      columns.every(column => kept.columns?.some(one => sameColumn(one.name, column, drop.dialect)))
    return ofType(schema, table, type)
      .filter(old => remaining(old.columns) && !kept.constraints.some(one => isLike(one, old, drop.dialect)))
      .map(constraint => ({ table, name: constraint.name, constraint }))
  })
}

function ofType(schema: Schema, table: Name, type: Type): readonly Constraint[] {
  return (schema.table(table)?.constraints ?? []).filter(constraint => constraint.type === type)
}

function isLike(one: Constraint, other: Constraint, dialect: DialectId): boolean {
  if (one.type !== other.type) return false
  if (one.type === 'primary-key') return true
  if (one.name !== undefined && one.name === other.name) return true
  return one.columns.length > 0 && one.columns.some(a => other.columns.some(b => sameColumn(a, b, dialect)))
}

/** The same file makes one like it: it was made here for a while, or another takes its place. */
function replaces(other: Statement, lost: Lost, type: Type): boolean {
  const wanted = lost.constraint ?? { type, columns: [], ...(lost.name === undefined ? {} : { name: lost.name }) }
  return addedConstraints(other).some(
    added => sameName(added.table, lost.table, other.dialect) && isLike(added, wanted, other.dialect),
  )
}

/** PostgreSQL says only the name; the names that servers and frameworks make up tell what it is. */
function typeByName(name: string | undefined): ConstraintType | undefined {
  if (name === undefined) return undefined
  if (/(^|_)(fk|fkey|foreign)(_|$)/i.test(name)) return 'foreign-key'
  if (/(^|_)(pk|pkey|primary)$/i.test(name)) return 'primary-key'
  return /(^|_)(check|chk|ck)(_?\d*$|_)/i.test(name) ? 'check' : undefined
}

export function shownLost({ table, name, constraint }: Lost): string {
  const columns =
    constraint === undefined || constraint.columns.length === 0 ? '' : ` (${constraint.columns.join(', ')})`
  return `${name === undefined ? '' : `${name} `}of ${shown(table)}${columns}`
}

/** How one takes the place of another without a moment in which nothing is checked. */
export function replacedBy(
  { table, name, constraint }: Lost,
  dialect: DialectId,
  sentence: string,
): string | undefined {
  const said = saidAgain(constraint, dialect)
  if (said === undefined || dialect === 'sqlite') return undefined
  const at = `ALTER TABLE ${sqlName(table, dialect)}`
  const next = sqlColumn(`${(name ?? `${table.name}_new`).slice(0, 56)}_next`, dialect)
  const kind = dialect === 'mysql' && constraint?.type === 'foreign-key' ? 'FOREIGN KEY' : 'CONSTRAINT'
  const drop = name === undefined ? [] : [`${at} DROP ${kind} ${sqlColumn(name, dialect)};`]
  const add =
    dialect === 'postgres'
      ? [`${at} ADD CONSTRAINT ${next} ${said} NOT VALID;`, `${at} VALIDATE CONSTRAINT ${next};`]
      : [`${at} ADD CONSTRAINT ${next} ${said};`]
  return rewrite(sentence, [...add, ...drop])
}

function saidAgain(constraint: Constraint | undefined, dialect: DialectId): string | undefined {
  if (constraint?.type === 'check' && constraint.expression !== undefined)
    return `CHECK (${withoutParentheses(constraint.expression)})`
  if (constraint?.type !== 'foreign-key' || constraint.references === undefined) return undefined
  const { table, columns = [] } = constraint.references
  const target = columns.length === 0 ? '' : ` (${sqlColumns(columns, dialect)})`
  return `FOREIGN KEY (${sqlColumns(constraint.columns, dialect)}) REFERENCES ${sqlName(table, dialect)}${target}`
}

/** A text may come with the parentheses of its CHECK or without them. */
function withoutParentheses(text: string): string {
  return /^\([^()]*\)$/.test(text.trim()) ? text.trim().slice(1, -1) : text
}
