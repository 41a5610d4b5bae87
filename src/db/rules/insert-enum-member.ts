import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'insert-enum-member',
  title: 'A new member of an ENUM that is not the last',
  code: 'MY112',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Rows hold the number of their member, and every member behind the new one gets another: the whole table is copied, and nobody can write to it meanwhile.',
  instead: 'Write the new member behind the others; that changes no row.',
  examples: [
    {
      before: "CREATE TABLE orders (id int PRIMARY KEY, state enum('new', 'paid', 'sent') NOT NULL);",
      bad: "ALTER TABLE orders MODIFY state enum('new', 'packed', 'paid', 'sent') NOT NULL;",
      good: "ALTER TABLE orders MODIFY state enum('new', 'paid', 'sent', 'packed') NOT NULL;",
    },
    {
      context: { flavour: 'mariadb' },
      before: "CREATE TABLE orders (id int PRIMARY KEY, state enum('new', 'paid', 'sent') NOT NULL);",
      bad: "ALTER TABLE orders CHANGE state state enum('new', 'packed', 'paid', 'sent') NOT NULL;",
      good: "CREATE TABLE parcels (state enum('new', 'paid', 'sent')); ALTER TABLE parcels MODIFY state enum('new', 'packed', 'paid', 'sent');",
    },
  ],
  check: (statement, schema, context) =>
    memberFindings(statement, schema, context, { type: 'enum', change: 'inserted' }),
})
