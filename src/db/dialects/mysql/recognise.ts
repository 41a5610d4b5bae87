import { deleteEffect, insertEffect, updateEffect } from '../../row-changes.ts'
import type { Effect, Name } from '../../statement.ts'
import { Reader, type Token } from '../../tokens.ts'
import { alter } from './alter.ts'
import { create } from './create.ts'
import { drop } from './drop.ts'
import { setVariables, transactionVerb } from './session.ts'

/** What one statement does, told by its words; routines, PREPARE and CALL are read by `read.ts`. */
export function recognise(tokens: readonly Token[]): Effect[] {
  // A backslash outside quotes is a command of the mysql client, and `\G` ends a statement in the middle of what we read as one.
  if (tokens.some(token => token.word === '\\')) return [unreadable('it holds a backslash command of the mysql client')]
  const reader = new Reader(tokens)
  while (reader.take('('));
  const verb = reader.word()
  reader.at++
  const read = verbs[verb]
  if (read !== undefined) return read(reader)
  if (data.has(verb)) return [{ kind: 'data' }]
  if (other.has(verb)) return [{ kind: 'other' }]
  return [
    unreadable(verb === '' ? 'it does not begin with a word of SQL' : `\`${verb}\` begins no statement that is known`),
  ]
}

/** Each reader stands behind the verb. */
const verbs: Readonly<Record<string, (reader: Reader) => Effect[]>> = {
  DROP: drop,
  CREATE: create,
  ALTER: alter,
  RENAME: renameTables,
  TRUNCATE: truncate,
  USE: () => [{ kind: 'change-scope' }],
  SET: set,
  INSERT: reader => [insertEffect(reader)],
  UPDATE: reader => [updateEffect(reader)],
  DELETE: reader => [deleteEffect(reader)],
  WITH: withQuery,
  ANALYZE: analyze,
  OPTIMIZE: reader => maintenance('optimize', reader),
  CHECK: reader => maintenance('check', reader),
  REPAIR: reader => maintenance('repair', reader),
  LOCK: lock,
  BEGIN: reader => [transactionVerb('BEGIN', reader)],
  START: reader => [transactionVerb('START', reader)],
  COMMIT: reader => [transactionVerb('COMMIT', reader)],
  END: reader => [transactionVerb('END', reader)],
  ROLLBACK: reader => [transactionVerb('ROLLBACK', reader)],
  SAVEPOINT: reader => [transactionVerb('SAVEPOINT', reader)],
  RELEASE: reader => [transactionVerb('RELEASE', reader)],
  XA: reader => [transactionVerb('XA', reader)],
  UNLOCK: reader => [transactionVerb('UNLOCK', reader)],
}

const data = new Set('REPLACE SELECT VALUES TABLE LOAD DO HANDLER'.split(' '))
const other = new Set(
  `GRANT REVOKE CHECKSUM FLUSH SHOW DESCRIBE DESC EXPLAIN KILL INSTALL UNINSTALL IMPORT CACHE RESET PURGE CHANGE STOP SIGNAL RESIGNAL
  DEALLOCATE BACKUP CLONE HELP BINLOG RESTART SHUTDOWN`
    .split(/\s+/)
    .filter(word => word !== ''),
)

function unreadable(because: string): Effect {
  return { kind: 'unreadable', because }
}

/** A list of names, each giving an effect. */
function named(names: readonly Name[] | undefined, effects: (names: readonly Name[]) => Effect[]): Effect[] {
  return names === undefined ? [unreadable('it names no object where a name must stand')] : effects(names)
}

function truncate(reader: Reader): Effect[] {
  reader.take('TABLE')
  return named(reader.names(), tables => [{ kind: 'truncate', tables }])
}

function set(reader: Reader): Effect[] {
  // MariaDB: SET STATEMENT max_statement_time = 10 FOR ALTER TABLE …
  if (reader.take('STATEMENT')) {
    reader.until(word => word === 'FOR')
    return reader.take('FOR') ? recognise(reader.tokens.slice(reader.at)) : [unreadable('SET STATEMENT without FOR')]
  }
  return setVariables(reader)
}

/** `WITH a AS (…), b AS (…) SELECT|UPDATE|DELETE`: the last one says what is done. */
function withQuery(reader: Reader): Effect[] {
  reader.until(word => dataVerbs.has(word))
  return dataVerbs.has(reader.word()) ? recognise(reader.tokens.slice(reader.at)) : [{ kind: 'data' }]
}

const dataVerbs = new Set(['SELECT', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE'])

/** MariaDB runs the statement behind ANALYZE; behind ANALYZE TABLE stand tables. */
function analyze(reader: Reader): Effect[] {
  const from = reader.at
  reader.take('NO_WRITE_TO_BINLOG|LOCAL')
  if (reader.sees('TABLE|TABLES')) {
    reader.at = from
    return maintenance('analyze', reader)
  }
  reader.until(word => dataVerbs.has(word) || word === 'WITH')
  return reader.done ? [unreadable('ANALYZE of nothing that is known')] : recognise(reader.tokens.slice(reader.at))
}

function maintenance(what: string, reader: Reader): Effect[] {
  reader.take('NO_WRITE_TO_BINLOG|LOCAL')
  if (!reader.take('TABLE|TABLES')) return [{ kind: 'other' }]
  return named(reader.names(), tables => tables.map(table => ({ kind: 'maintenance', what, table })))
}

function lock(reader: Reader): Effect[] {
  if (!reader.take('TABLE|TABLES')) return [{ kind: 'other' }]
  const table = reader.name()
  return [
    table === undefined
      ? unreadable('it locks nothing that has a name')
      : { kind: 'maintenance', what: 'lock-table', table },
  ]
}

function renameTables(reader: Reader): Effect[] {
  if (reader.take('USER')) return [{ kind: 'other-ddl' }]
  if (!reader.take('TABLE|TABLES')) return [unreadable(`\`RENAME ${reader.word()}\` is not known`)]
  reader.take('IF', 'EXISTS')
  const effects: Effect[] = []
  do {
    const table = reader.name()
    if (!reader.take('NOWAIT') && reader.take('WAIT')) reader.at++
    const to = reader.take('TO') ? reader.name() : undefined
    if (table === undefined || to === undefined) return [unreadable('a RENAME TABLE without two names')]
    effects.push({ kind: 'rename-table', table, to })
  } while (reader.take(','))
  return effects
}
