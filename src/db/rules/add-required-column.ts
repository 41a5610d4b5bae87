import { sameColumn } from '../beside.ts'
import { rewrite, someDefault, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Column, type DialectId, type Name, type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'add-required-column',
  title: 'A NOT NULL column without a default',
  code: 'MF103',
  alsoKnownAs: ['squawk: adding-required-field'],
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Rows that are there have no value for it, so the migration fails as soon as the table holds one; and the release that still runs writes rows without it and is refused.',
  instead: 'Give the column a default, or add it without NOT NULL, fill it, and set NOT NULL in a later migration.',
  examples: [
    {
      dialects: ['postgres', 'sqlite'],
      bad: 'ALTER TABLE users ADD COLUMN state varchar(20) NOT NULL;',
      good: "ALTER TABLE users ADD COLUMN state varchar(20) NOT NULL DEFAULT 'new';",
    },
    {
      dialects: ['postgres', 'sqlite'],
      bad: 'ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT NULL;',
      good: 'CREATE TABLE users (id int); ALTER TABLE users ADD COLUMN age int NOT NULL;',
    },
    {
      dialects: ['sqlite'],
      before: 'CREATE TABLE users (id integer PRIMARY KEY);',
      bad: 'CREATE TABLE new_users (id integer PRIMARY KEY, age int NOT NULL); INSERT INTO new_users (id) SELECT id FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;',
      good: 'CREATE TABLE new_users (id integer PRIMARY KEY, age int NOT NULL DEFAULT 0); INSERT INTO new_users (id) SELECT id FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;',
    },
    {
      dialects: ['mysql'],
      bad: 'ALTER TABLE users ADD COLUMN born date NOT NULL;',
      good: 'ALTER TABLE users ADD COLUMN born date NULL;',
    },
    {
      dialects: ['mysql'],
      bad: 'ALTER TABLE places ADD COLUMN at point NOT NULL;',
      good: "ALTER TABLE users ADD COLUMN seen datetime NOT NULL DEFAULT '2000-01-01 00:00:00';",
    },
  ],
  *check(statement, schema) {
    const { dialect } = statement
    for (const { table, columns } of added(statement, schema)) {
      const required = columns.filter(column => isRequired(column) && failsOnRows(column, dialect))
      if (required.length === 0) continue
      yield {
        what: `Adds ${required.map(column => column.name).join(', ')} to ${shown(table)} as NOT NULL without a default.`,
        instead: withValue(table, required, dialect),
      }
    }
  },
})

interface Added {
  readonly table: Name
  readonly columns: readonly Column[]
}

/** Also what a table that is built anew has more than the old one, where the copy does not fill it. */
function added(statement: Statement, schema: Schema): readonly Added[] {
  if (statement.kind === 'add-column') return schema.isNewTable(statement.table) ? [] : [statement]
  if (statement.kind !== 'drop-table') return []
  return statement.tables.flatMap(table => {
    const next = schema.successor(statement, table)
    const filled = next?.copy.columns
    if (next?.columns === undefined || filled === undefined || schema.isNewTable(table)) return []
    const left = next.columns.filter(column => !filled.some(one => sameColumn(one, column.name, statement.dialect)))
    return [{ table, columns: left.filter(column => column.primaryKey !== true) }]
  })
}

function isRequired(column: Column): boolean {
  if (column.notNull !== true || column.numbered !== undefined || column.virtual === true || column.stored === true)
    return false
  return column.default === undefined || column.default.is === 'null'
}

const spatial =
  /^(geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection|geomcollection)$/

// MySQL gives old rows the zero value of the type (MY101); dates have none that it accepts, and spatial types none at all.
function failsOnRows({ type }: Column, dialect: DialectId): boolean {
  if (dialect !== 'mysql') return true
  const name = type?.name ?? ''
  return name === 'date' || name === 'datetime' || spatial.test(name)
}

function withValue(table: Name, columns: readonly Column[], dialect: DialectId): string {
  const add = (definition: string) => `ALTER TABLE ${sqlName(table, dialect)} ADD COLUMN ${definition};`
  // No one value fits every row where rows must differ or point at others, and spatial types take no default.
  const needsOwn = columns.some(
    ({ type, unique, references }) => unique === true || references !== undefined || spatial.test(type?.name ?? ''),
  )
  return needsOwn
    ? rewrite(
        'Add it without NOT NULL, fill it, and set NOT NULL in a later migration:',
        columns.map(column => add(sqlDefinition(column, dialect, ['not-null', 'default']))),
      )
    : rewrite(
        'Give it a default that fits the rows that are there, and that the release that still runs may leave out:',
        columns.map(column =>
          add(sqlDefinition({ ...column, default: { text: someDefault(column.type), is: 'constant' } }, dialect)),
        ),
      )
}
