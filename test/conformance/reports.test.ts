import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { printable } from '../../src/core/printable.ts'
import type { Judgement } from '../../src/core/report.ts'
import type { Outcome } from '../../src/core/verdict.ts'
import { reports } from '../../src/report/registry.generated.ts'
import * as sample from '../support/judgements.ts'

const plain = { colour: false, columns: 100 }

/** How the text of each format is read back to what a person or a program finds in it. A format that is not named is read as it stands. */
const readers: Readonly<Record<string, (text: string) => string>> = {
  json: stringsOf,
  sarif: stringsOf,
  gitlab: stringsOf,
  github: text => text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0A', '\n').replaceAll('%25', '%'),
  junit: withoutEntities,
  html: text => withoutEntities(text.replace(/<[^>]*>/g, '')),
}

function stringsOf(text: string): string {
  const strings: string[] = []
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number') strings.push(printable(String(value)))
    return value
  })
  return strings.join('\n')
}

function withoutEntities(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}

const hostile: Readonly<Record<string, string>> = {
  'an escape sequence': 'a\u001b[2J\u001b]0;title\u0007b',
  'a control sequence of one character': 'a\u009b31mb\u0085c',
  'line ends': 'a\nb\r\nc\u2028d\u2029e',
  'bidirectional overrides': 'a\u202egnp.exe\u202c\u2066x\u2069',
  'lone surrogates': 'a\ud800b\udfffc',
  'a NUL and a delete': 'a\u0000b\u007fc',
  'quotes and backslashes': '"a" \'b\' \\c `d` $(e)',
  'the end of a script and of CDATA': '</script><script>alert(1)</script> ]]> --> &amp;',
  'a workflow command': '::error file=a,line=1::hacked',
  'a line of 10,000 characters': 'x'.repeat(10_000),
  'a line of 10,000 words': 'word '.repeat(2_000),
  'wide characters': '漢字'.repeat(500),
}

/** The same text in every place that comes from outside. */
function poisoned(text: string): Judgement {
  const finding: Finding = {
    rule: text,
    code: text,
    severity: 'error',
    what: text,
    why: text,
    instead: text,
    at: { file: text, line: 1, column: 2 },
  }
  return sample.judgement(
    sample.decision(
      [
        sample.verdict(text, { outcome: 'refused', findings: [finding] }, { title: text }),
        sample.verdict(text, { outcome: 'undecided', because: text, instead: text }),
        sample.verdict(text, { outcome: 'skipped', because: text }),
      ],
      { ref: `refs/heads/${text}`, remote: { name: text, url: text } },
      [finding],
    ),
    sample.decision([sample.verdict(text, { outcome: 'passed', findings: [] })], { ref: text }),
  )
}

