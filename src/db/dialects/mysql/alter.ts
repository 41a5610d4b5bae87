import type { Effect, Name } from '../../statement.ts'
import { partsOf, Reader, type Token } from '../../tokens.ts'
import { alterAction } from './alter-actions.ts'
import { alterView } from './create.ts'
import { partitioning, tableOptions } from './table-options.ts'

/** What stands behind ALTER. */
export function alter(reader: Reader): Effect[] {
  const effects = alterTable(reader) ?? alterView(reader)
  if (effects !== undefined) return effects
  const words = reader.tokens.slice(reader.at, reader.at + 20).map(token => token.word)
  return words.some(word => altered.has(word))
    ? [{ kind: 'other-ddl' }]
    : [{ kind: 'unreadable', because: `\`ALTER ${reader.word()}\` is not known` }]
}

const altered = new Set(
  'DATABASE SCHEMA PROCEDURE FUNCTION EVENT USER ROLE SERVER TABLESPACE UNDO LOGFILE INSTANCE SEQUENCE RESOURCE LIBRARY'.split(
    ' ',
  ),
)

/**
 * What one ALTER TABLE does, action by action (MySQL 8.4 "15.1.9 ALTER TABLE", MariaDB "ALTER TABLE"). An action that is not known
 * is unreadable rather than harmless. Undefined when the statement does not even name a table.
 */
function alterTable(reader: Reader): Effect[] | undefined {
  const from = reader.at
  while (reader.take('ONLINE|IGNORE|OFFLINE'));
  if (!reader.take('TABLE')) {
    reader.at = from
    return undefined
  }
  reader.take('IF', 'EXISTS')
  const table = reader.name()
  if (table === undefined) return undefined
  if (!reader.take('NOWAIT') && reader.take('WAIT')) reader.at++
  const { actions, last } = partitioning(reader.tokens.slice(reader.at), table)
  const effects = [...actionsOf(actions).flatMap(tokens => action(tokens, table)), ...last]
  return inOrder(effects.length === 0 ? [{ kind: 'alter-other', table }] : effects)
}

function action(tokens: readonly Token[], table: Name): Effect[] {
  return alterAction(new Reader(tokens), table) ?? tableOptions(new Reader(tokens), table) ?? [unknown(tokens)]
}

function unknown(tokens: readonly Token[]): Effect {
  const shown = tokens
    .slice(0, 3)
    .map(token => token.value)
    .join(' ')
  return { kind: 'unreadable', because: `the ALTER TABLE action \`${shown}\` is not known` }
}

/** Actions at their commas; those whose own list has commas (DROP PARTITION p0, p1; ORDER BY a, b) are put together again. */
function actionsOf(tokens: readonly Token[]): Token[][] {
  const actions: Token[][] = []
  let list: ListOf
  for (const part of partsOf(tokens)) {
    if (list !== undefined && isListed(part, list)) actions.at(-1)!.push(...part)
    else {
      actions.push(part)
      list = listOf(new Reader(part))
    }
  }
  return actions
}

type ListOf = 'names' | 'order' | undefined

function listOf(reader: Reader): ListOf {
  if (reader.sees('ORDER', 'BY')) return 'order'
  const verbs = 'DROP|TRUNCATE|REORGANIZE|ANALYZE|CHECK|OPTIMIZE|REBUILD|REPAIR|DISCARD|IMPORT'
  return reader.sees(verbs, 'PARTITION') ? 'names' : undefined
}

function isListed(part: readonly Token[], list: ListOf): boolean {
  const [first, second] = part
  if (first === undefined || first.kind === 'punctuation') return false
  if (part.length === 1) return true
  if (list === 'order') return part.length === 2 && (second?.word === 'ASC' || second?.word === 'DESC')
  return second?.word === 'INTO' || second?.word === 'TABLESPACE'
}

/**
 * Drops first, and as one thing to say: a drop means a column that was there before, so that one dropped and added again in the same
 * ALTER loses its values. A new name of the table last: everything else in the statement still means the old one.
 */
function inOrder(effects: readonly Effect[]): Effect[] {
  const drops = effects.flatMap(effect => (effect.kind === 'drop-column' ? [effect] : []))
  const [first] = drops
  const rest = effects.filter(effect => effect.kind !== 'drop-column' && !isLast(effect))
  const names = effects.filter(effect => effect.kind === 'rename-table')
  const others = effects.filter(effect => effect.kind === 'alter-other').slice(0, 1)
  if (first === undefined) return [...rest, ...others, ...names]
  const columns = drops.flatMap(effect => effect.columns)
  const maybe = drops.every(effect => effect.ifExists) ? { ifExists: true as const } : {}
  return [{ kind: 'drop-column', table: first.table, columns, ...maybe }, ...rest, ...others, ...names]
}

function isLast(effect: Effect): boolean {
  return effect.kind === 'alter-other' || effect.kind === 'rename-table'
}
