import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { commitCapture } from '../../src/capture/commit.ts'
import { mergeCapture } from '../../src/capture/merge.ts'
import { previewMerge } from '../../src/capture/preview.ts'
import { buildTree } from '../../src/capture/tree.ts'
import type { Base, Difference } from '../../src/core/difference.ts'
import { GitError } from '../../src/core/errors.ts'
import { pathOf } from '../../src/core/path-bytes.ts'
import type { Mirror } from '../../src/core/world.ts'
import { files } from '../../src/io/files.ts'
import { captureSource } from '../support/capture-source.ts'
import { type Captured, captured } from '../support/captured.ts'
import { sourceRoot } from '../support/package-root.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const routes = Array.from({ length: 30 }, (_, line) => `route ${line}`)
const withRoute = (line: number, text: string) =>
  `${routes.map((route, at) => (at === line ? text : route)).join('\n')}\n`
const deployed = {
  'routes.php': `${routes.join('\n')}\n`,
  'config.php': '<?php return ["debug" => false];\n',
  'old.php': '<?php // old\n',
  'tests/app.test.php': '<?php // never deployed\n',
}
const logo = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])

/** Local work goes on while somebody changes the server. */
async function workingDay(): Promise<{ repo: TempRepo; base: string }> {
  const repo = await tempRepo(deployed)
  const base = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({
    'routes.php': withRoute(0, 'route of the new feature'),
    'config.php': '<?php return ["debug" => true];\n',
    'old.php': undefined,
    'feature.php': '<?php // new\n',
  })
  return { repo, base }
}

const onServer = {
  'routes.php': withRoute(29, 'route that the installer added'),
  'config.php': '<?php return ["debug" => false, "key" => 1];\n',
  'old.php': '<?php // old, mended on the server\n',
  'public/logo.png': logo,
}

async function approve(at: Captured, base: Base, differences: readonly Difference[]) {
  const { git, mirror } = at
  const tree = await buildTree({ mirror, base, differences })
  const facts = {
    environment: 'production',
    host: { ssh: 'app' },
    source: captureSource(),
    excluded: 0,
    allowances: [],
  }
  return commitCapture({ git, mirror, base, differences, tree, scanners: ['rules 1'], ...facts }, { files })
}

/** Everything in the git dir but what capture may write, and the work tree: one digest. */
async function fingerprint(repo: TempRepo): Promise<string> {
  const names = await readdir(repo.dir, { recursive: true, withFileTypes: true })
  const hash = createHash('sha256')
  for (const entry of names
    .map(one => ({ path: join(one.parentPath, one.name), file: one.isFile() }))
    .sort((a, b) => (a.path < b.path ? -1 : 1)))
    if (entry.file && !/\.git\/(ship-guard|objects|refs\/ship-guard|logs\/refs\/ship-guard)\//.test(entry.path))
      hash.update(entry.path).update(await readFile(entry.path))
  return hash.digest('hex')
}

async function objectsIn(repo: TempRepo): Promise<readonly string[]> {
  const listed = await repo.ok('cat-file', '--batch-all-objects', '--batch-check=%(objectname)')
  return listed.split('\n').sort()
}

test('a working day: exactly the changes of the server, both conflicts named, nothing of the user touched', async () => {
  const { repo, base: commit } = await workingDay()
  await using _repo = repo
  await using at = await captured(repo)
  const before = await fingerprint(repo)
  const objects = await objectsIn(repo)
  await writeFile(join(repo.dir, '.git/index.lock'), '')
  const base = await at.deploy(commit)
  const differences = await at.change(base, onServer)
  const tree = await buildTree({ mirror: at.mirror, base, differences })
  const preview = await previewMerge({
    mirror: at.mirror,
    base: base.commit,
    tree,
    into: await repo.ok('rev-parse', 'HEAD'),
  })

  expect(preview.foreseen).toBe('conflicts')
  expect([...preview.conflicts].sort()).toEqual([
    ['config.php', 'changed here and there'],
    ['old.php', 'deleted here, changed there'],
  ])
  expect(await objectsIn(repo)).toEqual(objects)

  const { commit: capture, ref } = await approve(at, base, differences)
  expect(await repo.ok('diff', '--name-status', base.commit, capture)).toBe(
    'M\tconfig.php\nM\told.php\nA\tpublic/logo.png\nM\troutes.php',
  )
  expect(await repo.ok('rev-parse', ref, `${capture}^`)).toBe(`${capture}\n${commit}`)
  expect(await repo.ok('log', '-1', '--format=%an <%ae>, %cn', capture)).toBe(
    'ship-guard capture <capture@ship-guard.invalid>, Ada',
  )
  expect(await repo.ok('log', '-1', '--format=%(trailers:key=Deployed-Base,valueonly)', capture)).toBe(
    `${commit} (given)\n`,
  )
  const merged = await mergeCapture(
    { git: at.git, environment: 'production', base: commit, commit: capture, ref },
    { files },
  )
  expect(merged).toMatchObject({ state: 'ready', instead: `git merge ${ref}` })
  await exec('rm', [join(repo.dir, '.git/index.lock')])
  expect(
    await mergeCapture({ git: at.git, environment: 'production', base: commit, commit: capture, ref }, { files }),
  ).toMatchObject({
    state: 'ready',
    because: expect.stringContaining('config.php (changed here and there), old.php (deleted here, changed there)'),
  })
  expect(await fingerprint(repo)).toBe(before)
  expect((await repo.git('fsck', '--strict', '--connectivity-only')).code).toBe(0)
})

test('what was ticked for a while and then not does not reach the repository', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { 'config.php': 'token = not to be committed\n', 'public/logo.png': logo })
  await buildTree({ mirror: at.mirror, base, differences })
  const { commit } = await approve(at, base, differences.slice(1))
  expect(await repo.ok('diff', '--name-only', base.commit, commit)).toBe('public/logo.png')
  const objects = await objectsIn(repo)
  expect(objects).not.toContain(differences[0]!.after!.oid)
  expect(objects).toContain(differences[1]!.after!.oid)
})

