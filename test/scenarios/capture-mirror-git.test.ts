import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { pathOf } from '../../src/core/path-bytes.ts'
import { pointerTo } from '../../src/drift/filters.ts'
import { seed } from '../../src/drift/seed.ts'
import { openGit } from '../../src/io/git.ts'
import { openMirror } from '../../src/io/mirror.ts'
import { contentsOf, type Mirrored, mirrored, mirrorOf, told } from '../support/mirrored.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const { PATH } = process.env
afterEach(() => {
  process.env.PATH = PATH
})

async function programs(repo: TempRepo, scripts: Readonly<Record<string, string>>): Promise<void> {
  const bin = join(repo.home, 'bin')
  await mkdir(bin, { recursive: true })
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(bin, name), 0o755)
  }
  process.env.PATH = `${bin}:${PATH}`
}

test('nothing that the user, the repository or the server configured is ever started', async () => {
  await using repo = await tempRepo({
    '.gitattributes': '*.txt filter=evil diff=evil merge=evil ident\n',
    'a.txt': 'a\n',
  })
  const ran = join(repo.home, 'ran')
  const run = `touch ${ran}`
  for (const key of [
    'filter.evil.clean',
    'filter.evil.smudge',
    'filter.evil.process',
    'diff.evil.textconv',
    'diff.external',
  ])
    await repo.ok('config', key, run)
  await repo.ok('config', 'core.fsmonitor', run)
  await repo.ok('config', 'core.hooksPath', repo.home)
  await repo.ok('config', 'filter.evil.required', 'true')
  for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction']) {
    await writeFile(join(repo.home, hook), `#!/bin/sh\n${run}\n`, { mode: 0o755 })
    await writeFile(join(repo.dir, '.git/hooks', hook), `#!/bin/sh\n${run}\n`, { mode: 0o755 })
  }
  await writeFile(join(repo.dir, '.git/info/attributes'), '* filter=evil\n')
  await writeFile(join(repo.dir, '.git/info/exclude'), '*\n')
  const here = await mirrorOf(repo)
  await here.server('a.txt', 'b\n')
  await here.server('new.php', 'n\n')
  const compared = await here.compare()
  expect(told(compared)).toEqual(['changed a.txt', 'new new.php'])
  expect(compared.differences.map(({ holds, ignored }) => [holds, ignored])).toEqual([
    [[{ kind: 'filter', name: 'evil' }], false],
    [[], false],
  ])
  const git = await here.mirror.withIndex('build')
  await git.text(['add', '--all'])
  await git.text(['write-tree'])
  await here.mirror.close()
  expect(await readdir(repo.home)).not.toContain('ran')
})

test('changed attributes of the next deploy are applied to what lies there already', async () => {
  await using here = await mirrored({ 'a.txt': 'one\n' })
  await here.server('a.txt', 'one\r\n')
  expect(told(await here.compare())).toEqual(['line-endings a.txt'])
  await here.repo.commit({ '.gitattributes': '*.txt text\n' }, 'attributes')
  expect(told(await here.compare())).toEqual([])
  expect(told(await here.compare({}, {}, 'HEAD~1'))).toEqual(['line-endings a.txt'])
})

const picture = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251))

test('a file of Git LFS is compared by what its pointer stands for', async () => {
  await using here = await mirrored({
    '.gitattributes': '*.psd filter=lfs diff=lfs merge=lfs -text\n',
    'a.psd': pointerTo(picture),
    'b.psd': pointerTo(picture),
    'c.psd': pointerTo(picture),
  })
  await here.server('a.psd', picture)
  await here.server('b.psd', Buffer.concat([picture, picture]))
  await here.server('c.psd', pointerTo(Buffer.concat([picture, picture])))
  await here.server('new.psd', picture)
  const compared = await here.compare()
  expect(told(compared)).toEqual(['changed b.psd', 'changed c.psd', 'new new.psd'])
  expect(
    compared.differences.every(({ holds }) => holds.some(hold => hold.kind === 'filter' && hold.name === 'lfs')),
  ).toBe(true)
  expect(compared.phantoms).toBe(1)
})

