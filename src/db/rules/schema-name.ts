import { misnamed } from '../naming.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'schema-name',
  title: 'A schema named against the pattern',
  code: 'NM101',
  severity: 'warning',
  dialects: ['postgres', 'mysql'],
  why: 'The team has agreed on a pattern for these names, and scripts, reports and people rely on it.',
  instead: 'Choose a name that matches the pattern.',
  examples: [
    {
      context: { settings: { naming: { schema: '^[a-z]+$' }, owners: [] } },
      bad: 'CREATE SCHEMA shop_2;',
      good: 'CREATE SCHEMA shop;',
    },
  ],
  check: (statement, _schema, context) => misnamed(statement, context, 'schema'),
})
