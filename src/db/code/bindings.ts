import type { Value } from './script.ts'

/**
 * SQL whose values are given beside it, with a value of the same length in place of every placeholder: `?` and `:name` are no SQL of their
 * own, and no parser reads them. `??` is how PDO and knex write a real question mark.
 */
export function withoutPlaceholders(value: Value): Value {
  if (value.is === 'either') return { ...value, values: value.values.map(withoutPlaceholders) }
  if (value.is !== 'text' || !/[?:]/.test(value.text)) return value
  return { ...value, text: value.text.replace(pieces, replaced) }
}

// Strings, quoted names, comments and dollar quotes stay as they are.
const pieces =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1|\?\?|\?|(?<![\w:]):[A-Za-z_]\w*/g

function replaced(piece: string): string {
  if (piece === '??') return ' ?'
  if (piece === '?') return '0'
  return piece.startsWith(':') ? `'${'x'.repeat(piece.length - 2)}'` : piece
}
