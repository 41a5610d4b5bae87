// What can be told of an expression without asking the server: whether it is the same for every row, whether it can be NULL, what it reads.
import type { Expression, Name } from '../../statement.ts'
import type { Node } from './engine.ts'
import { type Is, nameOf, type Relation, stringsOf, walk } from './nodes.ts'

type Kind = Expression['is']

/** Past this an expression is not looked into: nobody writes it by hand. */
const deepest = 200

export function kindOf(node: Node, depth = 0): Kind {
  if (depth > deepest) return 'unknown'
  const all = (nodes: readonly (Node | undefined)[]) =>
    worst(nodes.map(one => (one === undefined ? 'constant' : kindOf(one, depth + 1))))
  if ('A_Const' in node) return node.A_Const.isnull === true ? 'null' : 'constant'
  if ('TypeCast' in node) return node.TypeCast.arg === undefined ? 'unknown' : kindOf(node.TypeCast.arg, depth + 1)
  if ('CollateClause' in node)
    return node.CollateClause.arg === undefined ? 'unknown' : kindOf(node.CollateClause.arg, depth + 1)
  if ('SQLValueFunction' in node) return 'stable'
  if ('FuncCall' in node) return worst([functionKind(node.FuncCall), all(node.FuncCall.args ?? [])])
  if ('A_Expr' in node) return all([node.A_Expr.lexpr, node.A_Expr.rexpr])
  if ('BoolExpr' in node) return all(node.BoolExpr.args ?? [])
  if ('NullTest' in node) return all([node.NullTest.arg])
  if ('A_ArrayExpr' in node) return all(node.A_ArrayExpr.elements ?? [])
  if ('RowExpr' in node) return all(node.RowExpr.args ?? [])
  if ('List' in node) return all(node.List.items ?? [])
  if ('CoalesceExpr' in node) return all(node.CoalesceExpr.args ?? [])
  if ('MinMaxExpr' in node) return all(node.MinMaxExpr.args ?? [])
  if ('CaseExpr' in node) return all([node.CaseExpr.arg, ...(node.CaseExpr.args ?? []), node.CaseExpr.defresult])
  if ('CaseWhen' in node) return all([node.CaseWhen.expr, node.CaseWhen.result])
  return 'unknown'
}

const ranks: readonly Kind[] = ['null', 'constant', 'stable', 'unknown', 'volatile']

function worst(kinds: readonly Kind[]): Kind {
  const rank = kinds.reduce((highest, kind) => Math.max(highest, ranks.indexOf(kind)), ranks.indexOf('constant'))
  return ranks[rank]!
}

function functionKind({ funcname = [] }: Is<'FuncCall'>): Kind {
  const parts = stringsOf(funcname)
  const name = parts.at(-1) ?? ''
  // Extensions put theirs into any schema: gen_random_uuid, uuid_generate_v4, gen_salt.
  if (volatileFunctions.has(name)) return 'volatile'
  if (parts.length > 1 && parts[0] !== 'pg_catalog') return 'unknown'
  return stableFunctions.has(name) ? 'stable' : immutableFunctions.has(name) ? 'constant' : 'unknown'
}

// Source: pg_proc.provolatile of PostgreSQL 15, and the extensions uuid-ossp, pgcrypto, pg_uuidv7, ulid.
const volatileFunctions = new Set(
  `clock_timestamp random random_normal timeofday nextval setval currval lastval gen_random_uuid uuidv4 uuidv7 uuid_generate_v1
  uuid_generate_v1mc uuid_generate_v4 uuid_generate_v7 gen_random_bytes gen_salt crypt gen_ulid generate_ulid ulid setseed pg_sleep`.split(
    /\s+/,
  ),
)
const stableFunctions = new Set(
  `now transaction_timestamp statement_timestamp current_setting current_database current_schema current_schemas current_user session_user
  pg_backend_pid txid_current pg_current_xact_id age to_char to_timestamp to_date timezone date_trunc date_part concat concat_ws format
  jsonb_build_object jsonb_build_array json_build_object json_build_array to_jsonb to_json row_to_json array_to_string inet_client_addr
  version pg_typeof localtimestamp`.split(/\s+/),
)
const immutableFunctions = new Set(
  `lower upper initcap trim btrim ltrim rtrim substr substring replace repeat left right lpad rpad length char_length md5 sha256 encode
  decode abs ceil ceiling floor round trunc mod power sqrt greatest least make_date make_time make_timestamp make_interval to_hex chr ascii
  int4range int8range numrange daterange tsrange tstzrange array_fill array_append array_cat array_length string_to_array regexp_replace
  split_part reverse translate to_tsvector quote_literal quote_ident point box polygon circle json_array json_object jsonb_object
  hashtext cardinality starts_with strpos position overlay`.split(/\s+/),
)

