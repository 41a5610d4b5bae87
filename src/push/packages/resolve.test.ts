import { describe, expect, test } from 'vitest'
import { type FileSet, fakeTree } from '../../../test/support/fake-tree.ts'
import type { GateUse } from '../../core/gate.ts'
import type { PackageRule } from '../../core/package.ts'
import { packagesOf } from './resolve.ts'
import { snapshotOf } from './snapshot.ts'

const use = { id: 'tests' } as GateUse

function rule(folders: PackageRule['folders'], more: Partial<PackageRule> = {}): PackageRule {
  return { folders, dependsOn: [], written: 'packages[1]', gates: () => new Map([['tests', use]]), ...more }
}

async function resolve(files: FileSet, ...rules: readonly PackageRule[]) {
  return packagesOf({ rules, sharedFiles: [] }, await snapshotOf(fakeTree({ files })))
}

/** Every package with what it depends on. */
async function graph(files: FileSet, ...rules: readonly PackageRule[]) {
  const { packages, workspace } = await resolve(files, ...(rules.length === 0 ? [rule('auto')] : rules))
  expect(workspace.faults).toEqual([])
  return Object.fromEntries(packages.map(({ folder, dependencies }) => [folder, dependencies]))
}

const json = (value: unknown) => JSON.stringify(value)

