import { lostConstraints, replacedBy, shownLost } from '../lost-constraint.ts'
import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import type { Constraint, Name } from '../statement.ts'

const before = 'CREATE TABLE items (id int, price int, CONSTRAINT items_price_check CHECK (price > 0));'

export default defineRule({
  id: 'drop-check',
  title: 'Dropping a CHECK',
  code: 'CD102',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'From now on rows may hold what the rest of the code takes for impossible, and the check cannot come back until every such row is found and repaired.',
  instead: 'Keep the check, or add the one that takes its place in the same migration.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE items DROP CONSTRAINT items_price_check;',
      good: 'ALTER TABLE items ADD CONSTRAINT items_price_check2 CHECK (price >= 0) NOT VALID; ALTER TABLE items DROP CONSTRAINT items_price_check;',
    },
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE items DROP CONSTRAINT IF EXISTS items_price_check;',
      good: 'ALTER TABLE items DROP CONSTRAINT items_price_key;',
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE items DROP CHECK items_price_check;',
      good: 'CREATE TABLE prices (id int, price int, CONSTRAINT prices_check CHECK (price > 0)); ALTER TABLE prices DROP CHECK prices_check;',
    },
    {
      dialects: ['sqlite'],
      before,
      bad: 'CREATE TABLE new_items (id int, price int); INSERT INTO new_items SELECT id, price FROM items; DROP TABLE items; ALTER TABLE new_items RENAME TO items;',
      good: 'CREATE TABLE new_items (id int, price int, CONSTRAINT items_price_check CHECK (price >= 0)); INSERT INTO new_items SELECT id, price FROM items; DROP TABLE items; ALTER TABLE new_items RENAME TO items;',
    },
  ],
  *check(statement, schema, context) {
    for (const lost of lostConstraints(statement, schema, context, 'check')) {
      if (saidByColumn(lost.table, lost.constraint, schema)) continue
      const instead = replacedBy(
        lost,
        statement.dialect,
        'If another takes its place, add that one first, with the condition that it should have:',
      )
      yield { what: `Drops the CHECK ${shownLost(lost)}.`, ...(instead === undefined ? {} : { instead }) }
    }
  },
})

/** CHECK (c IS NOT NULL) has done its work when the column itself says NOT NULL. */
function saidByColumn(table: Name, constraint: Constraint | undefined, schema: Schema): boolean {
  const column = /^\W*(\w+)\W+is\s+not\s+null\W*$/i.exec(constraint?.expression ?? '')?.[1]
  return column !== undefined && schema.column(table, column)?.notNull === true
}
