import { describe, expect, test } from 'vitest'
import { type FileSet, fakeTree, gateContext } from '../../../../test/support/fake-tree.ts'
import { CannotTell } from '../../../core/errors.ts'
import type { Finding } from '../../../core/finding.ts'
import type { Git } from '../../../core/world.ts'
import gate from '../index.ts'

interface Made {
  readonly message: string
  readonly paths: readonly string[]
  readonly parents?: number
}

/** git as it answers about the pushed commits. */
function gitOf(commits: readonly Made[]): Git {
  const oid = (at: number) => String(at).repeat(40)
  const records = async function* (args: readonly string[]) {
    for (const [at, { message, paths, parents = 1 }] of commits.entries()) {
      if (args[0] === 'log')
        yield Buffer.from(`${[oid(at), ...Array(parents).fill('f'.repeat(40))].join(' ')}\n${message}\n`)
      else yield* [oid(at), ...paths.flatMap(path => [':100644 100644 a b M', path])].map(one => Buffer.from(one))
    }
  }
  return { records } as unknown as Git
}

async function check(
  base: FileSet | undefined,
  files: FileSet,
  options: unknown = {},
  commits: readonly Made[] = [],
): Promise<readonly Finding[]> {
  await using tree = fakeTree({ ...(base === undefined ? {} : { base }), files: { ...base, ...files } })
  return await gate.check(gateContext(gate, tree, options, { git: gitOf(commits) }))
}

const rules = (findings: readonly Finding[]) => findings.map(({ rule, severity, at }) => [rule, severity, at?.file])

