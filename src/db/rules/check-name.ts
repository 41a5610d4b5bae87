import { misnamed } from '../naming.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'check-name',
  title: 'A CHECK named against the pattern',
  code: 'NM106',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The team has agreed on a pattern for these names, and scripts, reports and people rely on it.',
  instead: 'Choose a name that matches the pattern.',
  examples: [
    {
      context: { settings: { naming: { check: '_check$' }, owners: [] } },
      bad: 'CREATE TABLE items (price int, CONSTRAINT positive CHECK (price > 0));',
      good: 'CREATE TABLE items (price int, CONSTRAINT price_check CHECK (price > 0));',
    },
  ],
  check: (statement, _schema, context) => misnamed(statement, context, 'check'),
})
