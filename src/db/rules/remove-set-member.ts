import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'remove-set-member',
  title: 'Taking a member out of a SET',
  code: 'MY120',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The whole table is copied, nobody can write to it meanwhile, and the copy fails (or drops the value) at the first row that holds the member.',
  instead: 'Leave the member in the list and stop writing it.',
  examples: [
    {
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('mail', 'post', 'phone') NOT NULL);",
      bad: "ALTER TABLE orders MODIFY state set('mail', 'phone') NOT NULL;",
      good: "ALTER TABLE orders MODIFY state set('mail', 'post', 'phone', 'fax') NOT NULL;",
    },
    {
      context: { flavour: 'mariadb' },
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('mail', 'post', 'phone') NOT NULL);",
      bad: "ALTER TABLE orders CHANGE state state set('mail', 'phone') NOT NULL;",
      good: "CREATE TABLE parcels (state set('mail', 'post', 'phone')); ALTER TABLE parcels MODIFY state set('mail', 'phone');",
    },
  ],
  check: (statement, schema, context) => memberFindings(statement, schema, context, { type: 'set', change: 'removed' }),
})
