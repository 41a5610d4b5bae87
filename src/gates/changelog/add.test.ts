import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addEntry } from './add.ts'
import { type Kind, kinds } from './kinds.ts'
import { entriesOf, readChangelog } from './read.ts'

function add(text: string, kind: Kind = 'fixed', entry = 'New line.'): string {
  const added = addEntry(Buffer.from(text, 'utf8'), kind, entry)
  if (added.outcome !== 'added') throw new Error(added.outcome)
  const result = Buffer.from(added.content).toString('utf8')
  expect(result.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)[added.line - 1]).toMatch(/New line\.$/)
  return result
}

const head = '# Changelog\n\n'
const old = '## [1.0.0] - 2024-01-31\n\n### Added\n\n- First.\n'

describe('where the entry goes', () => {
  test.each([
    [
      'behind the last entry of its kind',
      '## [Unreleased]\n\n### Fixed\n\n- A.\n- B.\n\n',
      '## [Unreleased]\n\n### Fixed\n\n- A.\n- B.\n- New line.\n\n',
    ],
    [
      'with the bullet of the others',
      '## [Unreleased]\n\n### Fixed\n\n* A.\n\n',
      '## [Unreleased]\n\n### Fixed\n\n* A.\n* New line.\n\n',
    ],
    [
      'behind an entry of several lines',
      '## [Unreleased]\n\n### Fixed\n\n- A\n  goes on.\n\n  And on.\n\n',
      '## [Unreleased]\n\n### Fixed\n\n- A\n  goes on.\n\n  And on.\n- New line.\n\n',
    ],
    [
      'under an empty heading',
      '## [Unreleased]\n\n### Fixed\n\n### Security\n\n- S.\n\n',
      '## [Unreleased]\n\n### Fixed\n\n- New line.\n\n### Security\n\n- S.\n\n',
    ],
    [
      'under a heading of its own, in the order of the kinds',
      '## [Unreleased]\n\n### Added\n\n- A.\n\n### Security\n\n- S.\n\n',
      '## [Unreleased]\n\n### Added\n\n- A.\n\n### Fixed\n\n- New line.\n\n### Security\n\n- S.\n\n',
    ],
    [
      'under a heading of its own at the end of the section',
      '## [Unreleased]\n\n### Added\n\n- A.\n\n',
      '## [Unreleased]\n\n### Added\n\n- A.\n\n### Fixed\n\n- New line.\n\n',
    ],
    ['in an empty section', '## [Unreleased]\n\n', '## [Unreleased]\n\n### Fixed\n\n- New line.\n\n'],
    [
      'in an empty section without a blank line',
      '## [Unreleased]\n',
      '## [Unreleased]\n\n### Fixed\n\n- New line.\n\n',
    ],
    ['in a section of its own', '', '## [Unreleased]\n\n### Fixed\n\n- New line.\n\n'],
  ])('%s', (_, before, after) => {
    expect(add(head + before + old)).toBe(head + after + old)
  })

  test('behind the introduction when there is no release yet', () => {
    expect(add('# Changelog\n\nAll of it.\n')).toBe(
      '# Changelog\n\nAll of it.\n\n## [Unreleased]\n\n### Fixed\n\n- New line.\n',
    )
  })

  test('before the link definitions at the end', () => {
    const links = '\n[Unreleased]: https://example.test/compare\n'
    expect(add(`${head}## [Unreleased]\n\n### Fixed\n\n- A.\n${links}`)).toBe(
      `${head}## [Unreleased]\n\n### Fixed\n\n- A.\n- New line.\n${links}`,
    )
  })

  test('not under a heading that stands in a code block', () => {
    const code = '```\n## [Unreleased]\n```\n\n'
    expect(add(head + code + old)).toBe(`${head}${code}## [Unreleased]\n\n### Fixed\n\n- New line.\n\n${old}`)
  })

  test('in a new file, which is a changelog without a fault', () => {
    const text = add('')
    expect(text).toMatch(/^# Changelog\n/)
    expect(readChangelog(text).sections).toMatchObject([{ kind: 'unreleased', groups: [{ title: 'Fixed' }] }])
  })
})

describe('what stays as it is', () => {
  test('Windows line ends and the byte order mark', () => {
    const text = `\uFEFF# Changelog\r\n\r\n## Unreleased\r\n\r\n### Fixed\r\n\r\n- A.\r\n`
    expect(add(text)).toBe(`${text}- New line.\r\n`)
  })

  test('a missing final newline', () => {
    expect(add(`${head}## Unreleased\n\n### Fixed\n\n- A.`)).toBe(
      `${head}## Unreleased\n\n### Fixed\n\n- A.\n- New line.`,
    )
  })

  test('bytes that are not UTF-8', () => {
    const before = Buffer.concat([
      Buffer.from('# Changelog\n\n## Unreleased\n\n### Fixed\n\n- caf'),
      Buffer.from([0xe9, 10]),
    ])
    const added = addEntry(before, 'fixed', 'Café.')
    expect(added).toMatchObject({ outcome: 'added', content: Buffer.concat([before, Buffer.from('- Café.\n')]) })
  })
})

test('an entry that is there already is not written twice', () => {
  const once = add(head + old, 'added', 'Größe: New line.')
  expect(addEntry(Buffer.from(once), 'added', ' Größe:  New line. ')).toMatchObject({
    outcome: 'there-already',
    line: 7,
  })
})

test.each(['<!--', '```', '# Heading', '<pre>'])('%j as an entry does not swallow what follows', entry => {
  const added = addEntry(Buffer.from(head + old), 'fixed', entry)
  if (added.outcome !== 'added') return expect(added.outcome).toBe('not-an-entry')
  const { sections } = readChangelog(Buffer.from(added.content).toString())
  expect(sections.map(section => section.title)).toEqual(['[Unreleased]', '[1.0.0] - 2024-01-31'])
})

const line = fc.oneof(
  fc.constantFrom(
    '',
    '## [Unreleased]',
    '## 1.0.0 - 2024-01-31',
    '### Fixed',
    '### Added',
    '- entry',
    '* entry',
    '  more',
    '```',
    '<!-- c -->',
    '<!--',
  ),
  fc.constantFrom(
    '# Changelog',
    '---',
    '[a]: https://example.test',
    '1. one',
    '> quoted',
    '    code',
    '\tx',
    '| a | b |',
    '- - nested',
    '- [ ] to do',
  ),
  fc.string({ maxLength: 12 }),
)
const document = fc
  .tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), fc.boolean())
  .map(([lines, end, mark, final]) => (mark ? '\uFEFF' : '') + lines.join(end) + (final ? end : ''))

