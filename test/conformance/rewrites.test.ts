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
  return findings
    .filter(finding => finding.rule === rule.id)
    .map(finding => finding.instead.replace(/\s*(?:Or allow it|If it is intended)[\s\S]*$/, ''))
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
      const unread = dialectOf(dialect)
        .parse(sql)
        .flatMap(statement => (statement.kind === 'unreadable' ? [`${statement.text}: ${statement.because}`] : []))
      expect(unread).toEqual([])
      expect(sql).not.toMatch(/undefined|\[object|NaN/)
    }
  })
})
