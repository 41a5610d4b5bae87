import type { Effect, Name, TableOption } from '../../statement.ts'
import type { Reader, Token } from '../../tokens.ts'

/** PARTITION BY and REMOVE PARTITIONING may follow the other actions without a comma. */
export function partitioning(tokens: readonly Token[], table: Name): { actions: readonly Token[]; last: Effect[] } {
  let depth = 0
  for (const [at, { word }] of tokens.entries()) {
    if (word === '(') depth++
    else if (word === ')') depth--
    if (depth > 0) continue
    const next = tokens[at + 1]?.word
    if (word === 'PARTITION' && next === 'BY')
      return { actions: tokens.slice(0, at), last: [{ kind: 'table-option', table, option: 'partition-by' }] }
    if (word === 'REMOVE' && next === 'PARTITIONING')
      return { actions: tokens.slice(0, at), last: [{ kind: 'table-option', table, option: 'remove-partitioning' }] }
  }
  return { actions: tokens, last: [] }
}

/** Settings of the table, several of which may follow each other without commas. Undefined when one is not known. */
export function tableOptions(reader: Reader, table: Name): Effect[] | undefined {
  const effects: Effect[] = []
  do {
    const option = readOption(reader)
    if (option === undefined) return undefined
    effects.push(option === 'none' ? { kind: 'alter-other', table } : { kind: 'table-option', table, ...option })
  } while (!reader.done)
  return effects
}

interface Option {
  readonly option: TableOption
  readonly to?: string
}

function readOption(reader: Reader): Option | 'none' | undefined {
  const known = phrase(reader)
  if (known !== undefined) return known
  const word = reader.word()
  const isName = reader.token?.kind === 'word' || reader.token?.kind === 'name'
  reader.at++
  const sign = reader.take('=')
  const option = settings[word]
  // The engines of MariaDB have settings of their own: any name with a sign behind it.
  if (option === undefined && !plain.has(word) && !(sign && isName)) return undefined
  const to = optionValue(reader)
  if (option === undefined) return 'none'
  return to === undefined ? undefined : { option, to }
}

const settings: Readonly<Record<string, TableOption>> = {
  ENGINE: 'engine',
  TYPE: 'engine',
  ROW_FORMAT: 'row-format',
  KEY_BLOCK_SIZE: 'row-format',
  ALGORITHM: 'algorithm',
  LOCK: 'lock',
  TABLESPACE: 'tablespace',
  CHARSET: 'charset',
  COLLATE: 'charset',
}

const plain = new Set(
  `AUTO_INCREMENT COMMENT MAX_ROWS MIN_ROWS AVG_ROW_LENGTH CHECKSUM COMPRESSION CONNECTION DELAY_KEY_WRITE ENCRYPTION ENCRYPTED
  ENCRYPTION_KEY_ID ENGINE_ATTRIBUTE SECONDARY_ENGINE SECONDARY_ENGINE_ATTRIBUTE INSERT_METHOD PACK_KEYS PASSWORD STATS_AUTO_RECALC
  STATS_PERSISTENT STATS_SAMPLE_PAGES STORAGE UNION PAGE_CHECKSUM PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL TRANSACTIONAL SEQUENCE
  IETF_QUOTES AUTOEXTEND_SIZE SECONDARY_LOAD SECONDARY_UNLOAD WAIT NOWAIT`
    .split(/\s+/)
    .filter(word => word !== ''),
)

const withoutValue = new Set(['SECONDARY_LOAD', 'SECONDARY_UNLOAD', 'NOWAIT'])

/** Forms of several words. */
function phrase(reader: Reader): Option | 'none' | undefined {
  if (reader.take('CONVERT', 'TO')) return charset(reader, 'convert-charset')
  const from = reader.at
  reader.take('DEFAULT')
  if (reader.sees('CHARACTER', 'SET') || reader.sees('CHARSET|COLLATE')) return charset(reader, 'charset')
  reader.at = from
  if (reader.take('FORCE')) return { option: 'force' }
  if (reader.take('ORDER', 'BY')) {
    reader.at = reader.tokens.length
    return { option: 'other', to: 'order-by' }
  }
  if (reader.take('DISCARD', 'TABLESPACE') || reader.take('DISCARD', 'PARTITION')) return rest(reader, 'discard')
  if (reader.take('IMPORT', 'TABLESPACE') || reader.take('IMPORT', 'PARTITION')) return rest(reader, 'import')
  if (reader.take('DISABLE|ENABLE', 'KEYS') || reader.take('WITH|WITHOUT', 'VALIDATION')) return 'none'
  if (reader.take('DATA|INDEX', 'DIRECTORY') || reader.take('START', 'TRANSACTION')) {
    reader.take('=')
    optionValue(reader)
    return 'none'
  }
  return undefined
}

function rest(reader: Reader, to: string): Option {
  reader.at = reader.tokens.length
  return { option: 'tablespace', to }
}

/** `CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`: the character set, or the collation when only that is said. */
function charset(reader: Reader, option: TableOption): Option | undefined {
  let to: string | undefined
  for (;;) {
    const from = reader.at
    reader.take('DEFAULT')
    const isSet = reader.take('CHARACTER', 'SET') || reader.take('CHARSET')
    if (!isSet && !reader.take('COLLATE')) {
      reader.at = from
      return to === undefined ? undefined : { option, to }
    }
    reader.take('=')
    const value = reader.identifier()?.toLowerCase()
    if (value === undefined) return undefined
    if (isSet || to === undefined) to = value
  }
}

function optionValue(reader: Reader): string | undefined {
  if (withoutValue.has(reader.tokens[reader.at - 1]?.word ?? '')) return ''
  if (reader.word() === '(') {
    reader.list()
    return ''
  }
  const token = reader.token
  if (token === undefined || token.kind === 'punctuation') return undefined
  reader.at++
  return token.value.toLowerCase()
}

/** ALGORITHM and LOCK behind CREATE INDEX and DROP INDEX, wherever they stand. */
export function algorithmAndLock(reader: Reader, table: Name): Effect[] {
  const effects: Effect[] = []
  for (; !reader.done; reader.at++) {
    const option = reader.sees('ALGORITHM') ? 'algorithm' : reader.sees('LOCK') ? 'lock' : undefined
    if (option === undefined) continue
    reader.at++
    reader.take('=')
    const to = reader.token?.value.toLowerCase()
    if (to !== undefined) effects.push({ kind: 'table-option', table, option, to })
  }
  return effects
}
