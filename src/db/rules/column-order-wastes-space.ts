import { defineRule } from '../rule.ts'
import { type Column, shown } from '../statement.ts'

export default defineRule({
  id: 'column-order-wastes-space',
  title: 'Columns in an order that wastes space',
  code: 'PG110',
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'PostgreSQL puts each value at a multiple of its size: a small column before a large one leaves a gap in every row.',
  instead: 'Write the columns from the largest fixed size to the smallest, and those of varying length last.',
  examples: [
    {
      bad: 'CREATE TABLE t (active boolean, id bigint, seen boolean, at timestamptz);',
      good: 'CREATE TABLE t (id bigint, at timestamptz, active boolean, seen boolean);',
    },
    {
      bad: 'CREATE TABLE t (a smallint, b bigint, name text);',
      good: 'CREATE TABLE t (a integer, b integer, c bigint, name text, active boolean);',
    },
  ],
  *check(statement) {
    if (statement.kind !== 'create-table' || statement.columns === undefined || statement.temporary) return
    const { columns, table } = statement
    const sorted = columns.toSorted((a, b) => (sizeOf(b) ?? 0) - (sizeOf(a) ?? 0))
    const saved = wasted(columns) - wasted(sorted)
    if (saved <= 0) return
    yield {
      what: `The order of the columns of ${shown(table)} wastes ${saved} bytes in each row.`,
      instead: `Write them in this order: ${sorted.map(column => column.name).join(', ')}.`,
    }
  },
})

/** Bytes that a value takes and is aligned to (pg_type.typlen, typalign); undefined when its length varies. */
function sizeOf({ type }: Column): number | undefined {
  return type === undefined || type.array === true ? undefined : sizes[type.name]
}

const sizes: Readonly<Record<string, number>> = {
  bigint: 8,
  'double precision': 8,
  timestamp: 8,
  timestamptz: 8,
  time: 8,
  money: 8,
  integer: 4,
  real: 4,
  date: 4,
  oid: 4,
  smallint: 2,
  boolean: 1,
  '"char"': 1,
}

// What follows a value of varying length begins anywhere: no gap can be told there.
function wasted(columns: readonly Column[]): number {
  let [at, gaps] = [0, 0]
  for (const column of columns) {
    const size = sizeOf(column)
    if (size === undefined) {
      at = 0
      continue
    }
    const gap = (size - (at % size)) % size
    gaps += gap
    at += gap + size
  }
  return gaps
}
