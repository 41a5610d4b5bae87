import type { Expression } from './statement.ts'
import { bare, type Token, textOf } from './tokens.ts'

/** What a DEFAULT or an assigned value says, for MySQL, MariaDB and SQLite. A function that is not known makes it `unknown`. */
export function expressionOf(tokens: readonly Token[]): Expression {
  return { text: textOf(tokens), is: natureOf(bare(tokens)) }
}

function natureOf(tokens: readonly Token[]): Expression['is'] {
  const [first] = tokens
  if (first === undefined) return 'unknown'
  if (tokens.length === 1) {
    if (first.word === 'NULL') return 'null'
    // SQLite takes a lone quoted name for a string.
    if (first.kind === 'name') return 'constant'
  }
  const natures = new Set(tokens.map((token, at) => natureOfToken(token, tokens[at + 1])))
  return (['volatile', 'unknown', 'stable'] as const).find(nature => natures.has(nature)) ?? 'constant'
}

function natureOfToken({ kind, word }: Token, next: Token | undefined): Expression['is'] {
  if (kind === 'string' || kind === 'number' || kind === 'punctuation') return 'constant'
  if (kind !== 'word') return 'unknown'
  // b'0', x'ff', N'a', _utf8mb4'a', DATE '2024-01-01'
  if (next?.kind === 'string' && (literalPrefixes.has(word) || word.startsWith('_'))) return 'constant'
  if (volatile.has(word)) return 'volatile'
  if (stable.has(word)) return 'stable'
  return pure.has(word) ? 'constant' : 'unknown'
}

const words = (text: string) => new Set(text.trim().split(/\s+/))

const literalPrefixes = words('B X N DATE TIME TIMESTAMP')
const volatile =
  words(`UUID UUID_V4 UUID_V7 UUID_SHORT SYS_GUID RAND RANDOM RANDOMBLOB RANDOM_BYTES SYSDATE SLEEP NEXT NEXTVAL LASTVAL
  LAST_INSERT_ID`)
const stable =
  words(`NOW CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP CURRENT_DATE CURDATE CURRENT_TIME CURTIME UTC_DATE UTC_TIME
  UTC_TIMESTAMP UNIX_TIMESTAMP CURRENT_USER CURRENT_ROLE SESSION_USER SYSTEM_USER USER DATABASE SCHEMA VERSION CONNECTION_ID DATETIME
  STRFTIME JULIANDAY UNIXEPOCH DATE TIME`)
const pure =
  words(`TRUE FALSE NULL COALESCE IFNULL CONCAT CONCAT_WS LOWER UPPER LCASE UCASE TRIM HEX UNHEX MD5 SHA1 SHA2 ABS CAST CONVERT AS
  USING CHAR CHARACTER SET SIGNED UNSIGNED DECIMAL BINARY JSON JSON_OBJECT JSON_ARRAY JSON_QUOTE UTF8MB4 UTF8 LATIN1 ASCII COLLATE INTERVAL
  DAY WEEK MONTH YEAR HOUR MINUTE SECOND INET6_ATON INET_ATON UUID_TO_BIN POINT AND OR NOT DIV MOD ROUND FLOOR REPEAT REPLACE`)

/** Whether a value may be NULL: what is not told for certain may. */
export function mayBeNull(tokens: readonly Token[]): boolean {
  const inner = bare(tokens)
  const filled = inner[0]?.word === 'COALESCE' || inner[0]?.word === 'IFNULL' ? lastArgument(inner) : inner
  if (filled.some(token => token.word === 'NULL' || notSure.has(token.word))) return true
  const { is } = expressionOf(filled)
  return is === 'null' || is === 'unknown'
}

// Each of these can make NULL of values that are none.
const notSure = words(
  '/ DIV MOD % CAST CONVERT UNHEX DATE TIME DATETIME STRFTIME JULIANDAY UNIXEPOCH LAST_INSERT_ID LASTVAL INET6_ATON INET_ATON UUID_TO_BIN USER DATABASE SCHEMA CURRENT_ROLE REPEAT INTERVAL',
)

function lastArgument(call: readonly Token[]): readonly Token[] {
  let depth = 0
  let from = 2
  for (const [at, { word }] of call.entries()) {
    if (word === '(') depth++
    else if (word === ')') depth--
    else if (word === ',' && depth === 1) from = at + 1
    if (depth === 0 && word === ')') return at === call.length - 1 ? call.slice(from, at) : call
  }
  return call
}
