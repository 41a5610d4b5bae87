// What the rules about PostgreSQL have in common: which server it is, what stands in the text, and the words that a rewrite needs.

import { sameName } from './beside.ts'
import { Source } from './dialects/postgres/source.ts'
import { checksNotNull, fills } from './filled.ts'
import { named } from './implied-names.ts'
import { rewrite, sqlColumn, sqlColumns, sqlName } from './rewrite.ts'
import type { FileContext } from './rule.ts'
import type { Schema } from './schema.ts'
import type { Constraint, Name, Statement } from './statement.ts'

/** True where the server is known to be older. One that nobody named is taken as one that is supported today. */
export function olderThan(major: number, { version }: Pick<FileContext, 'version'>): boolean {
  return version?.[0] !== undefined && version[0] < major
}

export const outside =
  'It cannot run inside a transaction: put it into a migration of its own, and tell the tool to open none for it.'

/** The statement as it is written, where it stands in the file by itself and begins as expected. */
export function ownText({ text, inside }: Statement, begins: RegExp): string | undefined {
  return inside === undefined && begins.test(text) ? text : undefined
}

/** Whether the rule has not yet been asked about another effect of the same statement. */
export function isFirstEffect(statement: Statement, { statements }: FileContext): boolean {
  let known = firsts.get(statements)
  if (known === undefined) {
    known = new Set(new Map(statements.toReversed().map(one => [`${one.offset} ${one.inside ?? ''}`, one])).values())
    firsts.set(statements, known)
  }
  return known.has(statement)
}

// Asked for each statement of a file that may hold tens of thousands.
const firsts = new WeakMap<readonly Statement[], ReadonlySet<Statement>>()

/** Every row is known to hold a value because a valid CHECK says so: then nothing is scanned again. */
export function isCheckedNotNull(table: Name, column: string, schema: Schema): boolean {
  if (checksNotNull(schema.table(table)?.constraints ?? [], column, 'postgres')) return true
  if (!schema.isFilled(table, column)) return false
  return !fills(schema.before, { table, column, dialect: 'postgres', now: schema.column(table, column) })
}

export type Adding = Extract<Statement, { kind: 'add-constraint' }>

/** The constraint with its name: the one that PostgreSQL gives it where none is written. */
export function constraintName({ constraint, table }: Adding, schema: Schema): string {
  const taken = (schema.table(table)?.constraints ?? []).flatMap(one => one.name ?? [])
  return named(constraint, table, taken, 'postgres').name ?? `${table.name}_new`
}

/** `CHECK (a > 0)`, `FOREIGN KEY (a) REFERENCES b ON DELETE CASCADE` as it stands in the ALTER TABLE; undefined where it stands in none. */
function writtenConstraint({ text, inside, offset }: Adding, schema: Schema): string | undefined {
  if (inside !== undefined) return undefined
  // The same ALTER may add several: they come in the order in which they are written.
  return addedIn(text)[schema.before.filter(one => one.offset === offset && one.kind === 'add-constraint').length]
}

function addedIn(text: string): readonly string[] {
  if (lastAlter.text === text) return lastAlter.added
  const head = altersTable.exec(text)
  const actions = head === null ? [] : new Source(text.slice(head[0].length)).actions(0)
  lastAlter = { text, added: actions.flatMap(action => addsConstraint.exec(action)?.[1]?.trim() ?? []) }
  return lastAlter.added
}

// One ALTER with thousands of actions is asked for each of them.
let lastAlter: { readonly text: string; readonly added: readonly string[] } = { text: '', added: [] }

const altersTable = /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:[^\s"]|"[^"]*")+\s+/i
const addsConstraint =
  /^add\s+(?:constraint\s+(?:[^\s"]|"[^"]*")+\s+)?((?:check|foreign|unique|primary|exclude|not\s+null)\b[\s\S]*)$/i

function constraintFromParts({ type, columns, expression, references }: Constraint): string {
  if (type !== 'foreign-key' || references === undefined) return `CHECK (${expression ?? 'true'})`
  const list = sqlColumns(columns, 'postgres')
  const target = references.columns === undefined ? '' : ` (${sqlColumns(references.columns, 'postgres')})`
  return `FOREIGN KEY (${list}) REFERENCES ${sqlName(references.table, 'postgres')}${target}`
}

/** Adds a constraint without looking at the rows, and looks at them in a later migration, beside the writes that go on. */
export function validatedLater(adding: Adding, schema: Schema): string {
  const table = sqlName(adding.table, 'postgres')
  const name = sqlColumn(constraintName(adding, schema), 'postgres')
  const written = writtenConstraint(adding, schema)
  return rewrite(
    'Add it without looking at the rows that are there, and prove those in the next migration:',
    [
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${written ?? constraintFromParts(adding.constraint)} NOT VALID;`,
      '-- next migration:',
      `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
    ],
    written === undefined && adding.constraint.type === 'foreign-key' ? 'Keep its ON DELETE and ON UPDATE.' : undefined,
  )
}

/** The same statement, which gives up after a short wait instead of holding up everybody behind it. */
export function givingUpSoon(sentence: string, statement: string): string {
  return rewrite(sentence, ["SET lock_timeout = '2s';", statement])
}

/** Whether the file says how long to wait for a lock at most. */
export function hasLockTimeout(schema: Schema): boolean {
  const last = schema.before.findLast(one => one.kind === 'set' && one.name === 'lock_timeout')
  return last?.kind === 'set' && !['0', 'default'].includes(last.value)
}

/** Whether the file has dropped the primary key of the table before. */
export function replacesKey(table: Name, schema: Schema): boolean {
  return schema.before.some(one => {
    if (one.kind !== 'drop-constraint' || one.name === undefined || !sameName(one.table, table, 'postgres'))
      return false
    return schema.constraint(table, one.name)?.type === 'primary-key' || /pkey$|primary/.test(one.name)
  })
}
