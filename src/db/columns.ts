import type { Column } from './statement.ts'
import { partsOf, type Token } from './tokens.ts'

const notColumns = new Set(
  'PRIMARY KEY INDEX UNIQUE FULLTEXT SPATIAL CONSTRAINT FOREIGN CHECK PERIOD LIKE VECTOR'.split(' '),
)

/** Columns of `(a int, b text, PRIMARY KEY (a))`, given what stands between the parentheses. For MySQL and SQLite. */
export function columnsOf(inner: readonly Token[]): Column[] {
  return partsOf(inner).flatMap(part => {
    const column = columnOf(part)
    return column === undefined ? [] : [column]
  })
}

/** Undefined when the part is a key or a constraint. */
export function columnOf(part: readonly Token[]): Column | undefined {
  const first = part[0]
  if (first === undefined || first.kind === 'punctuation' || notColumns.has(first.word)) return undefined
  return isVirtual(part) ? { name: first.value, virtual: true } : { name: first.value }
}

// `AS (expression)` is computed on reading unless it says STORED (MySQL, SQLite) or PERSISTENT (MariaDB).
function isVirtual(part: readonly Token[]): boolean {
  let depth = 0
  let generated = false
  for (const [index, token] of part.entries()) {
    if (token.word === '(') depth++
    else if (token.word === ')') depth--
    else if (depth > 0) continue
    else if (token.word === 'AS' && part[index + 1]?.word === '(') generated = true
    else if (token.word === 'STORED' || token.word === 'PERSISTENT') return false
  }
  return generated
}
