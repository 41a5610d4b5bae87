import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'reorder-set-members',
  title: 'Another order of the members of a SET',
  code: 'MY121',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Rows hold one bit for each member in its place, so that another order changes every row: the whole table is copied, and nobody can write to it meanwhile.',
  instead: 'Leave the members where they are.',
  examples: [
    {
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('mail', 'post', 'phone') NOT NULL);",
      bad: "ALTER TABLE orders MODIFY state set('phone', 'mail', 'post') NOT NULL;",
      good: "ALTER TABLE orders MODIFY state set('mail', 'post', 'phone', 'fax') NOT NULL;",
    },
    {
      context: { flavour: 'mariadb' },
      before: "CREATE TABLE orders (id int PRIMARY KEY, state set('mail', 'post', 'phone') NOT NULL);",
      bad: "ALTER TABLE orders CHANGE state state set('phone', 'mail', 'post') NOT NULL;",
      good: "CREATE TABLE parcels (state set('mail', 'post', 'phone')); ALTER TABLE parcels MODIFY state set('phone', 'mail', 'post');",
    },
  ],
  check: (statement, schema, context) =>
    memberFindings(statement, schema, context, { type: 'set', change: 'reordered' }),
})
