// What the rules about FULLTEXT and SPATIAL indexes have in common (Atlas MY134, MY135).
import { refusesCost } from './mysql-columns.ts'
import { onlineTool } from './mysql-rewrites.ts'
import { rewrite, sqlCreateIndex } from './rewrite.ts'
import type { FileContext, Found } from './rule.ts'
import type { Schema } from './schema.ts'
import { type Statement, shown } from './statement.ts'

/** One finding when the statement builds such an index on a table that holds rows. */
export function* blockingIndex(
  statement: Statement,
  schema: Schema,
  context: FileContext,
  method: 'fulltext' | 'spatial',
): Iterable<Found> {
  if (statement.kind !== 'create-index' || statement.index.method !== method) return
  const { table, index } = statement
  if (schema.isNewTable(table) || refusesCost(statement, context, 'blocks')) return
  yield {
    what: `Blocks writes to ${shown(table)} while a ${method.toUpperCase()} index over ${index.columns.join(', ')} is built.`,
    instead: rewrite(
      'Do it in a migration of its own when nobody writes, and wait for nobody longer than some seconds:',
      ['SET SESSION lock_wait_timeout = 5;', sqlCreateIndex(table, index, 'mysql')],
      `Or: ${onlineTool}`,
    ),
  }
}
