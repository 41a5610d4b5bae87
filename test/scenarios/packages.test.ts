import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { remoteHas } from '../support/guarded-repo.ts'
import { sourceRoot } from '../support/package-root.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const quiet = 'protect: [main]\ngates: { db: false, muted-tests: false, secrets: false, changelog: false }\n'
const each = `${quiet}packages:
  - path: packages/*
    gates: { command: { check: { run: 'basename "$PWD" >> RUNS; sh check.sh' } } }
`
const json = (value: unknown) => JSON.stringify(value, undefined, 2)

/** An npm workspace of api (which needs shared), shared and web, guarded by the real hooks. */
async function workspace(config: string, files: Readonly<Record<string, string>> = {}): Promise<TempRepo> {
  const repo = await tempRepo({
    'package.json': json({ name: 'all', private: true, workspaces: ['packages/*'] }),
    'packages/api/package.json': json({ name: '@acme/api', dependencies: { '@acme/shared': '*' } }),
    'packages/api/check.sh': 'exit 0\n',
    'packages/shared/package.json': json({ name: '@acme/shared', version: '1.0.0', main: 'index.js' }),
    'packages/shared/check.sh': 'exit 0\n',
    'packages/web/package.json': json({ name: '@acme/web' }),
    'packages/web/check.sh': 'exit 0\n',
    ...files,
  })
  await repo.commit({ '.shiprc': config.replaceAll('RUNS', join(repo.home, 'runs')) }, 'guard')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  await writeFile(join(repo.home, 'runs'), '')
  return repo
}

/** In which packages the command ran since we last asked. */
async function ran(repo: TempRepo): Promise<readonly string[]> {
  const { stdout } = await exec('cat', [join(repo.home, 'runs')])
  await writeFile(join(repo.home, 'runs'), '')
  return stdout.split('\n').filter(Boolean).sort()
}

