import { rewrite, sqlColumn, sqlName, sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Statement, shown } from '../statement.ts'
import { rewrites } from '../type-change.ts'

const before = 'CREATE TABLE users (id integer, name varchar(50), price numeric(8,2), ip cidr, seen timestamp);'

export default defineRule({
  id: 'change-column-type',
  title: 'A change of type that rewrites the table',
  code: 'PG301',
  alsoKnownAs: ['squawk: changing-column-type', 'strong_migrations: change_column'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Every row and every index of the table is written again under a lock that lets nobody read or write it, and the release that still runs may not expect the new type.',
  instead:
    'Add a column of the new type, write both from the code, copy in batches, read the new one, and drop the old one later.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE users ALTER COLUMN id TYPE bigint;',
      good: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(80), ALTER price TYPE numeric(10,2), ALTER ip TYPE inet;',
    },
    {
      before,
      bad: 'ALTER TABLE users ALTER COLUMN price TYPE numeric(10,3);',
      good: 'ALTER TABLE users ALTER COLUMN name TYPE text;',
    },
    {
      bad: 'ALTER TABLE shop.orders ALTER note TYPE varchar(80);',
      good: 'ALTER TABLE shop.orders ADD COLUMN a integer; ALTER TABLE tags ALTER b SET DATA TYPE text;',
    },
    {
      before,
      bad: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(50) COLLATE "C";',
      good: 'CREATE TABLE tags (a int); ALTER TABLE tags ALTER a TYPE bigint;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'change-column' || statement.change.set !== 'type') return
    const { table, column, change } = statement
    if (schema.isNewTable(table)) return
    const known = schema.column(table, column)
    const cost = rewrites(known?.type, change.type)
    const collates = change.collation !== undefined && change.collation !== known?.collation
    const plain = change.using === undefined || change.using.startsWith(`${column}::`)
    // Whatever it was, a text without a limit is what most columns become: nothing is said on a mere suspicion.
    if (cost === 'no' && plain && !collates) return
    if (cost === 'maybe' && plain && !collates && change.type.name === 'text') return
    const type = sqlType(change.type, 'postgres')
    const what =
      collates && cost === 'no'
        ? `the collation of ${shown(table)}.${column} to "${change.collation}"`
        : `the type of ${shown(table)}.${column} to ${type}`
    yield {
      what: `Changes ${what}${cost === 'maybe' ? '; what it is now cannot be seen' : ''}.`,
      ...(cost === 'maybe'
        ? {
            why: 'Unless it only makes a limit wider, every row and every index of the table is written again under a lock that lets nobody read or write it.',
          }
        : {}),
      instead: besideTheOld(statement, type),
    }
  },
})

function besideTheOld(statement: Extract<Statement, { kind: 'change-column' }>, type: string): string {
  const { table, column, change } = statement
  const [at, old, fresh] = [
    sqlName(table, 'postgres'),
    sqlColumn(column, 'postgres'),
    sqlColumn(`${column}_new`, 'postgres'),
  ]
  const value = change.set === 'type' && change.using !== undefined ? change.using : `${old}::${type}`
  return rewrite(
    'Add a column of the new type; release code that writes both; then copy, in batches:',
    [
      `ALTER TABLE ${at} ADD COLUMN ${fresh} ${type};`,
      '-- next migration, as often as it finds rows:',
      `UPDATE ${at} SET ${fresh} = ${value} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${at} WHERE ${fresh} IS NULL AND ${old} IS NOT NULL LIMIT 10000));`,
    ],
    'Then read the new column, and drop the old one in a later release.',
  )
}
