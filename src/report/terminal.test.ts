import { expect, test } from 'vitest'
import * as sample from '../../test/support/judgements.ts'
import { width } from '../core/width.ts'
import terminal from './terminal.ts'

function lines(judgement: Parameters<typeof terminal.render>[0], columns = 100, colour = false): string[] {
  return terminal.render(judgement, { colour, columns }).replace(/\n$/, '').split('\n')
}

test('is one line when one push passed', () => {
  expect(lines(sample.allPassed)).toEqual(['Passed: origin/develop 1a2b3c4 by db, tests (stored), changelog in 12 s.'])
})

test('is one line a ref when several passed', () => {
  const stored = sample.verdict('db', { outcome: 'passed', findings: [] }, { stored: true })
  const several = ['develop', 'main'].map(name => sample.decision([stored], { ref: `refs/heads/${name}` }))
  expect(lines(sample.judgement(...several))).toEqual([
    '✓ origin/develop  1a2b3c4  0.3 s, stored',
    '✓ origin/main  1a2b3c4  0.3 s, stored',
    'Passed: 2 refs in 12 s.',
  ])
})

test.each([20, 40, 60, 100, 200])('the last line is the summary, whole, %i columns wide', columns => {
  expect(lines(sample.refused, columns).at(-1)).toBe(
    'Refused: origin/develop needs db, tests, changelog. Mend what is listed and push again.',
  )
})

test('a warning is told even when the push passes', () => {
  const warned = sample.decision([sample.verdict('changelog', { outcome: 'passed', findings: [sample.longLine] })])
  const text = lines(sample.judgement(warned)).join('\n')
  expect(text).toContain('! The entry is 300 characters long.')
  expect(text).toMatch(/Passed: .*$/)
})

test('sentences between commands are wrapped, commands stay as they are', () => {
  const instead = [
    'Take it out: git commit --amend',
    'If it is no secret, allow this one value in .shiprc, with the reason why it may stay there:',
    'gates:',
    '  secrets: { allow: [a-value-that-is-very-long-and-must-not-be-broken-in-two, another one] }',
    'git add .',
  ].join('\n')
  const secret = sample.verdict('db', { outcome: 'refused', findings: [{ ...sample.dropsColumn, instead }] })
  const text = lines(sample.judgement(sample.decision([secret])), 60).join('\n')
  expect(text).toContain(
    [
      '      → Take it out: git commit --amend',
      '        If it is no secret, allow this one value in .shiprc,',
      '        with the reason why it may stay there:',
      '          gates:',
      '            secrets: { allow: [a-value-that-is-very-long-and-must-not-be-broken-in-two, another one] }',
      '          git add .',
    ].join('\n'),
  )
})

test('a skipped gate is told even when the push passes', () => {
  const skipped = sample.decision([sample.verdict('db', { outcome: 'skipped', because: 'agreed in May' })])
  expect(lines(sample.judgement(skipped))[0]).toBe('- db  skipped: agreed in May')
})

test('errors come before warnings, and what refused stands next to the summary', () => {
  const text = lines(sample.refused).join('\n')
  const order = ['✓ secrets', '- linked-issues', '✗ db', '✗ changelog', 'No entry in', 'The entry is 300', 'Refused:']
  const places = order.map(part => text.indexOf(part))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places).not.toContain(-1)
})

test.each([40, 60, 100])('what we say ourselves fits into %i columns', columns => {
  for (const judgement of [sample.undecided, sample.severalRefs]) {
    const own = lines(judgement, columns).slice(0, -1)
    for (const line of own) expect(width(line)).toBeLessThanOrEqual(columns)
  }
})

test('a place stays on one line, so that it can be clicked', () => {
  const file = `database/${'very-'.repeat(20)}long.sql`
  const far = { ...sample.dropsColumn, at: { file, line: 7, column: 3 } }
  expect(lines(sample.judgement(sample.decision([], {}, [far])), 40)).toContain(`    ${file}:7:3`)
})

