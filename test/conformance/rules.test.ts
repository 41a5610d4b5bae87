import { describe, expect, test } from 'vitest'
import { lint } from '../../src/db/lint.ts'
import type { Rule, RuleExample } from '../../src/db/rule.ts'
import { rules } from '../../src/db/rules/registry.generated.ts'
import type { DialectId } from '../../src/db/statement.ts'

/** Every rule that says something, with a rule that is off by default turned on for its own examples. */
async function reported(rule: Rule, sql: string, dialect: DialectId, example: RuleExample): Promise<string[]> {
  const { before, context } = example
  const earlier = before === undefined ? [] : [{ path: '1.sql', text: before, isNew: false }]
  const { transaction = 'unknown', down = 'not-expected', author } = context ?? {}
  const file = { path: '2.sql', text: sql, isNew: true, running: { transaction, down } }
  const { findings } = await lint({
    files: [...earlier, author === undefined ? file : { ...file, author }],
    dialects: [dialect],
    levels: rule.profile === undefined ? {} : { [rule.id]: rule.severity as 'info' | 'warning' | 'error' },
    ...(context?.flavour === undefined ? {} : { flavour: context.flavour }),
    ...(context?.version === undefined ? {} : { version: context.version }),
    ...(context?.settings === undefined ? {} : { settings: context.settings }),
  })
  return findings.map(finding => finding.rule).sort()
}

describe.each<Rule>([...rules])('rule $id', rule => {
  const cases = rule.dialects.flatMap(dialect =>
    rule.examples
      .filter(example => example.dialects?.includes(dialect) ?? true)
      .map(example => ({ example, bad: example.bad, good: example.good, dialect })),
  )

  test('has an example in every dialect it names', () => {
    expect(new Set(cases.map(one => one.dialect))).toEqual(new Set(rule.dialects))
  })

  test.each(cases)('$dialect: reports `$bad`, and nothing else', async ({ bad, dialect, example }) => {
    expect(await reported(rule, bad, dialect, example)).toEqual([rule.id, ...(example.also ?? [])].sort())
  })

  test.each(cases)('$dialect: says nothing about `$good`', async ({ good, dialect, example }) => {
    expect(await reported(rule, good, dialect, example)).toEqual([])
  })

  test('names itself by its file and ends its sentences', () => {
    expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(rule.why).toMatch(/\.$/)
    expect(rule.instead).toMatch(/\.$/)
  })
})
