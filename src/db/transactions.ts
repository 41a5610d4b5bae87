import type { Statement } from './statement.ts'
import type { Running } from './tool.ts'

/** For each statement whether it runs in a transaction with others; undefined where nobody knows. */
export function inTransaction(
  statements: readonly Statement[],
  by: Running['transaction'],
): readonly (boolean | undefined)[] {
  let now: boolean | undefined = by === 'unknown' ? undefined : by === 'file'
  return statements.map(statement => {
    const present = now
    const verb = verbOf(statement)
    if (verb === 'begin') now = true
    else if (verb === 'commit' || verb === 'rollback') now = false
    return present
  })
}

function verbOf(statement: Statement): string | undefined {
  if (statement.kind !== 'transaction' || statement.inside !== undefined) return undefined
  if (statement.verb !== undefined) return statement.verb
  if (/^(?:begin|start)\b/i.test(statement.text)) return 'begin'
  if (/\b(?:savepoint|release)\b|\brollback\b[^;]*\bto\b/i.test(statement.text)) return 'savepoint'
  return /^(?:commit|end)\b/i.test(statement.text) ? 'commit' : 'rollback'
}
