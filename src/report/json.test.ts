import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as sample from '../../test/support/judgements.ts'
import { sourceRoot } from '../../test/support/package-root.ts'
import json from './json.ts'
import { jsonShape } from './json-shape.ts'

const published = JSON.parse(readFileSync(join(sourceRoot, 'report.schema.json'), 'utf8')) as object
const matches = new Ajv2020({ strict: true, allErrors: true }).compile(published)
const terminal = { colour: true, columns: 40 }

const judgements = [
  sample.allPassed,
  sample.refused,
  sample.undecided,
  sample.severalRefs,
  sample.judgement(),
  sample.judgement(sample.decision([], { base: 'b'.repeat(64) })),
]

test('is what the published schema says', () => {
  for (const judgement of judgements) {
    const value: unknown = JSON.parse(json.render(judgement, terminal))
    matches(value)
    expect(matches.errors).toBeNull()
    expect(jsonShape.parse(value)).toEqual(value)
  }
})

test('the published schema refuses what is not a report', () => {
  const good = JSON.parse(json.render(sample.refused, terminal)) as Record<string, unknown>
  expect(matches({ ...good, format: 2 })).toBe(false)
  expect(matches({ ...good, result: 'fine' })).toBe(false)
  expect(matches({ ...good, decisions: [{}] })).toBe(false)
  expect(matches({ ...good, decisions: undefined })).toBe(false)
})

test('a newer field does not make a report unreadable', () => {
  const good = JSON.parse(json.render(sample.refused, terminal)) as Record<string, unknown>
  expect(matches({ ...good, addedLater: true })).toBe(true)
})

test('holds the result and exit code of the whole and the result of each decision, the worst first', () => {
  const value = JSON.parse(json.render(sample.judgement(...[...sample.severalRefs.decisions].reverse()), terminal))
  expect(value).toMatchObject({ result: 'refused', exitCode: 1 })
  expect(value.decisions.map((decision: { result: string }) => decision.result)).toEqual([
    'refused',
    'refused',
    'passed',
    'passed',
  ])
  expect(JSON.parse(json.render(sample.undecided, terminal))).toMatchObject({ result: 'undecided', exitCode: 3 })
  expect(JSON.parse(json.render(sample.judgement(), terminal))).toMatchObject({ result: 'passed', exitCode: 0 })
})

test('every finding comes back exactly as it was, whatever it holds', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, text, (what, why, file) => {
      const finding = { ...sample.dropsColumn, what, why, at: { file, line: 3 } }
      const judgement = sample.judgement(sample.decision([], {}, [finding]))
      expect(JSON.parse(json.render(judgement, terminal)).decisions[0].findings).toEqual([finding])
    }),
  )
})

test('all 5,000 findings are there', () => {
  const findings = Array.from({ length: 5_000 }, (_, n) => ({ ...sample.dropsColumn, what: `Drops column ${n}.` }))
  const value = JSON.parse(json.render(sample.judgement(sample.decision([], {}, findings)), terminal))
  expect(value.decisions[0].findings.map((finding: { what: string }) => finding.what)).toEqual(
    findings.map(finding => finding.what),
  )
})

test('cannot end the script element that someone embeds it in', () => {
  const finding = { ...sample.dropsColumn, what: '</script><!--' }
  expect(json.render(sample.judgement(sample.decision([], {}, [finding])), terminal)).not.toContain('<')
})

test('what a gate hangs onto a finding does not become part of the published form', () => {
  const finding = { ...sample.dropsColumn, internal: 's3cret' }
  expect(json.render(sample.judgement(sample.decision([], {}, [finding])), terminal)).not.toContain('s3cret')
})
