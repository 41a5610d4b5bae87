import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'empty-migration',
  title: 'A migration that does nothing',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'It is noted as done wherever it ran: when somebody fills it in later, those places never run what it says.',
  instead: 'Write what it is to do before it is pushed, or take the file away.',
  examples: [{ bad: '-- to do', good: 'SELECT 1;' }],
  *checkFile({ file, statements }) {
    // What a migration in code does to rows through its models is no statement.
    if (statements.length === 0 && /\.sql$/i.test(file)) yield { what: 'There is no statement in this migration.' }
  },
})
