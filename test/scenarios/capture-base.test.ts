import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { CaptureSource } from '../../src/core/environment.ts'
import { pathOf } from '../../src/core/path-bytes.ts'
import { effectiveTree } from '../../src/drift/base/effective.ts'
import { findBase } from '../../src/drift/base/find.ts'
import { bestMatch } from '../../src/drift/base/match.ts'
import { withoutUndeployed } from '../../src/drift/base/undeployed.ts'
import { filesOf } from '../../src/drift/records.ts'
import { files } from '../../src/io/files.ts'
import { run } from '../../src/io/process.ts'
import { type AppServer, appServer } from '../support/app-server.ts'
import { captureSource } from '../support/capture-source.ts'
import { type Captured, captured } from '../support/captured.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const signal = new AbortController().signal

function find(at: Captured, more: { server?: AppServer; source?: Partial<CaptureSource>; given?: string } = {}) {
  const { server, source, given } = more
  const said = {
    git: at.git,
    mirror: at.mirror,
    source: captureSource(source),
    host: { ssh: 'app' },
    signal,
    progress: () => {},
  }
  const env = { ...process.env, ...server?.env }
  const world = { run: withEnv(env), files, env, now: () => new Date() }
  return findBase({ ...said, ...(given === undefined ? {} : { given }) }, world)
}

const withEnv =
  (env: Record<string, string | undefined>): typeof run =>
  (command, options) =>
    run({ ...command, env: { ...env, ...command.env } }, options)

function onServer(server: AppServer, ...revision: string[]): Partial<CaptureSource> {
  return {
    roots: [{ from: `${server.root}/`, to: '', uploads: false }],
    revision: revision.map(path => server.at(path)),
  }
}

async function namesIn(at: Captured, tree: string): Promise<string[]> {
  return [...(await filesOf(at.mirror.git, tree)).keys()]
}

test('believes REVISION on the server, and what a person says before that', async () => {
  await using repo = await tempRepo({ 'app.php': 'one\n' })
  const old = await repo.ok('rev-parse', 'HEAD')
  const newer = await repo.commit({ 'app.php': 'two\n' })
  await repo.ok('tag', 'v1', old)
  await using server = await appServer({ files: { REVISION: `${old}\n`, 'app.php': 'one\n' } })
  await using at = await captured(repo)
  const source = onServer(server, 'nowhere/REVISION', 'REVISION')
  expect(await find(at, { server, source })).toMatchObject({
    commit: old,
    known: 'revision-file',
    from: server.at('REVISION'),
  })
  expect(await find(at, { server, source, given: 'HEAD' })).toMatchObject({ commit: newer, known: 'given' })
  expect(await find(at, { server, source, given: 'v1' })).toMatchObject({ commit: old, known: 'given' })
  await server.write('REVISION', old.slice(0, 7))
  expect(await find(at, { server, source })).toMatchObject({ commit: old })
  await server.write('.ship/current.json', JSON.stringify({ commit: newer }))
  expect(await find(at, { server, source: onServer(server, '.ship/current.json') })).toMatchObject({
    commit: newer,
    known: 'manifest',
  })
  expect(await find(at, { server, source: onServer(server, 'nothing/REVISION') })).toBeUndefined()
  expect(await find(at, { server, source: onServer(server) })).toBeUndefined()
})

test('a branch whose name looks like a commit is not taken for it', async () => {
  await using repo = await tempRepo({ 'app.php': 'one\n' })
  const old = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'app.php': 'two\n' })
  await repo.ok('branch', old.slice(0, 8))
  await using server = await appServer({ files: { REVISION: old.slice(0, 8) } })
  await using at = await captured(repo)
  expect(await find(at, { server, source: onServer(server, 'REVISION') })).toMatchObject({ commit: old })
})

test('a commit that is not here is told with the fetch that brings it', async () => {
  await using repo = await tempRepo({ 'app.php': 'one\n' })
  const gone = 'abcdef0123456789abcdef0123456789abcdef01'
  await using server = await appServer({ files: { REVISION: gone } })
  await using at = await captured(repo)
  const source = onServer(server, 'REVISION')
  await expect(find(at, { server, source })).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringContaining('The server runs abcdef012345'),
    instead: `Get it: git fetch origin ${gone}`,
  })
  await expect(find(at, { given: gone })).rejects.toMatchObject({
    name: 'UsageError',
    instead: `Get it first: git fetch origin ${gone}`,
  })
  await server.write('REVISION', 'abcdef0')
  await expect(find(at, { server, source })).rejects.toMatchObject({ instead: 'Get it: git fetch --all --tags' })
  // A mistake in `revision` may name any file there: not a word of it is shown.
  await server.write('REVISION', 'DB_PASSWORD=not-a-commit')
  await expect(find(at, { server, source })).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringMatching(/should name the deployed commit, but none is in its 24 B\.$/),
  })
})

