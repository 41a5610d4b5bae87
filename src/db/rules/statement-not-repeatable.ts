import { ownText } from '../postgres-advice.ts'
import { rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Statement } from '../statement.ts'

export default defineRule({
  id: 'statement-not-repeatable',
  title: 'A statement that fails when it runs again',
  alsoKnownAs: ['squawk: prefer-robust-stmts'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'Outside of a transaction a migration that fails halfway leaves behind what it has done, and then fails at that when it is run again.',
  instead: 'Write IF NOT EXISTS or IF EXISTS.',
  examples: [
    {
      context: { transaction: 'none' },
      bad: 'CREATE INDEX CONCURRENTLY users_i ON users (id);',
      good: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS users_i ON users (id);',
    },
    {
      context: { transaction: 'none' },
      bad: 'CREATE TABLE tags (a int);',
      good: 'CREATE TABLE IF NOT EXISTS tags (a int);',
    },
    {
      context: { transaction: 'none' },
      bad: 'ALTER TABLE users ADD COLUMN a int;',
      good: 'BEGIN; ALTER TABLE users ADD COLUMN a int; COMMIT;',
    },
    {
      bad: 'DROP INDEX CONCURRENTLY users_i;',
      good: 'DROP INDEX CONCURRENTLY IF EXISTS users_i;',
    },
  ],
  *check(statement, schema) {
    if (schema.inTransaction === true || statement.inside !== undefined) return
    const safe = repeatable(statement)
    if (safe === undefined) return
    const { pattern, words } = safe
    const text = ownText(statement, pattern)
    // Without a transaction that anybody knows of, only what surely has none.
    if (schema.inTransaction === undefined && !/\bconcurrently\b/i.test(statement.text)) return
    yield {
      what: `\`${statement.text.replace(/\s+/g, ' ').slice(0, 60)}\` fails when it is run a second time.`,
      ...(text === undefined
        ? {}
        : {
            instead: rewrite('Let it pass when it has been done already:', [
              `${text.replace(pattern, `$& ${words}`)};`,
            ]),
          }),
    }
  },
})

function repeatable(statement: Statement): { pattern: RegExp; words: string } | undefined {
  switch (statement.kind) {
    case 'create-table':
      return statement.surely && !statement.temporary
        ? { pattern: /^create\s+(?:unlogged\s+)?table\b/i, words: 'IF NOT EXISTS' }
        : undefined
    case 'create-index':
      return statement.surely && statement.index.name !== undefined
        ? { pattern: /^create\s+(?:unique\s+)?index(?:\s+concurrently)?\b/i, words: 'IF NOT EXISTS' }
        : undefined
    case 'create-schema':
      return statement.surely ? { pattern: /^create\s+schema\b/i, words: 'IF NOT EXISTS' } : undefined
    case 'add-column':
      return statement.surely
        ? { pattern: /^alter\s+table\s+\S+\s+add\s+column\b(?![\s\S]*,)/i, words: 'IF NOT EXISTS' }
        : undefined
    case 'drop-column':
      return statement.ifExists === true
        ? undefined
        : { pattern: /^alter\s+table\s+\S+\s+drop\s+column\b(?![\s\S]*,)/i, words: 'IF EXISTS' }
    case 'drop-index':
      return statement.ifExists === true
        ? undefined
        : { pattern: /^drop\s+index(?:\s+concurrently)?\b/i, words: 'IF EXISTS' }
    case 'drop-table':
      return statement.ifExists === true ? undefined : { pattern: /^drop\s+table\b/i, words: 'IF EXISTS' }
  }
  return undefined
}
