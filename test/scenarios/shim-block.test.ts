// The block in hook files that a team shares: `.husky/pre-push`, run by husky with `sh -e`, or a tracked core.hooksPath.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blockFor, insertBlock } from '../../src/hooks/block.ts'
import { sourceRoot } from '../support/package-root.ts'
import { defaults, FakePackage } from '../support/shim.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

/** What husky 9 puts into `.husky/_`, by husky itself. */
async function startHusky(repo: TempRepo): Promise<void> {
  const husky = join(sourceRoot, 'node_modules', 'husky', 'bin.js')
  expect((await exec(process.execPath, [husky], { cwd: repo.dir, env: { HUSKY: undefined } })).code).toBe(0)
}

async function husky(own: Readonly<Record<string, string>> = {}) {
  const repo = await tempRepo({
    'package.json': '{"devDependencies":{"husky":"9.1.7"}}\n',
    '.gitignore': 'node_modules\n',
  })
  await startHusky(repo)
  for (const event of ['pre-push', 'post-merge', 'post-rewrite'] as const) {
    const before = own[event]
    const file = insertBlock(before === undefined ? undefined : Buffer.from(before), blockFor(event, defaults))
    await writeFile(join(repo.dir, '.husky', event), file)
  }
  return repo
}

/** A clone in which `npm install` was run and `ship-guard install` was not. */
async function installed(repo: TempRepo): Promise<FakePackage> {
  const folder = join(repo.dir, 'node_modules', 'ship-guard')
  const fake = await FakePackage.at(folder)
  await cp(join(sourceRoot, 'hooks'), join(folder, 'hooks'), { recursive: true })
  return fake
}

test('a clone without `ship-guard install` is guarded by the tracked block and the package alone', async () => {
  await using repo = await husky()
  const fake = await installed(repo)
  const oid = await repo.commit({ a: 'a' })
  await fake.endsWith(1)
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(await fake.started()).toMatchObject([
    { argv: ['pre-push', 'origin', repo.origin], stdin: expect.stringContaining(oid), cwd: repo.dir },
  ])
  await fake.endsWith(0)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

test('the lines behind the block get the same arguments and stdin, and their failure still counts', async () => {
  await using repo = await husky({ 'pre-push': 'echo "mine $1" >&2\ncat >&2\ntest ! -e stop\necho end >&2\n' })
  await installed(repo)
  const oid = await repo.commit({ a: 'a' })
  const push = await repo.git('push', 'origin', 'main', 'HEAD:refs/heads/feature')
  expect(push.code).toBe(0)
  expect(push.stderr).toMatch(new RegExp(`judged by the fake\\nmine origin\\n(.* ${oid} .*\\n){2}end\\n`))
  const empty = await repo.git('push', 'origin', 'main')
  expect(empty.stderr).toContain('mine origin\nend\n')
  await repo.commit({ stop: 'x' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
})

test('1,000 refs reach the lines behind the block', async () => {
  await using repo = await husky({ 'pre-push': 'cat >../lines\n' })
  await installed(repo)
  const oid = await repo.commit({ a: 'a' })
  const creates = Array.from({ length: 1000 }, (_, at) => `create refs/heads/branch-${at} ${oid}\n`).join('')
  await exec('git', ['update-ref', '--stdin'], { cwd: repo.dir, input: creates })
  expect((await repo.git('push', '-q', 'origin', 'refs/heads/branch-*:refs/heads/branch-*')).code).toBe(0)
  expect((await readFile(join(repo.home, 'lines'), 'utf8')).trimEnd().split('\n')).toHaveLength(1000)
})

test('without the package a protected push is refused, and others pass', async () => {
  await using repo = await husky({ 'pre-push': 'echo mine >&2\n' })
  await repo.commit({ a: 'a' })
  const refused = await repo.git('push', 'origin', 'HEAD@{0 seconds ago}:refs/heads/main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('Run: npm install. Then push again.')
  expect(refused.stderr).not.toContain('mine')
  const free = await repo.git('push', 'origin', 'HEAD:refs/heads/feature')
  expect(free.code).toBe(0)
  expect(free.stderr).toContain('mine')
})

test('the shim that `install` compiled for this clone comes before the one of the package', async () => {
  await using repo = await husky()
  const fake = await installed(repo)
  const home = join(repo.dir, '.git', 'ship-guard', 'hooks')
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'pre-push'), 'echo compiled >&2\ncat >/dev/null\n')
  await repo.commit({ a: 'a' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.stderr).toContain('compiled')
  expect(await fake.started()).toEqual([])
})

test('merges and amended commits go through their blocks, which never fail them', async () => {
  await using repo = await husky({ 'post-rewrite': 'cat >&2\n' })
  const fake = await installed(repo)
  await fake.endsWith(3)
  const before = await repo.commit({ a: 'a' })
  const amend = await repo.git('commit', '-q', '--amend', '-m', 'x')
  const after = await repo.ok('rev-parse', 'HEAD')
  expect(amend.stderr).toBe(`judged by the fake\n${before} ${after}\n`)
  await repo.ok('checkout', '-q', '-b', 'side', 'HEAD~1')
  expect((await repo.git('merge', '-q', 'main')).code).toBe(0)
  expect((await fake.started()).map(start => start.argv)).toEqual([
    ['post-rewrite', 'amend'],
    ['post-merge', '0'],
  ])
  await rm(fake.folder, { recursive: true })
  expect(await repo.git('commit', '-q', '--amend', '-m', 'y')).toMatchObject({ code: 0 })
})

test('a hook of husky 8, which starts itself a second time, is judged once', async () => {
  const old = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\necho mine >&2\n'
  await using repo = await husky({ 'pre-push': old })
  const fake = await installed(repo)
  await writeFile(
    join(repo.dir, '.husky', '_', 'husky.sh'),
    'if [ -z "$husky_skip_init" ]; then\n  export readonly husky_skip_init=1\n  sh -e "$0" "$@"\n  exit $?\nfi\n',
  )
  await repo.ok('config', 'core.hooksPath', '.husky')
  await exec('chmod', ['755', join(repo.dir, '.husky', 'pre-push')])
  await repo.commit({ a: 'a' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(await fake.started()).toHaveLength(1)
  expect(push.stderr).toMatch(/judged by the fake\nmine\n/)
})
