// Words for the safe rewrites that rules print: names, types and columns as a person would write them, ready to paste.
import type { Schema } from './schema.ts'
import type { Column, ColumnType, DialectId, Index, Name, Reference } from './statement.ts'

/**
 * The advice of a finding: a sentence, a line break, and SQL up to the end or up to an empty line, after which more sentences may
 * follow. `test/conformance/rewrites.test.ts` reads the SQL back with the dialect.
 */
export function rewrite(sentence: string, sql: readonly string[], after?: string): string {
  return [sentence, ...sql, ...(after === undefined ? [] : ['', after])].join('\n')
}

/** A name of a column, index or constraint: bare where every server takes it bare, in the dialect's quotes otherwise. */
export function sqlColumn(name: string, dialect: DialectId): string {
  // PostgreSQL folds what stands without quotes to lower case.
  const bare = dialect === 'postgres' ? /^[a-z_][a-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_]*$/
  if (bare.test(name) && !reserved.has(name.toLowerCase())) return name
  const quote = dialect === 'mysql' ? '`' : '"'
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}

export function sqlColumns(names: readonly string[], dialect: DialectId): string {
  return names.map(name => sqlKeyPart(name, dialect)).join(', ')
}

/** A column of an index; an expression stands there in its parentheses. */
function sqlKeyPart(part: string, dialect: DialectId): string {
  return part.startsWith('(') ? part : sqlColumn(part, dialect)
}

/** A table with its schema, where it says one. */
export function sqlName({ schema, name }: Name, dialect: DialectId): string {
  return schema === undefined ? sqlColumn(name, dialect) : `${sqlColumn(schema, dialect)}.${sqlColumn(name, dialect)}`
}

/** A text as a string constant. */
export function sqlString(text: string, dialect: DialectId): string {
  const escaped = dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text
  return `'${escaped.replaceAll("'", "''")}'`
}

/** `varchar(20)`, `int unsigned`, `enum('a', 'b')`, `timestamp(3) with time zone`, `text[]`. */
export function sqlType({ name, args = [], unsigned, array }: ColumnType, dialect: DialectId): string {
  const members = name === 'enum' || name === 'set'
  const list = members ? args.map(arg => sqlString(arg, dialect)).join(', ') : args.join(', ')
  const [first, ...rest] = name.split(' ')
  const base = list === '' ? name : [`${first}(${list})`, ...rest].join(' ')
  return `${base}${unsigned === true ? ' unsigned' : ''}${array === true ? '[]' : ''}`
}

/** A type that the migrations do not tell, as a thing for the reader to fill in. It is a name that every dialect reads as a type. */
export const unknownType = 'its_type'

/** A column as ADD COLUMN takes it. `leave`: what is not to be said. */
export function sqlDefinition(
  column: Column,
  dialect: DialectId,
  leave: readonly ('default' | 'not-null')[] = [],
): string {
  const { type, charset, collation, numbered, virtual, stored, expression, references } = column
  const words = [
    sqlColumn(column.name, dialect),
    type === undefined ? unknownType : sqlType(type, dialect),
    ...(charset === undefined ? [] : [`CHARACTER SET ${charset}`]),
    ...(collation === undefined
      ? []
      : [`COLLATE ${dialect === 'postgres' ? sqlColumn(collation, dialect) : collation}`]),
    ...(expression === undefined
      ? []
      : [`GENERATED ALWAYS AS (${expression})${virtual === true ? ' VIRTUAL' : stored === true ? ' STORED' : ''}`]),
    ...(column.default === undefined || leave.includes('default') ? [] : [`DEFAULT ${column.default.text}`]),
    ...(column.notNull !== true || leave.includes('not-null') ? [] : ['NOT NULL']),
    ...(numbered === 'auto' && dialect === 'mysql' ? ['AUTO_INCREMENT'] : []),
    ...(references === undefined
      ? []
      : [`REFERENCES ${sqlName(references.table, dialect)}${referred(references, dialect)}`]),
  ]
  return words.join(' ')
}

function referred({ columns = [] }: Reference, dialect: DialectId): string {
  return columns.length === 0 ? '' : ` (${sqlColumns(columns, dialect)})`
}

