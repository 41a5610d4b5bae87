import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeTree } from '../../../test/support/fake-tree.ts'
import type { PackageRule } from '../../core/package.ts'
import { packagesOf } from './resolve.ts'
import { snapshotOf } from './snapshot.ts'

const rules: readonly PackageRule[] = [
  { folders: 'auto', dependsOn: [], written: 'packages[1]', gates: () => new Map() },
  { folders: ['a', 'b/**'], dependsOn: ['a', '['], written: 'packages[2]', gates: () => new Map() },
]

const word = fc.constantFrom(
  ...[
    'workspaces',
    'packages',
    'dependencies',
    'repositories',
    'type',
    'path',
    'url',
    'use',
    '(',
    ')',
    'replace',
    '=>',
  ],
  ...[
    '[workspace]',
    '[tool.uv.workspace]',
    '[tool.poetry.dependencies]',
    'members',
    '=',
    '["a"]',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
  ],
  ...[
    '"a"',
    '"../.."',
    '"**"',
    '"file:../../x"',
    'null',
    '1',
    '\n',
    '\t',
    '- ',
    '"__proto__"',
    '"{a,b"',
    '"!("',
    '\u0000',
    '\ufeff',
  ],
)
const scraps = fc.oneof(
  fc.array(word, { maxLength: 30 }).map(words => words.join(' ')),
  fc.string({ maxLength: 40 }),
)
// Right in form, of the wrong kind anywhere.
const wrongKind = fc
  .record(
    {
      workspaces: fc.jsonValue(),
      packages: fc.jsonValue(),
      repositories: fc.jsonValue(),
      name: fc.jsonValue(),
      dependencies: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue())),
      scripts: fc.jsonValue(),
      require: fc.jsonValue(),
      workspace: fc.jsonValue(),
      tool: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map(value => JSON.stringify(value))

const names = [
  'package.json',
  'pnpm-workspace.yaml',
  'lerna.json',
  'composer.json',
  'go.work',
  'go.mod',
  'Cargo.toml',
  'pyproject.toml',
]
const paths = names.flatMap(name => [name, `a/${name}`, `b/c/${name}`])

test('whatever the manifests of a commit hold, they are read or told as faults, and no package lies outside the commit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...paths), fc.oneof(scraps, wrongKind)), async files => {
      const snapshot = await snapshotOf(fakeTree({ files: { ...files, 'a/x': '', 'b/c/x': '' } }))
      const { packages, workspace } = await packagesOf({ rules, sharedFiles: [] }, snapshot)
      for (const { folder } of packages) expect(snapshot.folders.has(folder)).toBe(true)
      expect(new Set(packages.map(one => one.name)).size).toBe(packages.length)
      for (const { path, message } of workspace.faults)
        expect([paths.includes(path), message !== '']).toEqual([true, true])
    }),
    { numRuns: 300 },
  )
})
