import { defineRule } from '../rule.ts'
import { changesSchema } from '../schema-changes.ts'

export default defineRule({
  id: 'missing-down',
  title: 'A migration without a way back',
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'When the release must be rolled back, the tool has nothing to run for this migration, and the code of the release before meets a schema that it does not know.',
  instead: 'Write the opposite of the way up where the tool looks for it.',
  examples: [
    {
      context: { down: 'missing' },
      bad: 'CREATE TABLE a (id int);',
      good: "INSERT INTO states (name) VALUES ('new');",
    },
  ],
  *checkFile({ down, statements }) {
    if (down === 'missing' && statements.some(changesSchema)) yield { what: 'This migration has no way back.' }
  },
})
