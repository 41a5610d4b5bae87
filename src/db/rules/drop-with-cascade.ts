import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'drop-with-cascade',
  title: 'CASCADE takes along what nobody names',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Views, foreign keys, checks, triggers and even computed columns that depend on it go too, without being named and without a question; which they are differs from database to database.',
  instead:
    'Drop what depends on it by name first, then this without CASCADE: the database then refuses as long as something is left.',
  examples: [
    {
      bad: 'DROP VIEW sales CASCADE;',
      good: 'CREATE VIEW scratch AS SELECT 1; DROP VIEW scratch CASCADE;',
    },
    {
      before: 'CREATE TABLE users (id int, CONSTRAINT users_id_key UNIQUE (id));',
      bad: 'ALTER TABLE users DROP CONSTRAINT users_id_key CASCADE;',
      good: 'ALTER TABLE users DROP CONSTRAINT users_id_key;',
    },
    {
      bad: 'DROP FUNCTION total(int) CASCADE;',
      good: 'DROP FUNCTION total(int);',
    },
    {
      bad: 'DROP SEQUENCE IF EXISTS numbers CASCADE;',
      good: 'CREATE SEQUENCE numbers; DROP SEQUENCE numbers CASCADE;',
    },
  ],
  *check(statement, schema) {
    const what = cascading(statement, schema)
    if (what !== undefined) yield { what: `Drops ${what} with everything that depends on it.` }
  },
})

/** Tables, columns and types have rules of their own, which stop. */
function cascading(statement: Statement, schema: Schema): string | undefined {
  if (statement.kind === 'drop-view') {
    const made = schema.before.flatMap(one => (one.kind === 'create-view' ? [shown(one.view)] : []))
    const views = statement.views.map(shown).filter(view => !made.includes(view))
    return statement.cascade === true && views.length > 0 ? views.join(', ') : undefined
  }
  if (statement.kind === 'drop-constraint')
    return statement.cascade === true && !schema.isNewTable(statement.table)
      ? `${statement.name ?? 'a constraint'} of ${shown(statement.table)}`
      : undefined
  if (statement.kind !== 'other-ddl') return undefined
  const [, kind, name] = otherDrop.exec(statement.text) ?? []
  if (kind === undefined || name === undefined) return undefined
  const isMadeHere = schema.before.some(({ text }) => /^create\b/i.test(text) && text.includes(name))
  return isMadeHere ? undefined : `the ${kind.toLowerCase()} ${name}`
}

const otherDrop =
  /^drop\s+(function|procedure|routine|aggregate|sequence|operator|foreign\s+table|server|language)\s+(?:if\s+exists\s+)?([^\s(;,]+)[\s\S]*\bcascade\s*$/i
