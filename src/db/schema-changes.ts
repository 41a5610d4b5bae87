import type { Statement } from './statement.ts'

const nothingToTakeBack = new Set<Statement['kind']>([
  'data',
  'transaction',
  'set',
  'change-scope',
  'other',
  'call',
  'maintenance',
  'validate-constraint',
])

/** Something that a way down would have to take back. Rows are another matter: what an UPDATE overwrote cannot be restored anyhow. */
export function changesSchema(statement: Statement): boolean {
  return !nothingToTakeBack.has(statement.kind)
}
