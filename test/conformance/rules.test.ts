import { describe, expect, test } from 'vitest'
import { lint } from '../../src/db/lint.ts'
import type { Rule } from '../../src/db/rule.ts'
import { rules } from '../../src/db/rules/registry.generated.ts'
import type { DialectId } from '../../src/db/statement.ts'

async function reported(sql: string, dialect: DialectId, before: string | undefined): Promise<string[]> {
  const earlier = before === undefined ? [] : [{ path: '1.sql', text: before, isNew: false }]
  const { findings } = await lint({
    files: [...earlier, { path: '2.sql', text: sql, isNew: true }],
    dialects: [dialect],
  })
  return findings.map(finding => `${finding.severity} ${finding.rule} ${finding.code ?? '-'}`)
}

describe.each<Rule>([...rules])('rule $id', rule => {
  const cases = rule.dialects.flatMap(dialect =>
    rule.examples
      .filter(example => example.dialects?.includes(dialect) ?? true)
      .map(example => ({ ...example, dialect })),
  )

  test('has an example in every dialect it names', () => {
    expect(new Set(cases.map(example => example.dialect))).toEqual(new Set(rule.dialects))
  })

  test.each(cases)('$dialect: reports `$bad`, and nothing else', async ({ bad, dialect, before }) => {
    expect(await reported(bad, dialect, before)).toEqual([`${rule.severity} ${rule.id} ${rule.code ?? '-'}`])
  })

  test.each(cases)('$dialect: says nothing about `$good`', async ({ good, dialect, before }) => {
    expect(await reported(good, dialect, before)).toEqual([])
  })

  test('names itself by its file and ends its sentences', () => {
    expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(rule.why).toMatch(/\.$/)
    expect(rule.instead).toMatch(/\.$/)
  })
})
