import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'reorder-enum-members',
  title: 'Another order of the members of an ENUM',
  code: 'MY111',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Rows hold the number of their member, so that another order changes every row: the whole table is copied, and nobody can write to it meanwhile.',
  instead: 'Leave the members where they are, and order rows in the query.',
  examples: [
    {
      before: "CREATE TABLE orders (id int PRIMARY KEY, state enum('new', 'paid', 'sent') NOT NULL);",
      bad: "ALTER TABLE orders MODIFY state enum('sent', 'new', 'paid') NOT NULL;",
      good: "ALTER TABLE orders MODIFY state enum('new', 'paid', 'sent', 'lost') NOT NULL;",
    },
    {
      context: { flavour: 'mariadb' },
      before: "CREATE TABLE orders (id int PRIMARY KEY, state enum('new', 'paid', 'sent') NOT NULL);",
      bad: "ALTER TABLE orders CHANGE state state enum('sent', 'new', 'paid') NOT NULL;",
      good: "CREATE TABLE parcels (state enum('new', 'paid', 'sent')); ALTER TABLE parcels MODIFY state enum('sent', 'new', 'paid');",
    },
  ],
  check: (statement, schema, context) =>
    memberFindings(statement, schema, context, { type: 'enum', change: 'reordered' }),
})
