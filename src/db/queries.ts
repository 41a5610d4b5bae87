// What a query names, told by its words: which tables it reads and which columns it mentions. For views and for copied tables.
import { keyOf, type Name } from './statement.ts'
import { Reader, type Token } from './tokens.ts'

export interface Named {
  readonly reads: readonly Name[]
  /** Column names anywhere in it, without their tables; `*` where it takes them all. */
  readonly columns: readonly string[]
}

/** Names too much rather than too little: an alias may stand among the columns. */
export function namedIn(query: readonly Token[]): Named {
  const { reads, places } = tablesOf(query)
  const rest = query.filter((_, at) => !places.has(at))
  // Behind anything else it multiplies, or counts.
  const star = rest.some((token, at) => token.word === '*' && beforeStar.has(rest[at - 1]?.word ?? ''))
  return { reads, columns: [...columnsNamed(rest), ...(star ? ['*'] : [])] }
}

/** Columns that an expression names: its words that are neither keywords nor functions nor tables. */
export function columnsNamed(tokens: readonly Token[]): string[] {
  const names = tokens.flatMap((token, at) => {
    const next = tokens[at + 1]?.word
    const isName = token.kind === 'name' || (token.kind === 'word' && !keywords.has(token.word))
    return isName && next !== '.' && next !== '(' && !isAliased(tokens, at) ? [token.value] : []
  })
  return [...new Set(names)]
}

function isAliased(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.word
  return before === 'AS' || before === '@' || before === 'COLLATE' || before === 'CHARSET'
}

/** The tables of every FROM and JOIN, and which tokens name them. Tables that a WITH makes are none. */
function tablesOf(query: readonly Token[]): { reads: Name[]; places: ReadonlySet<number> } {
  const reader = new Reader(query)
  const reads = new Map<string, Name>()
  const places = new Set<number>()
  const own = withNames(query)
  // One entry for each open parenthesis: whether a comma there leads to another table.
  const lists: boolean[] = [false]
  while (!reader.done) {
    const word = reader.word()
    const list = lists.length - 1
    const before = reader.tokens[reader.at - 1]
    reader.at++
    if (word === '(') {
      lists.push(lists[list] === true && (before?.word === ',' || joins.has(before?.word ?? '')))
      if (lists.at(-1) === true) takeTable()
    } else if (word === ')') {
      if (list > 0) lists.pop()
    } else if (joins.has(word) && !isInFunction(reader)) {
      lists[list] = true
      takeTable()
    } else if (word === ',' && lists[list] === true) takeTable()
    else if (endsTables.has(word)) lists[list] = false
  }
  return { reads: [...reads.values()], places }

  function takeTable(): void {
    if (keywords.has(reader.word()) && reader.token?.kind === 'word') return
    const from = reader.at
    const name = reader.name()
    if (name === undefined) return
    if (!own.has(name.name.toLowerCase())) reads.set(keyOf(name, 'mysql'), name)
    reader.take('AS')
    const alias = reader.token
    if (alias !== undefined && (alias.kind === 'name' || (alias.kind === 'word' && !keywords.has(alias.word))))
      reader.at++
    for (let at = from; at < reader.at; at++) places.add(at)
  }
}

function withNames(query: readonly Token[]): Set<string> {
  if (query.every(token => token.word !== 'WITH')) return new Set()
  const names = query.flatMap((token, at) => (isCte(query, at) ? [token.value.toLowerCase()] : []))
  return new Set(names)
}

function isCte(query: readonly Token[], at: number): boolean {
  const before = query[at - 1]?.word ?? ''
  if (!['WITH', 'RECURSIVE', ','].includes(before)) return false
  const reader = new Reader(query)
  reader.at = at + 1
  reader.list()
  return reader.sees('AS', '(')
}

/** `EXTRACT(YEAR FROM a)`: this FROM names no table. */
function isInFunction(reader: Reader): boolean {
  let depth = 0
  for (let at = reader.at - 2; at >= 0; at--) {
    const word = reader.tokens[at]!.word
    if (word === ')') depth++
    else if (word === '(' && depth-- === 0) return functionsWithFrom.has(reader.tokens[at - 1]?.word ?? '')
    else if (depth === 0 && word === 'SELECT') return false
  }
  return false
}

const words = (text: string) => new Set(text.trim().split(/\s+/))

const beforeStar = words('SELECT DISTINCT DISTINCTROW ALL , .')
const joins = words('FROM JOIN STRAIGHT_JOIN')
const endsTables = words('WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT SELECT WINDOW SET VALUES')
const functionsWithFrom = words('EXTRACT SUBSTRING SUBSTR MID TRIM')
// Reserved words only: `date`, `year` or `first` may well be a column.
const keywords =
  words(`SELECT FROM WHERE AND OR NOT NULL IS IN AS ON USING JOIN LEFT RIGHT INNER OUTER CROSS FULL NATURAL STRAIGHT_JOIN GROUP BY
  HAVING ORDER LIMIT OFFSET UNION ALL DISTINCT DISTINCTROW EXCEPT INTERSECT CASE WHEN THEN ELSE END BETWEEN LIKE RLIKE REGEXP GLOB MATCH
  ESCAPE EXISTS ANY ASC DESC WITH RECURSIVE OVER PARTITION WINDOW INTERVAL TRUE FALSE DIV MOD XOR COLLATE CHARACTER SET CHARSET CAST CONVERT
  SEPARATOR FOR UPDATE FORCE USE IGNORE INDEX KEY VALUES CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER LOCALTIME LOCALTIMESTAMP
  UTC_DATE UTC_TIME UTC_TIMESTAMP LATERAL CHECK ISNULL NOTNULL SET`)
