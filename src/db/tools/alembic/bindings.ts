import type { Value } from '../../code/script.ts'

/** `:name` as a text of the same length, so that the SQL around it can be read and places stay. Casts (`::int`) and what stands in quotes stay. */
export function withoutBindings(sql: Value | undefined): Value | undefined {
  if (sql?.is !== 'text' || !sql.text.includes(':')) return sql
  const text = sql.text.replace(
    /'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|::|\\:|(?<![:\w]):[A-Za-z_]\w*/g,
    found => {
      if (found === '\\:') return ' :'
      return /^:\w/.test(found) ? `'${'_'.repeat(found.length - 2)}'` : found
    },
  )
  return { ...sql, text }
}