/** CREATE INDEX. A name is made up where there is none; PostgreSQL's is built beside the writes that go on. */
export function sqlCreateIndex(table: Name, index: Index, dialect: DialectId): string {
  const { columns, method, where } = index
  const special = dialect === 'mysql' && (method === 'fulltext' || method === 'spatial')
  const kind = index.unique === true ? 'UNIQUE ' : special ? `${method.toUpperCase()} ` : ''
  const concurrently = dialect === 'postgres' ? 'CONCURRENTLY ' : ''
  const using = dialect === 'postgres' && method !== undefined && method !== 'btree' ? ` USING ${method}` : ''
  const name = sqlColumn(index.name ?? indexName(table, columns), dialect)
  const partial = where === undefined ? '' : ` WHERE ${where}`
  return `CREATE ${kind}INDEX ${concurrently}${name} ON ${sqlName(table, dialect)}${using} (${sqlColumns(columns, dialect)})${partial};`
}

/** `users_email_idx`, cut to what every server takes. */
export function indexName(table: Name, columns: readonly string[], ending = 'idx'): string {
  const parts = columns.map(column => (column.startsWith('(') ? 'expr' : column))
  const whole = [table.name, ...parts].join('_').replaceAll(/[^A-Za-z0-9_]+/g, '_')
  return `${whole.slice(0, 62 - ending.length)}_${ending}`
}

/** A default that a person has to choose, of the kind that fits the type. */
export function someDefault(type: ColumnType | undefined): string {
  const name = type?.name ?? ''
  if (/^(small|big|tiny|medium)?(int|integer|serial)$|^(numeric|decimal|float|double|real)/.test(name)) return '0'
  if (/^bool/.test(name)) return 'false'
  if (/^date$/.test(name)) return "'2000-01-01'"
  if (/^(timestamp|datetime)/.test(name)) return "'2000-01-01 00:00:00'"
  if (/^json/.test(name)) return "'{}'"
  if (name === 'enum' && type?.args?.[0] !== undefined) return `'${type.args[0].replaceAll("'", "''")}'`
  return "''"
}

/** Words that one of the servers reserves and that are likely names of tables and columns. Quoting one too many does no harm. */
const reserved = new Set(
  `all alter analyze and any array as asc between both by call case cast change check collate column condition constraint convert create
  cross current_date current_time current_timestamp current_user cursor database databases declare default delete desc describe distinct
  div do drop else end except exists explain false fetch float for force foreign from fulltext function generated get grant group groups
  having if ignore in index inner insert int integer intersect interval into is join key keys kill lateral leading leave left limit lines
  load lock long loop match mod natural not null numeric of offset on only optimize option or order out outer over partition placing
  precision primary procedure range rank read reads real recursive references regexp release rename repeat replace require restrict return
  returning revoke right row rows rownumber schema schemas select session_user set show smallint some sql ssl starting symmetric system
  table tablesample terminated then to trailing trigger true undo union unique unlock unsigned update usage use user using values varchar
  varying view when where while window with write year_month zerofill`.split(/\s+/),
)

/** The rows of a table under another name: what a drop would lose stays at hand, and the release that still runs sees nothing of it. */
export function keepTable(table: Name, dialect: DialectId): string {
  return `CREATE TABLE ${sqlName(kept(table, ''), dialect)} AS SELECT * FROM ${sqlName(table, dialect)};`
}

/** The values of some columns with their rows' keys, where the primary key is known; else whole rows. */
export function keepColumns(table: Name, columns: readonly string[], schema: Schema, dialect: DialectId): string {
  const facts = schema.table(table)
  const keys = facts?.constraints.find(one => one.type === 'primary-key')?.columns ?? []
  const wanted = keys.length === 0 ? '*' : sqlColumns([...new Set([...keys, ...columns])], dialect)
  const name = kept(table, columns.length === 1 ? `_${columns[0]}` : '')
  return `CREATE TABLE ${sqlName(name, dialect)} AS SELECT ${wanted} FROM ${sqlName(table, dialect)};`
}

// PostgreSQL cuts names at 63 bytes, MySQL refuses more than 64 characters.
function kept(table: Name, more: string): Name {
  return { ...table, name: `${table.name}${more}`.slice(0, 55).concat('_kept') }
}