describe('changesets', () => {
  const json = (value: object) => JSON.stringify(value)
  const base: FileSet = {
    '.changeset/config.json': json({ ignore: ['@acme/old-*'] }),
    '.changeset/README.md': 'How to.\n',
    'package.json': json({ name: 'root', private: true, workspaces: ['packages/*', '!packages/off'] }),
    'packages/ui/package.json': json({ name: '@acme/ui', version: '1.0.0' }),
    'packages/ui/a.js': '1',
    'packages/api/package.json': json({ name: '@acme/api', version: '1.0.0' }),
    'packages/api/a.js': '1',
    'packages/old/package.json': json({ name: '@acme/old-one', version: '1.0.0' }),
    'packages/site/package.json': json({ name: 'site', private: true }),
  }
  const changeset = (names: readonly string[], text = 'Words.') =>
    `---\n${names.map(name => `'${name}': patch\n`).join('')}---\n\n${text}\n`

  test('a package that changes needs one', async () => {
    const findings = await check(base, { 'packages/ui/a.js': '2' })
    expect(rules(findings)).toEqual([['changelog-entry', 'error', undefined]])
    expect(findings[0]!.what).toBe('No changeset in this push, which changes @acme/ui.')
    expect(findings[0]!.why).toContain('changesets (.changeset/config.json)')
    expect(await check(base, { 'packages/ui/a.js': '2', '.changeset/x.md': changeset(['@acme/ui']) })).toEqual([])
  })

  test('what is in no package, ignored, without a version or excepted needs none', async () => {
    const files = {
      'tools/a.js': '2',
      'packages/old/a.js': '2',
      'packages/site/a.js': '2',
      'packages/ui/test/a.js': '2',
    }
    expect(await check(base, files)).toEqual([])
  })

  test('an empty one says on purpose that nobody needs to know', async () => {
    expect(await check(base, { 'packages/ui/a.js': '2', '.changeset/x.md': '---\n---\n' })).toEqual([])
  })

  test('a changed package that no changeset names is told', async () => {
    const files = { 'packages/ui/a.js': '2', 'packages/api/a.js': '2', '.changeset/x.md': changeset(['@acme/ui']) }
    const findings = await check(base, files)
    expect(rules(findings)).toEqual([['changelog-package-unnamed', 'warning', '.changeset/x.md']])
    expect(findings[0]!.what).toContain('names @acme/api')
  })

  test.each([
    ['another package', changeset(['@acme/iu']), 'changelog-unknown-package'],
    ['no text', changeset(['@acme/ui'], ''), 'changelog-empty-entry'],
    ['no front matter', 'Words.\n', 'changelog-unreadable'],
    ['bad YAML', '---\n"@acme/ui: patch\n---\n', 'changelog-unreadable'],
  ])('one with %s is refused', async (_, text, rule) => {
    expect(rules(await check(base, { 'packages/ui/a.js': '2', '.changeset/x.md': text }))).toContainEqual([
      rule,
      'error',
      '.changeset/x.md',
    ])
  })

  test('a release uses them up', async () => {
    const before = { ...base, '.changeset/x.md': changeset(['@acme/ui']) }
    await using tree = fakeTree({
      base: before,
      files: {
        ...base,
        'packages/ui/package.json': json({ name: '@acme/ui', version: '1.0.1' }),
        'packages/ui/CHANGELOG.md': '# x\n',
      },
    })
    expect(await gate.check(gateContext(gate, tree))).toEqual([])
    await using taken = fakeTree({ base: before, files: { ...base, 'packages/ui/a.js': '2' } })
    expect(rules(await gate.check(gateContext(gate, taken)))).toEqual([['changelog-entry', 'error', undefined]])
  })

  test('a package that goes while a changeset names it is told', async () => {
    const before: FileSet = { ...base, '.changeset/x.md': changeset(['@acme/api']) }
    const { 'packages/api/package.json': _, 'packages/api/a.js': __, ...files } = before
    await using tree = fakeTree({ base: before, files })
    expect(rules(await gate.check(gateContext(gate, tree)))).toEqual([
      ['changelog-unknown-package', 'warning', '.changeset/x.md'],
    ])
  })

  test('pnpm and a repository of one package are read', async () => {
    const single = {
      '.changeset/config.json': '{}',
      'package.json': json({ name: 'one', version: '1.0.0' }),
      'a.js': '1',
    }
    expect((await check(single, { 'a.js': '2' }))[0]!.what).toContain('changes one.')
    const pnpm = {
      ...base,
      'package.json': json({ name: 'root' }),
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    }
    expect((await check(pnpm, { 'packages/api/a.js': '2' }))[0]!.what).toContain('changes @acme/api.')
  })

  test('a manifest that cannot be read leaves it undecided', async () => {
    await expect(check(base, { 'packages/ui/package.json': '{ "name": ' })).rejects.toThrow(CannotTell)
    await expect(check(base, { 'pnpm-workspace.yaml': 'packages: [' })).rejects.toThrow(CannotTell)
  })
})

