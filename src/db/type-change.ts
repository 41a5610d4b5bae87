// Which changes of a column's type PostgreSQL makes without touching the rows. Source: "ALTER TABLE", Notes; numeric_support and
// varchar_support in numeric.c and varchar.c; measured on PostgreSQL 15 by test/scenarios/postgres-rules.test.ts.
import type { ColumnType } from './statement.ts'

/** `no`: neither table nor index is written again. `maybe`: the type that the column has now is not known. */
export function rewrites(from: ColumnType | undefined, to: ColumnType): 'yes' | 'no' | 'maybe' {
  if (from === undefined) return 'maybe'
  if (from.array === true || to.array === true) return isSame(from, to) ? 'no' : 'yes'
  if (isSame(from, to)) return 'no'
  if (isText(to) && (from.name === 'varchar' || from.name === 'text' || from.name === 'citext')) return 'no'
  if (from.name === 'text' && to.name === 'varchar') return 'yes'
  if (
    to.name === 'interval' &&
    from.name.startsWith('interval ') &&
    (to.args === undefined || !from.name.includes('second'))
  )
    return 'no'
  if (from.name === 'cidr' && to.name === 'inet') return 'no'
  if (from.name !== to.name || !growing.has(to.name)) return 'yes'
  return grows(from, to) ? 'no' : 'yes'
}

function isSame(a: ColumnType, b: ColumnType): boolean {
  return a.name === b.name && a.array === b.array && (a.args ?? []).join() === (b.args ?? []).join()
}

/** `varchar` without a length holds what `text` holds. */
function isText({ name, args = [] }: ColumnType): boolean {
  return name === 'text' || (name === 'varchar' && args.length === 0)
}

const growing = new Set(['varchar', 'varbit', 'numeric', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval'])

function grows(from: ColumnType, to: ColumnType): boolean {
  const [before, after] = [from.args ?? [], to.args ?? []]
  if (after.length === 0) return true
  if (before.length === 0) return /^(time|interval)/.test(to.name) && Number(after[0]) >= 6
  if (to.name === 'numeric' && (before[1] ?? '0') !== (after[1] ?? '0')) return false
  return Number(after[0]) >= Number(before[0])
}
