import { readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pathOf } from '../../src/core/path-bytes.ts'
import { knownFiles, seed } from '../../src/drift/seed.ts'
import { openMirror } from '../../src/io/mirror.ts'
import { contentsOf, mirrored, told } from '../support/mirrored.ts'

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('\0\0\0\rIHDR')])

async function objectsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'quarantine'), { recursive: true, withFileTypes: true })
  return names.filter(entry => entry.isFile()).map(({ name }) => name)
}

test('a server that has exactly what it was given shows nothing', async () => {
  await using here = await mirrored({ 'app/index.php': '<?php\n', 'public/logo.png': png })
  expect(await here.compare()).toEqual({ differences: [], phantoms: 0 })
  expect(await knownFiles(here.mirror)).toBe(3)
})

test('tells what is new, changed and gone, with both sides', async () => {
  await using here = await mirrored({ 'config.php': 'one\n', 'old.php': '<?php // old\n' })
  await here.server('config.php', 'two\n', { at: 1_700_000_000 })
  await here.server('uploads/logo.png', png, { at: 1_700_000_123 })
  await here.remove('old.php')
  const compared = await here.compare()
  expect(told(compared)).toEqual(['changed config.php', 'deleted old.php', 'new uploads/logo.png'])
  const [config, old, logo] = compared.differences
  expect(config).toMatchObject({
    before: { oid: await here.repo.ok('rev-parse', 'HEAD:config.php'), mode: '100644', size: 4 },
    after: {
      mode: '100644',
      size: 4,
      mtimeMs: 1_700_000_000_000,
    },
    content: 'text',
    holds: [],
  })
  expect(config!.after!.oid).toBe(await here.repo.ok('hash-object', join(here.mirror.tree, 'config.php')))
  expect(old).toMatchObject({ before: { size: 13 }, content: 'text', holds: [] })
  expect(old!.after).toBeUndefined()
  expect(logo).toMatchObject({ content: 'image', after: { size: png.length, mtimeMs: 1_700_000_123_000 } })
  expect(logo!.before).toBeUndefined()
})

test('comparing writes no git object anywhere', async () => {
  await using here = await mirrored({ 'a.txt': 'a\n' })
  await here.server('a.txt', 'secret-that-must-not-be-kept\n')
  await here.server('big.bin', Buffer.alloc(3_000_000, 1))
  await here.compare()
  expect(await objectsIn(here.mirror.folder)).toEqual([])
})

test("the user's index, work tree, config and objects stay byte for byte, also while another git holds index.lock", async () => {
  await using here = await mirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  await here.repo.write('a.txt', 'edited here\n')
  await writeFile(join(here.repo.dir, '.git/index.lock'), 'held')
  const before = await contentsOf(here.repo.dir)
  await here.server('b.txt', 'edited there\n')
  await here.server('new.txt', 'new\n')
  expect(told(await here.compare())).toEqual(['changed b.txt', 'new new.txt'])
  await here.reopen()
  expect(told(await here.compare())).toEqual(['changed b.txt', 'new new.txt'])
  expect(await contentsOf(here.repo.dir)).toEqual(before)
})