test.each(['--help', '-x', 'nothing', 'main:README.md', 'HEAD^{tree}', ''])(
  '%j given as the base is refused',
  async given => {
    await using repo = await tempRepo()
    await using at = await captured(repo)
    await expect(find(at, { given })).rejects.toMatchObject({ name: 'UsageError' })
  },
)

test('the fetch that is told works in a shallow clone', async () => {
  await using repo = await tempRepo({ 'app.php': 'one\n' })
  const old = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'app.php': 'two\n' })
  await repo.ok('push', '-q', '--no-verify')
  const dir = join(repo.home, 'shallow')
  await exec('git', ['clone', '-q', '--depth=1', `file://${repo.origin}`, dir])
  await using server = await appServer({ files: { REVISION: old } })
  await using at = await captured({ dir })
  const source = onServer(server, 'REVISION')
  const error = (await find(at, { server, source }).catch((thrown: unknown) => thrown)) as { instead: string }
  const words = error.instead.replace('Get it: git ', '').split(' ')
  expect((await exec('git', words, { cwd: dir })).code).toBe(0)
  expect(await find(at, { server, source })).toMatchObject({ commit: old })
})

test('the tree of a partial clone is had without its blobs', async () => {
  await using repo = await tempRepo({ 'app.php': 'one\n', '.gitattributes': 'tests export-ignore\n', 'tests/a': 'a' })
  await exec('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: repo.origin })
  const dir = join(repo.home, 'partial')
  await exec('git', ['clone', '-q', '--filter=blob:none', '--no-checkout', `file://${repo.origin}`, dir])
  await using at = await captured({ dir })
  const base = await find(at, { given: 'HEAD' })
  expect(await namesIn(at, base!.tree)).toEqual(['.gitattributes', 'README.md', 'app.php'])
})

const archived = {
  '.gitattributes': '/docs export-ignore\n*.dev export-ignore\n/build/ export-ignore\n.gitattributes export-ignore\n',
  'docs/a/b.md': 'x',
  'src/docs/kept.md': 'x',
  'src/tool.dev': 'x',
  build: 'a file, not a folder',
  'lib/.gitattributes': 'inner/** export-ignore\nkept.dev -export-ignore\n',
  'lib/inner/a.php': 'x',
  'lib/kept.dev': 'x',
  'caf\u00e9/a.dev': 'x',
  'new\nline.dev': 'x',
}

test('leaves out what git archive leaves out, but for the attributes files that git needs', async () => {
  await using repo = await tempRepo(archived)
  await using at = await captured(repo)
  const tree = await effectiveTree({
    mirror: at.mirror,
    commit: await repo.ok('rev-parse', 'HEAD'),
    source: captureSource(),
  })
  const folder = join(repo.home, 'unpacked')
  await exec('mkdir', [folder])
  await promisify(execFile)('sh', ['-c', 'git -C "$1" archive HEAD | tar -x -C "$2"', 'sh', repo.dir, folder])
  const unpacked = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
  expect((await namesIn(at, tree)).sort()).toEqual(
    [...unpacked, '.gitattributes', 'lib/.gitattributes'].map(pathOf).sort(),
  )
  expect(unpacked).toContain('lib/kept.dev')
})

test('leaves out what the deploy takes away, what no root shows, and submodules', async () => {
  await using repo = await tempRepo({
    'app/a.php': 'x',
    'app/tests/b.php': 'x',
    'app/keep/tests.php': 'x',
    'app/-odd.log': 'x',
    'storage/app/public/c.png': 'x',
    'storage/logs/d.log': 'x',
    'ops/e.yml': 'x',
  })
  await repo.ok('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},app/sub`)
  await repo.ok('commit', '-q', '-m', 'submodule')
  await using at = await captured(repo)
  const roots = [
    { from: '/srv/app/', to: 'app/', uploads: false },
    { from: '/srv/up/', to: 'storage/app/public/', uploads: true },
  ]
  const tree = (notDeployed: string[]) =>
    repo
      .ok('rev-parse', 'HEAD')
      .then(commit => effectiveTree({ mirror: at.mirror, commit, source: captureSource({ roots, notDeployed }) }))
  expect(await namesIn(at, await tree(['tests/', '--exclude-standard']))).toEqual([
    'app/-odd.log',
    'app/a.php',
    'app/keep/tests.php',
    'storage/app/public/c.png',
  ])
  expect(await namesIn(at, await tree(['/app/*', '!/app/keep/']))).toEqual([
    'app/keep/tests.php',
    'storage/app/public/c.png',
  ])
})

test('is the commit itself when all of it is deployed, also in SHA-256', async () => {
  await using repo = await tempRepo({ 'a.php': 'x', 'b/c.php': 'y' }, { objectFormat: 'sha256' })
  await using at = await captured(repo)
  const commit = await repo.ok('rev-parse', 'HEAD')
  expect(await effectiveTree({ mirror: at.mirror, commit, source: captureSource() })).toBe(
    await repo.ok('rev-parse', 'HEAD^{tree}'),
  )
})

test('is made anew when the quarantine was emptied, or when it is asked for otherwise', async () => {
  await using repo = await tempRepo({ 'a.php': 'x', 'docs/b.md': 'y', 'docs/c.md': 'z' })
  await using at = await captured(repo)
  const commit = await repo.ok('rev-parse', 'HEAD')
  const tree = (...notDeployed: string[]) =>
    effectiveTree({ mirror: at.mirror, commit, source: captureSource({ notDeployed }) })
  const first = await tree('/docs/b.md')
  expect(await tree('/docs/b.md')).toBe(first)
  await at.mirror.emptyQuarantine()
  expect(await tree('/docs/b.md')).toBe(first)
  expect(await namesIn(at, first)).toEqual(['README.md', 'a.php', 'docs/c.md'])
  expect(await namesIn(at, await tree('/docs/'))).toEqual(['README.md', 'a.php'])
  await at.mirror.keep('effective.json', '{ broken')
  expect(await tree('/docs/b.md')).toBe(first)
})

test('a file that an archive would leave out is no news when the server has it as the commit does', async () => {
  await using repo = await tempRepo({
    '.gitattributes': 'docs export-ignore\n',
    'docs/a.md': 'a\n',
    'docs/b.md': 'b\n',
  })
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { 'docs/a.md': 'a\n', 'docs/b.md': 'edited\n', 'docs/c.md': 'c\n' })
  const real = await withoutUndeployed({ mirror: at.mirror, commit: base.commit, differences })
  expect(real.map(({ path, change, before }) => [path, change, before?.size])).toEqual([
    ['docs/b.md', 'changed', 2],
    ['docs/c.md', 'new', undefined],
  ])
})

/** A history with a side branch, of which `deployed` was deployed. */
async function history(): Promise<{ repo: TempRepo; deployed: string }> {
  const repo = await tempRepo({
    '.gitattributes': 'tests export-ignore\n',
    'tests/a': 'a',
    '.env.local': 'x',
    'app.php': '0\n',
  })
  for (let at = 1; at < 12; at++) await repo.commit({ [`file ${at}.php`]: `${at}\n`, 'app.php': `${at}\n` })
  const deployed = await repo.ok('rev-parse', 'HEAD~5')
  await repo.ok('switch', '-q', '-c', 'side', 'HEAD~8')
  await repo.commit({ 'side.php': 'side\n', 'app.php': 'side\n' })
  await repo.ok('switch', '-q', 'main')
  return { repo, deployed }
}

test('finds the commit that fits best, although the server was edited, and says how well', async () => {
  const { repo, deployed } = await history()
  await using _repo = repo
  await using at = await captured(repo)
  const base = await at.deploy(deployed)
  await at.change(base, { 'file 1.php': 'edited on the server\n', 'file 2.php': undefined, 'logo.png': 'logo' })
  const objects = (await repo.ok('count-objects', '-v')).split('\n')
  const [best, ...others] = await bestMatch({
    git: at.git,
    mirror: at.mirror,
    source: captureSource(),
    signal,
    progress: () => {},
  })
  expect(best).toEqual({ commit: deployed, tree: base.tree, known: 'best-match', match: { same: 6, all: 8 } })
  expect(others).toHaveLength(2)
  expect(others.every(({ match }) => match!.same < 6)).toBe(true)
  expect((await repo.ok('count-objects', '-v')).split('\n')).toEqual(objects)
})

test('finds it on another branch too, and of two alike takes the one that is here', async () => {
  const { repo } = await history()
  await using _repo = repo
  await using at = await captured(repo)
  await at.deploy('side')
  const look = { git: at.git, mirror: at.mirror, source: captureSource(), signal, progress: () => {} }
  expect((await bestMatch(look))[0]?.commit).toBe(await repo.ok('rev-parse', 'side'))
  await repo.ok('merge', '-q', '-s', 'ours', '--no-edit', 'side')
  await repo.ok('switch', '-q', '-c', 'twin', 'side')
  await repo.ok('commit', '-q', '--allow-empty', '-m', 'the same again')
  await repo.ok('switch', '-q', 'main')
  expect((await bestMatch(look))[0]?.commit).toBe(await repo.ok('rev-parse', 'side'))
})

test('an empty repository has no best match', async () => {
  await using repo = await tempRepo()
  const dir = join(repo.home, 'empty')
  await exec('git', ['init', '-q', dir])
  await using at = await captured({ dir })
  expect(
    await bestMatch({ git: at.git, mirror: at.mirror, source: captureSource(), signal, progress: () => {} }),
  ).toEqual([])
})
