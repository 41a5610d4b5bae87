import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blocksOf } from './markdown.ts'
import { readChangelog } from './read.ts'

test('reads releases, kinds and entries with their lines', () => {
  const text = [
    '# Changelog',
    '',
    '<!-- a note for those who write here -->',
    '',
    '## [Unreleased]',
    '',
    '### Added',
    '',
    '- One that',
    '  goes on.',
    '- Two.',
    '  - a detail',
    '',
    '[old]: https://example.test/old',
    '',
    '## [1.0.0-rc.1] - 2024-01-31 [YANKED]',
    '- Without a kind.',
    '',
    '[1.0.0-rc.1]: https://example.test/1',
    '[old]: https://example.test/again',
  ]
  expect(readChangelog(text.join('\n'))).toMatchObject({
    introLine: 3,
    unreadable: [],
    sections: [
      {
        kind: 'unreleased',
        line: 5,
        endLine: 12,
        groups: [
          {
            title: 'Added',
            line: 7,
            entries: [
              { text: 'One that goes on.', line: 9, endLine: 10 },
              { text: 'Two. - a detail', line: 11, endLine: 12 },
            ],
          },
        ],
      },
      {
        kind: 'release',
        version: '1.0.0-rc.1',
        date: '2024-01-31',
        line: 16,
        endLine: 17,
        groups: [{ title: '', entries: [{ text: 'Without a kind.', line: 17 }] }],
      },
    ],
  })
})

test.each([
  ['[1.2.3] - 2024-01-31', '1.2.3', '2024-01-31'],
  ['v1.2.3 (2024-01-31)', 'v1.2.3', '2024-01-31'],
  ['[1.2.3](https://example.test/a-b) - 2024-01-31', '1.2.3', '2024-01-31'],
  ['[1.2.3][] – 2024-01-31 [YANKED]', '1.2.3', '2024-01-31'],
  ['Version 1.2.3', '1.2.3', undefined],
  ['@scope/name@1.2.3', '1.2.3', undefined],
  ['1.2.3: 31 January 2024', '1.2.3', '31 January 2024'],
  ['1.2.3 - 2024-13-40', '1.2.3', '2024-13-40'],
  ['2024-01-31', '2024-01-31', '2024-01-31'],
])('the heading %j is release %j of %j', (title, version, date) => {
  const [section] = readChangelog(`## ${title}\n`).sections
  expect(section).toMatchObject({ kind: 'release', version })
  expect(section!.date).toBe(date)
})

test.each(['[Unreleased]', 'Unreleased', 'UNRELEASED', '1.2.3 - Unreleased', '[1.2.3] (unreleased)'])(
  'the heading %j is what comes next',
  title => {
    expect(readChangelog(`## ${title}\n`).sections).toMatchObject([{ kind: 'unreleased' }])
  },
)

test.each(['3 things to know', 'Contributors', 'Added in 1.2.3'])('the heading %j is no release', title => {
  expect(readChangelog(`## ${title}\n`).sections).toMatchObject([{ kind: 'other' }])
})

test('a heading in a code block is none, and a code block that never ends is told with its line', () => {
  expect(readChangelog('# C\n\n```\n## 1.0.0\n```\n')).toMatchObject({ sections: [], unreadable: [] })
  expect(readChangelog('# C\n\n```\n## 1.0.0\n').unreadable).toEqual([
    { line: 3, what: 'the code block that begins here is never closed' },
  ])
  expect(readChangelog('# C\n\n<!-- note\n## 1.0.0\n').unreadable).toMatchObject([{ line: 3 }])
})

test('conflict markers are told with their lines', () => {
  const text = '## [Unreleased]\n\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> other\n'
  expect(readChangelog(text).unreadable.map(({ line }) => line)).toEqual([3, 7])
})

test('line ends and a byte order mark make no difference', () => {
  const lines = ['# Changelog', '', '## [1.0.0] - 2024-01-31', '', '### Added', '- A.', '']
  const plain = readChangelog(lines.join('\n'))
  expect(readChangelog(`\uFEFF${lines.join('\r\n')}`)).toEqual(plain)
  expect(readChangelog(lines.join('\r'))).toEqual(plain)
})

const piece = fc.oneof(
  fc.constantFrom(
    '# a',
    '## 1.0.0',
    '### Added',
    '- one',
    '* two',
    '1. three',
    '  deeper',
    '\t- tab',
    '',
    '',
    '```',
    '~~~',
  ),
  fc.constantFrom(
    '[a]: https://example.test',
    '[a]: <b> "c',
    '<!-- x -->',
    '<div>',
    'text',
    '---',
    '===',
    '> q',
    '| a |',
    '|---|',
    '- [ ] x',
  ),
  fc.string({ maxLength: 8 }),
)

test('the line of every heading and item is the line on which it stands', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), lines => {
      const text = lines.join('\n').replace(/\r\n?/g, '\n')
      const source = text.split('\n')
      for (const { kind, line, endLine, text: content } of blocksOf(text)) {
        expect(endLine).toBeLessThanOrEqual(source.length)
        if (kind === 'heading') expect(source[line - 1]).toContain(content.split('\n')[0]!.trim())
        if (kind === 'item') expect(source[line - 1]).toMatch(/^\s*([-*+]|\d{1,9}[.)])/)
      }
    }),
    { numRuns: 2000 },
  )
})

test('100,000 entries and hostile nesting are read without harm', () => {
  const many = `## [Unreleased]\n${'- an entry that somebody will read\n'.repeat(100_000)}`
  expect(readChangelog(many).sections[0]!.groups[0]!.entries).toHaveLength(100_000)
  for (const hostile of [
    '>'.repeat(20_000),
    '[a]: '.repeat(20_000),
    '['.repeat(50_000),
    '- '.repeat(5_000),
    '*_'.repeat(50_000),
    '`'.repeat(50_000),
  ])
    expect(() => readChangelog(`# C\n\n${hostile}\n`)).not.toThrow()
})
