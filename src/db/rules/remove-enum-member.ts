import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'remove-enum-member',
  title: 'Taking a member out of an ENUM',
  code: 'MY110',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The whole table is copied, nobody can write to it meanwhile, and the copy fails (or writes an empty text) at the first row that holds the member.',
  instead: 'Leave the member in the list and stop writing it.',
  examples: [
    {
      before: "CREATE TABLE orders (id int PRIMARY KEY, state enum('new', 'paid', 'sent') NOT NULL);",
      bad: "ALTER TABLE orders MODIFY state enum('new', 'sent') NOT NULL;",
      good: "ALTER TABLE orders MODIFY state enum('new', 'paid', 'sent', 'lost') NOT NULL;",
    },
    {
      context: { flavour: 'mariadb' },
      before: "CREATE TABLE orders (id int PRIMARY KEY, state enum('new', 'paid', 'sent') NOT NULL);",
      bad: "ALTER TABLE orders CHANGE state state enum('new', 'sent') NOT NULL;",
      good: "CREATE TABLE parcels (state enum('new', 'paid', 'sent')); ALTER TABLE parcels MODIFY state enum('new', 'sent');",
    },
  ],
  check: (statement, schema, context) =>
    memberFindings(statement, schema, context, { type: 'enum', change: 'removed' }),
})
