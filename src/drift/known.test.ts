import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempRepo } from '../../test/support/temp-repo.ts'
import type { Difference, Side } from '../core/difference.ts'
import { pathBytes, pathOf } from '../core/path-bytes.ts'
import { openGit } from '../io/git.ts'
import { unknownTo } from './known.ts'

const signal = new AbortController().signal

function difference(path: string, change: Difference['change'], more: Partial<Difference> = {}): Difference {
  return { path: pathOf(path), change, content: 'text', upload: false, ignored: false, holds: [], ...more }
}

function side(oid: string, mode = '100644'): Side {
  return { oid, mode, size: 1 }
}

describe('what a commit knows of', () => {
  test('a change that it has is known, one that it does not have is not', async () => {
    await using repo = await tempRepo({ 'a.txt': 'a', 'b.txt': 'b' })
    const base = await repo.ok('rev-parse', 'HEAD')
    const commit = await commitFile(repo, 'a.txt', 'from the server')
    const oid = await repo.ok('rev-parse', 'HEAD:a.txt')
    const other = await blob(repo, 'other')
    const differences = [
      difference('a.txt', 'changed', { after: side(oid) }),
      difference('b.txt', 'changed', { after: side(other) }),
      difference('new.txt', 'new', { after: side(oid) }),
    ]
    expect(await known(repo, commit, base, differences)).toEqual(['b.txt', 'new.txt'])
  })

  test('a change that was captured and merged with other work since is known', async () => {
    await using repo = await tempRepo({ 'a.txt': 'a' })
    const base = await repo.ok('rev-parse', 'HEAD')
    await commitFile(repo, 'a.txt', 'from the server')
    const oid = await repo.ok('rev-parse', 'HEAD:a.txt')
    const commit = await commitFile(repo, 'a.txt', 'from the server, and more')
    expect(await known(repo, commit, base, [difference('a.txt', 'changed', { after: side(oid) })])).toEqual([])
  })

  test('the same content from before the deploy does not count', async () => {
    await using repo = await tempRepo({ 'a.txt': 'old' })
    const oid = await repo.ok('rev-parse', 'HEAD:a.txt')
    const base = await commitFile(repo, 'a.txt', 'deployed')
    const differences = [difference('a.txt', 'changed', { after: side(oid) })]
    expect(await known(repo, base, base, differences)).toEqual(['a.txt'])
  })

  test('a deletion is known when the file is gone, or was gone once', async () => {
    await using repo = await tempRepo({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' })
    const base = await repo.ok('rev-parse', 'HEAD')
    await repo.ok('rm', '-q', 'a.txt', 'b.txt')
    await repo.ok('commit', '-qm', 'gone')
    const commit = await commitFile(repo, 'b.txt', 'new b')
    const differences = ['a.txt', 'b.txt', 'c.txt'].map(path => difference(path, 'deleted'))
    expect(await known(repo, commit, base, differences)).toEqual(['c.txt'])
  })

  test('a rename is known only when the old name is gone', async () => {
    await using repo = await tempRepo({ 'a.txt': 'a' })
    const base = await repo.ok('rev-parse', 'HEAD')
    const oid = await repo.ok('rev-parse', 'HEAD:a.txt')
    const renamed = [difference('b.txt', 'renamed', { from: pathOf('a.txt'), after: side(oid) })]
    const copied = await commitFile(repo, 'b.txt', 'a')
    expect(await known(repo, copied, base, renamed)).toEqual(['b.txt'])
    await repo.ok('rm', '-q', 'a.txt')
    await repo.ok('commit', '-qm', 'gone')
    expect(await known(repo, await repo.ok('rev-parse', 'HEAD'), base, renamed)).toEqual([])
  })

  test('a mode counts with the content', async () => {
    await using repo = await tempRepo({ 'run.sh': 'x' })
    const base = await repo.ok('rev-parse', 'HEAD')
    const oid = await repo.ok('rev-parse', 'HEAD:run.sh')
    const mode = [difference('run.sh', 'mode', { after: side(oid, '100755') })]
    expect(await known(repo, base, base, mode)).toEqual(['run.sh'])
    await repo.ok('update-index', '--chmod=+x', 'run.sh')
    await repo.ok('commit', '-qm', 'executable')
    expect(await known(repo, await repo.ok('rev-parse', 'HEAD'), base, mode)).toEqual([])
  })

  test('names that begin with a colon, hold a newline or are not UTF-8 are told apart', async () => {
    await using repo = await tempRepo({ 'x.txt': 'x' })
    const base = await repo.ok('rev-parse', 'HEAD')
    const names = [Buffer.from(':000000 100644 a'), Buffer.from('a\nb'), Buffer.from([0xe9, 0x2e, 0x74])]
    for (const name of names) await writeFile(Buffer.concat([Buffer.from(`${repo.dir}/`), name]), 'odd')
    await repo.ok('add', '.')
    await repo.ok('commit', '-qm', 'odd')
    const oid = await blob(repo, 'odd')
    const later = await commitFile(repo, 'y.txt', 'y')
    const differences = [...names, Buffer.from([0xe8])].map(name => ({
      ...difference('', 'new', { after: side(oid) }),
      path: pathBytes(name),
    }))
    const left = await unknownTo(later, { base, differences, git: await openGit(repo.dir, process.env), signal })
    expect(left.map(({ path }) => path)).toEqual(['\u00e8'])
  })
})

type Repo = Awaited<ReturnType<typeof tempRepo>>

async function known(repo: Repo, commit: string, base: string, differences: readonly Difference[]) {
  const left = await unknownTo(commit, { base, differences, git: await openGit(repo.dir, process.env), signal })
  return left.map(({ path }) => path as string)
}

async function commitFile(repo: Repo, path: string, content: string): Promise<string> {
  await writeFile(join(repo.dir, path), content)
  await repo.ok('add', path)
  await repo.ok('commit', '-qm', path)
  return repo.ok('rev-parse', 'HEAD')
}

async function blob(repo: Repo, content: string): Promise<string> {
  await writeFile(join(repo.home, 'blob'), content)
  return repo.ok('hash-object', '-w', join(repo.home, 'blob'))
}
