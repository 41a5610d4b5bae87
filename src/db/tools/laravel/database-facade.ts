// The methods of the DB facade: Illuminate\Database\Connection, and PDO behind it.
import { valueWithoutPlaceholders } from '../../code/bindings.ts'
import { toldBy } from '../../code/values.ts'
import type { Handlers, Visit } from './reader.ts'

function sql({ call, inside, reader }: Visit): void {
  const value = call.args[0] ?? call.named.get('query')
  const hasValues = call.args.length > 1 || call.named.has('bindings') || /^prepare$/i.test(call.name)
  // DB::statement(DB::raw('…')) was usual before Laravel 10.
  const text = value?.is === 'call' && /^(?:raw|new \w*Expression)$/i.test(value.name) ? value.args[0] : value
  reader.writer.sql(hasValues && text !== undefined ? valueWithoutPlaceholders(text) : text, call, inside)
}

/** For SQL that reads or changes rows: when it is not known, it is told, and does not stop. */
function rowSql(visit: Visit): void {
  const value = visit.call.args[0] ?? visit.call.named.get('query')
  if (value?.is === 'text' || value?.is === 'either' || value?.is === 'call') sql(visit)
  else if (value !== undefined)
    visit.reader.unsure(visit.call, 'its SQL is put together while it runs', false, visit.inside)
}

function closures({ reader, call, inside, reach }: Visit): void {
  reader.closures(call, inside, reach)
}

function transaction({ reader, call, inside }: Visit, verb: 'begin' | 'commit' | 'rollback'): void {
  reader.writer.effect(call, { kind: 'transaction', rollsBack: verb === 'rollback', verb }, inside)
}

export const databaseMethods: Handlers = {
  statement: sql,
  unprepared: sql,
  affectingstatement: sql,
  exec: sql,
  select: rowSql,
  selectone: rowSql,
  scalar: rowSql,
  selectfromwriteconnection: rowSql,
  selectresultsets: rowSql,
  cursor: rowSql,
  insert: rowSql,
  update: rowSql,
  delete: rowSql,
  prepare: rowSql,
  query: rowSql,
  table({ call, rest, span, inside, reach, reader }) {
    reader.rows(toldBy(call.args[0] ?? call.named.get('table'))[0]?.name ?? '?', rest, span, inside, reach)
  },
  transaction: closures,
  withoutpretending: closures,
  begintransaction: visit => transaction(visit, 'begin'),
  commit: visit => transaction(visit, 'commit'),
  rollback: visit => transaction(visit, 'rollback'),
  getschemabuilder: ({ reader, rest, inside, reach }) => reader.schema(rest, inside, reach),
}

/** Methods that say where, not what. */
export const databasePrefix = /^(?:connection|reconnect|getconnection|usingconnection|getpdo|getrawpdo|connectusing)$/i

export const quietDatabase =
  /^(?:raw|get\w+|is\w+|enableQueryLog|disableQueryLog|flushQueryLog|listen|purge|disconnect|pretend|transactionLevel|afterCommit|setDefaultConnection|setTablePrefix|unsetEventDispatcher|registerDoctrineType|escape|totalQueryDuration|lastInsertId|quote|bindValues|setPdo|beforeExecuting|setAttribute)$/i
