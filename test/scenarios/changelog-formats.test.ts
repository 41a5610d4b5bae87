import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sourceRoot } from '../support/package-root.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const gates = 'gates: { db: false, secrets: false, tests: false, changelog: {} }\n'

async function guarded(files: Readonly<Record<string, string>>): Promise<TempRepo> {
  const repo = await tempRepo({ '.shiprc': gates, ...files })
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  return repo
}

describe('a repository with changesets', () => {
  const files = {
    '.changeset/config.json': '{ "changelog": "@changesets/cli/changelog", "baseBranch": "main" }\n',
    'package.json': '{ "name": "root", "private": true, "workspaces": ["packages/*"] }\n',
    'package-lock.json': '{}\n',
    '.gitignore': 'node_modules\n',
    'packages/ui/package.json': '{ "name": "@acme/ui", "version": "1.0.0" }\n',
    'packages/ui/a.js': '1\n',
    'packages/api/package.json': '{ "name": "@acme/api", "version": "1.0.0" }\n',
  }

  test('a push without one is refused, goes through with ours, and the real tool makes a release of it', async () => {
    await using repo = await guarded(files)
    await repo.commit({ 'packages/ui/a.js': '2\n' })
    const refused = await repo.git('push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('No changeset in this push, which changes @acme/ui.')

    const added = await repo.shipGuard(['changelog', 'add', 'fixed', 'Buttons can be pressed again.'])
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('.changeset/buttons-can-be-pressed-again-'),
    })
    expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'Buttons can be pressed again.'])).stdout).toContain(
      'says so already',
    )
    await repo.ok('add', '.')
    await repo.ok('commit', '-q', '-m', 'Say so')
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })

    await symlink(join(sourceRoot, 'test/tools/changelog/node_modules'), join(repo.dir, 'node_modules'))
    const cli = join(sourceRoot, 'test/tools/changelog/node_modules/@changesets/cli/bin.js')
    const released = await exec(process.execPath, [cli, 'version'], { cwd: repo.dir })
    expect(released).toMatchObject({ code: 0 })
    expect(await repo.read('packages/ui/CHANGELOG.md')).toMatch(
      /## 1\.0\.1\n\n### Patch Changes\n\n- .*Buttons can be pressed again\./,
    )
    await repo.ok('add', '.')
    await repo.ok('commit', '-q', '-m', 'Release')
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
  })

  test('what the real tool refuses is refused before it is pushed', async () => {
    await using repo = await guarded(files)
    await repo.commit({ 'packages/ui/a.js': '2\n', '.changeset/odd.md': "---\n'@acme/iu': patch\n---\n\nWords.\n" })
    const refused = await repo.git('push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('.changeset/odd.md:2')
    expect(refused.stderr).toContain('Is "@acme/ui" meant?')
    await symlink(join(sourceRoot, 'test/tools/changelog/node_modules'), join(repo.dir, 'node_modules'))
    const cli = join(sourceRoot, 'test/tools/changelog/node_modules/@changesets/cli/bin.js')
    expect((await exec(process.execPath, [cli, 'version'], { cwd: repo.dir })).code).toBe(1)
  })

  test('the package may be named, and must be one', async () => {
    await using repo = await tempRepo({ ...files })
    const add = (...more: string[]) => repo.shipGuard(['changelog', 'add', 'minor', 'Dark mode.', ...more])
    expect((await add()).stderr).toContain('No package has changed')
    expect((await add('--package', '@acme/no')).stderr).toContain('"@acme/no" is no package of this repository.')
    expect((await add('--package', '@acme/ui', '--package', '@acme/api', '--dry-run')).stdout).toContain(
      '+ "@acme/api": minor',
    )
    expect(await repo.ok('status', '--porcelain')).toBe('')
  })
})

