import { describe, expect, test } from 'vitest'
import { type FakeTreeFacts, type FileSet, fakeTree, gateContext } from '../../../test/support/fake-tree.ts'
import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import gate from './index.ts'

async function check(facts: FakeTreeFacts, options: unknown = {}): Promise<readonly Finding[]> {
  await using tree = fakeTree(facts)
  return await gate.check(gateContext(gate, tree, options))
}

/** The findings when a push changes code and turns one changelog into another. */
function push(before: string | undefined, after: string | Uint8Array | undefined, options: unknown = {}) {
  const files = (changelog: string | Uint8Array | undefined, code: string): FileSet => ({
    'src/a.js': code,
    ...(changelog === undefined ? {} : { 'CHANGELOG.md': changelog }),
  })
  return check({ base: files(before, 'old'), files: files(after, 'new') }, options)
}

const rules = (findings: readonly Finding[]) => findings.map(({ rule, severity, at }) => [rule, severity, at?.line])

const intro = '# Changelog\n\n'
const released = '## [1.0.0] - 2024-01-31\n\n### Added\n\n- First.\n'
const start = `${intro}## [Unreleased]\n\n${released}`
const withEntry = `${intro}## [Unreleased]\n\n### Fixed\n\n- Logging in works again.\n\n${released}`

test.each<[FileSet, FileSet, boolean]>([
  [{ 'README.md': '' }, {}, false],
  [{ 'changelog.md': '' }, {}, true],
  [{}, { 'CHANGELOG.md': '' }, true],
  [{ '.changeset/config.json': '{}' }, {}, true],
  [{ 'release-please-config.json': '{}' }, {}, true],
])(
  'where the config does not name it, only a repository that keeps a changelog is asked: %j, before %j',
  async (files, base, isAsked) => {
    await using tree = fakeTree({ files, base })
    expect((await gate.unlessNamed!(gateContext(gate, tree))) === undefined).toBe(isAsked)
  },
)

