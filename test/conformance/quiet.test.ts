import { expect, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { lint } from '../../src/db/lint.ts'
import type { Flavour } from '../../src/db/rule.ts'
import type { DialectId } from '../../src/db/statement.ts'
import type { Running } from '../../src/db/tool.ts'
import { ordinaryCorpus } from '../support/ordinary-corpus.ts'

/** At most one warning in twenty files: a gate that cries wolf is switched off. */
test.each<[Flavour, DialectId]>([
  ['postgres', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['sqlite', 'sqlite'],
])('%s: a thousand ordinary migrations give no error and at most fifty warnings', async (flavour, dialect) => {
  const files = ordinaryCorpus(dialect, 1000).map(file => ({ ...file, isNew: true }))
  const { findings } = await lint({ files, dialects: [dialect], flavour })
  judge(findings)
})

test('nor when the tool runs each file in a transaction, but for what cannot run in one', async () => {
  const files = ordinaryCorpus('postgres', 1000).map(file => ({ ...file, isNew: true, running: runningOf(file.text) }))
  const { findings } = await lint({ files, dialects: ['postgres'] })
  judge(findings)
})

function runningOf(text: string): Running {
  const transaction = /\bCONCURRENTLY\b|^(?:BEGIN|START TRANSACTION);|ADD VALUE/m.test(text) ? 'none' : 'file'
  return { transaction, down: 'not-expected' }
}

function judge(findings: readonly Finding[]): void {
  const loud = findings.filter(finding => finding.severity !== 'info')
  expect(loud.filter(finding => finding.severity === 'error').map(said)).toEqual([])
  expect(loud.length, counted(loud)).toBeLessThanOrEqual(50)
}

test('the corpus is the same every time', () => {
  expect(ordinaryCorpus('mysql', 50)).toEqual(ordinaryCorpus('mysql', 50))
})

function said({ rule, what, at }: Finding): string {
  return `${at?.file}:${at?.line} ${rule}: ${what}`
}

/** Which rules are the loudest, with one example each. */
function counted(findings: readonly Finding[]): string {
  const counts = new Map<string, [count: number, first: string]>()
  for (const finding of findings) {
    const [count = 0, first = said(finding)] = counts.get(finding.rule) ?? []
    counts.set(finding.rule, [count + 1, first])
  }
  const sorted = [...counts].sort(([, [left]], [, [right]]) => right - left)
  return sorted.map(([rule, [count, first]]) => `${count} ${rule} (${first})`).join('\n')
}
