import { createRequire } from 'node:module'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sourceRoot } from '../../../../test/support/package-root.ts'
import { readChangeset } from './changeset.ts'
import { readCommitMessage, unreadBreaking } from './commit-message.ts'
import { addToChangeLog } from './gnu-add.ts'
import { isGnuChangelog, readGnuChangelog } from './gnu-changelog.ts'

const toolFolder = join(sourceRoot, 'test/tools/changelog')
const tools = createRequire(join(toolFolder, 'package.json'))

describe('a changeset', () => {
  const { default: theirs } = tools('@changesets/parse') as {
    default: (text: string) => { releases: { name: string; type: string }[]; summary: string }
  }

  test('is packages with their releases, and what people read', () => {
    expect(readChangeset('---\n"@acme/ui": minor\nserver: none\n---\n\nDark mode.\n\nMore.\n')).toEqual({
      releases: [
        { name: '@acme/ui', type: 'minor', line: 2 },
        { name: 'server', type: 'none', line: 3 },
      ],
      summary: 'Dark mode.\n\nMore.',
    })
  })

  test('may be empty on purpose', () => {
    expect(readChangeset('---\n---\n')).toEqual({ releases: [], summary: '' })
  })

  test.each([
    ['', 'it is empty', 1],
    ['# A heading\n', 'it does not begin with a line of ---', 1],
    ['\n---\na: minor\n', 'the --- that begins it is never closed', 2],
    ['---\na: tiny\n---\n', '"a" is to get no release that there is; there are major, minor, patch, none', 2],
    ['---\na: minor\nb: [\n---\n', 'Flow sequence', 4],
    ['---\n- a\n---\n', 'between the --- stands no list of packages', 2],
  ])('%j is refused with its line', (text, fault, line) => {
    const read = readChangeset(text)
    expect(read).toMatchObject({ fault: expect.stringContaining(fault) })
    expect('line' in read && Math.abs(read.line - line)).toBeLessThanOrEqual(1)
  })

  const piece = fc.constantFrom(
    '---',
    '---\n',
    '\n',
    'a: minor',
    '"@b/c": patch',
    "'d': none",
    'e: 1',
    ' ',
    '\r\n',
    'Words.',
    ': ',
    '\uFEFF',
    '- x',
    '# y',
    '&a',
    '*a',
    '{',
    '"',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 14 }).map(parts => parts.join('')),
  )
  const ordinary = fc
    .tuple(
      fc.dictionary(
        fc.stringMatching(/^@?[a-z][a-z/-]{0,8}[a-z]$/),
        fc.constantFrom('major', 'minor', 'patch', 'none'),
      ),
      fc.stringMatching(/^[A-Za-z .\n]{0,40}$/),
      fc.constantFrom('\n', '\r\n'),
    )
    .map(([releases, summary, end]) =>
      ['---', ...Object.entries(releases).map(([name, type]) => `'${name}': ${type}`), '---', '', summary, ''].join(
        end,
      ),
    )

  test('that is read here is read the same by the real tool, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.oneof(text, ordinary), written => {
        const read = readChangeset(written)
        if ('fault' in read) {
          expect(read.line).toBeGreaterThan(0)
          return
        }
        const real = theirs(written)
        expect(read.releases.map(({ name, type }) => ({ name, type }))).toEqual(real.releases)
        expect(read.summary.split(/\s+/)).toEqual(real.summary.split(/\s+/))
      }),
      { numRuns: 1000 },
    )
  })

  test('that is ordinary is always read', () => {
    fc.assert(
      fc.property(ordinary, written => {
        expect(readChangeset(written)).toHaveProperty('releases')
      }),
    )
  })
})