// Colours of the report itself; everything else that begins with ESC came from outside.
const ownColours = /\u001b\[\d{1,2}m/g
const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/

/** Surrogates that stand alone; pairs are characters. */
function withoutPairs(text: string): string {
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')
}

describe.each(reports.map(report => [report.id, report] as const))('the %s report', (id, report) => {
  const read = readers[id] ?? (text => text)

  test.each(Object.entries(hostile))('escapes %s', (_, text) => {
    for (const columns of [40, 100]) {
      const rendered = report.render(poisoned(text), { colour: false, columns })
      expect(withoutPairs(rendered)).not.toMatch(dangerous)
    }
    const coloured = report.render(poisoned(text), { colour: true, columns: 100 })
    expect(withoutPairs(coloured.replace(ownColours, ''))).not.toMatch(dangerous)
  })

  test('escapes whatever a server, a file or a program may say', () => {
    const text = fc.string({
      unit: fc.constantFrom('\u001b', '[', 'm', '\n', '\r', '\u009b', '\u202e', 'a', ' ', '漢', '\ud83d'),
    })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 120 }), (text, columns) => {
        const rendered = report.render(poisoned(text), { colour: true, columns })
        expect(withoutPairs(rendered.replace(ownColours, ''))).not.toMatch(dangerous)
      }),
      { numRuns: 200 },
    )
  })

  test('keeps secrets of a remote URL to itself', () => {
    const url = 'https://ada:s3cret@example.test/app.git'
    for (const name of ['origin', url]) {
      for (const outcome of outcomes) {
        const decision = sample.decision([sample.verdict('db', outcome)], { remote: { name, url } })
        expect(report.render(sample.judgement(decision), plain)).not.toContain('s3cret')
      }
    }
  })

  test('tells the rule, the code, what, why, instead and the place of every finding', () => {
    const findings = [sample.dropsColumn, sample.noEntry, sample.longLine]
    const places: [Judgement, readonly Finding[]][] = [
      [sample.judgement(sample.decision([sample.verdict('db', refusedBy(findings))])), findings],
      [sample.judgement(sample.decision([], {}, findings)), findings],
      [
        sample.judgement(sample.decision([sample.verdict('db', { outcome: 'passed', findings: [sample.longLine] })])),
        [sample.longLine],
      ],
    ]
    for (const [judgement, told] of places) {
      const text = read(report.render(judgement, plain))
      for (const { rule, code, what, why, instead, at } of told) {
        for (const part of [rule, what, why, instead, at!.file]) expect(text).toContain(part)
        if (code !== undefined) expect(text).toContain(code)
        if (at!.line !== undefined) expect(text).toContain(String(at!.line))
      }
    }
  })

  test('tells why a gate was skipped or could not tell, and what to do', () => {
    const text = read(
      report.render(
        sample.judgement(
          sample.decision([
            sample.verdict('one', { outcome: 'skipped', because: 'Agreed in May.' }),
            sample.verdict('two', { outcome: 'undecided', because: 'No php here.', instead: 'Install php.' }),
          ]),
        ),
        plain,
      ),
    )
    for (const part of ['one', 'Agreed in May.', 'two', 'No php here.', 'Install php.']) expect(text).toContain(part)
  })

  test('tells the remote and the ref of every decision', () => {
    const text = read(report.render(sample.severalRefs, plain))
    if (report.findingsOnly) return expect(text).toContain('Drops users.email.')
    for (const name of ['origin', 'develop', 'main', 'release/2.0', 'stable']) expect(text).toContain(name)
  })

  test('renders a judgement with nothing in it, and a decision with nothing in it', () => {
    for (const empty of [sample.judgement(), sample.judgement(sample.decision([]))])
      expect(report.render(empty, plain)).toMatch(report.findingsOnly ? /^\[\]\n$/ : /[Pp]assed[\s\S]*\n$/)
  })

  test('renders 5,000 findings and 1,000 refs in good time', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => ({ ...sample.dropsColumn, what: `Drops column ${n}.` }))
    const refs = Array.from({ length: 1_000 }, (_, n) =>
      sample.decision([sample.verdict('db', refusedBy(many.slice(0, 5)))], { ref: `refs/heads/${n}` }),
    )
    const started = performance.now()
    report.render(sample.judgement(sample.decision([sample.verdict('db', refusedBy(many))])), plain)
    report.render(sample.judgement(...refs), plain)
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test.each([40, 100])('looks as it looked, %i columns wide', columns => {
    const { allPassed, refused, undecided, severalRefs } = sample
    for (const [name, judgement] of Object.entries({ allPassed, refused, undecided, severalRefs }))
      expect(report.render(judgement, { colour: false, columns })).toMatchSnapshot(name)
  })

  test('says what it is', () => {
    expect(report.title).toMatch(/^[A-Z].*[^.]$/)
    expect(report.why).toMatch(/^[A-Z].*\.$/)
  })
})

const outcomes: readonly Outcome[] = [
  { outcome: 'passed', findings: [] },
  { outcome: 'passed', findings: [sample.longLine] },
  refusedBy([sample.dropsColumn]),
  { outcome: 'skipped', because: 'agreed' },
  { outcome: 'undecided', because: 'hangs', instead: 'wait' },
]

function refusedBy(findings: readonly Finding[]): Outcome {
  return { outcome: 'refused', findings: [findings[0]!, ...findings.slice(1)] }
}
