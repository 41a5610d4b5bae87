import { misnamed } from '../naming.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'index-name',
  title: 'An index named against the pattern',
  code: 'NM104',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The team has agreed on a pattern for these names, and scripts, reports and people rely on it.',
  instead: 'Choose a name that matches the pattern.',
  examples: [
    {
      context: { settings: { naming: { index: '_idx$' }, owners: [] } },
      bad: 'CREATE TABLE users (id int); CREATE INDEX users_id ON users (id);',
      good: 'CREATE TABLE users (id int); CREATE INDEX users_id_idx ON users (id);',
    },
  ],
  check: (statement, _schema, context) => misnamed(statement, context, 'index'),
})
