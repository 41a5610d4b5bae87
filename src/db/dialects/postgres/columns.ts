// Columns, their types and constraints.
import type { Column, ColumnType, Constraint, ConstraintType } from '../../statement.ts'
import type { Node } from './engine.ts'
import { columnsIn, kindOf } from './expressions.ts'
import { type Is, nameFrom, nameOf, stringsOf } from './nodes.ts'
import type { Source } from './source.ts'

type TypeName = NonNullable<Is<'ColumnDef'>['typeName']>

const shortNames: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  int: 'integer',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'char',
  decimal: 'numeric',
}

const serials: Readonly<Record<string, string>> = {
  smallserial: 'smallint',
  serial2: 'smallint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
}

/** `interval day to second` comes as a mask of its fields (postgres/src/include/utils/datetime.h, INTERVAL_MASK). */
const intervalFields: Readonly<Record<string, string>> = {
  2: 'month',
  4: 'year',
  6: 'year to month',
  8: 'day',
  1024: 'hour',
  1032: 'day to hour',
  2048: 'minute',
  3072: 'hour to minute',
  3080: 'day to minute',
  4096: 'second',
  6144: 'minute to second',
  7168: 'hour to second',
  7176: 'day to second',
}

export function typeOf({ names = [], typmods = [], arrayBounds = [] }: TypeName): ColumnType {
  const name = typeName(stringsOf(names))
  const all = typmods.flatMap(modifier)
  const args = name === 'interval' ? all.slice(1) : all
  const fields = name === 'interval' ? intervalFields[all[0] ?? ''] : undefined
  return {
    name: fields === undefined ? name : `${name} ${fields}`,
    ...(args.length === 0 ? {} : { args }),
    ...(arrayBounds.length === 0 ? {} : { array: true }),
  }
}

function typeName(parts: readonly string[]): string {
  const name = parts.at(-1) ?? ''
  if (parts.length > 1 && parts[0] !== 'pg_catalog') return parts.join('.').toLowerCase()
  // The one-byte type "char": the keyword gives pg_catalog.bpchar.
  if (name === 'char' && parts.length === 1) return '"char"'
  return shortNames[name] ?? serials[name] ?? name.toLowerCase()
}

function modifier(node: Node): string[] {
  if ('A_Const' in node) {
    const { ival, fval, sval } = node.A_Const
    return [sval?.sval ?? fval?.fval ?? String(ival?.ival ?? 0)]
  }
  return 'ColumnRef' in node ? stringsOf(node.ColumnRef.fields ?? []).slice(-1) : []
}

/** Undefined for what stands among the columns but is none. */
export function columnFrom(node: Node, source: Source): Column | undefined {
  if (!('ColumnDef' in node)) return undefined
  const { colname = '', typeName: type, constraints = [], collClause } = node.ColumnDef
  const column: { -readonly [Key in keyof Column]: Column[Key] } = { name: colname }
  if (type !== undefined) {
    column.type = typeOf(type)
    if (serials[stringsOf(type.names ?? []).at(-1) ?? ''] !== undefined) column.numbered = 'serial'
  }
  if (collClause !== undefined) column.collation = nameFrom(collClause.collname ?? []).name
  for (const one of constraints)
    if ('Constraint' in one)
      Object.assign(
        column,
        said(one.Constraint, source, () => nextTo(one.Constraint, node.ColumnDef)),
      )
  return column
}

/** Where what follows a constraint of a column begins. */
function nextTo(
  { location = 0 }: Is<'Constraint'>,
  { constraints = [], collClause }: Is<'ColumnDef'>,
): number | undefined {
  const others = constraints.map(one => ('Constraint' in one ? (one.Constraint.location ?? 0) : 0))
  return [...others, collClause?.location ?? 0].filter(other => other > location).sort(ascending)[0]
}

function ascending(left: number, right: number): number {
  return left - right
}

/** What one constraint of a column says. `next`: where the following one begins. */
function said(one: Is<'Constraint'>, source: Source, next: () => number | undefined): Partial<Column> {
  switch (one.contype) {
    case 'CONSTR_NOTNULL':
      return { notNull: true }
    case 'CONSTR_DEFAULT': {
      if (one.raw_expr === undefined) return {}
      const stop = next()
      const text = source.after('DEFAULT', one.location, stop === undefined ? {} : { stop })
      return { default: { text, is: kindOf(one.raw_expr) } }
    }
    case 'CONSTR_IDENTITY':
      return { numbered: 'identity' }
    case 'CONSTR_GENERATED': {
      const expression = source.inParentheses(one.location)
      return one.generated_kind === 's' ? { stored: true, expression } : { virtual: true, expression }
    }
    case 'CONSTR_PRIMARY':
      return { primaryKey: true }
    case 'CONSTR_UNIQUE':
      return { unique: true }
    case 'CONSTR_FOREIGN':
      return one.pktable === undefined ? {} : { references: referenceOf(one) }
    case 'CONSTR_CHECK':
      return { check: source.inParentheses(one.location) }
    default:
      return {}
  }
}

function referenceOf({ pktable, pk_attrs = [] }: Is<'Constraint'>): NonNullable<Column['references']> {
  const columns = stringsOf(pk_attrs)
  return { table: nameOf(pktable ?? {}), ...(columns.length === 0 ? {} : { columns }) }
}

const constraintTypes: Readonly<Record<string, ConstraintType>> = {
  CONSTR_PRIMARY: 'primary-key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign-key',
  CONSTR_CHECK: 'check',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not-null',
}

/** `column`: the one that the constraint is written at. */
export function constraintFrom(node: Node, source: Source, column?: string): Constraint | undefined {
  if (!('Constraint' in node)) return undefined
  const one = node.Constraint
  const type = constraintTypes[one.contype ?? '']
  if (type === undefined) return undefined
  const isCheck = type === 'check'
  const canBeUnenforced = isCheck || type === 'foreign-key'
  return {
    type,
    ...(one.conname === undefined ? {} : { name: one.conname }),
    columns: column === undefined || isCheck ? constrained(one) : [column],
    ...(type === 'foreign-key' ? { references: referenceOf(one) } : {}),
    ...(isCheck || type === 'exclude' ? { expression: source.inParentheses(one.location) } : {}),
    // A foreign key or check that is not enforced is not validated either: that is not what NOT VALID says.
    ...(one.skip_validation === true ? { notValid: true } : {}),
    ...(canBeUnenforced && one.is_enforced !== true ? { notEnforced: true } : {}),
    ...(one.indexname === undefined ? {} : { usingIndex: one.indexname }),
  }
}

function constrained({ raw_expr, keys = [], fk_attrs = [], exclusions = [] }: Is<'Constraint'>): string[] {
  if (raw_expr !== undefined) return columnsIn(raw_expr)
  const excluded = exclusions.flatMap(one => ('List' in one ? (one.List.items ?? []) : []))
  return [
    ...stringsOf(keys),
    ...stringsOf(fk_attrs),
    ...excluded.flatMap(one => ('IndexElem' in one && one.IndexElem.name !== undefined ? [one.IndexElem.name] : [])),
  ]
}

/** Keys and checks that stand at the columns of a CREATE TABLE. */
export function inlineConstraints(node: Node, source: Source): Constraint[] {
  if (!('ColumnDef' in node)) return []
  const { colname = '', constraints = [] } = node.ColumnDef
  return constraints.flatMap(one => {
    const constraint = constraintFrom(one, source, colname)
    return constraint === undefined || constraint.type === 'not-null' ? [] : [constraint]
  })
}
