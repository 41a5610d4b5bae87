import { defineRule } from '../rule.ts'
import { changesSchema } from '../schema-changes.ts'

export default defineRule({
  id: 'empty-down',
  title: 'A way back that does nothing',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'A rollback runs it, notes the migration as taken back, and leaves the schema as it is: the next run of the same migration then fails because its table or column is there already.',
  instead: 'Write the opposite of the way up, or let the way back fail with a sentence that says why there is none.',
  examples: [
    {
      context: { down: 'empty' },
      bad: 'CREATE TABLE a (id int);',
      good: "INSERT INTO states (name) VALUES ('new');",
    },
  ],
  *checkFile({ down, statements }) {
    if (down === 'empty' && statements.some(changesSchema)) yield { what: 'The way back of this migration is empty.' }
  },
})
