import { expect, test } from 'vitest'
import { exec, type TempRepo, tempRepo } from '../../test/support/temp-repo.ts'
import { openGit } from './git.ts'
import { openTree } from './tree.ts'

const open = async (repo: TempRepo, commit: string, base?: string) =>
  openTree(await openGit(repo.dir, process.env), commit, base, async () => repo.dir)

test('what is renamed to a name that is not asked for is deleted', async () => {
  await using repo = await tempRepo({ 'sql/a.sql': 'SELECT 1;\n' })
  const base = await repo.ok('rev-parse', 'HEAD')
  await repo.ok('mv', 'sql/a.sql', 'a.txt')
  const tree = await open(repo, await repo.commit({}), base)
  expect(await tree.changes()).toMatchObject([{ kind: 'renamed', path: 'a.txt', from: 'sql/a.sql' }])
  expect(await tree.changes(['sql/**'])).toMatchObject([{ kind: 'deleted', path: 'sql/a.sql' }])
  expect(await tree.changes(['*.txt'])).toMatchObject([{ kind: 'renamed', path: 'a.txt' }])
})

test('tells added, modified, deleted and renamed files apart', async () => {
  await using repo = await tempRepo({
    'keep.txt': 'same\n',
    'gone.txt': 'x\n',
    'old name.txt': 'a long enough text\nto be found again\n',
  })
  const base = await repo.ok('rev-parse', 'HEAD')
  const commit = await repo.commit({
    'keep.txt': 'other\n',
    'gone.txt': undefined,
    'old name.txt': undefined,
    'new name.txt': 'a long enough text\nto be found again\n',
    'ünï→.txt': '1',
  })
  const tree = await open(repo, commit, base)
  expect((await tree.changes()).map(c => [c.kind, c.path])).toEqual([
    ['deleted', 'gone.txt'],
    ['modified', 'keep.txt'],
    ['renamed', 'new name.txt'],
    ['added', 'ünï→.txt'],
  ])
  expect(await tree.text('keep.txt')).toBe('other\n')
  expect(await tree.baseText('keep.txt')).toBe('same\n')
  expect(await tree.text('gone.txt')).toBeUndefined()
  expect((await tree.list(['*.md'])).map(e => e.path)).toEqual(['README.md'])
})

test('knows who last changed a file in what is pushed', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' })
  const base = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'a.txt': 'a2', 'ü 1.txt': 'u' })
  await repo.write('b.txt', 'b2')
  await repo.ok('commit', '-qam', 'b', '--author', 'Bob <bob@example.test>')
  await repo.write('a.txt', 'a3')
  await repo.ok('commit', '-qam', 'a', '--author', 'Cleo <cleo@example.test>')
  const tree = await open(repo, await repo.ok('rev-parse', 'HEAD'), base)
  expect(Object.fromEntries(await tree.authors(['a.txt', 'b.txt', 'c.txt', 'ü 1.txt']))).toEqual({
    'a.txt': 'Cleo <cleo@example.test>',
    'b.txt': 'Bob <bob@example.test>',
    'ü 1.txt': 'Ada <ada@example.test>',
  })
})

test('without a base every file is added', async () => {
  await using repo = await tempRepo({ 'a.txt': 'a' })
  const tree = await open(repo, await repo.ok('rev-parse', 'HEAD'))
  expect((await tree.changes()).map(c => [c.kind, c.path])).toEqual([
    ['added', 'README.md'],
    ['added', 'a.txt'],
  ])
})

test('finds a blob that the push adds and removes again, and what only a merge holds', async () => {
  await using repo = await tempRepo({})
  const base = await repo.ok('rev-parse', 'HEAD')
  const leaked = await repo.commit({ 'leak.txt': 'secret\n' })
  await repo.commit({ 'leak.txt': undefined, 'b.txt': 'b\n' })
  await repo.ok('checkout', '-q', '-b', 'side', base)
  await repo.commit({ 'c.txt': 'c\n' })
  await repo.ok('merge', '-q', '--no-commit', 'main')
  const merge = await repo.commit({ 'evil.txt': 'only here\n' }, 'merge')
  const tree = await open(repo, merge, base)
  const found = []
  for await (const blob of tree.addedBlobs()) found.push(blob)
  expect(found.map(b => b.path).sort()).toEqual(['b.txt', 'c.txt', 'evil.txt', 'leak.txt'])
  expect(found.find(b => b.path === 'leak.txt')?.commit).toBe(leaked)
  expect(found.find(b => b.path === 'evil.txt')?.commit).toBe(merge)
})

test('two names that are not UTF-8 stay two names, and their contents can be read', async () => {
  await using repo = await tempRepo({})
  const base = await repo.ok('rev-parse', 'HEAD')
  const blob = (text: string) =>
    exec('git', ['hash-object', '-w', '--stdin'], { cwd: repo.dir, input: text }).then(r => r.stdout.trim())
  const line = (oid: string, byte: number) =>
    Buffer.concat([Buffer.from(`100644 blob ${oid}\tcaf`), Buffer.from([byte, 0])])
  const input = Buffer.concat([line(await blob('one'), 0xe9), line(await blob('two'), 0xe8)])
  const made = (await exec('git', ['mktree', '-z'], { cwd: repo.dir, input })).stdout.trim()
  const commit = await repo.ok('commit-tree', made, '-p', base, '-m', 'odd names')
  const tree = await open(repo, commit, base)
  const list = await tree.list()
  expect(list.map(e => e.path)).toEqual(['"caf\\350"', '"caf\\351"'])
  const contents = []
  for await (const content of tree.blobs(list.map(e => e.oid)))
    if (!content.tooBig) contents.push(Buffer.from(content.bytes).toString())
  expect(contents.sort()).toEqual(['one', 'two'])
})

test('a blob over the limit is named but not read', async () => {
  await using repo = await tempRepo({ 'big.bin': 'x'.repeat(2000) })
  const tree = await open(repo, await repo.ok('rev-parse', 'HEAD'))
  const [big] = await tree.list(['big.bin'])
  const seen = []
  for await (const blob of tree.blobs([big!.oid], { maxBytes: 1000 })) seen.push(blob)
  expect(seen).toEqual([{ oid: big!.oid, size: 2000, tooBig: true }])
})
