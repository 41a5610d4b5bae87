import { beforeAll, describe, expect, test } from 'vitest'
import type { Dialect } from '../../src/db/dialect.ts'
import { dialects } from '../../src/db/dialects/registry.generated.ts'
import type { Statement } from '../../src/db/statement.ts'
import { corpusOf } from '../support/statement-corpus.ts'

describe.each<Dialect>([...dialects])('dialect $id', dialect => {
  beforeAll(() => dialect.load?.())

  test.each(corpusOf(dialect.id))('reads `$sql` as $kinds', ({ sql, kinds }) => {
    expect(dialect.parse(sql).map(statement => statement.kind)).toEqual(kinds)
  })

  test('reads the corpus as one file as it reads its parts', () => {
    const closed = corpusOf(dialect.id).filter(one => !one.kinds.includes('unreadable'))
    const together = dialect.parse(closed.map(one => one.sql).join('\n'))
    expect(together.map(statement => statement.kind)).toEqual(closed.flatMap(one => one.kinds))
  })

  test('counts lines from 1 and columns in characters, also behind emoji and with CRLF', () => {
    const sql = '/* 🦆 */ SELECT 1;\r\n\r\n-- 🦆\r\n  /* 🦆🦆 */ DROP TABLE\r\n  orders;\r\nDROP TABLE "🦆";'
    const drops = dialect.parse(sql).map(({ line, atColumn: column, endLine }) => ({ line, column, endLine }))
    expect(drops).toEqual([
      { line: 1, column: 9, endLine: 1 },
      { line: 4, column: 12, endLine: 5 },
      { line: 6, column: 1, endLine: 6 },
    ])
  })

  test("a statement's text is its own: no comment above it, no terminator", () => {
    const [first, second] = dialect.parse('-- why\nDROP TABLE a ; /* and */ DROP TABLE b -- end\n')
    expect([first, second].map(statement => statement?.text)).toEqual(['DROP TABLE a', 'DROP TABLE b'])
  })

  test('an empty file, comments and stray semicolons are no statements', () => {
    expect(dialect.parse('')).toEqual([])
    expect(dialect.parse(' \n-- nothing\n/* at all */;;\n;')).toEqual([])
  })

  test('a NUL character hides nothing: the statement is unreadable', () => {
    expect(dialect.parse('SELECT 1; SELECT 2 \0; DROP TABLE a;').map(kind)).toEqual([
      'data',
      'unreadable',
      'drop-table',
    ])
    expect(dialect.parse('SELECT 1; -- \0\n').map(kind)).toEqual(['data', 'unreadable'])
  })

  test('a byte order mark in the middle of a file hides nothing', () => {
    expect(dialect.parse('\ufeffDROP TABLE a;').map(kind)).toEqual(['unreadable'])
  })
})

function kind(statement: Statement): string {
  return statement.kind
}