test('the output of a program is kept as it was printed, line for line', () => {
  const text = lines(sample.refused).join('\n')
  expect(text).toContain(
    ['      │   expected: 119', '      │   actual:   100   # kept as it was printed', '      │   ...'].join('\n'),
  )
})

test('of long output the end is shown, and how much is missing', () => {
  const output = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n')
  const text = lines(sample.judgement(sample.decision([], {}, [{ ...sample.dropsColumn, what: output }]))).join('\n')
  expect(text).toContain('│ line 499')
  expect(text).toContain('│ … 399 lines left out')
  expect(text).not.toContain('line 300\n')
})

test('5,000 findings stay readable: the first fifty, errors before all, and where the rest is', () => {
  const warnings = Array.from({ length: 4_998 }, () => sample.longLine)
  const findings = [sample.longLine, ...warnings, sample.dropsColumn] as const
  const shown = lines(sample.judgement(sample.decision([sample.verdict('db', { outcome: 'refused', findings })])))
  expect(shown.length).toBeLessThan(300)
  expect(shown[1]).toBe('    ✗ Drops users.email.')
  expect(shown.join('\n')).toContain('… and 4,950 more: npx ship-guard check --report json')
})

test('a message cannot pretend to be a line of ours', () => {
  const lie = 'x\n✓ db  0.1 s\nPassed: origin/main.'
  const finding = { ...sample.dropsColumn, what: lie, why: lie, instead: lie, at: { file: lie } }
  const judgement = sample.judgement(
    sample.decision([
      sample.verdict('db', { outcome: 'refused', findings: [finding] }),
      sample.verdict('tests', { outcome: 'undecided', because: lie, instead: lie }),
      sample.verdict('branch-sync', { outcome: 'skipped', because: lie }),
    ]),
  )
  for (const columns of [40, 200])
    expect(lines(judgement, columns).filter(line => /^(✓|Passed)/.test(line))).toEqual([])
})

test('1,000 refs stay readable', () => {
  const fine = Array.from({ length: 990 }, (_, n) => sample.decision([], { ref: `refs/heads/fine-${n}` }))
  const bad = Array.from({ length: 10 }, (_, n) =>
    sample.decision([sample.verdict('db', { outcome: 'refused', findings: [sample.dropsColumn] })], {
      ref: `refs/heads/bad-${n}`,
    }),
  )
  const text = lines(sample.judgement(...fine, ...bad))
  expect(text.length).toBeLessThan(120)
  expect(text.join('\n')).toContain('… and 970 more refs that passed')
  expect(text.filter(line => line.startsWith('origin/bad-'))).toHaveLength(10)
})

test('colours where they are wanted, and the same words', () => {
  const coloured = lines(sample.refused, 100, true).join('\n')
  expect(coloured).toContain('\u001b[31m✗\u001b[39m')
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(lines(sample.refused).join('\n'))
})

test('two columns wide or nonsense: still something to read', () => {
  for (const columns of [0, -1, 2, Number.NaN]) expect(lines(sample.refused, columns).at(-1)).toContain('Refused')
})

test('packages that a push does not touch are told in one place when there is anything to tell, and not at all otherwise', () => {
  const because = 'Neither the package nor anything that it depends on changes in this push.'
  const untouched = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(name =>
    sample.verdict(`${name}/tests`, { outcome: 'skipped', because }, { digest: '' }),
  )
  const passed = sample.verdict('web/tests', { outcome: 'passed', findings: [] })
  expect(lines(sample.judgement(sample.decision([passed, ...untouched])))).toEqual([
    'Passed: origin/develop 1a2b3c4 by web/tests in 12 s.',
  ])
  const refused = sample.verdict('web/tests', { outcome: 'refused', findings: [sample.dropsColumn] })
  const text = lines(sample.judgement(sample.decision([refused, ...untouched])), 200)
  expect(text[0]).toBe('- 7 gates  skipped')
  expect(text[1]).toBe(`    ${because} (a/tests, b/tests, c/tests, d/tests, e/tests and 2 more)`)
  expect(text.join('\n')).not.toContain('g/tests')
})
