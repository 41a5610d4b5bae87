import { rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Statement, shown } from '../statement.ts'

/** MySQL 8.4 "17.12.2 Online DDL Performance and Concurrency" (the LOCK clause). */
export default defineRule({
  id: 'lock-that-blocks',
  title: 'LOCK=SHARED or LOCK=EXCLUSIVE',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'It keeps others from writing to the table (EXCLUSIVE: also from reading it) until the statement is done, also where the server needs no lock at all.',
  instead: 'Leave LOCK out, or say LOCK=NONE: the server then refuses rather than blocking.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD INDEX users_email (email), LOCK=SHARED;',
      good: 'ALTER TABLE users ADD INDEX users_email (email), LOCK=NONE;',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'CREATE INDEX users_email ON users (email) LOCK=EXCLUSIVE;',
      good: 'CREATE INDEX users_email ON users (email) LOCK=DEFAULT;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'table-option' || statement.option !== 'lock') return
    const { table, to = '' } = statement
    if ((to !== 'shared' && to !== 'exclusive') || schema.isNewTable(table)) return
    yield {
      what: `Keeps others from ${to === 'shared' ? 'writing to' : 'reading and writing'} ${shown(table)} (LOCK=${to.toUpperCase()}).`,
      instead: withoutLock(statement),
    }
  },
})

function withoutLock({ text, inside }: Statement): string {
  if (inside !== undefined || !/^(alter|create|drop)\s/i.test(text))
    return 'Say LOCK=NONE: the server then refuses rather than blocking.'
  const free = text.replace(/\block\s*=?\s*(shared|exclusive)\b/i, 'LOCK=NONE')
  return rewrite('Let the server refuse rather than block:', [`${free};`])
}
