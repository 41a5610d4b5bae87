import { columnOf, columnsOf } from '../../columns.ts'
import type { Column, Effect, Name } from '../../statement.ts'
import { partsOf, Reader, type Token } from '../../tokens.ts'

/**
 * What one ALTER TABLE does, action by action (MySQL 8.4 "15.1.9 ALTER TABLE", MariaDB "ALTER TABLE"). An action that is not known
 * is unreadable rather than harmless. Undefined when the statement does not even name a table.
 */
export function alterTable(reader: Reader): Effect[] | undefined {
  while (reader.take('ONLINE|IGNORE|OFFLINE'));
  if (!reader.take('TABLE')) return undefined
  reader.take('IF', 'EXISTS')
  const table = reader.name()
  if (table === undefined) return undefined
  if (!reader.take('NOWAIT') && reader.take('WAIT')) reader.at++
  const effects: Effect[] = []
  let previous: Continues
  for (const part of partsOf(reader.tokens.slice(reader.at))) {
    if (previous !== undefined && isListed(part, previous)) continue
    const action = new Reader(part)
    previous = continues(action)
    effects.push(...alterAction(action, table))
  }
  if (effects.length === 0) effects.push({ kind: 'alter-other', table })
  return joined(effects, table)
}

/** Actions whose own list has commas: DROP PARTITION p0, p1 and ORDER BY a, b. */
type Continues = 'names' | 'order' | undefined

function continues(reader: Reader): Continues {
  if (reader.sees('ORDER', 'BY')) return 'order'
  const verbs = 'DROP|TRUNCATE|REORGANIZE|ANALYZE|CHECK|OPTIMIZE|REBUILD|REPAIR|DISCARD|IMPORT'
  return reader.sees(verbs, 'PARTITION') ? 'names' : undefined
}

function isListed(part: readonly Token[], list: Continues): boolean {
  const [first, second] = part
  if (first === undefined || first.kind === 'punctuation') return false
  if (part.length === 1) return true
  if (list === 'order') return part.length === 2 && (second?.word === 'ASC' || second?.word === 'DESC')
  return second?.word === 'INTO' || second?.word === 'TABLESPACE'
}

function alterAction(reader: Reader, table: Name): Effect[] {
  if (reader.take('ADD')) return add(reader, table)
  if (reader.take('DROP')) return [drop(reader, table)]
  if (reader.take('CHANGE')) return [change(reader, table)]
  if (reader.take('RENAME')) return [rename(reader, table)]
  if (reader.sees('TRUNCATE', 'PARTITION')) return [{ kind: 'truncate', tables: [table] }]
  if (reader.sees('REMOVE|REORGANIZE|COALESCE|EXCHANGE', 'PARTITION|PARTITIONING'))
    return [{ kind: 'alter-other', table }]
  if (reader.done || harmless.has(reader.word())) return [{ kind: 'alter-other', table }]
  return [unknown(reader)]
}

function unknown(reader: Reader): Effect {
  const shown = reader.tokens
    .slice(0, 3)
    .map(token => token.value)
    .join(' ')
  return { kind: 'unreadable', because: `the ALTER TABLE action \`${shown}\` is not known` }
}

const keyWords = new Set(
  'INDEX KEY FULLTEXT SPATIAL UNIQUE PRIMARY CONSTRAINT FOREIGN CHECK PARTITION PERIOD SYSTEM VECTOR'.split(' '),
)
const harmless = new Set(
  `MODIFY ALTER CONVERT FORCE DISABLE ENABLE DISCARD IMPORT ORDER ALGORITHM LOCK WITH WITHOUT ANALYZE CHECK OPTIMIZE REBUILD
  REPAIR PARTITION SECONDARY_LOAD SECONDARY_UNLOAD ENGINE TYPE AUTO_INCREMENT DEFAULT CHARSET CHARACTER COLLATE COMMENT ROW_FORMAT
  KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS AVG_ROW_LENGTH CHECKSUM COMPRESSION CONNECTION DATA INDEX DELAY_KEY_WRITE ENCRYPTION ENCRYPTED
  ENCRYPTION_KEY_ID ENGINE_ATTRIBUTE SECONDARY_ENGINE SECONDARY_ENGINE_ATTRIBUTE INSERT_METHOD PACK_KEYS PASSWORD STATS_AUTO_RECALC
  STATS_PERSISTENT STATS_SAMPLE_PAGES TABLESPACE STORAGE UNION PAGE_CHECKSUM PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL TRANSACTIONAL
  SEQUENCE IETF_QUOTES AUTOEXTEND_SIZE START SET WAIT NOWAIT`
    .split(/\s+/)
    .filter(word => word !== ''),
)

