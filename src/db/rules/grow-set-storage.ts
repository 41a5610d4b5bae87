import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'grow-set-storage',
  title: 'A SET that needs one byte more',
  code: 'MY123',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'A value takes one byte for every eight members, so that the 9th, 17th, 25th and 33rd make all rows longer: the whole table is copied, and nobody can write to it meanwhile.',
  instead: 'So many values belong in a table of their own.',
  examples: [
    {
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h') NOT NULL);",
      bad: "ALTER TABLE orders MODIFY state set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i') NOT NULL;",
      good: "ALTER TABLE orders MODIFY state set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h') NOT NULL COMMENT 'full';",
    },
    {
      context: { flavour: 'mariadb' },
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h') NOT NULL);",
      bad: "ALTER TABLE orders CHANGE state state set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i') NOT NULL;",
      good: "CREATE TABLE parcels (state set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')); ALTER TABLE parcels MODIFY state set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');",
    },
  ],
  check: (statement, schema, context) => memberFindings(statement, schema, context, { type: 'set', change: 'grown' }),
})
