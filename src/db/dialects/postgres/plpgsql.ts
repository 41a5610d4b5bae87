// What a PL/pgSQL body runs: its static SQL, and the texts of its EXECUTEs where they can be told.
import { type Node, parsePlpgsql, parseSql } from './engine.ts'

/** `line`: of the body, whose first line is the one on which its quotes open. */
export type Inner = { readonly line: number } & (
  | { readonly sql: string }
  /** An expression that calls something: a condition, a value. */
  | { readonly evaluates: string }
  /** An EXECUTE whose text is put together while it runs. */
  | { readonly unreadable: string }
)

/** `text`: the whole DO or CREATE FUNCTION statement. Undefined when PL/pgSQL's own parser refuses it. */
export function sqlInside(text: string): Inner[] | undefined {
  const tree = parsePlpgsql(text)
  if (tree === undefined) return undefined
  const found: Inner[] = []
  walk(tree, { dynamic: false, line: 1 }, found)
  return found
}

interface Expression {
  readonly query: string
  /** 0 (RAW_PARSE_DEFAULT): a statement; others: an expression or assignment (postgres/src/include/parser/parser.h). */
  readonly parseMode?: number
}

interface Around {
  readonly dynamic: boolean
  readonly line: number
}

function walk(value: unknown, { dynamic, line: above }: Around, found: Inner[]): void {
  if (typeof value !== 'object' || value === null) return
  const line = 'lineno' in value && typeof value.lineno === 'number' ? value.lineno : above
  for (const [key, child] of Object.entries(value)) {
    if (key === 'PLpgSQL_expr') expression(child as Expression, { dynamic, line }, found)
    else if (key === 'params') walk(child, { dynamic: false, line }, found)
    else walk(child, { dynamic: key === 'dynquery' || isDynamic(key) || (dynamic && key === 'query'), line }, found)
  }
}

function isDynamic(key: string): boolean {
  return key === 'PLpgSQL_stmt_dynexecute' || key === 'PLpgSQL_stmt_dynfors'
}

function expression({ query, parseMode = 0 }: Expression, { dynamic, line }: Around, found: Inner[]): void {
  if (!dynamic) {
    if (parseMode === 0) found.push({ sql: query, line })
    else if (query.includes('(')) found.push({ evaluates: query, line })
    return
  }
  const text = textOf(query)
  found.push(text === undefined ? { unreadable: query, line } : { sql: text, line })
}

/** The text an expression gives: a literal, literals joined by ||, format() — with names put in through %I, %L, quote_ident, quote_literal. */
function textOf(query: string): string | undefined {
  const parsed = parseSql(`SELECT ${query}`)
  if (!parsed.ok || parsed.statements.length !== 1) return undefined
  const { node } = parsed.statements[0]!
  if (!('SelectStmt' in node)) return undefined
  const [target, ...more] = node.SelectStmt.targetList ?? []
  if (target === undefined || more.length > 0 || !('ResTarget' in target) || target.ResTarget.val === undefined)
    return undefined
  return evaluate(target.ResTarget.val)
}

function evaluate(node: Node): string | undefined {
  if ('A_Const' in node) return node.A_Const.sval?.sval
  if ('TypeCast' in node) return node.TypeCast.arg === undefined ? undefined : evaluate(node.TypeCast.arg)
  if ('A_Expr' in node) {
    const { name = [], lexpr, rexpr } = node.A_Expr
    const operator = name.map(part => ('String' in part ? part.String.sval : '')).join('.')
    if (operator !== '||' || lexpr === undefined || rexpr === undefined) return undefined
    const [left, right] = [evaluate(lexpr), evaluate(rexpr)]
    return left === undefined || right === undefined ? undefined : left + right
  }
  return 'FuncCall' in node ? call(node.FuncCall) : undefined
}

type FuncCall = Extract<Node, { FuncCall: unknown }>['FuncCall']

function call({ funcname = [], args = [] }: FuncCall): string | undefined {
  const last = funcname.at(-1)
  const name = last !== undefined && 'String' in last ? last.String.sval : undefined
  // What comes out of these is one name or one literal, whatever goes in.
  if (name === 'quote_ident') return placeholder
  if (name === 'quote_literal' || name === 'quote_nullable') return `'${placeholder}'`
  if (name !== 'format' || args[0] === undefined) return undefined
  const template = evaluate(args[0])
  if (template === undefined || /%(?:\d+\$)?-?\d*s/.test(template)) return undefined
  return template.replace(/%(?:\d+\$)?-?\d*([IL%])/g, (_, kind: string) =>
    kind === '%' ? '%' : kind === 'I' ? placeholder : `'${placeholder}'`,
  )
}

/** Stands for a name that is known only while it runs. */
const placeholder = 'some_name'
