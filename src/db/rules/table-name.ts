import { misnamed } from '../naming.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'table-name',
  title: 'A table named against the pattern',
  code: 'NM102',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The team has agreed on a pattern for these names, and scripts, reports and people rely on it.',
  instead: 'Choose a name that matches the pattern.',
  examples: [
    {
      context: { settings: { naming: { table: '^[a-z_]+$' }, owners: [] } },
      bad: 'CREATE TABLE users2 (id int);',
      good: 'CREATE TABLE users (id int);',
    },
  ],
  check: (statement, _schema, context) => misnamed(statement, context, 'table'),
})