test('a tree can be named without writing any content', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, onServer)
  const named = await buildTree({ mirror: at.mirror, base, differences, contents: 'named' })
  expect(await at.mirror.git.code(['cat-file', '-e', differences[0]!.after!.oid])).toBe(1)
  expect(await buildTree({ mirror: at.mirror, base, differences })).toBe(named)
})

test('what is never deployed stays in the commit', async () => {
  await using repo = await tempRepo({
    ...deployed,
    '.gitattributes': '/docs export-ignore\n.gitattributes export-ignore\n*.bat text eol=crlf\n',
    'docs/guide.md': 'guide\n',
    'run.bat': 'echo\n',
  })
  await using at = await captured(repo)
  const base = await at.deploy('HEAD', { notDeployed: ['/tests/'] })
  expect(await at.mirror.look(pathOf('docs/guide.md'))).toBeUndefined()
  expect(await at.mirror.look(pathOf('tests/app.test.php'))).toBeUndefined()
  const differences = await at.change(base, { 'config.php': '<?php // edited\n', 'run.bat': 'echo edited\r\n' })
  const { commit } = await approve(at, base, differences)
  expect(await repo.ok('diff', '--name-status', base.commit, commit)).toBe('M\tconfig.php\nM\trun.bat')
  expect(await repo.ok('cat-file', 'blob', `${commit}:run.bat`)).toBe('echo edited')
})

test('names are bytes, whatever they are', async () => {
  const odd = [
    'new\nline.txt',
    '\u001b[31mred.txt',
    '\u202egnp.txt',
    '-dash',
    ' space ',
    '"quoted".txt',
    `${'n'.repeat(255)}`,
    'caf\u00e9.txt',
    'cafe\u0301.txt',
  ]
  await using repo = await tempRepo(Object.fromEntries(odd.slice(0, 3).map(name => [name, 'old\n'])))
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, Object.fromEntries(odd.map(name => [name, `${name} edited\n`])))
  const { commit } = await approve(at, base, differences)
  const listed = (await repo.ok('diff', '--name-only', '-z', base.commit, commit))
    .split('\0')
    .filter(name => name !== '')
  expect(listed.sort()).toEqual([...odd].sort())
  expect(await repo.ok('log', '-1', '--format=%B', commit)).not.toMatch(/[\u001b\u202e]/)
})

test('a name that is no UTF-8 comes as it is', async () => {
  await using repo = await tempRepo()
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  await exec('sh', ['-c', `printf x > "$(printf 'caf\\351')"`], { cwd: at.mirror.tree })
  const oid = await at.mirror.git.text(['hash-object', '--stdin'], { input: 'x' })
  const difference: Difference = {
    ...{ path: 'caf\xe9' as Difference['path'], change: 'new', after: { oid, mode: '100755', size: 1 } },
    ...{ content: 'text', upload: false, ignored: false, holds: [] },
  }
  const { commit } = await approve(at, base, [difference])
  expect(await repo.ok('diff', '--raw', '--abbrev=4', base.commit, commit)).toContain('"caf\\351"')
  expect(await repo.ok('ls-tree', commit)).toContain('100755')
})

