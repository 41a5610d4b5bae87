import type { Column } from './statement.ts'
import type { Token } from './tokens.ts'

/** Words that begin a key or a constraint among the columns. To SQLite `key` is a name like any other. */
const notColumns: Readonly<Record<'mysql' | 'sqlite', ReadonlySet<string>>> = {
  mysql: new Set('PRIMARY KEY INDEX UNIQUE FULLTEXT SPATIAL CONSTRAINT FOREIGN CHECK LIKE'.split(' ')),
  sqlite: new Set('PRIMARY UNIQUE CONSTRAINT FOREIGN CHECK'.split(' ')),
}

/** Columns of `(a int, b text, PRIMARY KEY (a))`, given the parts between the parentheses. */
export function columnsOf(parts: readonly (readonly Token[])[], dialect: 'mysql' | 'sqlite'): Column[] {
  return parts.flatMap(part => columnOf(part, dialect) ?? [])
}

/** Undefined when the part is a key or a constraint. */
export function columnOf(part: readonly Token[], dialect: 'mysql' | 'sqlite'): Column | undefined {
  const [first, second] = part
  if (first === undefined || first.kind === 'punctuation' || notColumns[dialect].has(first.word)) return undefined
  if (first.word === 'PERIOD' && second?.word === 'FOR') return undefined
  if (first.word === 'VECTOR' && (second?.word === 'INDEX' || second?.word === 'KEY')) return undefined
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