test('with Git LFS set up its files may be taken, and lie in its store after the release', async () => {
  await using repo = await tempRepo({ '.gitattributes': '*.psd filter=lfs diff=lfs merge=lfs -text\n' })
  await repo.ok('lfs', 'install', '--local', '--skip-repo')
  const before = await contentsOf(repo.dir)
  const here = await mirrorOf(repo)
  await here.server('new.psd', picture)
  const { differences } = await here.compare()
  expect(differences).toMatchObject([{ path: 'new.psd', change: 'new', holds: [], after: { size: picture.length } }])
  const git = await here.mirror.withIndex('build')
  await git.text(['add', '--', 'new.psd'])
  expect(await git.text(['ls-files', '--stage', 'new.psd'])).toContain(differences[0]!.after!.oid)
  expect(await contentsOf(repo.dir)).toEqual(before)
  await here.mirror.release()
  expect(await repo.ok('cat-file', 'blob', differences[0]!.after!.oid)).toBe(pointerTo(picture).trimEnd())
  const stored = (await repo.ok('lfs', 'env')).match(/^LocalMediaDir=(.*)$/m)![1]!
  expect(
    (await readdir(stored, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()),
  ).toHaveLength(1)
  await here.mirror.close()
})

test('a repository of SHA-256 objects', async () => {
  await using here = await mirrored({ 'a.txt': 'a\n' }, { objectFormat: 'sha256' })
  await here.server('a.txt', 'b\n')
  await here.server('new.txt', 'n\n')
  const { differences } = await here.compare()
  expect(differences.map(({ after }) => after!.oid.length)).toEqual([64, 64])
  await here.reopen()
  expect(told(await here.compare())).toEqual(['changed a.txt', 'new new.txt'])
})

test('a shallow clone, and a linked worktree of it share one mirror', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a\n' })
  await repo.commit({ 'a.txt': 'b\n' })
  await repo.ok('push', '-q', 'origin', 'main')
  const clone = join(repo.home, 'shallow')
  await repo.ok('clone', '-q', '--depth=1', `file://${repo.origin}`, clone)
  await repo.ok('-C', clone, 'worktree', 'add', '-q', '-b', 'other', join(repo.home, 'linked'))
  const here = await mirrorOf(repo, join(repo.home, 'linked'))
  expect(here.mirror.folder.startsWith(join(clone, '.git/ship-guard/mirror'))).toBe(true)
  await here.server('a.txt', 'c\n')
  expect(told(await here.compare())).toEqual(['changed a.txt'])
  await repo.ok('-C', clone, 'config', 'user.email', 'ada@example.test')
  await here.reopen()
  const commit = await here.mirror.git.text([
    'commit-tree',
    '-p',
    await here.git.text(['rev-parse', 'HEAD']),
    '-m',
    'x',
    await here.tree(),
  ])
  expect(await here.mirror.git.text(['rev-list', '--count', commit])).toBe('2')
  await here.mirror.close()
})

test('a partial clone fetches what it lacks into the mirror, and not into the user’s objects', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a\n', 'd/b.txt': 'b\n' })
  await repo.ok('-C', repo.origin, 'config', 'uploadpack.allowFilter', 'true')
  await repo.ok('-C', repo.origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  const clone = join(repo.home, 'partial')
  await repo.ok('clone', '-q', '--filter=blob:none', '--no-checkout', `file://${repo.origin}`, clone)
  const before = await contentsOf(clone)
  const here = await mirrorOf(repo, clone)
  await here.server('a.txt', 'changed\n')
  expect(told(await here.compare())).toEqual(['changed a.txt'])
  await here.mirror.emptyQuarantine()
  expect(told(await here.compare())).toEqual(['changed a.txt'])
  const after = new Map([...(await contentsOf(clone))].filter(([path]) => !path.startsWith('.git/ship-guard')))
  expect(after).toEqual(before)
  await here.mirror.close()
})