describe('a commit message', () => {
  test.each([
    ['feat: dark mode', { kind: 'conventional', type: 'feat', breaking: false, subject: 'dark mode' }],
    ['Fix(api)!: no more XML', { kind: 'conventional', type: 'fix', scope: 'api', breaking: true }],
    ['feat: a\n\nBREAKING CHANGE: b', { breaking: true }],
    ['feat: a\n\nBREAKING-CHANGE: b', { breaking: true }],
    ["Merge branch 'develop' into main", { kind: 'merge' }],
    ['Merge pull request #1 from a/b', { kind: 'merge' }],
    ['Revert "feat: dark mode"\n\nThis reverts commit abc.', { kind: 'revert' }],
    ['fixup! feat: dark mode', { kind: 'unfinished' }],
    ['v1.2.3', { kind: 'release' }],
    ['1.2.3-rc.1', { kind: 'release' }],
    ['Add dark mode', { kind: 'free', because: 'begins with no type of change' }],
    ['feat dark mode', { kind: 'free' }],
    ['feat:dark mode', { kind: 'free', because: 'has no space behind the colon' }],
    ['feat : dark mode', { kind: 'free', because: 'has a space before the colon' }],
    ['feat (api): dark mode', { kind: 'free', because: 'has a space before the bracket' }],
    ['feat!(api): dark mode', { kind: 'free', because: 'has its ! before the bracket' }],
    ['feat: ', { kind: 'free', because: 'says nothing behind "feat:"' }],
    ['https://example.test is down', { kind: 'free' }],
    ['\n\n', { kind: 'free', because: 'is empty' }],
  ])('%j', (message, read) => {
    expect(readCommitMessage(message)).toMatchObject(read)
  })

  test('speaks of a breaking change in a form that no tool reads', () => {
    expect(unreadBreaking('feat: a\n\nBREAKING CHANGES: b')).toBe(3)
    expect(unreadBreaking('feat: a\n\nbreaking change: b')).toBe(3)
    expect(unreadBreaking('feat: a\n\nBREAKING CHANGE: b')).toBeUndefined()
    expect(unreadBreaking('feat: no breaking change')).toBeUndefined()
  })

  const part = fc.constantFrom(
    'feat',
    'fix',
    'Chore',
    '(api)',
    '(',
    ')',
    '!',
    ':',
    ': ',
    ' ',
    'words',
    '\n',
    '\n\n',
    'BREAKING CHANGE: x',
    'Merge ',
    'é',
  )
  const message = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 10 }).map(parts => parts.join('')),
  )

  test('has the type, the scope and the subject that the real parser reads', async () => {
    const { CommitParser } = (await import(
      join(toolFolder, 'node_modules/conventional-commits-parser/dist/index.js')
    )) as {
      CommitParser: new (options: object) => { parse(message: string): Record<string, string | null> }
    }
    // As conventional-changelog-conventionalcommits has it.
    const parser = new CommitParser({
      headerPattern: /^(\w*)(?:\((.*)\))?!?: (.*)$/,
      headerCorrespondence: ['type', 'scope', 'subject'],
    })
    fc.assert(
      fc.property(message, written => {
        const read = readCommitMessage(written)
        if (read.kind !== 'conventional' || !/^\w+$/.test(read.type) || /\t/.test(written)) return
        const real = parser.parse(written)
        expect({ type: read.type, subject: read.subject }).toEqual({
          type: real.type?.toLowerCase(),
          subject: real.subject?.trim(),
        })
      }),
      { numRuns: 1000 },
    )
  })

  test('of a megabyte is read at once', () => {
    const started = performance.now()
    for (const long of [`${'a'.repeat(1e6)}:`, `a(${'('.repeat(1e6)}`, `${'a '.repeat(5e5)}`, `x${' '.repeat(1e6)}y`]) {
      readCommitMessage(long)
      unreadBreaking(`x\n${long}`)
    }
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('a ChangeLog', () => {
  const log =
    '2024-02-01  Ada  <ada@example.test>\n\n\t* a.c (main): Say\n\tmore.\n\t* b.c: New.\n\nWed Jan 31 12:00:00 2024  Bob  (bob@x)\n\n\t* c.c: Old.\n'

  test('is days with entries', () => {
    expect(isGnuChangelog('ChangeLog', log)).toBe(true)
    expect(readGnuChangelog(log)).toEqual({
      faults: [],
      days: [
        {
          line: 1,
          date: '2024-02-01',
          name: 'Ada  <ada@example.test>',
          entries: [
            { line: 3, text: '* a.c (main): Say more.' },
            { line: 5, text: '* b.c: New.' },
          ],
        },
        { line: 7, date: '2024-01-31', name: 'Bob  (bob@x)', entries: [{ line: 9, text: '* c.c: Old.' }] },
      ],
    })
  })

  test('of Markdown is none', () => {
    expect(isGnuChangelog('ChangeLog', '# Changelog\n')).toBe(false)
    expect(isGnuChangelog('HISTORY.txt', log)).toBe(false)
  })

  test.each([
    ['\t* a: No heading.\n', 1],
    ['2024-02-01  Ada\n\n<<<<<<< HEAD\n\t* a: b\n', 3],
    ['2024-02-1  Ada\n', 1],
  ])('%j has a fault', (text, line) => {
    expect(readGnuChangelog(text).faults).toMatchObject([{ line }])
  })

  const line = fc.oneof(
    fc.constantFrom(
      '',
      '2024-02-01  Ada',
      '2024-99-01  Ada',
      '\t* a: b',
      '\tmore',
      '        * c',
      'Local Variables:',
      '\f',
      '<<<<<<< x',
    ),
    fc.string({ maxLength: 10 }),
  )
  const text = fc
    .tuple(fc.array(line, { maxLength: 20 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => lines.join(end))

  test('gains exactly one entry, on top, and keeps every other byte', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('2024-02-01  Ada', '2030-01-01  Zoë  <z@example.test>'), (old, heading) => {
        const before = Buffer.from(old)
        const added = addToChangeLog(before, heading, 'new: Größe.')
        const now = readGnuChangelog(Buffer.from(added.content).toString())
        expect(now.days[0]!.entries.some(entry => entry.text.startsWith('* new: Größe.'))).toBe(true)
        expect(now.days[0]!.entries.find(entry => entry.text.startsWith('* new'))?.line).toBe(added.line)
        // A last line without an end gets one.
        const whole = ['', '\n', '\r\n'].map(end => Buffer.concat([before, Buffer.from(end)]))
        expect(whole.some(one => isPieceMore(one, added.content))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('says it once', () => {
    const once = addToChangeLog(Buffer.from(log), '2024-03-01  Ada', 'x: Y.')
    expect(addToChangeLog(once.content, '2024-03-01  Ada', 'x: Y.')).toMatchObject({ line: 3, lines: [] })
    const twice = addToChangeLog(once.content, '2024-03-01  Ada', 'z: W.')
    expect(Buffer.from(twice.content).toString()).toBe(`2024-03-01  Ada\n\n\t* z: W.\n\n\t* x: Y.\n\n${log}`)
  })
})

/** Whether the longer is the shorter with one piece in it. */
function isPieceMore(shorter: Uint8Array, longer: Uint8Array): boolean {
  let start = 0
  while (start < shorter.length && shorter[start] === longer[start]) start++
  let end = 0
  while (end < shorter.length - start && shorter.at(-1 - end) === longer.at(-1 - end)) end++
  return start + end === shorter.length
}
