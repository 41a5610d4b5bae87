// Safe ways round an ALTER of MySQL or MariaDB that copies a table, ready to paste.
import { sameStatement } from './beside.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName } from './rewrite.ts'
import type { FileContext } from './rule.ts'
import type { Column, Name, Statement } from './statement.ts'

/** For changes that have no cheaper form. */
export const onlineTool =
  'Run it with a tool that copies the table beside the writes (gh-ost, pt-online-schema-change), or while nobody writes.'

/** The words that make a server refuse rather than touch the rows. INSTANT is known since MySQL 8.0.12 and MariaDB 10.3. */
export function untouched({ flavour, version }: FileContext): string {
  const first = flavour === 'mariadb' ? [10, 3] : [8, 0, 12]
  const differs = first.findIndex((part, at) => (version?.[at] ?? part) !== part)
  const isOlder = version !== undefined && differs >= 0 && version[differs]! < first[differs]!
  return isOlder ? 'ALGORITHM=INPLACE, LOCK=NONE' : 'ALGORITHM=INSTANT'
}

/** A new column takes the place of one that cannot be changed without a copy. */
export function columnBeside(table: Name, column: Column, context: FileContext): string {
  const next = `${column.name}_next`
  const at = sqlName(table, 'mysql')
  const definition = sqlDefinition({ ...column, name: next }, 'mysql', ['default', 'not-null'])
  const name = sqlColumn(next, 'mysql')
  return rewrite(
    'Add a column beside it, let the code write both, and copy in small steps:',
    [
      `ALTER TABLE ${at} ADD COLUMN ${definition}, ${untouched(context)};`,
      '-- when every running process writes both, again and again until no row is left:',
      `UPDATE ${at} SET ${name} = ${sqlColumn(column.name, 'mysql')} WHERE ${name} IS NULL LIMIT 10000;`,
    ],
    `Read the new column from then on, and drop ${column.name} in a later release. Or: ${onlineTool}`,
  )
}

/** The statement as SQL with words added at its end; undefined when it was not written as SQL, or does more than this one thing. */
export function withOptions(statement: Statement, context: FileContext, options: string): string | undefined {
  if (statement.inside !== undefined || !/^alter\s/i.test(statement.text)) return undefined
  const others = sameStatement(statement, context).filter(other => other !== statement && other.kind !== 'table-option')
  return others.length > 0 ? undefined : `${statement.text}, ${options};`
}