test('whether line endings count does not depend on what was seen before', async () => {
  await using repo = await tempRepo({ '.gitattributes': '* text=auto\n', 'lf.txt': 'a\nb\n' })
  // As committed before there were attributes: git leaves its line endings alone.
  await writeFile(join(repo.home, 'raw'), 'a\r\nb\r\n')
  const oid = await repo.ok('hash-object', '-w', '--no-filters', join(repo.home, 'raw'))
  await repo.ok('update-index', '--add', '--cacheinfo', `100644,${oid},crlf.txt`)
  await repo.ok('commit', '-qm', 'crlf')
  await repo.ok('-C', repo.dir, 'push', '-q', 'origin', 'main')
  await repo.ok('-C', repo.origin, 'config', 'uploadpack.allowFilter', 'true')
  await repo.ok('-C', repo.origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  const clone = join(repo.home, 'partial')
  await repo.ok('clone', '-q', '--filter=blob:none', '--no-checkout', `file://${repo.origin}`, clone)
  const here = await mirrorOf(repo, clone)
  const seen: unknown[] = []
  for (const word of ['one', 'two', 'six']) {
    for (const name of ['crlf.txt', 'lf.txt', 'new.txt']) await here.server(name, `a\r\n${word}\r\n`)
    const { differences } = await here.compare()
    seen.push(differences.map(({ path, change }) => `${change} ${path}`))
    const [crlfNow, lfNow, newNow] = differences.map(({ after }) => after!.oid)
    expect(lfNow).toBe(newNow)
    expect(crlfNow).not.toBe(lfNow)
  }
  expect(new Set(seen.map(String))).toEqual(new Set(['changed crlf.txt,changed lf.txt,new new.txt']))
  await here.mirror.close()
})

test('a partial clone whose remote is gone says so', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a\n' })
  await repo.ok('-C', repo.origin, 'config', 'uploadpack.allowFilter', 'true')
  const clone = join(repo.home, 'partial')
  await repo.ok('clone', '-q', '--filter=blob:none', '--no-checkout', `file://${repo.origin}`, clone)
  await rm(repo.origin, { recursive: true })
  await expect(mirrorOf(repo, clone)).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringContaining('not in this clone'),
    instead: expect.stringContaining('git fetch'),
  })
})

test('a bare repository has a mirror too', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a\n' })
  const here = await mirrorOf(repo, repo.origin)
  await here.server('a.txt', 'c\n')
  expect(told(await here.compare())).toEqual(['changed a.txt'])
  await here.mirror.close()
})

test('a repository whose path has a colon, a space and a quote', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a\n' })
  const odd = join(repo.home, 'my "odd": repo')
  await repo.ok('clone', '-q', repo.origin, odd)
  const here = await mirrorOf(repo, odd)
  await here.server('a.txt', 'c\n')
  expect(told(await here.compare())).toEqual(['changed a.txt'])
  await here.mirror.close()
})

test('a full disk is said in words, and the next run goes on', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a\n' })
  const real = (PATH ?? '').split(':').map(folder => join(folder, 'git'))
  const git = (
    await Promise.all(real.map(async path => ((await stat(path).catch(() => undefined)) === undefined ? [] : [path])))
  ).flat()[0]!
  await programs(repo, {
    git: `case "$*" in *read-tree*) echo "fatal: unable to write new index file: No space left on device" >&2; exit 128;; esac\nexec ${git} "$@"`,
  })
  const user = await openGit(repo.dir, process.env)
  const mirror = await openMirror(user, { environment: 'staging' })
  const tree = await user.text(['rev-parse', 'HEAD^{tree}'])
  await expect(seed(mirror, tree)).rejects.toMatchObject({
    name: 'CannotTell',
    message: expect.stringContaining('The disk is full'),
  })
  await mirror.close()
  process.env.PATH = PATH
  const here = await mirrorOf(repo)
  expect(told(await here.compare())).toEqual([])
  await here.mirror.close()
})

test('modes that forbid everything keep nothing from being taken away', async () => {
  await using here = await mirrored()
  await here.server('closed/inner/x.txt', 'x')
  await chmod(here.at('closed/inner/x.txt'), 0)
  await chmod(here.at('closed/inner'), 0)
  await chmod(here.at('closed'), 0)
  await here.mirror.discard(pathOf('closed'))
  expect(await here.mirror.look(pathOf('closed'))).toBeUndefined()
})

test('objects of a shared repository stay readable for its group', async () => {
  await using repo = await tempRepo()
  await repo.ok('config', 'core.sharedRepository', 'group')
  const here = await mirrorOf(repo)
  await here.server('a.txt', 'shared\n')
  const oid = await here.mirror.git.text(['hash-object', '-w', 'a.txt'])
  await here.mirror.release()
  const path = join(repo.dir, '.git/objects', oid.slice(0, 2), oid.slice(2))
  expect((await stat(path)).mode & 0o777).toBe(0o440)
  await here.mirror.close()
})

test('who commits is known, and nothing else of the user’s config', async () => {
  await using repo = await tempRepo()
  await repo.ok('config', 'user.name', 'Grace')
  await repo.ok('config', 'core.editor', 'vi')
  const here: Mirrored = await mirrorOf(repo)
  expect(await here.mirror.git.answer(['config', 'user.name'])).toBe('Grace')
  expect(await here.mirror.git.answer(['config', 'core.editor'])).toBeUndefined()
  await here.mirror.close()
})
