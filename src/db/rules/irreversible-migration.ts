import { defineRule } from '../rule.ts'
import { changesSchema } from '../schema-changes.ts'

export default defineRule({
  id: 'irreversible-migration',
  title: 'A migration that says it cannot be taken back',
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'When the release must be rolled back, the tool stops at this migration, and somebody has to repair the schema by hand while the site is down.',
  instead: 'Write a way back that brings the schema of the release before, even where values cannot come back.',
  examples: [
    {
      context: { down: 'irreversible' },
      bad: 'CREATE TABLE a (id int);',
      good: "SELECT 'nothing to take back';",
    },
  ],
  *checkFile({ down, statements }) {
    if (down === 'irreversible' && statements.some(changesSchema))
      yield { what: 'The way back of this migration is refused by itself.' }
  },
})
