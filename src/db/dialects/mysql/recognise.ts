import { columnsOf } from '../../columns.ts'
import type { Effect, Name } from '../../statement.ts'
import { Reader, type Token } from '../../tokens.ts'
import { alterTable } from './alter.ts'

/** What one statement does, told by its words; routines, PREPARE and CALL are read by `read.ts`. */
export function recognise(tokens: readonly Token[]): Effect[] {
  const reader = new Reader(tokens)
  while (reader.take('('));
  const verb = reader.word()
  reader.at++
  // A backslash outside quotes is a command of the mysql client, and `\G` ends a statement in the middle of what we read as one.
  if (tokens.some(token => token.word === '\\')) return [unreadable('it holds a backslash command of the mysql client')]
  switch (verb) {
    case 'DROP':
      return [drop(reader)]
    case 'CREATE':
      return create(reader)
    case 'ALTER':
      return alter(reader)
    case 'RENAME':
      return renameTables(reader)
    case 'TRUNCATE':
      reader.take('TABLE')
      return [named(reader.names(), tables => ({ kind: 'truncate', tables }))]
    case 'USE':
      return [{ kind: 'change-scope' }]
    case 'ROLLBACK':
      return [{ kind: 'transaction', rollsBack: true }]
    case 'SET':
      return changesQuotes(tokens)
        ? [
            unreadable(
              'it changes how quotes and blocks are read (sql_mode), so that the rest of the file cannot be trusted',
            ),
          ]
        : [{ kind: 'other' }]
  }
  if (data.has(verb)) return [{ kind: 'data' }]
  if (transaction.has(verb)) return [{ kind: 'transaction', rollsBack: false }]
  if (other.has(verb)) return [{ kind: 'other' }]
  return [
    unreadable(verb === '' ? 'it does not begin with a word of SQL' : `\`${verb}\` begins no statement that is known`),
  ]
}

const data = new Set('INSERT REPLACE UPDATE DELETE SELECT WITH VALUES TABLE LOAD DO HANDLER'.split(' '))
const transaction = new Set('BEGIN START COMMIT SAVEPOINT RELEASE XA LOCK UNLOCK END'.split(' '))
const other = new Set(
  `GRANT REVOKE ANALYZE OPTIMIZE CHECK CHECKSUM REPAIR FLUSH SHOW DESCRIBE DESC EXPLAIN KILL INSTALL UNINSTALL IMPORT CACHE RESET PURGE
  CHANGE STOP SIGNAL RESIGNAL DEALLOCATE BACKUP CLONE HELP BINLOG`
    .split(/\s+/)
    .filter(word => word !== ''),
)

function changesQuotes(tokens: readonly Token[]): boolean {
  return (
    tokens.some(token => token.word === 'SQL_MODE') &&
    tokens.some(token => token.kind === 'string' && /NO_BACKSLASH_ESCAPES|ORACLE/i.test(token.value))
  )
}

function unreadable(because: string): Effect {
  return { kind: 'unreadable', because }
}

function named(names: readonly Name[] | undefined, effect: (names: readonly Name[]) => Effect): Effect {
  return names === undefined ? unreadable('it names no object where a name must stand') : effect(names)
}

const droppedOther =
  `INDEX VIEW TRIGGER PROCEDURE FUNCTION EVENT USER ROLE SERVER TABLESPACE UNDO LOGFILE SPATIAL SEQUENCE PACKAGE
  PREPARE RESOURCE`.split(/\s+/)

function drop(reader: Reader): Effect {
  const temporary = reader.take('TEMPORARY')
  if (reader.take('TABLE|TABLES')) {
    reader.take('IF', 'EXISTS')
    return named(reader.names(), tables => ({ kind: 'drop-table', tables, temporary }))
  }
  if (reader.take('DATABASE|SCHEMA')) {
    reader.take('IF', 'EXISTS')
    return named(reader.names(), names => ({ kind: 'drop-schema', what: 'database', names: names.map(n => n.name) }))
  }
  if (temporary && reader.take('SEQUENCE')) return { kind: 'other-ddl' }
  if (droppedOther.includes(reader.word())) return { kind: 'other-ddl' }
  return unreadable(`\`DROP ${reader.word()}\` is not known`)
}

function create(reader: Reader): Effect[] {
  const replaces = reader.take('OR', 'REPLACE')
  const temporary = reader.take('TEMPORARY')
  if (reader.take('TABLE')) return createTable(reader, { replaces, temporary })
  if (reader.take('DATABASE|SCHEMA')) {
    const surely = !reader.take('IF', 'NOT', 'EXISTS') && !replaces
    const name = reader.name()?.name
    if (name === undefined) return [unreadable('it names no database')]
    // MariaDB: OR REPLACE drops the database that is there, with all its tables.
    const made: Effect = { kind: 'create-schema', name, surely }
    return replaces ? [{ kind: 'drop-schema', what: 'database', names: [name] }, made] : [made]
  }
  const words = reader.tokens.slice(reader.at, reader.at + 20).map(token => token.word)
  return words.some(word => created.has(word))
    ? [{ kind: 'other-ddl' }]
    : [unreadable(`\`CREATE ${reader.word()}\` is not known`)]
}

const created = new Set(
  `INDEX VIEW TRIGGER PROCEDURE FUNCTION EVENT USER ROLE SERVER TABLESPACE UNDO LOGFILE REFERENCE SEQUENCE PACKAGE RESOURCE
  DEFINER`.split(/\s+/),
)

function createTable(reader: Reader, { replaces, temporary }: { replaces: boolean; temporary: boolean }): Effect[] {
  const surely = !reader.take('IF', 'NOT', 'EXISTS') && !replaces
  const table = reader.name()
  if (table === undefined) return [unreadable('it names no table')]
  const inner = reader.word() === '(' && reader.word(1) !== 'LIKE' ? reader.list() : undefined
  const columns = inner === undefined ? undefined : columnsOf(inner, 'mysql')
  const complete =
    columns !== undefined && columns.length > 0 && !reader.tokens.slice(reader.at).some(t => t.word === 'SELECT')
  const made: Effect = { kind: 'create-table', table, surely, temporary, ...(complete ? { columns } : {}) }
  // MariaDB: OR REPLACE is DROP TABLE IF EXISTS and CREATE TABLE in one.
  return replaces ? [{ kind: 'drop-table', tables: [table], temporary }, made] : [made]
}

function alter(reader: Reader): Effect[] {
  const effects = alterTable(reader)
  if (effects !== undefined) return effects
  const words = reader.tokens.slice(reader.at, reader.at + 20).map(token => token.word)
  return words.some(word => altered.has(word))
    ? [{ kind: 'other-ddl' }]
    : [unreadable(`\`ALTER ${reader.word()}\` is not known`)]
}

const altered = new Set(
  'DATABASE SCHEMA VIEW PROCEDURE FUNCTION EVENT USER ROLE SERVER TABLESPACE UNDO LOGFILE INSTANCE SEQUENCE RESOURCE'.split(
    ' ',
  ),
)

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
