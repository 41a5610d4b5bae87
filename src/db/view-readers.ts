// Views are deployed code that lives in the database: what they read is read until they are gone.
import { laterAbout } from './beside.ts'
import { rewrite, sqlName } from './rewrite.ts'
import type { FileContext } from './rule.ts'
import type { Schema } from './schema.ts'
import { type DialectId, type Name, type Statement, shown } from './statement.ts'

/** Views that read the table (or this column of it) and that this file does not make anew afterwards. */
export function remainingReaders(
  statement: Statement,
  schema: Schema,
  context: FileContext,
  table: Name,
  column?: string,
): readonly Name[] {
  const isMadeAnew = (view: Name) => laterAbout(view, statement, context).some(later => later.kind === 'create-view')
  return schema.readers(table, column).filter(view => !isMadeAnew(view))
}

/** `the view sales still reads`, `the views a, b still read`. */
export function stillRead(views: readonly Name[]): string {
  const list = views.map(shown).join(', ')
  return views.length === 1 ? `the view ${list} still reads` : `the views ${list} still read`
}

/** Views out of the way first; what they offered belongs to the code by then. */
export function withoutReaders(views: readonly Name[], dialect: DialectId, sentence: string): string {
  return rewrite(
    sentence,
    views.map(view => `DROP VIEW ${sqlName(view, dialect)};`),
  )
}
