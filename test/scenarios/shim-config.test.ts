// A shim whose patterns were compiled from one config must not let a ref pass that the pushed commit's config protects.
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakePackage, putShim } from '../support/shim.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const one = 'protect: [main]\n'
const two = 'protect: [main, feature]\n'

async function blobOf(repo: TempRepo, text: string): Promise<string> {
  return (await exec('git', ['hash-object', '--stdin'], { cwd: repo.dir, input: text })).stdout.trim()
}

/** The shim knows `.shiprc` with the text `one`. */
async function configured(text = one) {
  const repo = await tempRepo({ '.shiprc': text })
  const fake = await FakePackage.at(join(repo.home, 'fake-package'))
  await putShim(repo, 'pre-push', {
    rules: {
      protections: [{ refs: ['main'] }],
      protectionsWithoutConfig: [{ refs: ['main', 'develop'] }],
      configBlobs: [await blobOf(repo, text)],
      config: { name: '.shiprc', text },
    },
  })
  await repo.ok('checkout', '-q', '-b', 'feature')
  return Object.assign(repo, {
    fake,
    seen: join(repo.dir, '.git', 'ship-guard', 'config-seen'),
    /** Pushes the branch; whether Node was asked. */
    async asks(...refs: string[]): Promise<boolean> {
      const before = (await fake.started()).length
      const push = await repo.git('push', '-q', 'origin', ...(refs.length === 0 ? ['feature'] : refs))
      expect(push).toMatchObject({ code: 0, stderr: expect.not.stringContaining('fatal') })
      return (await fake.started()).length > before
    },
  })
}

const past = new Date('2020-01-01T00:00:00Z')

test('the same config: git is asked once, and from then on nobody', async () => {
  await using repo = await configured()
  await repo.commit({ a: 'a' })
  expect(await repo.asks()).toBe(false)
  const first = (await stat(repo.seen)).mtimeMs
  await repo.commit({ a: 'b', 'new file': 'x' })
  expect(await repo.asks()).toBe(false)
  expect((await stat(repo.seen)).mtimeMs).toBe(first)
})

test('a commit with another config is given to Node, and the time of the last look is not renewed', async () => {
  await using repo = await configured()
  expect(await repo.asks()).toBe(false)
  await repo.commit({ '.shiprc': two })
  expect(await repo.asks()).toBe(true)
  await repo.commit({ a: 'a' })
  expect(await repo.asks()).toBe(true)
  await repo.commit({ '.shiprc': one })
  expect(await repo.asks()).toBe(false)
})

test('a config that was edited before a push and committed after it is noticed', async () => {
  await using repo = await configured()
  await repo.write('.shiprc', two)
  await repo.ok('commit', '-q', '--allow-empty', '-m', 'without the edit')
  expect(await repo.asks()).toBe(false)
  await repo.commit({})
  expect(await repo.asks()).toBe(true)
})

test('a config that was committed and taken back in the work tree alone is noticed', async () => {
  await using repo = await configured()
  expect(await repo.asks()).toBe(false)
  await repo.commit({ '.shiprc': two })
  await repo.write('.shiprc', one)
  expect(await repo.asks()).toBe(true)
})

test.each([
  ['moved into place', async (from: string, to: string) => rename(from, to)],
  [
    'copied over with its old time',
    async (from: string, to: string) => {
      await writeFile(to, await readFile(from))
      await utimes(to, past, past)
    },
  ],
])('a config that is older than the last look and was %s is noticed', async (_, put) => {
  await using repo = await configured()
  const prepared = join(repo.home, 'prepared')
  await writeFile(prepared, two)
  await utimes(prepared, past, past)
  expect(await repo.asks()).toBe(false)
  await put(prepared, join(repo.dir, '.shiprc'))
  await repo.ok('add', '-A')
  await repo.ok('commit', '-q', '-m', 'x')
  expect(await repo.asks()).toBe(true)
})

test('a long config is not read: it counts as changed when anything at the top is newer', async () => {
  const long = `${one}${'# a long comment line about nothing\n'.repeat(60)}`
  await using repo = await configured(long)
  expect(await repo.asks()).toBe(false)
  const first = (await stat(repo.seen)).mtimeMs
  await repo.write('sub/file', 'x')
  await repo.ok('add', '-A')
  await repo.ok('commit', '-q', '-m', 'x')
  expect(await repo.asks()).toBe(false)
  expect((await stat(repo.seen)).mtimeMs).toBeGreaterThan(first)
  const prepared = join(repo.home, 'prepared')
  await writeFile(prepared, `${two}${long}`)
  await utimes(prepared, past, past)
  await rename(prepared, join(repo.dir, '.shiprc'))
  await repo.ok('commit', '-q', '-am', 'y')
  expect(await repo.asks()).toBe(true)
})

