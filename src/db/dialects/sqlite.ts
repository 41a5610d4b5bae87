import { columnOf, columnsOf } from '../columns.ts'
import { broken, defineDialect, Writer } from '../dialect.ts'
import { type SplitRules, split } from '../split.ts'
import { type Copy, type Effect, type Statement, statementOf } from '../statement.ts'
import { Reader, tokensOf } from '../tokens.ts'

const splitting: SplitRules = {
  dashesNeedSpace: false,
  hashComments: false,
  nestedComments: false,
  returnEndsComment: false,
  versionComments: false,
  backslashes: 'never',
  doubleQuotes: 'name',
  backticks: true,
  brackets: true,
  dollarQuotes: false,
  digitsBeginNames: false,
  parenthesesHold: false,
  psql: false,
  delimiterLines: false,
  compound: 'triggers',
}

/** Past this a statement is rows, and nothing in it is looked at but its first word. */
const plainDataBytes = 65_536

export default defineDialect({
  id: 'sqlite',
  title: 'SQLite',
  why: 'Its grammar is small enough to be recognised whole; what is not recognised is called unreadable.',
  splitting,
  parse(sql) {
    const writer = new Writer('sqlite', sql)
    return split(sql, splitting).flatMap((piece): Statement[] => {
      const because = broken(piece, sql)
      if (piece.from === piece.to && because === undefined) return []
      const written = writer.written(piece)
      if (because !== undefined) return [statementOf(written, { kind: 'unreadable', because })]
      if (piece.to - piece.from > plainDataBytes && /^(insert|replace|update|delete)\b/i.test(written.text))
        return [statementOf(written, { kind: 'data' })]
      const tokens = tokensOf(sql, splitting, piece.start, piece.to)
      return [statementOf(written, recognise(new Reader(tokens)))]
    })
  },
})

function recognise(reader: Reader): Effect {
  const verb = reader.word()
  reader.at++
  switch (verb) {
    case 'DROP':
      return drop(reader)
    case 'CREATE':
      return create(reader)
    case 'ALTER':
      return alter(reader)
    case 'INSERT':
      return insert(reader)
    case 'ROLLBACK':
      return { kind: 'transaction', rollsBack: true }
    case 'PRAGMA':
      return reader.tokens.some(token => token.word === 'WRITABLE_SCHEMA')
        ? unreadable('it makes the schema itself writable')
        : { kind: 'other' }
    case 'ATTACH':
    case 'DETACH':
      return { kind: 'change-scope' }
  }
  if (data.has(verb)) return { kind: 'data' }
  if (transaction.has(verb)) return { kind: 'transaction', rollsBack: false }
  if (other.has(verb)) return { kind: 'other' }
  return unreadable(verb === '' ? 'it does not begin with a word of SQL' : `\`${verb}\` begins no statement of SQLite`)
}

const data = new Set(['REPLACE', 'UPDATE', 'DELETE', 'SELECT', 'WITH', 'VALUES'])
const transaction = new Set(['BEGIN', 'COMMIT', 'END', 'SAVEPOINT', 'RELEASE'])
const other = new Set(['ANALYZE', 'EXPLAIN', 'REINDEX', 'VACUUM'])

function unreadable(because: string): Effect {
  return { kind: 'unreadable', because }
}

function drop(reader: Reader): Effect {
  if (reader.sees('INDEX|VIEW|TRIGGER')) return { kind: 'other-ddl' }
  if (!reader.take('TABLE')) return unreadable(`\`DROP ${reader.word()}\` is not known`)
  reader.take('IF', 'EXISTS')
  const table = reader.name()
  if (table === undefined || !reader.done) return unreadable('DROP TABLE takes one table')
  return { kind: 'drop-table', tables: [table], temporary: table.schema?.toLowerCase() === 'temp' }
}

function create(reader: Reader): Effect {
  const temporary = reader.take('TEMP|TEMPORARY')
  if (reader.sees('INDEX|VIEW|TRIGGER') || reader.sees('UNIQUE', 'INDEX')) return { kind: 'other-ddl' }
  const virtual = reader.take('VIRTUAL')
  if (!reader.take('TABLE')) return unreadable(`\`CREATE ${reader.word()}\` is not known`)
  const surely = !reader.take('IF', 'NOT', 'EXISTS')
  const table = reader.name()
  if (table === undefined) return unreadable('it names no table')
  const parts = virtual ? undefined : reader.list()
  const columns = parts === undefined ? undefined : columnsOf(parts, 'sqlite')
  return { kind: 'create-table', table, surely, temporary, ...(columns === undefined ? {} : { columns }) }
}

function alter(reader: Reader): Effect {
  const table = reader.take('TABLE') ? reader.name() : undefined
  if (table === undefined) return unreadable('ALTER changes nothing but a table')
  if (reader.take('ADD')) {
    if (reader.sees('CONSTRAINT|CHECK')) return { kind: 'alter-other', table }
    reader.take('COLUMN')
    const column = columnOf(reader.tokens.slice(reader.at), 'sqlite')
    return column === undefined ? unknownAction(reader) : { kind: 'add-column', table, columns: [column], surely: true }
  }
  if (reader.take('DROP')) {
    if (reader.sees('CONSTRAINT')) return { kind: 'alter-other', table }
    reader.take('COLUMN')
    const column = reader.identifier()
    return column === undefined || !reader.done
      ? unknownAction(reader)
      : { kind: 'drop-column', table, columns: [column] }
  }
  return reader.take('RENAME') ? rename(reader, table) : unknownAction(reader)
}

function rename(reader: Reader, table: { name: string }): Effect {
  if (reader.take('TO')) {
    const to = reader.name()
    return to === undefined ? unknownAction(reader) : { kind: 'rename-table', table, to }
  }
  reader.take('COLUMN')
  const column = reader.identifier()
  const to = reader.take('TO') ? reader.identifier() : undefined
  return column === undefined || to === undefined ? unknownAction(reader) : { kind: 'rename-column', table, column, to }
}

function unknownAction(reader: Reader): Effect {
  const shown = reader.tokens
    .slice(2, 8)
    .map(token => token.value)
    .join(' ')
  return unreadable(`the ALTER TABLE action in \`${shown}\` is not known`)
}

/** `INSERT INTO new SELECT … FROM old` with nothing that could leave rows out (OR IGNORE, WHERE, LIMIT, a join) copies the whole table. */
function insert(reader: Reader): Effect {
  const to = reader.take('INTO') ? reader.name() : undefined
  if (to === undefined) return { kind: 'data' }
  const columns = reader.list()?.flatMap(part => (part.length === 1 ? [part[0]!.value] : []))
  if (!reader.take('SELECT') || reader.sees('DISTINCT')) return { kind: 'data' }
  reader.until(word => word === 'FROM')
  const from = reader.take('FROM') ? reader.name() : undefined
  if (from === undefined || !reader.done) return { kind: 'data' }
  const copies: Copy = { from, to, ...(columns === undefined ? {} : { columns }) }
  return { kind: 'data', copies }
}
