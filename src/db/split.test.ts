import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Dialect } from './dialect.ts'
import { dialects } from './dialects/registry.generated.ts'
import { split } from './split.ts'

// Bits that open, close, hide and separate things in one dialect or another: random text made of these reaches every branch.
const bits = fc.constantFrom(
  ...`' " \` [ ] ( ) ; ;; // $$ $a$ -- # /* */ /*! /*!50003 /*M!100100 \\ \\\\ , . @ : = \n \r \r\n \t
  DELIMITER|DELIMITER $$\n|DELIMITER ;\n|BEGIN|END|END IF|IF|THEN|CASE|LOOP|ATOMIC|CREATE|PROCEDURE p()|FUNCTION|TRIGGER t|TABLE
  DROP|DROP TABLE x|ALTER TABLE x|ADD|COLUMN c|RENAME|TO|DO $$|AS|LANGUAGE plpgsql|EXECUTE|PREPARE s FROM|SET @a =|CALL p()|SELECT 1
  COPY t FROM stdin;\n|\\.\n|\\set x\n|E'\\'|'a'|"b"|x|1|0x|é|🦆|\ufeff|\0|\ud800`
    .split(/[ |\n]+/)
    .concat([' ', '\n', 'DELIMITER $$\n', 'DELIMITER ;\n', 'COPY t FROM stdin;\n', '\\.\n', '\r\n', ' ', ' '])
    .filter(bit => bit !== ''),
)
const sqlish = fc.array(bits, { maxLength: 40 }).map(parts => parts.join(''))
const spaced = fc.array(bits, { maxLength: 40 }).map(parts => parts.join(' '))
const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), sqlish, spaced)

describe.each<Dialect>([...dialects])('$id', dialect => {
  beforeAll(() => dialect.load?.())

  test('splitting loses no byte', () => {
    fc.assert(
      fc.property(anything, text => {
        const pieces = split(text, dialect.splitting)
        expect(pieces.map(piece => text.slice(piece.start, piece.end)).join('')).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test('around a statement there is only white space, comments and a terminator', () => {
    const opens = dialect.id === 'mysql' ? /^(?:\s|\0|\/\*M?!\d*|\*\/)*$/ : /^[\s\0]*$/
    const closes = dialect.id === 'mysql' ? /^(?:\s|\0|\/\*M?!\d*|\*\/)*;?$/ : /^[\s\0]*;?$/
    fc.assert(
      fc.property(anything, text => {
        fc.pre(!/delimiter/i.test(text))
        for (const piece of split(text, dialect.splitting)) {
          const bare = (from: number, to: number) =>
            piece.comments
              .filter(comment => comment.start >= from && comment.end <= to)
              .reduceRight(
                (rest, { start, end }) => rest.slice(0, start - from) + rest.slice(end - from),
                text.slice(from, to),
              )
          expect(bare(piece.start, piece.from)).toMatch(piece.from === piece.end ? closes : opens)
          expect(bare(piece.to, piece.end)).toMatch(closes)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('no input makes the reader throw, hang or lose its place', () => {
    fc.assert(
      fc.property(anything, text => {
        const lines = text.split('\n')
        for (const statement of dialect.parse(text)) {
          expect(text.slice(statement.offset, statement.endOffset)).toBe(statement.text)
          const before = [...lines[statement.line - 1]!].slice(0, statement.atColumn - 1).join('')
          expect(
            lines.slice(0, statement.line - 1).join('\n').length + (statement.line > 1 ? 1 : 0) + before.length,
          ).toBe(statement.offset)
          expect(statement.endLine).toBeGreaterThanOrEqual(statement.line)
        }
      }),
      { numRuns: 2000 },
    )
  })

  // The text may open a comment or set another delimiter, as files of that dialect can; then what follows it is no statement.
  test('a drop after any text is seen, or something in that text is unreadable', () => {
    const opens = dialect.id === 'mysql' ? /delimiter|\/\*|--|#/i : /\/\*|copy/i
    fc.assert(
      fc.property(anything, text => {
        fc.pre(!opens.test(text))
        const kinds = new Set(dialect.parse(`${text}\n;\nDROP TABLE orders;\n`).map(statement => statement.kind))
        expect(kinds.has('drop-table') || kinds.has('unreadable')).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('every statement of a text is told: none is skipped in silence', () => {
    fc.assert(
      fc.property(anything, text => {
        const told = dialect.parse(text)
        for (const piece of split(text, dialect.splitting)) {
          if (piece.from === piece.to || piece.is !== 'statement') continue
          expect(told.some(statement => statement.offset < piece.to && statement.endOffset > piece.from)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('a file of 3 MB is split in time that grows with its size', () => {
    const row = "INSERT INTO t (a, b) VALUES (1, 'x; it''s -- /* long');\n"
    const text = `${row.repeat(60_000)}DROP TABLE orders;`
    const started = performance.now()
    const statements = split(text, dialect.splitting).length
    expect(statements).toBe(60_001)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('one line of 5 MB is read as one statement', () => {
    const line = `INSERT INTO t VALUES ${"('x; y'), ".repeat(500_000)}(1); DROP TABLE orders;`
    expect(dialect.parse(line).map(statement => statement.kind)).toEqual(['data', 'drop-table'])
  })

  test('parentheses nested 20,000 deep end in a statement or in an unreadable one', () => {
    const deep = `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}; DROP TABLE orders;`
    const kinds = dialect.parse(deep).map(statement => statement.kind)
    expect(['data', 'unreadable']).toContain(kinds[0])
    expect(kinds.at(-1)).toBe('drop-table')
  })
})
