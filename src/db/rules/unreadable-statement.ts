import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'unreadable-statement',
  title: 'A statement that cannot be read',
  alsoKnownAs: ['squawk: syntax-error'],
  severity: 'error',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'What cannot be read may drop anything, and a guard that lets it pass guards nothing.',
  instead:
    'Correct the statement, or write what it does in plain SQL. If the dialect is not the one of your database, set `dialect` of the gate `db` in .shiprc.',
  examples: [
    { bad: 'ALTER TABLE users FROBNICATE email;', good: 'ALTER TABLE users ADD email text;' },
    { bad: 'SELEKT 1;', good: 'SELECT 1;' },
    {
      dialects: ['postgres'],
      bad: 'DO $$ BEGIN EXECUTE (SELECT body FROM jobs LIMIT 1); END $$;',
      good: "DO $$ BEGIN EXECUTE format('ALTER TABLE users ADD COLUMN %I text', 'nick'); END $$;",
    },
    {
      dialects: ['mysql'],
      bad: "SET @s = CONCAT('DROP ', @what); PREPARE p FROM @s; EXECUTE p;",
      good: "SET @s = IF(@x, 'ALTER TABLE users ADD email text', 'SELECT 1'); PREPARE p FROM @s; EXECUTE p;",
    },
    { dialects: ['sqlite'], bad: 'PRAGMA writable_schema = ON;', good: 'PRAGMA foreign_keys = OFF;' },
  ],
  *check(statement) {
    if (statement.kind !== 'unreadable') return
    const start = statement.text.replace(/\s+/g, ' ').slice(0, 60)
    yield { what: `Cannot read \`${start}${statement.text.length > 60 ? '…' : ''}\`: ${statement.because}.` }
  },
})