test('a push asks the packages that it changes, in their folders, and those that depend on them; the rest is not run', async () => {
  await using repo = await workspace(each)
  await repo.commit({ 'packages/web/a.js': '1' })
  const { stdout } = await repo.shipGuard(['status'])
  expect(stdout).toContain('api/check     not asked: ')
  expect(stdout).toContain(`would ask ${stdout.match(/^ {2}\S+ +runs$/gm)?.length} gate`)
  const first = await repo.git('push', 'origin', 'main')
  expect(first.stderr).toContain('Passed: origin/main')
  expect(first.stderr).toContain('by web/check in')
  expect(await ran(repo)).toEqual(['web'])

  await repo.commit({ 'packages/shared/a.js': '1' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await ran(repo)).toEqual(['api', 'shared'])

  await repo.commit({ 'package-lock.json': '{}', 'README.md': 'x' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await ran(repo)).toEqual(['api', 'shared', 'web'])

  await repo.commit({ 'README.md': 'y', 'tools/x.sh': '' })
  const last = await repo.git('push', 'origin', 'main')
  expect([last.code, await ran(repo)]).toEqual([0, []])
})

test('a package that fails keeps the push back under its own name; its kept verdict is used again when it passed', async () => {
  await using repo = await workspace(each)
  await repo.commit({ 'packages/web/check.sh': 'echo broken; exit 1\n', 'packages/api/a.js': '1' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('Refused: origin/main needs web/check.')
  expect(await ran(repo)).toEqual(['api', 'web'])

  const commit = await repo.commit({ 'packages/web/check.sh': 'exit 0 # mended\n' })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('api/check (stored)')
  expect(await ran(repo)).toEqual(['web'])
  expect(await remoteHas(repo, 'main')).toBe(commit)

  await repo.commit({ 'packages/api/check.sh': 'exit 1\n' })
  const skipped = await repo.git('push', 'origin', 'main')
  expect(skipped.code).toBe(1)
  const bypassed = await exec('git', ['push', 'origin', 'main'], {
    cwd: repo.dir,
    env: { SHIP_GUARD_SKIP: 'api/check', SHIP_GUARD_REASON: 'The server is down.' },
  })
  expect(bypassed.code).toBe(0)
})

test('a branch that the remote does not have, without anything to compare with, asks every package', async () => {
  await using repo = await workspace(each)
  await exec('git', ['--git-dir', repo.origin, 'update-ref', '-d', 'refs/heads/main'])
  await repo.ok('fetch', '-q', '--prune', 'origin')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await ran(repo)).toEqual(['api', 'shared', 'web'])
})

test('check asks one package by its name, whether the push concerns it or not', async () => {
  await using repo = await workspace(each)
  await repo.commit({ 'packages/web/a.js': '1' })
  expect((await repo.shipGuard(['check', '--for', 'main', '--package', 'shared'])).code).toBe(0)
  expect(await ran(repo)).toEqual(['shared'])
  expect((await repo.shipGuard(['check', '--for', 'main', '--only', 'api/check'])).code).toBe(0)
  expect(await ran(repo)).toEqual(['api'])
  const wrong = await repo.shipGuard(['check', '--for', 'main', '--package', 'sharde'])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('Did you mean shared?')
})

test('each package keeps a changelog of its own; the one at the top is for the rest', async () => {
  const changelog = '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2024-01-31\n\n### Added\n\n- First.\n'
  await using repo = await workspace(
    `protect: [main]
gates: { db: false, secrets: false, changelog: { format: keep-a-changelog } }
packages:
  - path: packages/{api,web}
    gates: { changelog: { format: keep-a-changelog } }
`,
    { 'CHANGELOG.md': changelog, 'packages/api/CHANGELOG.md': changelog, 'packages/web/CHANGELOG.md': changelog },
  )
  await repo.commit({ 'packages/api/a.js': '1' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.stderr).toContain('Refused: origin/main needs api/changelog.')
  expect(refused.stderr).toContain('packages/api/CHANGELOG.md')
  const entry = changelog.replace('[Unreleased]\n', '[Unreleased]\n\n### Fixed\n\n- Logging in works again.\n')
  await repo.commit({ 'packages/api/CHANGELOG.md': entry })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  await repo.commit({ 'packages/shared/a.js': '1' })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('Refused: origin/main needs changelog.')
})

test('a push that takes a package out of the config, or a gate from it, is still judged by it and told so', async () => {
  await using repo = await workspace(each)
  await repo.commit({ '.shiprc': quiet, 'packages/web/check.sh': 'exit 1\n' })
  const taken = await repo.git('push', 'origin', 'main')
  expect(taken.code).toBe(1)
  expect(taken.stderr).toContain('This push takes away the gate check of the package packages/web.')
  expect(taken.stderr).toContain('needs web/check')
})

test('a manifest that cannot be read keeps the push back and is named with its line', async () => {
  await using repo = await workspace(each)
  await repo.commit({ 'packages/api/package.json': '{\n  "name": "@acme/api",\n}\n' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('packages/api/package.json:3')
  expect(refused.stderr).toContain('package-manifest')
})

test('a config says at once what is wrong with its packages', async () => {
  await using repo = await workspace(each)
  await repo.commit({
    '.shiprc': `${quiet}packages:\n  - path: packages/*\n    name: all\n    gates: { drift: true, tests: { rum: x } }\n`,
  })
  const wrong = await repo.git('push', 'origin', 'main')
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toContain('.shiprc:5:5: packages[1].name')
  expect(wrong.stderr).toContain('the unknown key "drift"')
  expect(wrong.stderr).toContain('Did you mean `run`?')
})

const nodeTest = `const { test } = require('node:test')
const { equal } = require('node:assert')
const { two } = require('@acme/shared')
test('two is two', () => equal(two, 2))
`
const tested = {
  'packages/api/package.json': json({
    name: '@acme/api',
    version: '1.0.0',
    scripts: { test: 'node --test' },
    dependencies: { '@acme/shared': '*' },
  }),
  'packages/api/test/two.test.js': nodeTest,
  'packages/shared/index.js': 'exports.two = 2\n',
  '.gitignore': 'node_modules\n',
}

test('npm workspaces: with `packages: auto` alone the tests of each are run as its own manifest says', async () => {
  await using repo = await workspace(`${quiet}packages: auto\n`, tested)
  await installed(repo, 'npm', ['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock'])
  await repo.commit({ 'packages/web/a.js': '1' })
  const untouched = await repo.git('push', 'origin', 'main')
  expect(untouched.stderr).toMatch(/Passed: origin\/main \w+ in /)
  await repo.commit({ 'packages/shared/index.js': 'exports.two = 3\n' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('needs api/tests')
  expect(refused.stderr).toContain('(cd packages/api && npm test)')
  await repo.commit({ 'packages/shared/index.js': 'exports.two = 1 + 1\n' })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('by api/tests in')
})

test('pnpm workspaces: another commit than the one checked out is tested with what is linked there', async () => {
  const config = `${quiet}packages:\n  - path: auto\n    gates: { tests: { run: npm test } }\n`
  await using repo = await workspace(config.replace('auto', 'packages/api'), {
    ...tested,
    'packages/api/package.json': tested['packages/api/package.json'].replace('"*"', '"workspace:*"'),
    'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\n",
  })
  await installed(repo, process.execPath, [
    join(sourceRoot, 'test/tools/packages/node_modules/pnpm/bin/pnpm.mjs'),
    ...['install', '--offline', '--no-lockfile', '--config.confirmModulesPurge=false'],
  ])
  await repo.commit({ 'packages/shared/index.js': 'exports.two = 3\n' })
  await writeFile(join(repo.dir, 'packages/shared/index.js'), 'exports.two = 2\n')
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.stderr).toContain('needs api/tests')
  await repo.ok('checkout', '-q', '.')
  await repo.commit({ 'packages/shared/index.js': 'exports.two = 2 // again\n' })
  await writeFile(join(repo.dir, 'packages/shared/index.js'), 'exports.two = 3\n')
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('by api/tests in')
})

async function installed(repo: TempRepo, program: string, args: readonly string[]): Promise<void> {
  const env = { XDG_DATA_HOME: join(repo.home, 'data'), XDG_CACHE_HOME: join(repo.home, 'cache') }
  const { code, stdout, stderr } = await exec(program, args, { cwd: repo.dir, env })
  if (code !== 0) throw new Error(`${program} ended with ${code}\n${stdout}${stderr}`)
}
