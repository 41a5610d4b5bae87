import { misnamed } from '../naming.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'column-name',
  title: 'A column named against the pattern',
  code: 'NM103',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The team has agreed on a pattern for these names, and scripts, reports and people rely on it.',
  instead: 'Choose a name that matches the pattern.',
  examples: [
    {
      context: { settings: { naming: { column: '^[a-z_]+$' }, owners: [] } },
      bad: 'ALTER TABLE users ADD COLUMN line2 text;',
      good: 'ALTER TABLE users ADD COLUMN line text;',
    },
  ],
  check: (statement, _schema, context) => misnamed(statement, context, 'column'),
})