test('the mirror is nobody else’s to read', async () => {
  await using here = await mirrored()
  for (const folder of [here.mirror.folder, here.mirror.tree, join(here.mirror.folder, '../..')])
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('a file that only became CRLF is told as that, and one that git would store the same is no difference', async () => {
  await using here = await mirrored({ '.gitattributes': '*.md text\n', 'a.php': 'one\ntwo\n', 'b.md': 'one\ntwo\n' })
  await here.server('a.php', 'one\r\ntwo\r\n')
  await here.server('b.md', 'one\r\ntwo\r\n')
  const compared = await here.compare()
  expect(told(compared)).toEqual(['line-endings a.php'])
  expect(compared.phantoms).toBe(1)
  expect(told(await here.compare())).toEqual(['line-endings a.php'])
})

test("the user's autocrlf changes nothing", async () => {
  await using here = await mirrored({ 'a.txt': 'one\ntwo\n', 'b.txt': 'one\r\n' })
  await here.repo.ok('config', 'core.autocrlf', 'true')
  await here.reopen()
  await here.server('b.txt', 'two\r\n')
  expect(told(await here.compare())).toEqual(['changed b.txt'])
  expect(await readFile(join(here.mirror.tree, 'a.txt'), 'utf8')).toBe('one\ntwo\n')
})

test('executable bits count only when asked for', async () => {
  await using here = await mirrored({ 'bin/run': '#!/bin/sh\n' })
  await here.server('bin/run', '#!/bin/sh\n', { mode: 0o755 })
  await here.server('bin/new', '#!/bin/sh\n', { mode: 0o755 })
  const without = await here.compare()
  expect(told(without)).toEqual(['new bin/new'])
  expect(without.differences[0]!.after!.mode).toBe('100644')
  const counted = await here.compare({}, { modes: true })
  expect(told(counted)).toEqual(['new bin/new', 'mode bin/run'])
  expect(counted.differences[0]!.after!.mode).toBe('100755')
  expect(told(await here.compare())).toEqual(['new bin/new'])
})

test('binary, image and text are told by content, whatever the name', async () => {
  await using here = await mirrored()
  await here.server('a.txt', Buffer.from([1, 0, 2]))
  await here.server('b.txt', png)
  await here.server('c.png', 'only text\n')
  await here.server('d.svg', '<svg/>')
  const kinds = (await here.compare()).differences.map(({ content }) => content)
  expect(kinds).toEqual(['binary', 'image', 'text', 'text'])
  expect((await here.compare()).differences.map(({ content }) => content)).toEqual(kinds)
})

test('says what .gitignore names and what lies among uploads', async () => {
  await using here = await mirrored({ '.gitignore': 'storage/*\n!storage/kept\n' })
  await here.server('storage/one.txt', '1')
  await here.server('storage/kept', '2')
  await here.server('public/up/x.txt', '3')
  const roots = [
    { from: '/srv/app/', to: '', uploads: false },
    { from: '/srv/shared/up/', to: 'public/up/', uploads: true },
  ]
  const { differences } = await here.compare({}, { roots })
  expect(differences.map(({ path, ignored, upload }) => [path, ignored, upload])).toEqual([
    ['public/up/x.txt', false, true],
    ['storage/kept', false, false],
    ['storage/one.txt', true, false],
  ])
})

test('deletions are sure only after a clean pull', async () => {
  await using here = await mirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  await here.remove('a.txt')
  await here.remove('b.txt')
  const partial = await here.compare({ state: 'partial' })
  expect(partial.differences.map(({ holds }) => holds[0]?.kind)).toEqual(['unsure', 'unsure'])
  const moving = await here.compare({ skipped: [{ path: pathOf('a.txt'), why: 'vanished' }] })
  expect(moving.differences.map(({ holds }) => holds[0]?.kind)).toEqual(['unsure', undefined])
})

test('a renamed file is one difference, moved as it was or a little changed', async () => {
  const long = Array.from({ length: 60 }, (_, at) => `line ${at} of a file with some text\n`).join('')
  await using here = await mirrored({
    'a.txt': `${long}a`,
    'b.txt': `${long.replaceAll('line', 'row')}b`,
    'c.txt': 'short\n',
  })
  await here.remove('a.txt')
  await here.remove('b.txt')
  await here.remove('c.txt')
  await here.server('moved/a.txt', `${long}a`)
  await here.server('moved/bb.txt', `${long.replaceAll('line', 'row')}changed`)
  await here.server('moved/c.txt', 'other\n')
  const compared = await here.compare()
  expect(told(compared)).toEqual(['deleted c.txt', 'renamed moved/a.txt', 'renamed moved/bb.txt', 'new moved/c.txt'])
  expect(compared.differences.map(({ from }) => from)).toEqual([undefined, 'a.txt', 'b.txt', undefined])
  const unsure = await here.compare({ state: 'partial' })
  expect(told(unsure).filter(line => line.startsWith('renamed'))).toEqual([])
})

test('what is there and did not come is told, with the reason', async () => {
  await using here = await mirrored({ 'huge.bin': 'was small\n' })
  const skipped = [
    { path: pathOf('huge.bin'), why: 'too-big', size: 30_000_000 },
    { path: pathOf('public/storage'), why: 'link', target: '../storage/app/public' },
    { path: pathOf('run/fifo'), why: 'special' },
    { path: pathOf('private.txt'), why: 'unreadable' },
    { path: pathOf('.env'), why: 'denied', rule: 'env-files', size: 12 },
  ] as const
  const { differences } = await here.compare({ state: 'partial', skipped })
  expect(differences.map(({ path, change, holds }) => [path, change, holds[0]])).toEqual([
    ['.env', 'unread', { kind: 'denied', rule: 'env-files', why: expect.stringContaining('passwords') }],
    ['huge.bin', 'unread', { kind: 'too-big', size: 30_000_000 }],
    ['private.txt', 'unread', { kind: 'unreadable', because: expect.any(String) }],
    ['public/storage', 'unread', { kind: 'link', target: '../storage/app/public' }],
    ['run/fifo', 'unread', { kind: 'special' }],
  ])
  expect(differences[1]!.before).toMatchObject({ oid: await here.repo.ok('rev-parse', 'HEAD:huge.bin') })
})

test('an upload under way is held, also when what came of it is what was deployed', async () => {
  await using here = await mirrored({ 'a.txt': 'a\n' })
  await here.server('movie.mp4', 'half')
  const { differences } = await here.compare({ unsettled: new Set([pathOf('movie.mp4'), pathOf('a.txt')]) })
  expect(differences.map(({ path, change, holds }) => [path, change, holds])).toEqual([
    ['a.txt', 'unread', [{ kind: 'still-changing' }]],
    ['movie.mp4', 'new', [{ kind: 'still-changing' }]],
  ])
})

test('a link that was deployed is no difference, and is never followed', async () => {
  await using here = await mirrored({ 'real/secret.txt': 's\n' })
  await symlink('/etc', join(here.repo.dir, 'way-out'))
  await here.repo.ok('add', '-A')
  await here.repo.ok('commit', '-qm', 'link')
  await here.server('x.txt', 'x')
  await here.mirror.git.text(['read-tree', '--reset', '-u', await here.tree()])
  const skipped = [{ path: pathOf('way-out'), why: 'link' }] as const
  expect(told(await here.compare({ skipped }))).toEqual(['new x.txt'])
  expect(await here.mirror.read(pathOf('way-out/passwd'))).toBeUndefined()
  expect(await here.mirror.read(pathOf('way-out'))).toBeUndefined()
  expect(await here.mirror.look(pathOf('way-out/passwd'))).toBeUndefined()
  expect(await here.mirror.look(pathOf('way-out'))).toMatchObject({ kind: 'link', target: '/etc' })
  await expect(here.mirror.read(pathOf('../index'))).rejects.toThrow('not a path inside')
})

test('a link where a file was deployed is told and not taken', async () => {
  await using here = await mirrored({ 'a.txt': 'a\n' })
  await here.remove('a.txt')
  await here.link('a.txt', '/etc/passwd')
  const { differences } = await here.compare()
  expect(differences).toMatchObject([{ path: 'a.txt', change: 'unread', holds: [{ kind: 'link' }] }])
})

test('a folder where a file was, and a file where a folder was', async () => {
  await using here = await mirrored({ thing: 'some thing\n', 'box/inside.txt': 'inside\n' })
  await here.remove('thing')
  await here.server('thing/now.txt', 'now\n')
  await here.remove('box')
  await here.server('box', 'file\n')
  const expected = ['new box', 'deleted box/inside.txt', 'deleted thing', 'new thing/now.txt']
  expect(told(await here.compare())).toEqual(expected)
  expect(told(await here.compare())).toEqual(expected)
})

test('the next deploy becomes the base without anything being read again', async () => {
  await using here = await mirrored({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
  await here.server('a.txt', 'there\n')
  await here.server('up.txt', 'up\n')
  await here.compare()
  await here.repo.commit({ 'a.txt': 'there\n', 'b.txt': undefined, 'c.txt': 'c\n' }, 'deploy')
  await seed(here.mirror, await here.tree())
  await here.remove('b.txt')
  await here.server('c.txt', 'c\n')
  expect(told(await here.compare())).toEqual(['new up.txt'])
  expect(told(await here.compare({}, {}, 'HEAD~1'))).toEqual([
    'changed a.txt',
    'deleted b.txt',
    'new c.txt',
    'new up.txt',
  ])
})

test('a mirror that was filled by a pull before anything was checked out compares as well', async () => {
  await using here = await mirrored({ '.gitattributes': '*.txt text\n', 'a.txt': 'a\n', 'b.txt': 'b\n' })
  const mirror = await openMirror(here.git, { environment: 'production', host: 'web1' })
  await here.mirror.close()
  here.mirror = mirror
  await here.server('a.txt', 'a\r\n')
  await here.server('b.txt', 'other\n')
  await seed(mirror, await here.tree())
  expect(told(await here.compare())).toEqual(['deleted README.md', 'changed b.txt'])
})

test('an edit of the same size and time is noticed, because it is another file', async () => {
  await using here = await mirrored({ 'a.txt': 'one\n' })
  await here.server('a.txt', 'one\n', { at: 1_700_000_000 })
  expect(told(await here.compare())).toEqual([])
  await here.server('.a.txt.Xy12Zz', 'two\n', { at: 1_700_000_000 })
  await rename(here.at('.a.txt.Xy12Zz'), here.at('a.txt'))
  expect(told(await here.compare())).toEqual(['changed a.txt'])
})

test('times in the future do not make every look read contents', async () => {
  await using here = await mirrored({ 'a.txt': 'one\n' })
  const future = Math.floor(Date.now() / 1000) + 10_000_000
  await here.server('a.txt', 'one\n', { at: future })
  expect(told(await here.compare())).toEqual([])
  await new Promise(resolve => setTimeout(resolve, 2_100))
  await here.reopen()
  expect((await stat(join(here.mirror.folder, 'index'))).mtimeMs / 1000).toBeGreaterThan(future)
  expect(told(await here.compare())).toEqual([])
  // Changed in place, in length and time as before: only its ctime tells.
  await writeFile(here.at('a.txt'), 'two\n')
  await utimes(here.at('a.txt'), future, future)
  expect(told(await here.compare())).toEqual(['changed a.txt'])
})

test('what rsync kept of an interrupted file is never in the list', async () => {
  await using here = await mirrored()
  await here.server('.sg-partial/movie.mp4', 'half')
  await here.server('up/.sg-partial/movie.mp4', 'half')
  await here.server('up/.movie.mp4.Ab3xYz', 'half')
  expect(told(await here.compare({ state: 'partial' }))).toEqual(['new up/.movie.mp4.Ab3xYz'])
  expect((await here.compare({ state: 'partial' })).differences[0]!.holds).toMatchObject([{ kind: 'unsure' }])
})

test('what is denied since the last pull is forgotten here, and what is deployed and denied is no deletion', async () => {
  await using here = await mirrored({ 'data.sql': 'deployed\n', 'notes.txt': 'n\n' })
  await here.server('cache/private.txt', 'p\n')
  expect(told(await here.compare())).toEqual(['new cache/private.txt'])
  expect(told(await here.compare({}, { exclude: ['cache/'] }))).toEqual([])
  expect(await here.mirror.look(pathOf('cache/private.txt'))).toBeUndefined()
  await here.remove('data.sql')
  expect(told(await here.compare())).toEqual([])
})

test('objects wait in the quarantine until they are released', async () => {
  await using here = await mirrored()
  await here.server('a.txt', 'approved\n')
  const git = await here.mirror.withIndex('build')
  const oid = (await git.text(['hash-object', '-w', '--', 'a.txt'])).trim()
  expect((await here.repo.git('cat-file', '-e', oid)).code).not.toBe(0)
  await here.mirror.emptyQuarantine()
  expect((await git.answer(['cat-file', '-e', oid])) === undefined).toBe(true)
  await git.text(['hash-object', '-w', '--', 'a.txt'])
  await here.mirror.release()
  expect(await here.repo.ok('cat-file', 'blob', oid)).toBe('approved')
  expect(await objectsIn(here.mirror.folder)).toEqual([])
  expect((await here.repo.git('fsck', '--strict')).code).toBe(0)
})
