import type { Value } from '../../code/script.ts'

/** `%s` and `%(name)s` as texts of the same length, so that the SQL around them can be read and places stay. `%%` is one percent sign. */
export function withoutParameters(sql: Value | undefined): Value | undefined {
  if (sql?.is !== 'text') return sql
  const text = sql.text.replace(/%%|%(?:\(\w+\))?s/g, found =>
    found === '%%' ? '% ' : `'${'_'.repeat(found.length - 2)}'`,
  )
  return { ...sql, text }
}
