import { readFileSync } from 'node:fs'
import draft04 from 'ajv-draft-04'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as sample from '../../test/support/judgements.ts'
import type { Finding } from '../core/finding.ts'
import type { Judgement } from '../core/report.ts'
import { readJunit } from '../gates/tests/junit.ts'
import github from './github.ts'
import gitlab from './gitlab.ts'
import junit from './junit.ts'
import sarif, { uriOf } from './sarif.ts'

const plain = { colour: false, columns: 100 }
const schema = JSON.parse(
  readFileSync(new URL('../../test/fixtures/standards/sarif-schema-2.1.0.json', import.meta.url), 'utf8'),
) as object
const ajv = new draft04.default({ strict: false, allErrors: true })
formats.default(ajv)
const isSarif = ajv.compile(schema)

function said(text: string): Judgement {
  const finding: Finding = {
    rule: text,
    severity: 'warning',
    what: text,
    why: text,
    instead: text,
    at: { file: text, line: 3, column: 2, endLine: 1 },
  }
  return sample.judgement(
    sample.decision(
      [
        sample.verdict(text, { outcome: 'refused', findings: [{ ...finding, severity: 'error' }] }),
        sample.verdict(text, { outcome: 'skipped', because: text, bypassed: true }),
        sample.verdict(text, { outcome: 'undecided', because: text, instead: text }),
      ],
      { ref: `refs/heads/${text}`, remote: { name: text, url: text } },
      [finding, { rule: text, severity: 'info', what: text, why: text, instead: text }],
    ),
  )
}

const judgements = { ...sample, judgement: undefined, decision: undefined, verdict: undefined }
const real = Object.entries(judgements).filter(
  (entry): entry is [string, Judgement] => typeof entry[1] === 'object' && 'decisions' in (entry[1] as object),
)

test.each(real)('SARIF of %s holds by the published schema', (_, judgement) => {
  isSarif(JSON.parse(sarif.render(judgement, plain)))
  expect(isSarif.errors ?? []).toEqual([])
})

test('SARIF of whatever is said holds by the published schema', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), text => {
      isSarif(JSON.parse(sarif.render(said(text), plain)))
      expect(isSarif.errors ?? []).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('a path is a relative reference, whatever it is called', () => {
  expect(uriOf('a b/c:d?e#f/100%.sql')).toBe('a%20b/c%3Ad%3Fe%23f/100%25.sql')
})

test('every result has a place, because code scanning turns a file away otherwise', () => {
  const log = JSON.parse(sarif.render(said('x'), plain)) as { runs: { results: { locations: unknown[] }[] }[] }
  expect(log.runs[0]!.results.every(result => result.locations.length === 1)).toBe(true)
  expect(log.runs[0]!.results).toHaveLength(5)
})

test('JUnit is read back as what it says: a refused gate is a failed test, also of whatever is said', () => {
  const report = readJunit(Buffer.from(junit.render(sample.refused, plain)))
  expect(report.failed.map(test => test.name.split(' › ').at(-1))).toEqual(
    sample.refused.decisions[0]!.verdicts.filter(one => one.outcome === 'refused').map(one => one.gate),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), text => {
      // Refused, undecided, and the push itself; what was skipped did not run.
      expect(readJunit(Buffer.from(junit.render(said(text), plain)))).toMatchObject({ ran: 3 })
    }),
    { numRuns: 200 },
  )
})

test('nobody but us gives GitHub a command', () => {
  const unit = fc.constantFrom(':', '%', '\n', '\r', ',', '=', ' ', 'error', 'add-mask', '0A', 'a')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), text => {
      const lines = github.render(said(text), plain).trimEnd().split('\n')
      const commands = lines.filter(line => /^\s*::/.test(line))
      expect(commands).toHaveLength(5)
      for (const line of commands)
        expect(line).toMatch(
          /^::(error|warning|notice) (file=[^,:\n]*,line=\d+,endLine=\d+,col=\d+,)?title=[^,:\n]*::[^\n]*$/,
        )
    }),
    { numRuns: 500 },
  )
})

test('GitLab is shown two findings that say the same as two', () => {
  const twice = sample.judgement(
    sample.decision([sample.verdict('db', { outcome: 'refused', findings: [sample.dropsColumn, sample.dropsColumn] })]),
  )
  const issues = JSON.parse(gitlab.render(twice, plain)) as { fingerprint: string; severity: string }[]
  expect(new Set(issues.map(issue => issue.fingerprint)).size).toBe(2)
  expect(issues.map(issue => issue.severity)).toEqual(['blocker', 'blocker'])
})