describe('a repository with towncrier', () => {
  const files = {
    'pyproject.toml': '[tool.towncrier]\ndirectory = "changes"\nfilename = "NEWS.rst"\nname = "App"\n',
    'changes/.gitignore': '!.gitignore\n',
    'app.py': '1\n',
  }

  test('a push without a fragment is refused, goes through with ours, and the real tool makes a release of it', async () => {
    await using repo = await guarded(files)
    await repo.commit({ 'app.py': '2\n' })
    const refused = await repo.git('push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('No news fragment in changes/ for this push.')
    expect(await repo.shipGuard(['changelog', 'add', 'fixed', 'Logging in works.', '--issue', '#12'])).toMatchObject({
      code: 0,
      stdout: 'changes/12.bugfix.rst:1\n+ Logging in works.\n',
    })
    expect((await repo.shipGuard(['changelog', 'add', 'feature', 'Dark mode.'])).stdout).toMatch(
      /^changes\/\+dark-mode-\w{6}\.feature\.rst:1\n/,
    )
    await repo.ok('add', '.')
    await repo.ok('commit', '-q', '-m', 'Say so')
    const built = await exec('towncrier', ['build', '--yes', '--version', '1.0'], { cwd: repo.dir })
    expect(built).toMatchObject({ code: 0 })
    expect(await repo.read('NEWS.rst')).toMatch(
      /Features[\s\S]*Dark mode\.[\s\S]*Bugfixes[\s\S]*Logging in works\. \(#12\)/,
    )
    await repo.ok('add', '-A')
    await repo.ok('commit', '-q', '-m', 'Release')
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
  })

  test('a fragment that the real tool would pass over is refused', async () => {
    await using repo = await guarded(files)
    await repo.commit({ 'app.py': '2\n', 'changes/12.bugfx.rst': 'Words.\n' })
    expect((await repo.git('push', 'origin', 'main')).stderr).toContain(
      'The name of changes/12.bugfx.rst has no type of fragment.',
    )
    const draft = await exec('towncrier', ['build', '--draft', '--version', '1.0'], { cwd: repo.dir })
    expect(draft.stdout).not.toContain('Words.')
  })
})

describe('a repository whose changelog a tool writes', () => {
  test('is judged by its commits, anew when only a message changes', async () => {
    await using repo = await guarded({ '.release-please-manifest.json': '{ ".": "1.0.0" }\n', 'a.js': '1\n' })
    await repo.ok('commit', '-q', '--allow-empty', '-m', 'begin')
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
    await repo.write('a.js', '2\n')
    await repo.ok('commit', '-q', '-a', '-m', 'fix: two is right')
    expect((await repo.shipGuard(['check'])).code).toBe(0)
    await repo.ok('commit', '-q', '--amend', '-m', 'Make it two')
    const refused = await repo.git('push', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('"Make it two": its first line')
    expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'x'])).stderr).toContain('git commit -m "fix: …"')
    await repo.ok('commit', '-q', '--amend', '-m', 'fix(a)!: two is right')
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
  })

  test('merges and commits about tests may have any message', async () => {
    await using repo = await guarded({ 'cliff.toml': '[git]\n', 'a.js': '1\n' })
    await repo.ok('switch', '-q', '-c', 'side')
    await repo.write('a.js', '2\n')
    await repo.ok('commit', '-q', '-a', '-m', 'feat: two')
    await repo.commit({ 'test/a.test.js': '1\n' }, 'Try it')
    await repo.ok('switch', '-q', 'main')
    await repo.ok('merge', '-q', '--no-ff', '-m', 'Bring in the side', 'side')
    expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
  })
})

test('a GNU ChangeLog gets its entry under the day and the person', async () => {
  await using repo = await guarded({ ChangeLog: '2024-01-31  Bob  <bob@x>\n\n\t* a.c: Old.\n', 'a.c': '1\n' })
  await repo.commit({ 'a.c': '2\n' })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('No entry in ChangeLog for this push.')
  expect((await repo.shipGuard(['changelog', 'add', 'fixed', 'a.c (main): Two is right.'])).code).toBe(0)
  expect(await repo.read('ChangeLog')).toMatch(
    /^\d{4}-\d\d-\d\d {2}Ada {2}<ada@example\.test>\n\n\t\* a\.c \(main\): Two is right\.\n\n2024-01-31/,
  )
  await repo.ok('commit', '-q', '-a', '-m', 'Say so')
  expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
})