describe('workspaces that are read', () => {
  test.each([
    ['npm and yarn', { 'package.json': json({ workspaces: ['./packages/*/', '!packages/old'] }) }],
    ['yarn with a map', { 'package.json': json({ workspaces: { packages: ['packages/{a,b,c}'] } }) }],
    ['pnpm', { 'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\n  - '!packages/old'\n" }],
    ['lerna', { 'lerna.json': json({ packages: ['packages/[abc]'] }), 'package.json': '{}' }],
  ])('%s', async (_, top) => {
    expect(
      await graph({
        ...(top as FileSet),
        'packages/a/package.json': json({ name: '@x/a', dependencies: { '@x/b': '^1', left: '1' } }),
        'packages/b/package.json': json({ name: '@x/b', devDependencies: { alias: 'workspace:@x/c@*' } }),
        'packages/c/package.json': json({ name: '@x/c', peerDependencies: { a: 'file:../../libs/c' } }),
        'packages/old/package.json': json({ name: '@x/old' }),
        'packages/none/readme.md': '',
        'packages/b/node_modules/x/package.json': '{}',
      }),
    ).toEqual({
      'packages/a': ['libs/c', 'packages/b', 'packages/c'],
      'packages/b': ['libs/c', 'packages/c'],
      'packages/c': ['libs/c'],
    })
  })

  test('composer path repositories, as a list or a map', async () => {
    const files = {
      'modules/core/composer.json': json({ name: 'acme/core' }),
      'modules/shop/composer.json': json({ name: 'acme/shop', require: { 'acme/core': '@dev', php: '>=8' } }),
    }
    const expected = { 'modules/core': [], 'modules/shop': ['modules/core'] }
    const repository = { type: 'path', url: './modules/*' }
    for (const repositories of [[{ type: 'vcs', url: 'x' }, repository], { local: repository, packagist: false }])
      expect(await graph({ 'composer.json': json({ repositories }), ...files })).toEqual(expected)
  })

  test('go.work and go.mod', async () => {
    expect(
      await graph({
        'go.work': 'go 1.22\n\nuse (\n\t./api // the server\n\t"./lib"\n)\nuse ./tool\n',
        'api/cmd/main_test.go': '',
        'api/go.mod': 'module example.com/api\n\nrequire (\n\texample.com/lib v0.0.0 // indirect\n)\n',
        'lib/go.mod': 'module example.com/lib\n',
        'tool/go.mod': 'module example.com/tool\nreplace example.com/x => ../vendored/x\n',
        'vendored/x/go.mod': 'module example.com/x\n',
      }),
    ).toEqual({ api: ['lib'], lib: [], tool: ['vendored/x'] })
  })

  test('Cargo, with members that are only reached by a path', async () => {
    expect(
      await graph({
        'Cargo.toml':
          '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/old"]\n[workspace.dependencies]\nbase = { path = "crates/base" }\n',
        'crates/app/Cargo.toml':
          '[package]\nname = "app"\n[dependencies]\nbase = { workspace = true }\n[target."cfg(unix)".dev-dependencies]\nhelper = { path = "../../tools/helper", package = "the-helper" }\n',
        'crates/base/Cargo.toml': '[package]\nname = "base"\n',
        'crates/old/Cargo.toml': '[package]\nname = "old"\n',
        'tools/helper/Cargo.toml': '[package]\nname = "the-helper"\n',
      }),
    ).toEqual({ 'crates/app': ['crates/base', 'tools/helper'], 'crates/base': [], 'tools/helper': [] })
  })

  test('uv workspaces and the path dependencies of Poetry', async () => {
    expect(
      await graph({
        'pyproject.toml': '[tool.uv.workspace]\nmembers = ["services/*"]\nexclude = ["services/old"]\n',
        'services/api/pyproject.toml':
          '[project]\nname = "api"\ndependencies = ["My_Lib[fast]>=1; python_version>\'3.9\'"]\n[tool.uv.sources]\nmy-lib = { workspace = true }\n',
        'services/lib/pyproject.toml': '[project]\nname = "my.lib"\n',
        'services/old/pyproject.toml': '[project]\nname = "old"\n',
      }),
    ).toEqual({ 'services/api': ['services/lib'], 'services/lib': [] })
    expect(
      await graph({
        'pyproject.toml':
          '[tool.poetry]\nname = "all"\n[tool.poetry.dependencies]\napp = { path = "./app", develop = true }\n',
        'app/pyproject.toml':
          '[tool.poetry]\nname = "app"\n[tool.poetry.group.dev.dependencies]\nlib = { path = "../lib" }\n',
        'lib/pyproject.toml': '[tool.poetry]\nname = "lib"\n',
      }),
    ).toEqual({ app: ['lib'], lib: [] })
  })

  test('how the tests of a package are run, as its manifest and the lock files say', async () => {
    const asked: (string | undefined)[] = []
    const tell = rule('auto', {
      gates: facts => {
        asked.push(`${facts.folder}: ${facts.tests}`)
        return new Map()
      },
    })
    const packages = {
      'a/package.json': json({ scripts: { test: 'vitest run' } }),
      'b/package.json': json({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }),
    }
    const top = { 'package.json': json({ workspaces: ['a', 'b'] }) }
    await resolve({ ...top, ...packages }, tell)
    await resolve({ ...top, ...packages, 'yarn.lock': '' }, tell)
    await resolve({ 'pnpm-workspace.yaml': 'packages: [a]', ...packages }, tell)
    expect(asked).toEqual(['a: npm test', 'b: undefined', 'a: yarn test', 'b: undefined', 'a: pnpm test'])
  })
})

describe('which folders are packages', () => {
  const files = {
    'apps/web/a.js': '',
    'apps/api/a.js': '',
    'apps/api/plugins/one/package.json': '{}',
    'libs/api/a.js': '',
    'odd [x]/a.js': '',
  }
  const names = async (...rules: readonly PackageRule[]) =>
    (await resolve(files, ...rules)).packages.map(({ name, folder }) => `${name}: ${folder}`)

  test('globs, with exceptions; a folder named twice is one package', async () => {
    expect(await names(rule(['apps/*', '!apps/web']), rule(['./apps/api/']))).toEqual(['api: apps/api'])
  })

  test('with ** only folders that have a manifest', async () => {
    expect(await names(rule(['apps/**']))).toEqual(['one: apps/api/plugins/one'])
  })

  test('a name is the last part of the folder, all of it where that is not unique, or the one given', async () => {
    expect(await names(rule(['*/api']), rule(['odd [[]x]']))).toEqual([
      'apps/api: apps/api',
      'libs/api: libs/api',
      'odd-x-: odd [x]',
    ])
    expect(await names(rule(['libs/api'], { name: 'core' }), rule(['apps/*']))).toEqual([
      'api: apps/api',
      'web: apps/web',
      'core: libs/api',
    ])
  })

  test('a later entry takes the place of what an earlier one asks, or takes it away', async () => {
    const other = { id: 'tests' } as GateUse
    const { packages } = await resolve(
      files,
      rule(['apps/*']),
      rule(['apps/api'], { gates: () => new Map([['tests', other]]) }),
      rule(['apps/web'], { gates: () => new Map([['tests', false as const]]) }),
    )
    expect(packages.map(one => one.uses.get('tests'))).toEqual([other, undefined])
  })

  test('an entry that matches nothing, and a word of dependsOn that means nothing, are told', async () => {
    const wrong = rule(['servces/*'], { written: 'packages[2]' })
    const right = rule(['apps/*'], { dependsOn: ['libs/api', 'libs/**/*.js', 'libs', 'webb'] })
    const { empty, unknown } = await resolve(files, right, wrong)
    expect(empty).toEqual([wrong])
    expect(unknown.map(({ word }) => word)).toEqual(['webb'])
  })

  test('what a package needs by dependsOn counts by name, by folder and as files, also through others', async () => {
    const { packages } = await resolve(
      files,
      rule(['apps/web'], { dependsOn: ['api'] }),
      rule(['apps/api'], { dependsOn: ['libs/*', 'odd*/**'] }),
      rule(['libs/api'], { name: 'lib' }),
    )
    const web = packages.find(one => one.name === 'web')!
    expect(web.dependencies).toEqual(['apps/api', 'libs/api'])
    expect(web.files).toContain('odd*/**')
  })

  test('a package that lies in another is a dependency of it, and cycles end', async () => {
    expect(
      await graph({
        'package.json': json({ workspaces: ['a', 'a/inner', 'b', 'c'] }),
        'a/package.json': json({ name: 'a', dependencies: { b: '*' } }),
        'a/inner/package.json': json({ name: 'inner' }),
        'b/package.json': json({ name: 'b', dependencies: { c: '*' } }),
        'c/package.json': json({ name: 'c', dependencies: { a: '*' } }),
      }),
    ).toEqual({
      a: ['a/inner', 'b', 'c'],
      'a/inner': [],
      b: ['a', 'a/inner', 'c'],
      c: ['a', 'a/inner', 'b'],
    })
  })
})

describe('manifests that cannot be read', () => {
  const faults = async (files: FileSet) =>
    (await resolve(files, rule('auto'))).workspace.faults.map(({ path, line, message }) => `${path}:${line} ${message}`)
  const workspace = { 'package.json': json({ workspaces: ['a'] }) }

  test.each<[string, FileSet, string]>([
    [
      'bad JSON',
      { ...workspace, 'a/package.json': '{\n "name": "a",\n}' },
      'a/package.json:3 expected a key in double quotes',
    ],
    ['bad JSON at the top', { 'package.json': '{' }, 'package.json:1 expected'],
    ['bad YAML', { 'pnpm-workspace.yaml': 'packages:\n  - [' }, 'pnpm-workspace.yaml:2'],
    ['bad TOML', { 'Cargo.toml': '[workspace]\nmembers = ["a"' }, 'Cargo.toml:2'],
    ['an open bracket', { 'go.work': 'go 1.22\nuse (\n\t./a\n' }, 'go.work:2 the bracket after `use` is never closed'],
    [
      'no list',
      { 'package.json': json({ workspaces: 5 }) },
      'package.json:undefined `workspaces` is not a list of folders',
    ],
    [
      'not only words',
      { 'pnpm-workspace.yaml': 'packages: [1]' },
      'pnpm-workspace.yaml:undefined `packages` is not a list',
    ],
    [
      'too long',
      { 'package.json': json({ workspaces: ['a'.repeat(501)] }) },
      'package.json:undefined `workspaces` is longer',
    ],
  ])('%s', async (_, files, expected) => {
    const [fault, ...more] = await faults(files)
    expect(fault).toContain(expected)
    expect(more).toEqual([])
  })

  test('a fault in a manifest that is no package of this workspace is nobody’s business', async () => {
    expect(await faults({ ...workspace, 'a/package.json': '{}', 'test/fixtures/package.json': '{' })).toEqual([])
  })
})
