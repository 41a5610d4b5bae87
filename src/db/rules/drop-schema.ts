import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'drop-schema',
  title: 'Dropping a schema or a database',
  code: 'DS101',
  alsoKnownAs: ['squawk: ban-drop-database'],
  severity: 'error',
  dialects: ['postgres', 'mysql'],
  why: 'Everything in it is lost at once: every table, every row, and no rollback of the deploy brings it back.',
  instead:
    'Take a dump, make sure that nothing reads or writes it any more, and drop it by hand on the day you decide to, outside the migrations.',
  examples: [
    { dialects: ['postgres'], bad: 'DROP SCHEMA audit CASCADE;', good: 'CREATE SCHEMA scratch; DROP SCHEMA scratch;' },
    {
      dialects: ['postgres'],
      bad: 'DROP DATABASE IF EXISTS shop;',
      good: "ALTER DATABASE shop SET timezone TO 'UTC';",
    },
    { dialects: ['postgres'], bad: 'DROP OWNED BY reporting;', good: 'REASSIGN OWNED BY reporting TO owner;' },
    { dialects: ['mysql'], bad: 'DROP DATABASE shop;', good: 'CREATE DATABASE scratch; DROP DATABASE scratch;' },
    { dialects: ['mysql'], bad: 'DROP SCHEMA IF EXISTS `shop`;', good: 'ALTER DATABASE shop CHARACTER SET utf8mb4;' },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'drop-schema') return
    const names = statement.names.filter(name => !schema.isNewSchema(name))
    if (names.length === 0) return
    const what = statement.what === 'role' ? 'everything owned by' : statement.what
    yield { what: `Drops ${what} ${names.join(', ')}.` }
  },
})