test('HEAD moved under the work tree by reset is noticed', async () => {
  await using repo = await configured(two)
  await repo.commit({ '.shiprc': one })
  await putShim(repo, 'pre-push', {
    rules: {
      protections: [{ refs: ['main'] }],
      configBlobs: [await blobOf(repo, one)],
      config: { name: '.shiprc', text: one },
    },
  })
  expect(await repo.asks()).toBe(false)
  await new Promise(resolve => setTimeout(resolve, 20))
  await repo.ok('reset', '-q', '--soft', 'HEAD~1')
  expect(await repo.asks('+feature')).toBe(true)
})

test('a second config file, a removed one and one in place of it are given to Node', async () => {
  await using repo = await configured()
  expect(await repo.asks()).toBe(false)
  await repo.commit({ 'ship.config.js': 'export default {}\n' })
  expect(await repo.asks()).toBe(true)
  await repo.commit({ 'ship.config.js': undefined, '.shiprc': undefined, 'package.json': '{"ship":{}}\n' })
  expect(await repo.asks()).toBe(true)
})

test('a commit without any config is judged by the defaults', async () => {
  await using repo = await configured()
  expect(await repo.asks()).toBe(false)
  await repo.commit({ '.shiprc': undefined })
  expect(await repo.asks()).toBe(false)
  expect(await repo.asks('feature:develop')).toBe(true)
})

test('a commit that is not HEAD is looked at in git, and so is each of many', async () => {
  await using repo = await configured()
  await repo.commit({ '.shiprc': two }, 'not HEAD')
  await repo.ok('branch', 'other')
  await repo.ok('tag', '-a', '-m', 'x', 'v2')
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  expect(await repo.asks()).toBe(false)
  expect(await repo.asks('other')).toBe(true)
  expect(await repo.asks('other~1:refs/heads/elsewhere')).toBe(false)
  expect(await repo.asks('v2')).toBe(true)
  // A local ref whose last word is HEAD is not HEAD.
  expect(await repo.asks(':/not HEAD:refs/heads/by-message')).toBe(true)
  expect(await repo.asks('feature', 'other:refs/heads/x', 'other~1:refs/heads/y')).toBe(true)
  expect(await repo.asks('feature:refs/heads/z', 'other~1:refs/heads/zz', ':y')).toBe(false)
  // Objects that hold no files at all.
  const blob = await blobOf(repo, one)
  await repo.ok('update-ref', 'refs/tags/blob', blob)
  expect(await repo.asks('refs/tags/blob')).toBe(false)
})

test('with a branch for each of 300 different commits one of them with another config is found', async () => {
  await using repo = await configured()
  const head = await repo.ok('rev-parse', 'HEAD')
  const commits = Array.from(
    { length: 300 },
    (_, at) => `commit refs/heads/many-${at}\ncommitter Ada <a@example.test> ${at} +0000\ndata 1\nx\nfrom ${head}\n\n`,
  )
  await exec('git', ['fast-import', '--quiet'], { cwd: repo.dir, input: commits.join('') })
  expect(await repo.asks('refs/heads/many-*:refs/heads/many-*')).toBe(false)
  // Tag objects are more than git compares at once.
  for (let at = 0; at < 9; at += 1) await repo.ok('tag', '-a', '-m', 'x', `tag-${at}`, `many-${at}`)
  expect(await repo.asks('--tags')).toBe(false)
  await repo.commit({ '.shiprc': two })
  await repo.ok('branch', 'many-x')
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  expect(await repo.asks('refs/heads/many-*:refs/heads/again-*')).toBe(true)
})

test('without the package a push with an unknown config passes when what was protected is not part of it, and says so', async () => {
  await using repo = await configured()
  await rm(repo.fake.folder, { recursive: true })
  await repo.commit({ '.shiprc': two })
  const push = await repo.git('push', '-q', 'origin', 'feature')
  expect(push.code).toBe(0)
  expect(push.stderr).toContain("the pushed commit's config is not the installed one")
})

test('a git dir that cannot be written to costs the look and nothing else', async () => {
  await using repo = await configured()
  await writeFile(join(repo.dir, '.git', 'ship-guard'), 'a file where the folder should be')
  expect(await repo.asks()).toBe(false)
  const push = await repo.git('push', '-q', 'origin', 'feature:refs/heads/more')
  expect(push).toMatchObject({ code: 0, stderr: '' })
})

test('what is not known is given to Node: a shim that is not compiled', async () => {
  await using repo = await configured()
  await putShim(repo, 'pre-push', { rules: { configBlobs: 'unknown' } })
  expect(await repo.asks()).toBe(true)
})
