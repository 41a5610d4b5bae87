import { narrowing } from '../narrowing.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName, sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type ColumnType, type DialectId, type Name, type Statement, shown } from '../statement.ts'

const before = 'CREATE TABLE users (id bigint, name varchar(100), seen timestamp);'

export default defineRule({
  id: 'narrow-column-type',
  title: 'A type that holds less',
  severity: 'warning',
  dialects: ['postgres', 'mysql'],
  why: 'Values that are there and no longer fit make the migration fail, or are cut without a word; and the release that still runs goes on writing them.',
  instead:
    'Add a column of the new type, copy what fits, look at what does not, and drop the old column in a later release.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(20);',
      good: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(200);',
      also: ['change-column-type'],
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE users MODIFY name varchar(20);',
      good: 'ALTER TABLE users MODIFY name varchar(200);',
      also: ['change-column-type-copies'],
    },
  ],
  *check(statement, schema) {
    const { table, column, type } = retyped(statement) ?? {}
    if (table === undefined || column === undefined || type === undefined || schema.isNewColumn(table, column)) return
    const old = schema.column(table, column)?.type
    const because = old === undefined ? undefined : narrowing(old, type, statement.dialect)
    if (old === undefined || because === undefined) return
    const [from, to] = [sqlType(old, statement.dialect), sqlType(type, statement.dialect)]
    yield {
      what: `Narrows ${shown(table)}.${column} from ${from} to ${to}: ${because}.`,
      instead: besideIt(table, column, type, statement.dialect),
    }
  },
})

interface Retyped {
  readonly table: Name
  readonly column: string
  readonly type: ColumnType | undefined
}

function retyped(statement: Statement): Retyped | undefined {
  if (statement.kind !== 'change-column') return undefined
  const { table, column, change } = statement
  if (change.set === 'type') return { table, column, type: change.type }
  return change.set === 'definition' ? { table, column, type: change.to.type } : undefined
}

function besideIt(table: Name, column: string, type: ColumnType, dialect: DialectId): string {
  const at = sqlName(table, dialect)
  const next = `${column}_next`
  const [old, now] = [sqlColumn(column, dialect), sqlColumn(next, dialect)]
  const cast = dialect === 'postgres' ? `CAST(${old} AS ${sqlType(type, dialect)})` : old
  return rewrite(
    'Add a column of the new type, let the code write both, and copy in small steps:',
    [
      `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition({ name: next, type }, dialect)};`,
      '-- when every running process writes both, and the values that do not fit are repaired:',
      `UPDATE ${at} SET ${now} = ${cast} WHERE ${now} IS NULL;`,
    ],
    `Drop ${column} in a later release, when nothing reads it.`,
  )
}
