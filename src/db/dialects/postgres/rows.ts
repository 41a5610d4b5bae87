// What INSERT, UPDATE, DELETE and COPY do to rows.
import type { Copy, Effect, RowChange, Where } from '../../statement.ts'
import type { Node } from './engine.ts'
import { lastField, neverNull } from './expressions.ts'
import { type Is, nameOf, textOf, walk } from './nodes.ts'
import type { Source } from './source.ts'

/** One effect for each statement that changes rows, those in WITH before the one they serve; at least one. */
export function rowEffects(node: Node, source: Source): Effect[] {
  return [...ownEffects(node, source), ...runElsewhere(node, source)]
}

function ownEffects(node: Node, source: Source): Effect[] {
  // Only the WITH at the top may change rows.
  const inWith = (withOf(node)?.ctes ?? []).flatMap(one => {
    const query = 'CommonTableExpr' in one ? one.CommonTableExpr.ctequery : undefined
    return query === undefined || 'SelectStmt' in query ? [] : [rowEffect(query, source)]
  })
  if (!('SelectStmt' in node)) return [...inWith, rowEffect(node, source)]
  const own: Effect[] = inWith.length > 0 ? [] : [{ kind: 'data' }]
  return [...inWith, ...own, ...settings(node.SelectStmt)]
}

function withOf(node: Node): Is<'WithClause'> | undefined {
  if ('SelectStmt' in node) return node.SelectStmt.withClause
  if ('InsertStmt' in node) return node.InsertStmt.withClause
  if ('UpdateStmt' in node) return node.UpdateStmt.withClause
  if ('DeleteStmt' in node) return node.DeleteStmt.withClause
  return 'MergeStmt' in node ? node.MergeStmt.withClause : undefined
}

function rowEffect(node: Node, source: Source): Effect {
  const change = changeOf(node, source)
  const copies = 'InsertStmt' in node ? copyOf(node.InsertStmt) : undefined
  return {
    kind: 'data',
    ...(change === undefined ? {} : { change }),
    ...(copies === undefined ? {} : { copies }),
  }
}

/** `INSERT INTO new SELECT … FROM old` with nothing that could leave rows out. A function might be an aggregate, so it is no plain copy. */
function copyOf({ relation, cols = [], selectStmt, onConflictClause }: Is<'InsertStmt'>): Copy | undefined {
  if (relation === undefined || onConflictClause !== undefined) return undefined
  if (selectStmt === undefined || !('SelectStmt' in selectStmt)) return undefined
  const select = selectStmt.SelectStmt
  const from = select.fromClause?.length === 1 ? select.fromClause[0] : undefined
  if (from === undefined || !('RangeVar' in from) || from.RangeVar.inh !== true || select.op !== 'SETOP_NONE')
    return undefined
  const picks = [
    select.withClause,
    select.whereClause,
    select.groupClause,
    select.havingClause,
    select.distinctClause,
    select.limitCount,
    select.limitOffset,
  ]
  if (picks.some(one => one !== undefined) || JSON.stringify(select.targetList ?? []).includes('"FuncCall"'))
    return undefined
  const columns = cols.flatMap(one => ('ResTarget' in one ? [one.ResTarget.name ?? ''] : []))
  return { from: nameOf(from.RangeVar), to: nameOf(relation), ...(columns.length === 0 ? {} : { columns }) }
}

function changeOf(node: Node, source: Source): RowChange | undefined {
  if ('InsertStmt' in node) return inserted(node.InsertStmt)
  if ('UpdateStmt' in node) return updated(node.UpdateStmt, source)
  if ('DeleteStmt' in node) {
    const { relation, usingClause, whereClause } = node.DeleteStmt
    if (relation === undefined) return undefined
    return {
      verb: 'delete',
      table: nameOf(relation),
      columns: [],
      mayBeNull: [],
      ...picked(relation.location, whereClause, usingClause, source),
    }
  }
  if ('CopyStmt' in node && node.CopyStmt.is_from === true && node.CopyStmt.relation !== undefined) {
    const columns = (node.CopyStmt.attlist ?? []).flatMap(one => textOf(one) ?? [])
    return { verb: 'insert', table: nameOf(node.CopyStmt.relation), columns, mayBeNull: columns }
  }
  return undefined
}

function picked(
  byte: number | undefined,
  where: Node | undefined,
  others: readonly Node[] | undefined,
  source: Source,
) {
  return {
    ...(where === undefined ? {} : { where: whereOf(where, source.after('WHERE', byte, { ends: ['RETURNING'] })) }),
    ...(others === undefined ? {} : { limited: true as const }),
  }
}

function whereOf(node: Node, text: string): Where {
  if ('NullTest' in node && node.NullTest.nulltesttype === 'IS_NULL') {
    const { arg } = node.NullTest
    if (arg !== undefined && 'ColumnRef' in arg) return { text, isNull: lastField(arg.ColumnRef) }
  }
  return isTrue(node) ? { text, always: true } : { text }
}

