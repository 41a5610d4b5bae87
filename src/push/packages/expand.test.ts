import { expect, test } from 'vitest'
import { type FakeTreeFacts, type FileSet, fakeTree, gateContext } from '../../../test/support/fake-tree.ts'
import { CannotTell } from '../../core/errors.ts'
import { defineGate, type Gate, type GateUse } from '../../core/gate.ts'
import type { PackageRule, PackageRules } from '../../core/package.ts'
import type { Push } from '../../core/push.ts'
import { z } from '../../core/schema.ts'
import { withPackages } from './expand.ts'
import { snapshotOf } from './snapshot.ts'

function gate(id: string, fast: boolean): Gate {
  return defineGate<unknown>({
    id,
    title: id,
    why: 'Because.',
    version: 1,
    fast,
    options: z.unknown(),
    reads: () => [{ files: ['**', '!docs/**'] }, 'base'],
    tools: () => ['php', 'vendor/bin/phpunit'],
    watches: () => [{ globs: ['migrations/*'], what: 'new migrations', instead: 'apply them' }],
    // Says which files it sees.
    check: async ({ tree, folder }) =>
      (await tree.list()).map(({ path }) => ({
        rule: id,
        severity: 'info',
        what: `${folder}: ${path}`,
        why: 'Because.',
        instead: 'Nothing.',
        at: { file: path },
      })),
  })
}

const gates = { changelog: gate('changelog', true), tests: gate('tests', false) }

function use(id: keyof typeof gates, options: unknown = {}): GateUse {
  return { id, gate: gates[id], options }
}

function rules(...entries: readonly [PackageRule['folders'], ...GateUse[]][]): PackageRules {
  return {
    rules: entries.map(([folders, ...uses], at) => ({
      folders,
      dependsOn: [],
      written: `packages[${at + 1}]`,
      gates: () => new Map(uses.map(one => [one.id, one])),
    })),
    sharedFiles: ['*', '!*.md'],
  }
}

interface Given {
  readonly files: FileSet
  readonly base?: FileSet
  readonly uses?: readonly GateUse[]
  readonly now: PackageRules
  readonly before?: PackageRules
  readonly changed?: readonly string[]
}

async function expand({ files, base, uses = [], now, before, changed = [] }: Given) {
  const packaged = await withPackages({
    uses,
    now,
    ...(before === undefined ? {} : { before }),
    pushed: await snapshotOf(fakeTree({ files })),
    ...(base === undefined ? {} : { base: await snapshotOf(fakeTree({ files: base })) }),
    git: { bytes: async () => Buffer.from(changed.map(path => `${path}\0`).join('')) },
  })
  return { ...packaged, told: packaged.findings.map(({ rule, what }) => `${rule}: ${what}`) }
}

const push: Push = { remote: { name: 'o', url: 'o' }, ref: 'refs/heads/main', commit: 'c', base: 'b' }

async function asked(given: Given, pushed: Push = push): Promise<readonly string[]> {
  const { uses } = await expand(given)
  const reasons = await Promise.all(uses.map(async one => [one.id, await one.unconcerned?.(pushed)] as const))
  return reasons.filter(([, because]) => because === undefined).map(([id]) => id)
}

async function sees(one: GateUse, facts: FakeTreeFacts): Promise<readonly (string | undefined)[]> {
  await using tree = fakeTree(facts)
  return (await one.gate.check(gateContext(one.gate, tree, {}))).map(finding => finding.at?.file)
}

const manifest = (name: string, ...needs: readonly string[]) =>
  JSON.stringify({ name, dependencies: Object.fromEntries(needs.map(need => [need, '*'])) })
const files = {
  'api/package.json': manifest('api', 'lib'),
  'api/CHANGELOG.md': '',
  'lib/package.json': manifest('lib'),
  'web/package.json': manifest('web'),
  'web/x.js': '',
  'top.js': '',
}
const all = rules([['api', 'lib', 'web'], use('tests')])

test('a package is asked when it changes, when what it depends on does, and when a file of all does', async () => {
  const ask = (...changed: readonly string[]) => asked({ files, now: all, changed })
  expect(await ask('web/x.js')).toEqual(['web/tests'])
  expect(await ask('lib/x.js')).toEqual(['api/tests', 'lib/tests'])
  expect(await ask('package-lock.json')).toEqual(['api/tests', 'lib/tests', 'web/tests'])
  expect(await ask('readme.md', 'website/x.js', '.github/ci.yml')).toEqual([])
})

test('all are asked when all of it is new', async () => {
  const { base: _, ...whole } = push
  expect(await asked({ files, now: all }, whole)).toEqual(['api/tests', 'lib/tests', 'web/tests'])
})

test('a name that is no UTF-8 may lie in any package', async () => {
  const { uses } = await withPackages({
    uses: [],
    now: all,
    pushed: await snapshotOf(fakeTree({ files })),
    git: { bytes: async () => Buffer.from([0x63, 0xe9, 0]) },
  })
  for (const one of uses) expect(await one.unconcerned!(push)).toBeUndefined()
})