/** True only where the value cannot be NULL whatever stands in the row. */
export function neverNull(node: Node, depth = 0): boolean {
  if (depth > deepest) return false
  const every = (nodes: readonly Node[]) => nodes.length > 0 && nodes.every(one => neverNull(one, depth + 1))
  if ('A_Const' in node) return node.A_Const.isnull !== true
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && neverNull(node.TypeCast.arg, depth + 1)
  if ('SQLValueFunction' in node) return node.SQLValueFunction.op !== 'SVFOP_CURRENT_SCHEMA'
  if ('NullTest' in node || 'A_ArrayExpr' in node || 'BooleanTest' in node) return true
  if ('CoalesceExpr' in node) return (node.CoalesceExpr.args ?? []).some(one => neverNull(one, depth + 1))
  if ('FuncCall' in node) return filledFunctions.has(stringsOf(node.FuncCall.funcname ?? []).at(-1) ?? '')
  if ('CaseExpr' in node) {
    const { args = [], defresult } = node.CaseExpr
    const results = args.flatMap(one => ('CaseWhen' in one && one.CaseWhen.result ? [one.CaseWhen.result] : []))
    return defresult !== undefined && every([...results, defresult])
  }
  if ('A_Expr' in node) {
    const { kind, lexpr, rexpr } = node.A_Expr
    return kind === 'AEXPR_OP' && every([lexpr, rexpr].filter(one => one !== undefined))
  }
  return false
}

const filledFunctions = new Set(
  `now transaction_timestamp statement_timestamp clock_timestamp random nextval gen_random_uuid uuidv4 uuidv7 uuid_generate_v1
  uuid_generate_v4 uuid_generate_v7 concat concat_ws jsonb_build_object jsonb_build_array json_build_object json_build_array`.split(
    /\s+/,
  ),
)

/** Names of the columns that an expression or a query names, without their tables; `*` where it takes all of a table. */
export function columnsIn(node: unknown): string[] {
  const columns = new Set<string>()
  walk(node, (kind, value) => {
    if (kind === 'ColumnRef') columns.add(lastField(value as Is<'ColumnRef'>))
    else if (kind === 'JoinExpr') {
      const { isNatural, usingClause = [] } = value as Is<'JoinExpr'>
      if (isNatural === true) columns.add('*')
      for (const name of stringsOf(usingClause)) columns.add(name)
    }
  })
  return [...columns].filter(name => name !== '')
}

export function lastField({ fields = [] }: Is<'ColumnRef'>): string {
  const last = fields.at(-1)
  return last === undefined ? '' : 'A_Star' in last ? '*' : 'String' in last ? (last.String.sval ?? '') : ''
}

/** Tables and views that a query names. Its own WITH queries are none. */
export function relationsIn(node: unknown): Name[] {
  const own = new Set<string>()
  const found = new Map<string, Name>()
  walk(node, (kind, value) => {
    if (kind === 'CommonTableExpr') own.add((value as Is<'CommonTableExpr'>).ctename ?? '')
    else if (kind === 'RangeVar') {
      const name = nameOf(value as Relation)
      found.set(JSON.stringify([name.schema, name.name]), name)
    }
  })
  return [...found.values()].filter(name => name.schema !== undefined || !own.has(name.name))
}