function add(reader: Reader, table: Name): Effect[] {
  if (keyWords.has(reader.word()) && !(reader.word() === 'PERIOD' && reader.word(1) !== 'FOR'))
    return [{ kind: 'alter-other', table }]
  reader.take('COLUMN')
  const surely = !reader.take('IF', 'NOT', 'EXISTS')
  const columns = added(reader)
  return columns.length === 0 ? [unknown(reader)] : [{ kind: 'add-column', table, columns, surely }]
}

function added(reader: Reader): Column[] {
  const inner = reader.list()
  if (inner !== undefined) return columnsOf(inner, 'mysql')
  const column = columnOf(reader.tokens.slice(reader.at), 'mysql')
  return column === undefined ? [] : [column]
}

function drop(reader: Reader, table: Name): Effect {
  const other: Effect = { kind: 'alter-other', table }
  if (reader.take('PARTITION')) return { kind: 'drop-partition', table, partitions: [] }
  if (reader.sees('INDEX|KEY|CONSTRAINT|CHECK') || reader.sees('PRIMARY|FOREIGN', 'KEY')) return other
  if (reader.sees('SYSTEM', 'VERSIONING') || reader.sees('PERIOD', 'FOR')) return other
  reader.take('COLUMN')
  reader.take('IF', 'EXISTS')
  const column = reader.identifier()
  reader.take('RESTRICT|CASCADE')
  return column === undefined || !reader.done ? unknown(reader) : { kind: 'drop-column', table, columns: [column] }
}

function change(reader: Reader, table: Name): Effect {
  reader.take('COLUMN')
  reader.take('IF', 'EXISTS')
  const column = reader.identifier()
  const to = reader.identifier()
  if (column === undefined || to === undefined) return unknown(reader)
  const same = column.toLowerCase() === to.toLowerCase()
  return same ? { kind: 'alter-other', table } : { kind: 'rename-column', table, column, to }
}

function rename(reader: Reader, table: Name): Effect {
  if (reader.take('INDEX|KEY')) return { kind: 'alter-other', table }
  if (reader.take('COLUMN')) {
    reader.take('IF', 'EXISTS')
    const column = reader.identifier()
    const to = reader.take('TO') ? reader.identifier() : undefined
    return column === undefined || to === undefined ? unknown(reader) : { kind: 'rename-column', table, column, to }
  }
  reader.take('TO|AS|=')
  const to = reader.name()
  return to === undefined ? unknown(reader) : { kind: 'rename-table', table, to }
}

/** Several drops in one ALTER are one thing to say, and so is everything that takes nothing away. */
function joined(effects: readonly Effect[], table: Name): Effect[] {
  const columns = effects.flatMap(effect => (effect.kind === 'drop-column' ? effect.columns : []))
  const rest = effects.filter(effect => effect.kind !== 'drop-column' && effect.kind !== 'alter-other')
  const drop: Effect[] = columns.length === 0 ? [] : [{ kind: 'drop-column', table, columns }]
  const others = effects.filter(effect => effect.kind === 'alter-other').slice(0, 1)
  // A drop means a column that was there before: one dropped and added again in the same ALTER loses its values.
  return [...drop, ...rest, ...others]
}
