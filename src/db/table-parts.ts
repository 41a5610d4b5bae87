// What stands between the parentheses of CREATE TABLE and after ADD: columns, constraints and indexes of MySQL, MariaDB and SQLite.
import type { SqlFamily } from './column-types.ts'
import { columnOf, referenceOf } from './columns.ts'
import { columnsNamed } from './queries.ts'
import type { Column, Constraint, Index } from './statement.ts'
import { bare, Reader, type Token, textOf } from './tokens.ts'

export type TablePart =
  | { readonly is: 'column'; readonly column: Column }
  | { readonly is: 'constraint'; readonly constraint: Constraint; readonly surely: boolean }
  | { readonly is: 'index'; readonly index: Index; readonly surely: boolean }
  /** LIKE other, PERIOD FOR SYSTEM_TIME. */
  | { readonly is: 'other' }

/** Undefined when it cannot be read. */
export function partOf(tokens: readonly Token[], dialect: SqlFamily): TablePart | undefined {
  const reader = new Reader(tokens)
  if (reader.sees('LIKE') || reader.sees('PERIOD', 'FOR')) return { is: 'other' }
  if (reader.sees('CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK')) return constraintOf(reader)
  if (dialect === 'mysql' && (reader.sees('INDEX|KEY|FULLTEXT|SPATIAL') || reader.sees('VECTOR', 'INDEX|KEY')))
    return indexOf(reader)
  const column = columnOf(tokens, dialect)
  return column === undefined ? undefined : { is: 'column', column }
}

/** The parts of a CREATE TABLE. Keys and checks of single columns stand among the constraints as well. */
export function tableParts(parts: readonly (readonly Token[])[], dialect: SqlFamily): TableParts {
  const read = parts.flatMap(part => partOf(part, dialect) ?? [])
  const columns = read.flatMap(part => (part.is === 'column' ? [part.column] : []))
  return {
    columns,
    constraints: [
      ...columns.flatMap(inlineConstraints),
      ...read.flatMap(part => (part.is === 'constraint' ? [part.constraint] : [])),
    ],
    indexes: read.flatMap(part => (part.is === 'index' ? [part.index] : [])),
  }
}

export interface TableParts {
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
  readonly indexes: readonly Index[]
}

function inlineConstraints({ name, primaryKey, unique, references, check }: Column): Constraint[] {
  const columns = [name]
  return [
    ...(primaryKey ? [{ type: 'primary-key', columns } as const] : []),
    ...(unique ? [{ type: 'unique', columns } as const] : []),
    ...(references === undefined ? [] : [{ type: 'foreign-key', columns, references } as const]),
    ...(check === undefined ? [] : [{ type: 'check', columns, expression: check } as const]),
  ]
}

function constraintOf(reader: Reader): TablePart | undefined {
  let surely = true
  let name: string | undefined
  if (reader.take('CONSTRAINT')) {
    if (reader.take('IF', 'NOT', 'EXISTS')) surely = false
    if (!reader.sees('PRIMARY|UNIQUE|FOREIGN|CHECK')) name = reader.identifier()
  }
  const made = check(reader) ?? foreignKey(reader) ?? key(reader)
  if (made === undefined) return undefined
  const named = name ?? made.constraint.name
  const constraint = named === undefined ? made.constraint : { ...made.constraint, name: named }
  return { is: 'constraint', constraint, surely: surely && made.surely }
}

interface Made {
  readonly constraint: Constraint
  readonly surely: boolean
}

function check(reader: Reader): Made | undefined {
  if (!reader.take('CHECK')) return undefined
  reader.take('IF', 'NOT', 'EXISTS')
  const expression = reader.group()
  if (expression === undefined) return undefined
  const notEnforced = reader.take('NOT', 'ENFORCED')
  const columns = columnsNamed(expression)
  const text = textOf(bare(expression))
  return {
    constraint: { type: 'check', columns, expression: text, ...(notEnforced ? { notEnforced: true as const } : {}) },
    surely: true,
  }
}

function foreignKey(reader: Reader): Made | undefined {
  if (!reader.take('FOREIGN', 'KEY')) return undefined
  const surely = !reader.take('IF', 'NOT', 'EXISTS')
  const name = reader.word() === '(' ? undefined : reader.identifier()
  const columns = reader.list()?.map(keyPart)
  const references = referenceOf(reader)
  if (columns === undefined || references === undefined) return undefined
  return { constraint: { type: 'foreign-key', ...(name === undefined ? {} : { name }), columns, references }, surely }
}

function key(reader: Reader): Made | undefined {
  const type = reader.take('PRIMARY', 'KEY') ? 'primary-key' : reader.take('UNIQUE') ? 'unique' : undefined
  if (type === undefined) return undefined
  reader.take('INDEX|KEY')
  const { index, surely } = indexAfterKeyword(reader)
  if (index === undefined) return undefined
  const { name, columns } = index
  return { constraint: { type, columns, ...(name === undefined ? {} : { name }) }, surely }
}

function indexOf(reader: Reader): TablePart | undefined {
  const method = reader.sees('FULLTEXT|SPATIAL|VECTOR') ? reader.word().toLowerCase() : undefined
  if (method !== undefined) reader.at++
  reader.take('INDEX|KEY')
  const { index, surely } = indexAfterKeyword(reader)
  return index === undefined
    ? undefined
    : { is: 'index', index: method === undefined ? index : { ...index, method }, surely }
}

/** `IF NOT EXISTS name USING BTREE (columns) USING BTREE` */
function indexAfterKeyword(reader: Reader): { index: Index | undefined; surely: boolean } {
  const surely = !reader.take('IF', 'NOT', 'EXISTS')
  const before = method(reader)
  const name = reader.word() === '(' || before !== undefined ? undefined : reader.identifier()
  const said = before ?? method(reader)
  const columns = reader.list()?.map(keyPart)
  const used = said ?? method(reader)
  if (columns === undefined || columns.length === 0) return { index: undefined, surely }
  const named = name === undefined ? {} : { name }
  return { index: { ...named, columns, ...(used === undefined ? {} : { method: used }) }, surely }
}

function method(reader: Reader): string | undefined {
  return reader.take('USING|TYPE') ? reader.identifier()?.toLowerCase() : undefined
}

/** `email(20) DESC` is `email`; an expression is its text in parentheses. */
export function keyPart(part: readonly Token[]): string {
  const [first, second] = part
  if (first === undefined) return ''
  if (first.word === '(') return textOf(new Reader(part).group() ?? part)
  const calls = second?.word === '(' && part[2]?.kind !== 'number'
  return calls ? `(${textOf(part)})` : first.value
}
