import type { Value } from './script.ts'

/**
 * SQL whose values are given beside it, with a value of the same length in place of every placeholder: `?` and `:name` are no SQL of their
 * own, and no parser reads them. `??` is how PDO and knex write a real question mark.
 */
export function withoutPlaceholders(sql: string): string {
  return /[?:]/.test(sql) ? sql.replace(pieces, replaced) : sql
}

/** The same for a value of the code, arm by arm. */
export function valueWithoutPlaceholders(value: Value): Value {
  if (value.is === 'either') return { ...value, values: value.values.map(valueWithoutPlaceholders) }
  return value.is === 'text' ? { ...value, text: withoutPlaceholders(value.text) } : value
}

// Strings, quoted names, comments and dollar quotes stay as they are.
const pieces =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|\?\?|\?|(?<![\w:]):[A-Za-z_]\w*/g

function replaced(piece: string): string {
  if (piece === '??') return ' ?'
  if (piece === '?') return '0'
  return piece.startsWith(':') ? `'${'x'.repeat(piece.length - 2)}'` : piece
}