test.each([['.git/config'], ['.GIT/config'], ['.g\u200cit/config'], ['git~1/config'], ['a/.git']])(
  'a name that git refuses stops the commit instead of falling out of it: %j',
  async name => {
    await using repo = await tempRepo(deployed)
    await using at = await captured(repo)
    const base = await at.deploy('HEAD')
    const objects = await objectsIn(repo)
    const differences = await at.change(base, { 'config.php': 'edited\n', [name]: 'x\n' })
    await expect(approve(at, base, differences)).rejects.toThrow(/refuses/)
    await expect(buildTree({ mirror: at.mirror, base, differences, contents: 'named' })).rejects.toThrow(/refuses/)
    expect(await objectsIn(repo)).toEqual(objects)
  },
)

test('a file that changed after it was approved is not committed', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { 'config.php': 'approved\n' })
  const tree = await buildTree({ mirror: at.mirror, base, differences })
  await at.change(base, { 'config.php': 'something else\n' })
  await expect(approve(at, base, differences)).rejects.toThrow('"config.php" is no longer what was looked at.')
  const others = await at.change(base, { 'config.php': 'something else\n' })
  await expect(buildTree({ mirror: at.mirror, base, differences: others, expected: tree })).rejects.toThrow(
    'no longer as it was when this was approved',
  )
})

test('a folder takes the place of a file only when both were approved', async () => {
  await using repo = await tempRepo({ ...deployed, page: 'a file\n' })
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { page: undefined, 'page/index.php': 'now a folder\n' })
  await expect(approve(at, base, differences.slice(1))).rejects.toThrow('a file on one side and a folder on the other')
  const { commit } = await approve(at, base, differences)
  expect(await repo.ok('diff', '--no-renames', '--name-status', base.commit, commit)).toBe('D\tpage\nA\tpage/index.php')
})

test('renamed, deleted and made executable', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const [gone, moved] = await at.change(base, { 'old.php': undefined, 'renamed.php': deployed['old.php'] })
  const [mode] = await at.change(base, { 'config.php': deployed['config.php'] })
  const differences: Difference[] = [
    { ...mode!, change: 'mode', after: { ...mode!.after!, mode: '100755' } },
    { ...moved!, change: 'renamed', from: gone!.path, before: gone!.before! },
  ]
  const { commit } = await approve(at, base, differences)
  expect(await repo.ok('diff', '-M', '--summary', base.commit, commit)).toBe(
    ' mode change 100644 => 100755 config.php\n rename old.php => renamed.php (100%)',
  )
})

test('the same again makes no second commit, and another capture keeps the first in the reflog', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { 'config.php': 'edited\n', 'public/logo.png': logo })
  const first = await approve(at, base, differences)
  expect(await approve(at, base, differences)).toEqual({ ...first, again: true })
  const second = await approve(at, base, differences.slice(0, 1))
  expect(second).toMatchObject({ again: false, replaced: first.commit })
  expect(await repo.ok('rev-parse', `${first.ref}@{1}`)).toBe(first.commit)
})

test('a repository of SHA-256 objects', async () => {
  await using repo = await tempRepo(deployed, { objectFormat: 'sha256' })
  await using at = await captured(repo)
  const base = await at.deploy('HEAD', { notDeployed: ['/tests/'] })
  const { commit, ref } = await approve(
    at,
    base,
    await at.change(base, { 'config.php': 'edited\n', 'old.php': undefined }),
  )
  expect(commit).toHaveLength(64)
  expect(
    await mergeCapture({ git: at.git, environment: 'production', base: base.commit, commit, ref }, { files }),
  ).toMatchObject({ state: 'merged' })
  expect(await repo.read('config.php')).toBe('edited\n')
})

test("the user's autocrlf and a file of CRLF change nothing in what is committed", async () => {
  await using repo = await tempRepo({
    ...deployed,
    'crlf.txt': 'one\r\ntwo\r\n',
    '.gitattributes': '*.md text\n',
    'a.md': 'a\n',
  })
  await repo.ok('config', 'core.autocrlf', 'true')
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const { commit } = await approve(
    at,
    base,
    await at.change(base, { 'crlf.txt': 'one\r\nthree\r\n', 'a.md': 'a\r\nb\r\n' }),
  )
  expect((await repo.git('cat-file', 'blob', `${commit}:crlf.txt`)).stdout).toBe('one\r\nthree\r\n')
  expect((await repo.git('cat-file', 'blob', `${commit}:a.md`)).stdout).toBe('a\nb\n')
})

test('hooks, a signing key and an author in the environment have no say in the commit', async () => {
  await using repo = await tempRepo(deployed)
  await repo.ok('config', 'commit.gpgSign', 'true')
  for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'prepare-commit-msg'])
    await repo.write(`.git/hooks/${hook}`, '#!/bin/sh\nexit 1\n', 0o755)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const { commit } = await approve(at, base, await at.change(base, { 'config.php': 'edited\n' }))
  expect(await repo.ok('log', '-1', '--format=%an', commit)).toBe('ship-guard capture')
})