describe('news fragments', () => {
  const pyproject = '[tool.towncrier]\ndirectory = "changes"\nfilename = "NEWS.md"\n'
  const base: FileSet = { 'pyproject.toml': pyproject, 'app.py': '1', 'NEWS.md': '# News\n' }

  test('are asked for where towncrier is set up', async () => {
    const findings = await check(base, { 'app.py': '2' })
    expect(rules(findings)).toEqual([['changelog-entry', 'error', undefined]])
    expect(findings[0]!.what).toBe('No news fragment in changes/ for this push.')
  })

  test.each(['12.feature.rst', '12.bugfix', '+words.doc.md', '12.feature.1.rst', 'fix-1.2.removal'])(
    '%s is one',
    async name => {
      expect(await check(base, { 'app.py': '2', [`changes/${name}`]: 'Words.\n' })).toEqual([])
    },
  )

  test('one of no known type is refused', async () => {
    const findings = await check(base, { 'app.py': '2', 'changes/12.bugfx.rst': 'Words.\n' })
    expect(rules(findings)).toEqual([['changelog-fragment-type', 'error', 'changes/12.bugfx.rst']])
    expect(findings[0]!.instead).toContain('Is "bugfix" meant?')
  })

  test('one that says nothing is refused, where its text is shown', async () => {
    expect(rules(await check(base, { 'app.py': '2', 'changes/1.feature': ' \n' }))).toEqual([
      ['changelog-empty-entry', 'error', 'changes/1.feature'],
    ])
    expect(await check(base, { 'app.py': '2', 'changes/1.misc': '' })).toEqual([])
  })

  test('a release gathers them', async () => {
    expect(await check(base, { 'app.py': '2', 'NEWS.md': '# News\n\n## 1.0\n\n- Words.\n' })).toEqual([])
  })

  test('types of the configuration count, and only they', async () => {
    const own = {
      ...base,
      'pyproject.toml': `${pyproject}[tool.towncrier.fragment.shiny]\n[tool.towncrier.fragment.quiet]\nshowcontent = false\n`,
    }
    expect(await check(own, { 'app.py': '2', 'changes/1.shiny': 'x', 'changes/2.quiet': '' })).toEqual([])
    expect(rules(await check(own, { 'app.py': '2', 'changes/1.feature': 'x' }))).toEqual([
      ['changelog-fragment-type', 'error', 'changes/1.feature'],
    ])
    const listed = {
      ...base,
      'pyproject.toml': `${pyproject}[[tool.towncrier.type]]\ndirectory = "shiny"\nname = "Shiny"\nshowcontent = true\n`,
    }
    expect(await check(listed, { 'app.py': '2', 'changes/1.shiny': 'x' })).toEqual([])
  })

  test('sections, packages and towncrier.toml are read', async () => {
    const sections = {
      'towncrier.toml':
        '[tool.towncrier]\npackage = "app"\npackage_dir = "src"\n[[tool.towncrier.section]]\nname = "Web"\npath = "web"\n',
      'a.py': '1',
    }
    expect(await check(sections, { 'a.py': '2', 'src/app/web/newsfragments/1.feature': 'x' })).toEqual([])
  })

  test('folders without a configuration are known by what lies in them', async () => {
    const plain = { 'a.py': '1', 'newsfragments/1.feature.md': 'x' }
    expect(rules(await check(plain, { 'a.py': '2' }))).toEqual([['changelog-entry', 'error', undefined]])
    expect(
      await check(
        { 'a.py': '1', 'changes/notes.txt': 'x', 'CHANGES.rst': 'x\n' },
        { 'a.py': '2', 'CHANGES.rst': 'y\nx\n' },
      ),
    ).toEqual([])
    const changie = { 'a.go': '1', '.changie.yaml': 'changesDir: .changes\n' }
    expect(rules(await check(changie, { 'a.go': '2' }))).toHaveLength(1)
    expect(await check(changie, { 'a.go': '2', '.changes/unreleased/Added-1.yaml': 'kind: Added\n' })).toEqual([])
  })

  test('a configuration that cannot be read leaves it undecided', async () => {
    await expect(check(base, { 'pyproject.toml': '[tool.towncrier\n' })).rejects.toThrow('pyproject.toml:1')
  })
})

