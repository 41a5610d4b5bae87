import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const config = 'gates: { db: false, secrets: false, tests: false, changelog: {} }\n'
const changelog = '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2024-01-31\n\n### Added\n\n- First.\n'

async function guarded(files: Readonly<Record<string, string>> = {}): Promise<TempRepo> {
  const repo = await tempRepo({ '.shiprc': config, 'CHANGELOG.md': changelog, 'app.js': '1\n', ...files })
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  return repo
}

describe('git push', () => {
  test('is refused without an entry, and goes through with the one that the refusal tells how to write', async () => {
    await using repo = await guarded()
    await repo.commit({ 'app.js': '2\n' })
    const refused = await repo.git('push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('No entry in CHANGELOG.md for this push.')
    expect(refused.stderr).toContain('ship-guard changelog add fixed')

    expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'Two is right.'])).code).toBe(0)
    await repo.ok('commit', '-q', '-a', '-m', 'Say so')
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
  })

  test('an entry that is written but not committed does not count', async () => {
    await using repo = await guarded()
    await repo.commit({ 'app.js': '2\n' })
    await repo.shipGuard(['changelog', 'add', 'fixed', 'Two is right.'])
    expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
  })

  test('tests and documents need no entry', async () => {
    await using repo = await guarded()
    await repo.commit({ 'test/app.test.js': '1\n', 'docs/guide.md': 'x\n', 'README.md': '# y\n' })
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
  })

  test('a date that does not exist is refused with its place', async () => {
    await using repo = await guarded()
    await repo.commit({
      'app.js': '2\n',
      'CHANGELOG.md': changelog.replace('## [1.0.0]', '## [1.1.0] - 2024-13-40\n\n- New.\n\n## [1.0.0]'),
    })
    const refused = await repo.git('push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('CHANGELOG.md:5:14')
  })

  test('a changelog that this push renames is compared with the old one', async () => {
    await using repo = await guarded()
    await repo.ok('mv', 'CHANGELOG.md', 'HISTORY.md')
    await repo.commit({ 'app.js': '2\n' })
    expect((await repo.git('push', 'origin', 'main')).stderr).toContain('No entry in HISTORY.md')
  })
})

describe('ship-guard changelog add', () => {
  test('writes the entry and prints where', async () => {
    await using repo = await tempRepo({ 'CHANGELOG.md': changelog })
    const added = await repo.shipGuard(['changelog', 'add', 'added', 'Dark mode.'])
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('CHANGELOG.md:7\n') })
    expect(added.stdout).toContain('+ - Dark mode.')
    expect(await repo.read('CHANGELOG.md')).toBe(
      changelog.replace('## [1.0.0]', '### Added\n\n- Dark mode.\n\n## [1.0.0]'),
    )
    const again = await repo.shipGuard(['changelog', 'add', 'added', 'Dark mode.'])
    expect(again).toMatchObject({ code: 0, stdout: 'CHANGELOG.md:7 says so already.\n' })
    expect(await repo.read('CHANGELOG.md')).toContain('Dark mode.')
  })

  test('works from a folder below, and begins the file that is missing', async () => {
    await using repo = await tempRepo({ 'src/a.js': '1\n' })
    const added = await repo.shipGuard(['changelog', 'add', 'Fixed', 'It works.'], { cwd: join(repo.dir, 'src') })
    expect(added.code).toBe(0)
    expect(await repo.read('CHANGELOG.md')).toMatch(
      /^# Changelog\n[\s\S]*## \[Unreleased\]\n\n### Fixed\n\n- It works\.\n$/,
    )
  })

  test('--dry-run writes nothing, --file names another file', async () => {
    await using repo = await tempRepo({ 'docs/news.md': changelog })
    const args = ['changelog', 'add', 'security', 'Sessions end.', '--file', 'docs/news.md']
    const shown = await repo.shipGuard([...args, '--dry-run'])
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('docs/news.md:7 would get:') })
    expect(await repo.read('docs/news.md')).toBe(changelog)
    await repo.shipGuard(args)
    expect(await repo.read('docs/news.md')).toContain('- Sessions end.')
    expect(await repo.ok('status', '--porcelain')).toBe('M docs/news.md'.padStart(15))
  })

  test.each([
    [['fixd', 'x'], 'Did you mean "fixed"?'],
    [['fixed', ' '], 'The entry is empty.'],
    [['fixed', 'a\nb'], 'An entry is one line.'],
    [['fixed', 'a\u001b[2Jb'], 'characters that cannot be seen'],
    [['fixed'], 'missing required argument'],
    [['fixed', 'x', '--file', '../outside.md'], 'does not lie in a folder of this repository'],
    [['fixed', 'x', '--file', 'src'], 'src is no file.'],
  ])('%j is wrong use and changes nothing', async (args, says) => {
    await using repo = await tempRepo({ 'CHANGELOG.md': changelog, 'src/a.js': '1\n' })
    const ended = await repo.shipGuard(['changelog', 'add', ...args])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(says)
    expect(await repo.ok('status', '--porcelain')).toBe('')
  })

  test('a link stays a link, and nothing outside the repository is written', async () => {
    await using repo = await tempRepo({ 'docs/log.md': changelog })
    await symlink('docs/log.md', join(repo.dir, 'CHANGELOG.md'))
    expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'x'])).code).toBe(0)
    expect(await repo.read('docs/log.md')).toContain('- x\n')
    expect(await repo.ok('status', '--porcelain', 'docs')).toContain('docs/log.md')

    await writeFile(join(repo.home, 'outside.md'), changelog)
    await rm(join(repo.dir, 'CHANGELOG.md'))
    for (const target of ['../outside.md', join(repo.home, 'outside.md')]) {
      await rm(join(repo.dir, 'CHANGELOG.md'), { force: true })
      await symlink(target, join(repo.dir, 'CHANGELOG.md'))
      expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'x'])).code).toBe(2)
    }
    expect(await readFile(join(repo.home, 'outside.md'), 'utf8')).toBe(changelog)
  })

  test('a folder in the way that leads outside is not followed', async () => {
    await using repo = await tempRepo({})
    await mkdir(join(repo.home, 'elsewhere'))
    await symlink('../elsewhere', join(repo.dir, 'docs'))
    expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'x', '--file', 'docs/new.md'])).code).toBe(2)
    await expect(readFile(join(repo.home, 'elsewhere', 'new.md'))).rejects.toThrow('ENOENT')
  })

  test('a bare repository has no changelog to write', async () => {
    await using repo = await tempRepo({})
    expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'x'], { cwd: repo.origin })).code).toBe(2)
  })
})