test('without a name for the user nothing is written, and the message says how to give one', async () => {
  await using repo = await tempRepo(deployed)
  await repo.ok('config', 'user.useConfigOnly', 'true')
  await using at = await captured(repo, { env: {} })
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { 'config.php': 'edited\n' })
  await expect(approve(at, base, differences)).rejects.toMatchObject({
    name: 'UsageError',
    instead: expect.stringContaining('git config user.name'),
  })
  expect((await repo.git('for-each-ref', 'refs/ship-guard')).stdout).toBe('')
})

test.each(['built', 'committed', 'released', 'pointed', 'merging'])(
  'killed with -9 when it is %s, it can be run again and ends the same',
  async step => {
    await using repo = await tempRepo(deployed)
    const changes = { 'config.php': 'edited there\n', 'public/logo.png': 'logo' }
    const before = await fingerprint(repo)
    const args = ['--import', 'tsx', join(sourceRoot, 'test/support/killed-capture.ts'), repo.dir, step]
    const env = { GIT_CONFIG_GLOBAL: '/dev/null' }
    const ended = await exec(process.execPath, [...args, JSON.stringify(changes)], { cwd: sourceRoot, env })
    expect(ended).toMatchObject({ code: 137 })
    if (step !== 'merging') expect(await fingerprint(repo)).toBe(before)
    await onceDone(repo)

    await using at = await captured(repo)
    const base = await at.deploy((await repo.ok('rev-list', '--max-parents=0', 'HEAD')).trim())
    const { commit, ref } = await approve(at, base, await at.change(base, changes))
    const merged = await mergeCapture(
      { git: at.git, environment: 'production', base: base.commit, commit, ref },
      { files },
    )
    expect(['merged', 'already']).toContain(merged.state)
    expect(await repo.ok('status', '--porcelain')).toBe('')
    expect(await repo.read('config.php')).toBe('edited there\n')
    expect(await repo.ok('rev-list', '--count', 'HEAD')).toBe('2')
    expect((await repo.git('fsck', '--strict')).code).toBe(0)
  },
)

/** A git that was started outlives the one who started it for a moment. */
async function onceDone(repo: TempRepo): Promise<void> {
  for (let tries = 0; tries < 200 && (await files.look(join(repo.dir, '.git/index.lock'))) !== undefined; tries++)
    await setTimeout(25)
  await setTimeout(200)
}

test('line endings that git decides by what it has are taken as they were approved', async () => {
  await using repo = await tempRepo({ 'a.txt': 'one\r\ntwo\r\n' })
  await repo.commit({ '.gitattributes': '* text=auto\n' })
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const [converted] = await at.change(base, { 'a.txt': 'one\r\nthree\r\n' })
  const plain = await at.mirror.git.text(['hash-object', '--stdin'], { input: 'one\r\nthree\r\n' })
  const kept: Difference = { ...converted!, after: { ...converted!.after!, oid: plain } }
  for (const [difference, content] of [
    [converted!, 'one\nthree\n'],
    [kept, 'one\r\nthree\r\n'],
  ] as const) {
    const { commit } = await approve(at, base, [difference])
    expect((await repo.git('cat-file', 'blob', `${commit}:a.txt`)).stdout).toBe(content)
  }
})

test('a full disk is said in words, and nothing is committed', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { 'config.php': 'edited\n' })
  const full = new GitError(['update-index'], 128, 'error: unable to write file: No space left on device\n')
  const noRoom: Mirror = {
    ...at.mirror,
    withIndex: async name => ({ ...(await at.mirror.withIndex(name)), bytes: () => Promise.reject(full) }),
  }
  const stuck: Mirror = {
    ...at.mirror,
    release: () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' })),
  }
  const before = await fingerprint(repo)
  await expect(buildTree({ mirror: noRoom, base, differences })).rejects.toThrow('The disk is full')
  await expect(
    approve(Object.assign(Object.create(at) as Captured, { mirror: stuck }), base, differences),
  ).rejects.toThrow('The disk is full')
  expect(await fingerprint(repo)).toBe(before)
  await approve(at, base, differences)
})

test('a file that is gone again is not committed', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  const differences = await at.change(base, { 'config.php': 'edited\n', 'new.php': 'new\n' })
  await at.mirror.discard(pathOf('new.php'))
  await expect(approve(at, base, differences)).rejects.toMatchObject({
    name: 'CannotTell',
    message: 'A file that was approved is no longer there.',
  })
})
