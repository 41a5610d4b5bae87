// What the rules about PostgreSQL have in common: which server it is, what stands in the text, and the words that a rewrite needs.

import { sameName } from './beside.ts'
import { checksNotNull, fills } from './filled.ts'
import { named } from './implied-names.ts'
import { rewrite, sqlColumn, sqlName } from './rewrite.ts'
import type { FileContext } from './rule.ts'
import type { Schema } from './schema.ts'
import type { Name, Statement } from './statement.ts'

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
  return statements.find(one => one.offset === statement.offset && one.inside === statement.inside) === statement
}

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

/** `CHECK (a > 0)`, `FOREIGN KEY (a) REFERENCES b ON DELETE CASCADE`: as it is written, where the ALTER TABLE does nothing else. */
export function constraintText({ text, inside, constraint }: Adding): string {
  const written = inside === undefined ? addsConstraint.exec(text)?.[1]?.trim() : undefined
  if (written !== undefined && !hasMore(written)) return written
  const { type, columns, expression, references } = constraint
  const list = columns.map(column => sqlColumn(column, 'postgres')).join(', ')
  if (type !== 'foreign-key' || references === undefined) return `CHECK (${expression ?? 'true'})`
  const target = references.columns?.map(column => sqlColumn(column, 'postgres')).join(', ')
  return `FOREIGN KEY (${list}) REFERENCES ${sqlName(references.table, 'postgres')}${target === undefined ? '' : ` (${target})`}`
}

const addsConstraint =
  /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:[^\s"]|"[^"]*")+\s+add\s+(?:constraint\s+(?:[^\s"]|"[^"]*")+\s+)?((?:check|foreign)\b[\s\S]*)$/i

/** A comma outside of parentheses begins another action of the ALTER TABLE. */
function hasMore(text: string): boolean {
  let depth = 0
  for (const mark of text.replace(/'(?:[^']|'')*'|"[^"]*"/g, '')) {
    if (mark === '(') depth++
    else if (mark === ')') depth--
    else if (mark === ',' && depth === 0) return true
  }
  return false
}

/** Adds a constraint without looking at the rows, and looks at them in a later migration, beside the writes that go on. */
export function validatedLater(adding: Adding, schema: Schema): string {
  const table = sqlName(adding.table, 'postgres')
  const name = sqlColumn(constraintName(adding, schema), 'postgres')
  return rewrite('Add it without looking at the rows that are there, and prove those in the next migration:', [
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${constraintText(adding)} NOT VALID;`,
    '-- next migration:',
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
  ])
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