test('a gate of a package reads its folder, and when it runs a command also what that depends on', async () => {
  const { uses } = await expand({ files, now: rules([['api', 'lib'], use('tests'), use('changelog')]) })
  const [tests, changelog] = uses
  expect(tests!.gate.reads({})).toEqual([
    { files: ['api/**', '!api/docs/**'] },
    { files: ['lib/**'] },
    { files: ['*', '!*.md'] },
    'base',
  ])
  expect(changelog!.gate.reads({})).toEqual([{ files: ['api/**', '!api/docs/**'] }, 'base'])
  expect(tests!.gate.tools!({})).toEqual(['php', 'api/vendor/bin/phpunit'])
  expect(tests!.gate.watches!({})[0]!.globs).toEqual(['api/migrations/*'])
})

test('a gate of the whole repository that looks at contents leaves to a package what it asks itself; one that runs a command does not', async () => {
  const { uses } = await expand({
    files,
    uses: [use('changelog'), use('tests')],
    now: rules([['api'], use('changelog'), use('tests')]),
  })
  const [changelog, tests, own] = uses
  expect(await sees(changelog!, { files })).not.toContain('api/CHANGELOG.md')
  expect(await sees(changelog!, { files })).toContain('web/x.js')
  expect(await sees(tests!, { files })).toContain('api/CHANGELOG.md')
  expect(await sees(own!, { files })).toEqual(['api/package.json', 'api/CHANGELOG.md'])
  expect([changelog!.except, tests!.except, own!.package]).toEqual([['api'], undefined, { name: 'api', folder: 'api' }])
})

test('what an inner package asks itself, the outer one leaves to it', async () => {
  const nested = { ...files, 'api/inner/x.js': '' }
  const { uses } = await expand({
    files: nested,
    now: rules([['api'], use('changelog')], [['api/inner'], use('changelog')]),
  })
  expect(await sees(uses[0]!, { files: nested })).not.toContain('api/inner/x.js')
  expect(await sees(uses[1]!, { files: nested })).toEqual(['api/inner/x.js'])
})

test('a push that takes a gate of a package away keeps it for this push, and says so', async () => {
  const before = rules([['api', 'web'], use('tests')])
  const taken = await expand({ files, now: rules([['web'], use('tests', { run: 'true' })]), before, base: files })
  expect(taken.uses.map(one => one.id)).toEqual(['web/tests', 'api/tests'])
  expect(taken.told).toEqual([
    'config-weakened: This push takes away the gate tests of the package api.',
    'config-changed: This push changes the options of the gate tests of the package web.',
  ])
})

test('a package that is no longer among the workspaces keeps its gates for this push', async () => {
  const top = (...workspaces: readonly string[]) => ({ 'package.json': JSON.stringify({ workspaces }) })
  const auto = rules(['auto', use('tests')])
  const { uses, told } = await expand({
    files: { ...files, ...top('web') },
    base: { ...files, ...top('web', 'api') },
    now: auto,
    before: auto,
  })
  expect(uses.map(one => one.id)).toEqual(['web/tests', 'api/tests'])
  expect(told).toEqual(['config-weakened: This push takes away the gate tests of the package api.'])
})

test('a package that is gone is told, unless another one came that asks the same', async () => {
  const { 'web/package.json': manifestOfWeb, 'web/x.js': _, ...rest } = files
  const gone = { base: files, now: rules([['*'], use('tests')]), before: rules([['*'], use('tests')]) }
  expect((await expand({ ...gone, files: rest })).told).toEqual([
    'package-gone: This push takes the package web away, and with it its gates tests.',
  ])
  expect((await expand({ ...gone, files: { ...rest, 'site/package.json': manifestOfWeb } })).told).toEqual([])
  const moved = { ...rest, 'apps/web/package.json': manifestOfWeb }
  expect((await expand({ ...gone, files: moved })).told).toEqual([])
  const outside = { ...gone, now: rules([['api', 'lib', 'web'], use('tests')]), before: all, files: moved }
  expect((await expand(outside)).told).toContain(
    'package-gone: This push takes the package web away, and with it its gates tests.',
  )
})

test('a manifest that cannot be read keeps the push back; an entry without a package is told', async () => {
  const { findings } = await expand({
    files: { ...files, 'api/package.json': '{\n' },
    now: rules([['api'], use('tests')], [['servces/*'], use('tests')]),
  })
  expect(findings).toMatchObject([
    { rule: 'package-manifest', severity: 'error', at: { file: 'api/package.json', line: 2 } },
    {
      rule: 'package-missing',
      severity: 'warning',
      what: '`packages[2]` matches no folder of this commit: servces/*.',
    },
  ])
})

test('a gate that cannot tell says where its command is to be typed', async () => {
  const unsure: Gate = {
    ...gates.tests,
    commands: () => ['go test ./...'],
    check: async () => {
      throw new CannotTell('No test was run.', 'Run it yourself:\ngo test ./...')
    },
  }
  const { uses } = await expand({ files, now: rules([['lib'], { id: 'tests', gate: unsure, options: {} }]) })
  const context = gateContext(unsure, fakeTree({ files }), {})
  await expect(uses[0]!.gate.check(context)).rejects.toMatchObject({
    message: 'No test was run.',
    instead: 'Run it yourself:\n(cd lib && go test ./...)',
  })
})