describe('conventional commits', () => {
  const base: FileSet = {
    'release-please-config.json': '{ "changelog-sections": [{ "type": "shiny" }] }',
    'CHANGELOG.md': '# C\n\n## 1.0.0 - 2024-01-31\n\n- x\n',
    'a.js': '1',
  }
  const pushed = (...commits: readonly (string | Made)[]) =>
    check(
      base,
      { 'a.js': '2' },
      {},
      commits.map(one => (typeof one === 'string' ? { message: one, paths: ['a.js'] } : one)),
    )

  test.each(['feat: x', 'fix(a)!: x', 'shiny: x', 'deps: x', 'Revert "feat: x"', '1.2.3'])(
    '%j passes',
    async message => {
      expect(await pushed(message)).toEqual([])
    },
  )

  test('a commit of another form is refused', async () => {
    const [finding, ...rest] = await pushed('feat: x', 'Add y')
    expect(rest).toEqual([])
    expect(finding).toMatchObject({ rule: 'changelog-commit-form', severity: 'error' })
    expect(finding!.what).toBe('Commit 111111111 "Add y": its first line begins with no type of change.')
    expect(finding!.why).toContain('release-please-config.json')
  })

  test('merges, and commits that change nothing which people notice, may be of any form', async () => {
    expect(
      await pushed(
        'feat: x',
        { message: 'Add tests', paths: ['test/a.js'] },
        { message: 'Whatever', paths: ['a.js'], parents: 2 },
      ),
    ).toEqual([])
  })

  test("an unknown type is refused with the one that was meant; types of one's own are named", async () => {
    const [finding] = await pushed('feta: x')
    expect(finding).toMatchObject({
      rule: 'changelog-commit-type',
      severity: 'error',
      instead: expect.stringContaining('Is "feat" meant?'),
    })
    expect(await check(base, { 'a.js': '2' }, { types: ['feta'] }, [{ message: 'feta: x', paths: ['a.js'] }])).toEqual(
      [],
    )
  })

  test('settings that are code may name any type', async () => {
    const coded = { 'release.config.js': 'module.exports = {}', 'a.js': '1' }
    expect(await check(coded, { 'a.js': '2' }, {}, [{ message: 'feta: x', paths: ['a.js'] }])).toMatchObject([
      { severity: 'warning' },
    ])
  })

  test('a fixup is refused, and a breaking change that nobody reads is told', async () => {
    expect(rules(await pushed('fixup! feat: x'))).toEqual([['changelog-commit-form', 'error', undefined]])
    expect(rules(await pushed('feat: x\n\nBREAKING CHANGES: y'))).toEqual([
      ['changelog-commit-form', 'warning', undefined],
    ])
  })

  test('a generated changelog that is changed by hand is told, a release is not', async () => {
    const edit = (text: string) =>
      check(base, { 'a.js': '2', 'CHANGELOG.md': text }, {}, [{ message: 'fix: x', paths: ['a.js'] }])
    expect(rules(await edit(`${base['CHANGELOG.md']}- by hand\n`))).toEqual([
      ['changelog-generated', 'warning', 'CHANGELOG.md'],
    ])
    expect(await edit(`# C\n\n## 1.1.0 - 2024-02-29\n\n- y\n\n## 1.0.0 - 2024-01-31\n\n- x\n`)).toEqual([])
  })

  test('without a base nothing of the old history is refused', async () => {
    const findings = await check(undefined, { ...base, 'a.js': '2' }, {}, [{ message: 'Add y', paths: ['a.js'] }])
    expect(rules(findings)).toEqual([['changelog-commit-form', 'warning', undefined]])
  })

  test('many are told shortly', async () => {
    const findings = await pushed(...Array.from({ length: 10 }, (_, at) => `Add ${at}`), {
      message: 'fixup! a',
      paths: ['a.js'],
    })
    expect(findings).toHaveLength(11)
  })

  test.each([
    ['.releaserc', '{"plugins": [["x", {"releaseRules": [{"type": "shiny"}]}]]}'],
    ['.releaserc.yaml', 'plugins:\n  - - x\n    - presetConfig: { types: [{ type: shiny }] }\n'],
    ['.versionrc', '{ "types": [{ "type": "shiny" }] }'],
    ['cliff.toml', '[git]\ncommit_parsers = [{ message = "^shiny", group = "S" }]\n'],
    ['cog.toml', '[commit_types]\nshiny = { changelog_title = "S" }\n'],
    ['package.json', '{ "release": { "types": [{ "type": "shiny" }] } }'],
    ['pyproject.toml', '[tool.semantic_release.commit_parser_options]\nminor_tags = ["shiny"]\n'],
  ])('%s is read for its types', async (name, text) => {
    const files = { [name]: text, 'a.js': '1' }
    expect(await check(files, { 'a.js': '2' }, {}, [{ message: 'shiny: x', paths: ['a.js'] }])).toEqual([])
    expect(rules(await check(files, { 'a.js': '2' }, {}, [{ message: 'Add', paths: ['a.js'] }]))).toEqual([
      ['changelog-commit-form', 'error', undefined],
    ])
  })

  test('its answer is not kept when only the files told that commits are judged', async () => {
    const told: unknown[] = []
    await using tree = fakeTree({ base, files: { ...base, 'a.js': '2' } })
    await gate.check(gateContext(gate, tree, {}, { git: gitOf([]), dependsOn: source => told.push(source) }))
    expect(told).toEqual(['messages'])
    expect(gate.reads(gate.options.parse({ format: 'conventional' }))).toContain('messages')
  })
})

