// Laravel's query builder and Eloquent: which rows a chain reads, changes or takes away.
import type { Call } from '../../code/script.ts'
import { toldBy } from '../../code/values.ts'
import type { Effect, Name, RowChange, Where } from '../../statement.ts'

const deletes = new Set(['delete', 'forcedelete', 'destroy', 'forcedestroy', 'deletequietly'])
const updates = new Set([
  'update',
  'increment',
  'decrement',
  'incrementeach',
  'decrementeach',
  'updatefrom',
  'touch',
  'restore',
])
const inserts = new Set([
  'insert',
  'insertgetid',
  'insertorignore',
  'upsert',
  'updateorinsert',
  'create',
  'createmany',
  'forcecreate',
  'firstorcreate',
  'updateorcreate',
  'insertusing',
  'createquietly',
  'save',
])
/** Methods that only a query has: by them a chain on a class that we do not know is one. */
const queryWords =
  /^(?:query|where\w*|orwhere\w*|all|find\w*|first\w*|get|pluck|each\w*|chunk\w*|cursor|lazy\w*|count|exists|doesntexist|select\w*|orderby\w*|with\w*|has|latest|oldest|truncate|insert\w*|upsert|update\w*|create\w*|delete|destroy|forcedelete|forcecreate\w*|max|min|sum|avg|value|join\w*|leftjoin\w*|limit|take|on|factory|make|new\w*query)$/i

export function isQuery(calls: readonly Call[]): boolean {
  return calls.some(call => queryWords.test(call.name))
}

/** What the whole chain does to the rows of one table. */
export function queryEffect(table: Name, calls: readonly Call[]): Effect {
  const names = calls.map(call => call.name.toLowerCase())
  if (names.includes('truncate')) return { kind: 'truncate', tables: [table] }
  const at = names.findLastIndex(name => deletes.has(name) || updates.has(name) || inserts.has(name))
  const last = calls[at]
  if (last === undefined) return { kind: 'data' }
  return { kind: 'data', change: changeOf(table, calls.slice(0, at), last) }
}

function changeOf(table: Name, before: readonly Call[], last: Call): RowChange {
  const name = last.name.toLowerCase()
  if (inserts.has(name)) return { verb: 'insert', table, columns: [], mayBeNull: [] }
  const limited = before.some(call =>
    /^(?:join|leftjoin|rightjoin|crossjoin|limit|take|find|first|skip|offset|each|get)/i.test(call.name),
  )
  const where = whereOf(before, last)
  const rest = { ...(where === undefined ? {} : { where }), ...(limited ? { limited: true as const } : {}) }
  if (deletes.has(name)) return { verb: 'delete', table, columns: [], mayBeNull: [], ...rest }
  return { verb: 'update', table, ...assigned(last), ...rest }
}

function whereOf(before: readonly Call[], last: Call): Where | undefined {
  const wheres = before.filter(call => /^(?:or)?where|^has$|^doesnthave$|^when$|^find|^filter$|^only/i.test(call.name))
  const isOne = /^(?:destroy|forcedestroy)$/i.test(last.name) || (/^delete$/i.test(last.name) && last.args.length > 0)
  if (isOne) return { text: 'the key' }
  const [first] = wheres
  if (first === undefined) return undefined
  const column = wheres.length === 1 && /^wherenull$/i.test(first.name) ? toldBy(first.args[0]) : []
  const text = wheres.map(call => call.name).join(', ')
  return column.length === 1 && column[0]!.isSure ? { text, isNull: column[0]!.name } : { text }
}

/** Columns of `update(['a' => 1, 'b' => null])`. A value that is not written there may be NULL. */
function assigned({ name, args }: Call): Pick<RowChange, 'columns' | 'mayBeNull'> {
  if (!/^update/i.test(name)) return { columns: toldBy(args[0]).map(one => one.name), mayBeNull: [] }
  const entries = args[0]?.is === 'map' ? args[0].entries : []
  const isThere = new Set(['text', 'number', 'boolean'])
  return {
    columns: entries.map(entry => entry.key),
    mayBeNull: entries.filter(entry => !isThere.has(entry.value.is)).map(entry => entry.key),
  }
}