describe('the entry', () => {
  test('a push that changes code without one is refused', async () => {
    const findings = await push(start, start)
    expect(findings).toMatchObject([{ rule: 'changelog-entry', severity: 'error', at: { file: 'CHANGELOG.md' } }])
    expect(findings[0]!.what).toBe('No entry in CHANGELOG.md for this push.')
    expect(findings[0]!.instead).toContain('npx ship-guard changelog add fixed "…"')
  })

  test('one new line under Unreleased is enough', async () => {
    expect(await push(start, withEntry)).toEqual([])
  })

  test('one that the remote has already does not count', async () => {
    expect(rules(await push(withEntry, withEntry))).toEqual([['changelog-entry', 'error', undefined]])
  })

  test('a new section with headings only is no entry', async () => {
    const empty = `${intro}## [Unreleased]\n\n### Added\n\n### Fixed\n\n${released}`
    expect(rules(await push(start, empty))).toEqual([['changelog-entry', 'error', undefined]])
  })

  test('an empty bullet is no entry', async () => {
    const empty = `${intro}## [Unreleased]\n\n### Fixed\n\n-\n\n${released}`
    expect(rules(await push(start, empty))).toEqual([['changelog-entry', 'error', undefined]])
  })

  test('a release that takes the entries from Unreleased counts', async () => {
    const release = withEntry.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [1.1.0] - 2024-02-29\n')
    expect(await push(withEntry, release)).toEqual([])
  })

  test('an entry that only moved back to Unreleased is not new', async () => {
    const back = `${intro}## [Unreleased]\n\n### Added\n\n- First.\n\n## [1.0.0] - 2024-01-31\n\nYanked.\n`
    expect(rules(await push(start, back))).toEqual([['changelog-entry', 'error', undefined]])
  })

  test('the words of an old release may be used again', async () => {
    const same = start.replace('## [Unreleased]\n', '## [Unreleased]\n\n### Added\n\n- First.\n')
    expect(await push(start, same)).toEqual([])
  })

  test('an entry in a released section is warned about and does not count', async () => {
    expect(rules(await push(start, `${start}- Late.\n`))).toEqual([
      ['changelog-entry', 'error', undefined],
      ['changelog-released-entry', 'warning', 10],
    ])
  })

  test('Windows line ends and a byte order mark are read', async () => {
    const windows = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`
    expect(await push(windows(start), windows(withEntry))).toEqual([])
    expect(await push(start, windows(withEntry))).toEqual([])
    expect(rules(await push(start, windows(start)))).toEqual([['changelog-entry', 'error', undefined]])
  })

  test('the first changelog with an entry passes', async () => {
    expect(await push(undefined, withEntry)).toEqual([])
  })
})

describe('what needs no entry', () => {
  test('a push that changes nothing', async () => {
    const files = { 'a.js': 'x' }
    expect(await check({ base: files, files })).toEqual([])
  })

  test.each([
    'test/a.js',
    'packages/x/tests/a.py',
    'src/a.test.ts',
    'src/__tests__/a.ts',
    'pkg/a_test.go',
    'docs/guide/a.html',
    'README.md',
    '.github/workflows/ci.yml',
    '.gitlab-ci.yml',
    '.shiprc',
    'packages/x/.gitignore',
    'packages/x/yarn.lock',
    'docs/"caf\\351.png"',
  ])('%s', async path => {
    expect(await check({ base: {}, files: { [path]: 'new' } })).toEqual([])
  })

  test.each(['src/a.ts', 'package.json', 'src/docs.ts', 'lib/latest/a.js', 'src/README.md', 'db/migrations/1.sql'])(
    '%s needs one',
    async path => {
      expect(rules(await check({ base: {}, files: { [path]: 'new' } }))).toEqual([
        ['changelog-missing', 'error', undefined],
      ])
    },
  )

  test('a file that moves from the code to the documents needs one', async () => {
    await using tree = fakeTree({ base: {}, files: { 'docs/a.md': 'x' } })
    const [entry] = await tree.list()
    const changes = async () => [{ kind: 'renamed' as const, ...entry!, from: 'src/a.md', baseOid: entry!.oid }]
    const context = gateContext(gate, { ...bound(tree), changes })
    expect(rules(await gate.check(context))).toEqual([['changelog-missing', 'error', undefined]])
  })

  test('`except` takes the place of the list', async () => {
    const facts = { base: {}, files: { 'vendor/a.js': 'x' } }
    expect(await check(facts, { except: ['vendor/**'] })).toEqual([])
    expect(rules(await check({ base: {}, files: { 'test/a.js': 'x' } }, { except: [] }))).toHaveLength(1)
  })
})

function bound(tree: ReturnType<typeof fakeTree>) {
  return {
    commit: tree.commit,
    push: tree.push,
    list: tree.list.bind(tree),
    baseList: tree.baseList.bind(tree),
    changes: tree.changes.bind(tree),
    authors: tree.authors.bind(tree),
    addedBlobs: tree.addedBlobs.bind(tree),
    text: tree.text.bind(tree),
    baseText: tree.baseText.bind(tree),
    blobs: tree.blobs.bind(tree),
    stream: tree.stream.bind(tree),
    checkout: tree.checkout.bind(tree),
  }
}

describe('the form', () => {
  const pending = (extra: string) => `${intro}## [Unreleased]\n\n### Fixed\n\n- New.\n\n${extra}`

  test.each([
    ['a day that the calendar does not have', '## [1.1.0] - 2024-13-40\n\n- x\n', 'changelog-date', 'error', 14],
    ['a date of another form', '## [1.1.0] - 31/01/2024\n\n- x\n', 'changelog-date', 'error', 14],
    ['no date', '## [1.1.0]\n\n- x\n', 'changelog-date', 'warning', 1],
    ['a release that says nothing', '## [1.1.0] - 2024-02-29\n', 'changelog-empty-release', 'error', 1],
    [
      'a heading of no kind',
      '## [1.1.0] - 2024-02-29\n\n### Improved\n\n- x\n',
      'changelog-unknown-heading',
      'warning',
      1,
    ],
  ])('%s', async (_, section, rule, severity, column) => {
    const findings = await push(start, pending(`${section}\n${released}`))
    expect(findings).toMatchObject([{ rule, severity, at: { file: 'CHANGELOG.md', column } }])
    expect(findings[0]!.at!.line).toBe(rule === 'changelog-unknown-heading' ? 11 : 9)
  })

  test('a kind that stands twice', async () => {
    const twice = '## [1.1.0] - 2024-02-29\n\n### Added\n\n- x\n\n### Added\n\n- y\n\n'
    expect(rules(await push(start, pending(twice + released)))).toEqual([
      ['changelog-duplicate-heading', 'warning', 15],
    ])
  })

  test('a version that stands twice', async () => {
    expect(rules(await push(start, pending(`${released}\n## [v1.0.0] - 2024-01-01\n\n- x\n`)))).toEqual([
      ['changelog-duplicate-version', 'error', 15],
    ])
  })

  test('a newer version below an older one', async () => {
    expect(rules(await push(start, pending(`${released}\n## [1.1.0] - 2024-02-29\n\n- x\n`)))).toEqual([
      ['changelog-order', 'error', 15],
    ])
  })

  test('a later release of an older line may stand by its date', async () => {
    const lines = '## [1.0.1] - 2024-06-01\n\n- x\n\n## [2.0.0] - 2024-05-01\n\n- y\n\n'
    expect(await push(start, pending(lines + released))).toEqual([])
    const byVersion = '## [2.0.0] - 2024-05-01\n\n- y\n\n## [1.0.1] - 2024-06-01\n\n- x\n\n'
    expect(await push(start, pending(byVersion + released))).toEqual([])
  })

  test('Unreleased below a release', async () => {
    expect(rules(await push(start, `${intro}${released}\n## [Unreleased]\n\n- New.\n`))).toEqual([
      ['changelog-order', 'error', 9],
    ])
  })

  test('a conflict marker refuses with its line, and hides the question for an entry', async () => {
    const findings = await push(
      start,
      `${intro}## [Unreleased]\n\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> x\n\n${released}`,
    )
    expect(rules(findings)).toEqual([
      ['changelog-unreadable', 'error', 5],
      ['changelog-unreadable', 'error', 9],
    ])
  })

  test('a file without any release cannot be read as a changelog', async () => {
    expect(rules(await push(undefined, '# Notes\n\nSome words.\n'))).toEqual([['changelog-unreadable', 'error', 1]])
  })

  test('a file of zero bytes and UTF-16 are refused with the way out', async () => {
    const [finding, ...rest] = await push(start, Buffer.from(withEntry, 'utf16le'))
    expect(rest).toEqual([])
    expect(finding).toMatchObject({ rule: 'changelog-unreadable', severity: 'error' })
    expect(finding!.instead).toContain('UTF-8')
  })

  test('bytes that are not UTF-8 are read', async () => {
    expect(await push(start, Buffer.from(withEntry.replace('Logging', 'Größe'), 'latin1'))).toEqual([])
  })

  test('what was wrong before is only told, and only when the push touches the file', async () => {
    const bad = (text: string) => `${text}\n## [0.9.0] - 2023-13-01\n\n- x\n`
    expect(rules(await push(bad(start), bad(withEntry)))).toEqual([['changelog-date', 'info', 15]])
    expect(rules(await push(bad(start), bad(start)))).toEqual([['changelog-entry', 'error', undefined]])
  })

  test('the same fault once more is new', async () => {
    const once = `${start}\n## [1.0.0] - 2024-01-31\n\n- x\n`
    const twice = `${withEntry}\n## [1.0.0] - 2024-01-31\n\n- x\n\n## [1.0.0] - 2024-01-31\n\n- y\n`
    const severities = (await push(once, twice))
      .filter(f => f.rule === 'changelog-duplicate-version')
      .map(f => f.severity)
    expect(severities.sort()).toEqual(['error', 'info'])
  })

  test('hostile headings end in findings without control characters', async () => {
    const [finding] = await push(start, pending(`## [1.1.0] - \u001b[31mred\u202e\n\n- x\n\n${released}`))
    expect(finding!.what).toContain('\\x1b[31mred\\x202e')
  })
})

describe('which file', () => {
  test('CHANGES.md and HISTORY.md are found', async () => {
    for (const name of ['CHANGES.md', 'HISTORY.md', 'ChangeLog.md'])
      expect(await check({ base: { 'a.js': 'x', [name]: start }, files: { 'a.js': 'y', [name]: withEntry } })).toEqual(
        [],
      )
  })

  test('`file` names another', async () => {
    const facts = { base: { 'a.js': 'x', 'docs/news.md': start }, files: { 'a.js': 'y', 'docs/news.md': withEntry } }
    expect(await check(facts, { file: './docs/news.md' })).toEqual([])
    const [missing] = await check(facts, { file: 'NEWS.md' })
    expect(missing!.what).toBe('The pushed commit has no NEWS.md.')
  })

  test('a link leads to the file', async () => {
    const files = (text: string, code: string) => ({ 'a.js': code, 'CHANGELOG.md': 'docs/log.md', 'docs/log.md': text })
    const modes = { 'CHANGELOG.md': '120000' }
    expect(await check({ base: files(start, 'x'), files: files(withEntry, 'y'), modes })).toEqual([])
    expect(await check({ base: files(start, 'x'), files: files(start, 'y'), modes })).toMatchObject([
      { at: { file: 'docs/log.md' } },
    ])
  })

  test('the remedy for a missing file begins one', async () => {
    expect((await push(undefined, undefined))[0]!.instead).toContain('npx ship-guard changelog add fixed')
    expect(rules(await push(start, undefined))).toEqual([['changelog-missing', 'error', undefined]])
  })

  test('with `format: any` the file only has to gain a line', async () => {
    expect(await push('News\n\n* a\n', 'News\n\n* b\n* a\n', { format: 'any' })).toEqual([])
    expect(rules(await push('News\n\n* a\n', 'News\n\n\n* a\n', { format: 'any' }))).toEqual([
      ['changelog-entry', 'error', undefined],
    ])
    expect(rules(await push('News\n\n* a\n* b\n', 'News\n\n* b\n', { format: 'any' }))).toHaveLength(1)
  })

  test('more than 20 MB cannot be told', async () => {
    await expect(push(start, start + 'x'.repeat(21 * 1024 * 1024))).rejects.toThrow(CannotTell)
  })
})