test('whatever the file holds, only one piece is added, and the entry is then there', () => {
  fc.assert(
    fc.property(document, fc.constantFrom(...kinds), (text, kind) => {
      const before = Buffer.from(text)
      const added = addEntry(before, kind, 'The new entry.')
      if (added.outcome !== 'added') return
      const after = Buffer.from(added.content)
      let start = 0
      while (start < before.length && before[start] === after[start]) start++
      let end = 0
      while (end < before.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
      expect(start + end).toBe(before.length)
      const entries = readChangelog(after.toString()).sections.flatMap(entriesOf)
      expect(entries.filter(entry => entry.text === 'The new entry.')).toHaveLength(1)
      expect(addEntry(after, kind, 'The new entry.').outcome).toBe('there-already')
    }),
    { numRuns: 1000 },
  )
})

test('an ordinary changelog always takes the entry', () => {
  const entry = fc.stringMatching(/^[A-Za-z0-9 ,.()'`#*_[\]<>:-]{1,60}$/)
  const groups = fc.uniqueArray(fc.constantFrom('Added', 'Changed', 'Fixed', 'Security'), { maxLength: 3 })
  const text = fc.tuple(groups, fc.boolean(), fc.boolean()).map(([titles, unreleased, blank]) => {
    const gap = blank ? '\n\n' : '\n'
    const body = titles.map(title => `### ${title}${gap}- one${title}\n- two\n${blank ? '\n' : ''}`).join('')
    return `# Changelog\n\n${unreleased ? `## [Unreleased]${gap}` : ''}${unreleased ? body : ''}## [1.0.0] - 2024-01-31${gap}${body || '- x\n'}`
  })
  fc.assert(
    fc.property(text, fc.constantFrom(...kinds), (before, kind) => {
      expect(addEntry(Buffer.from(before), kind, 'Plain words.').outcome).toBe('added')
    }),
  )
  fc.assert(
    fc.property(text, entry, (before, words) => {
      const added = addEntry(Buffer.from(before), 'fixed', words)
      const { sections } = readChangelog(added.outcome === 'added' ? Buffer.from(added.content).toString() : before)
      expect(sections.some(section => section.version === '1.0.0')).toBe(true)
    }),
  )
})
