import postgres from '../dialects/postgres/index.ts'
import { Scanner } from '../lexer.ts'
import { isFirstEffect } from '../postgres-advice.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'identifier-too-long',
  title: 'A name of more than 63 bytes',
  alsoKnownAs: ['squawk: identifier-too-long'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'PostgreSQL cuts it to 63 bytes without an error: code that asks for the whole name may find nothing, and two long names may become one.',
  instead: 'Choose a name of at most 63 bytes.',
  examples: [
    {
      bad: `CREATE INDEX CONCURRENTLY ${'index_of_all_orders_'.repeat(4)} ON orders (id);`,
      good: `COMMENT ON TABLE orders IS '${'index_of_all_orders_'.repeat(4)}';`,
    },
    {
      bad: `CREATE TABLE "${'é'.repeat(32)}" (a int);`,
      good: `CREATE TABLE "${'é'.repeat(31)}" (a int);`,
    },
  ],
  *check(statement, _, context) {
    const { inside, text } = statement
    if (
      inside !== undefined ||
      statement.kind === 'unreadable' ||
      !isFirstEffect(statement, context) ||
      !mayHoldOne(text)
    )
      return
    for (const name of new Set(namesIn(text))) {
      const bytes = Buffer.byteLength(name)
      if (bytes > limit)
        yield {
          what: `The name ${name} has ${bytes} bytes and is cut to ${Buffer.from(name).subarray(0, limit).toString()}.`,
        }
    }
  },
})

// NAMEDATALEN - 1.
const limit = 63
const long = /[\w$]{64}|"[^"]{64}/
// Beyond ASCII a character takes up to four bytes.
const longBeyondAscii = /[\w$\u0080-\uffff]{16}|"[^"]{16}/

function mayHoldOne(text: string): boolean {
  return (/[\u0080-\uffff]/.test(text) ? longBeyondAscii : long).test(text)
}

function namesIn(text: string): string[] {
  const scanner = new Scanner(text, postgres.splitting)
  const names: string[] = []
  while (scanner.next()) {
    const { kind, start, end } = scanner
    if (kind === 'word') names.push(text.slice(start, end))
    else if (kind === 'name') names.push(text.slice(start + 1, end - 1).replaceAll('""', '"'))
  }
  return names
}
