import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'insert-set-member',
  title: 'A new member of a SET that is not the last',
  code: 'MY122',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Rows hold one bit for each member in its place, and every member behind the new one gets another: the whole table is copied, and nobody can write to it meanwhile.',
  instead: 'Write the new member behind the others; that changes no row.',
  examples: [
    {
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('mail', 'post', 'phone') NOT NULL);",
      bad: "ALTER TABLE orders MODIFY state set('mail', 'fax', 'post', 'phone') NOT NULL;",
      good: "ALTER TABLE orders MODIFY state set('mail', 'post', 'phone', 'fax') NOT NULL;",
    },
    {
      context: { flavour: 'mariadb' },
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('mail', 'post', 'phone') NOT NULL);",
      bad: "ALTER TABLE orders CHANGE state state set('mail', 'fax', 'post', 'phone') NOT NULL;",
      good: "CREATE TABLE parcels (state set('mail', 'post', 'phone')); ALTER TABLE parcels MODIFY state set('mail', 'fax', 'post', 'phone');",
    },
  ],
  check: (statement, schema, context) =>
    memberFindings(statement, schema, context, { type: 'set', change: 'inserted' }),
})
