import { misnamed } from '../naming.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'foreign-key-name',
  title: 'A foreign key named against the pattern',
  code: 'NM105',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The team has agreed on a pattern for these names, and scripts, reports and people rely on it.',
  instead: 'Choose a name that matches the pattern.',
  examples: [
    {
      context: { settings: { naming: { 'foreign-key': '_fk$' }, owners: [] } },
      bad: 'CREATE TABLE posts (user_id int, CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id));',
      good: 'CREATE TABLE posts (user_id int, CONSTRAINT posts_user_fk FOREIGN KEY (user_id) REFERENCES users (id));',
    },
  ],
  check: (statement, _schema, context) => misnamed(statement, context, 'foreign-key'),
})