function isTrue(node: Node): boolean {
  if ('A_Const' in node) return node.A_Const.boolval?.boolval === true
  if (!('A_Expr' in node)) return false
  const { kind, name = [], lexpr, rexpr } = node.A_Expr
  if (kind !== 'AEXPR_OP' || textOf(name[0]) !== '=' || lexpr === undefined || rexpr === undefined) return false
  return (
    'A_Const' in lexpr && 'A_Const' in rexpr && constantOf(lexpr) === constantOf(rexpr) && lexpr.A_Const.isnull !== true
  )
}

function constantOf(node: Extract<Node, { A_Const: unknown }>): string {
  return JSON.stringify({ ...node.A_Const, location: undefined })
}

function updated({ relation, targetList = [], fromClause, whereClause }: Is<'UpdateStmt'>, source: Source) {
  if (relation === undefined) return undefined
  const targets = targetList.flatMap(one => ('ResTarget' in one ? [one.ResTarget] : []))
  // `SET a[1] = 0, a[2] = 0` and `SET a.x = 0, a.y = 0` write a part each.
  const whole = targets.filter(
    ({ name, indirection }, at) => indirection === undefined || targets.findIndex(one => one.name === name) === at,
  )
  const set = whole.map(({ name = '', val }) => ({ name, filled: val !== undefined && isFilled(val) }))
  return {
    verb: 'update' as const,
    table: nameOf(relation),
    columns: set.map(({ name }) => name),
    mayBeNull: set.filter(({ filled }) => !filled).map(({ name }) => name),
    ...picked(relation.location, whereClause, fromClause, source),
  }
}

function isFilled(node: Node): boolean {
  if (!('MultiAssignRef' in node)) return neverNull(node)
  const { source, colno = 1 } = node.MultiAssignRef
  const value = source !== undefined && 'RowExpr' in source ? source.RowExpr.args?.[colno - 1] : undefined
  return value !== undefined && neverNull(value)
}

function inserted({ relation, cols = [], selectStmt }: Is<'InsertStmt'>): RowChange | undefined {
  if (relation === undefined) return undefined
  const columns = cols.flatMap(one => ('ResTarget' in one ? [one.ResTarget.name ?? ''] : []))
  const rows =
    columns.length > 0 && selectStmt !== undefined && 'SelectStmt' in selectStmt ? rowsOf(selectStmt.SelectStmt) : []
  const filled = columns.map(
    (_, at) => rows.length > 0 && rows.every(row => row[at] !== undefined && neverNull(row[at])),
  )
  return { verb: 'insert', table: nameOf(relation), columns, mayBeNull: columns.filter((_, at) => filled[at] !== true) }
}

/** The rows of VALUES; of a SELECT, its one row of expressions. */
function rowsOf({ valuesLists = [], targetList = [], op }: Is<'SelectStmt'>): (Node | undefined)[][] {
  if (valuesLists.length > 0) return valuesLists.map(list => ('List' in list ? (list.List.items ?? []) : []))
  if (op !== 'SETOP_NONE') return []
  return [targetList.map(one => ('ResTarget' in one ? one.ResTarget.val : undefined))]
}

/** Functions of extensions that run a text as SQL, here or on another server, and query_to_xml and its kin, which do so too. */
const runners = new Set(
  `dblink dblink_exec dblink_send_query dblink_open query_to_xml query_to_xml_and_xmlschema query_to_xmlschema cursor_to_xml
  run_command_on_workers run_command_on_shards run_command_on_placements run_command_on_all_nodes run_command_on_coordinator schedule
  schedule_in_database exec_sql`.split(/\s+/),
)
const changing = /\b(?:drop|truncate|delete|alter)\b/i

/** What a statement runs by way of a text or of a program. */
function runElsewhere(node: Node, { text }: Source): Effect[] {
  if ('CopyStmt' in node && node.CopyStmt.is_program === true)
    return [{ kind: 'unreadable', because: 'it runs a program, and what that does is not seen here' }]
  if (!changing.test(text) || !/dblink|_to_xml|run_command_on|schedule|exec_sql/i.test(text)) return []
  const names = new Set<string>()
  walk(node, (kind, value) => {
    if (kind !== 'FuncCall') return
    const { funcname = [], args = [] } = value as Is<'FuncCall'>
    const name = textOf(funcname.at(-1)) ?? ''
    if (runners.has(name) && args.some(arg => changing.test(JSON.stringify(arg)))) names.add(name)
  })
  return [...names].map(name => ({
    kind: 'unreadable',
    because: `${name}() runs a text as SQL that drops or changes something`,
  }))
}

/** `SELECT set_config('lock_timeout', '5s', false)` is a SET. */
function settings({ targetList = [] }: Is<'SelectStmt'>): Effect[] {
  return targetList.flatMap((target): Effect[] => {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined
    if (value === undefined || !('FuncCall' in value)) return []
    const { funcname = [], args = [] } = value.FuncCall
    if (textOf(funcname.at(-1)) !== 'set_config') return []
    const [name, to] = args.map(arg => ('A_Const' in arg ? arg.A_Const.sval?.sval : undefined))
    const local = args[2] !== undefined && 'A_Const' in args[2] && args[2].A_Const.boolval?.boolval === true
    if (name?.toLowerCase() === 'search_path') return [{ kind: 'change-scope' }]
    return name === undefined ? [] : [{ kind: 'set', name: name.toLowerCase(), value: to ?? '', local }]
  })
}
