import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dialectOf, lint } from '../../src/db/lint.ts'
import type { Rule, RuleExample } from '../../src/db/rule.ts'
import { rules } from '../../src/db/rules/registry.generated.ts'
import type { DialectId } from '../../src/db/statement.ts'

/** What a finding advises, without the way past it. */
async function advice(rule: Rule, { bad, before, context }: RuleExample, dialect: DialectId): Promise<string[]> {
  const earlier = before === undefined ? [] : [{ path: '1.sql', text: before, isNew: false }]
  const { transaction = 'unknown', down = 'not-expected', author, ...rest } = context ?? {}
  const { flavour, version, settings } = rest
  const running = { transaction, down }
  const { findings } = await lint({
    files: [
      ...earlier,
      { path: '2.sql', text: bad, isNew: true, running, ...(author === undefined ? {} : { author }) },
    ],
    dialects: [dialect],
    levels: rule.profile === undefined ? {} : { [rule.id]: 'warning' },
    ...(flavour === undefined ? {} : { flavour }),
    ...(version === undefined ? {} : { version }),
    ...(settings === undefined ? {} : { settings }),
  })
  return findings.filter(finding => finding.rule === rule.id).map(finding => withoutWayPast(finding.instead))
}

function withoutWayPast(instead: string): string {
  return instead.replace(/\s*(?:Or allow it|If it is intended)[\s\S]*$/, '')
}

function unreadIn(sql: string, dialect: DialectId): string[] {
  return dialectOf(dialect)
    .parse(sql)
    .flatMap(statement => (statement.kind === 'unreadable' ? [`${statement.text}: ${statement.because}`] : []))
}

/** The SQL of an advice: everything after its first line break, up to an empty line. */
function sqlOf(instead: string): string {
  const [, ...lines] = instead.split('\n')
  const end = lines.indexOf('')
  return lines.slice(0, end === -1 ? lines.length : end).join('\n')
}

describe.each<Rule>([...rules])('rule $id', rule => {
  const cases = rule.dialects.flatMap(dialect =>
    rule.examples
      .filter(example => example.dialects?.includes(dialect) ?? true)
      .map(example => ({ example, bad: example.bad, dialect })),
  )

  test.each(cases)('$dialect: what it advises for `$bad` can be pasted', async ({ example, dialect }) => {
    const all = await advice(rule, example, dialect)
    expect(all.length).toBeGreaterThan(0)
    for (const instead of all) {
      const sql = sqlOf(instead)
      expect(unreadIn(sql, dialect)).toEqual([])
      expect(sql).not.toMatch(/undefined|\[object|NaN/)
    }
  })
})

/** Names that need quotes, so that an advice that forgets them is seen. */
function withOddNames(sql: string, dialect: DialectId): string {
  const quote = dialect === 'mysql' ? '`' : '"'
  return sql
    .replace(/\busers\b/g, `${quote}Us ers${quote}`)
    .replace(/\bname\b/g, `${quote}na${quote}${quote}me${quote}`)
}

test.each<DialectId>(['postgres', 'mysql', 'sqlite'])(
  '%s: no mixture of statements and names makes a rule fail, or advise what cannot be pasted',
  async dialect => {
    const all: readonly Rule[] = rules
    const sql = all.flatMap(rule =>
      rule.dialects.includes(dialect)
        ? rule.examples
            .filter(example => example.dialects?.includes(dialect) ?? true)
            .flatMap(({ bad, good, before }) => [bad, good, ...(before === undefined ? [] : [before])])
        : [],
    )
    const text = fc
      .array(fc.tuple(fc.constantFrom(...sql), fc.boolean()), { minLength: 1, maxLength: 4 })
      .map(parts => parts.map(([one, odd]) => (odd ? withOddNames(one, dialect) : one)).join('\n'))
    const levels = Object.fromEntries(all.map(rule => [rule.id, rule.severity]))
    await fc.assert(
      fc.asyncProperty(text, text, fc.constantFrom('file', 'none', 'unknown'), async (before, added, transaction) => {
        const { findings } = await lint({
          files: [
            { path: '1.sql', text: before, isNew: false },
            { path: '2.sql', text: added, isNew: true, running: { transaction, down: 'empty' } },
          ],
          dialects: [dialect],
          levels,
        })
        for (const { instead } of findings) expect(unreadIn(sqlOf(withoutWayPast(instead)), dialect)).toEqual([])
      }),
      { numRuns: 150 },
    )
  },
)