describe('a GNU ChangeLog', () => {
  const log = '2024-01-31  Ada  <ada@example.test>\n\n\t* a.c: Old.\n'
  const base: FileSet = { ChangeLog: log, 'a.c': '1', NEWS: 'x\n' }

  test('needs an entry, here or in the folder of the file', async () => {
    expect(rules(await check(base, { 'a.c': '2' }))).toEqual([['changelog-entry', 'error', 'ChangeLog']])
    expect(await check(base, { 'a.c': '2', ChangeLog: `2024-02-01  Ada\n\n\t* a.c: New.\n\n${log}` })).toEqual([])
    expect(await check(base, { 'lib/b.c': '2', 'lib/ChangeLog': '2024-02-01  Ada\n\n\t* b.c: New.\n' })).toEqual([])
  })

  test.each([
    ['2024-02-31  Ada\n\n\t* a.c: New.\n\n', 'changelog-date', 'error'],
    ['2024-02-01  Ada\n\n', 'changelog-empty-entry', 'error'],
    ['2020-02-01  Ada\n\n\t* a.c: New.\n\n', 'changelog-order', 'warning'],
    ['<<<<<<< HEAD\n2024-02-01  Ada\n\n\t* a.c: New.\n\n', 'changelog-unreadable', 'error'],
  ])('%j is told', async (added, rule, severity) => {
    expect(rules(await check(base, { 'a.c': '2', ChangeLog: added + log }))).toContainEqual([
      rule,
      severity,
      'ChangeLog',
    ])
  })
})

describe('which way a house has', () => {
  test('a file of another name or form only has to gain a line', async () => {
    for (const name of ['CHANGES.rst', 'NEWS', 'HISTORY.txt', 'release-notes.md', 'NEWS.md']) {
      const base = { [name]: 'Project\n=======\n\n* x\n', 'a.c': '1' }
      expect(rules(await check(base, { 'a.c': '2' }))).toEqual([['changelog-entry', 'error', name]])
      expect(await check(base, { 'a.c': '2', [name]: 'Project\n=======\n\n* y\n* x\n' })).toEqual([])
    }
  })

  test('a CHANGELOG.md that never had a release is not asked for headings', async () => {
    const base = { 'CHANGELOG.md': 'What happened\n\n* x\n', 'a.c': '1' }
    expect(await check(base, { 'a.c': '2', 'CHANGELOG.md': 'What happened\n\n* y\n* x\n' })).toEqual([])
  })

  test('the config has the last word', async () => {
    const base = {
      '.changeset/config.json': '{}',
      'package.json': '{"name":"a","version":"1.0.0"}',
      'CHANGELOG.md': '# C\n',
      'a.c': '1',
    }
    expect(await check(base, { 'a.c': '2', 'CHANGELOG.md': '# C\n\n- x\n' }, { format: 'any' })).toEqual([])
  })

  test('a push that changes the way is told', async () => {
    const base = {
      'CHANGELOG.md': '# C\n\n## 1.0.0 - 2024-01-31\n\n- x\n',
      'a.js': '1',
      'package.json': '{"name":"a","version":"1.0.0"}',
    }
    const findings = await check(base, {
      'a.js': '2',
      '.changeset/config.json': '{}',
      '.changeset/x.md': '---\na: patch\n---\n\nX.\n',
    })
    expect(rules(findings)).toEqual([['changelog-format-changed', 'warning', undefined]])
    expect(findings[0]!.instead).toContain('format: changesets')
  })
})
