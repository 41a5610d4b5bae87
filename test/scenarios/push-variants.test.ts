import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { packageFolder } from '../support/package-root.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const bad = { 'check.sh': 'echo the tests say no; exit 1\n' }
const good = { 'check.sh': 'exit 0\n' }

/** On branch `topic`, with a commit that `main` should not get. */
async function badTopic(): Promise<TempRepo> {
  const repo = await guardedRepo()
  await repo.ok('checkout', '-q', '-b', 'topic')
  await repo.commit(bad)
  return repo
}

describe('`git push` alone is judged by what git makes of it', () => {
  test.each<[string, readonly (readonly [key: string, value: string])[]]>([
    [
      'push.default=upstream',
      [
        ['push.default', 'upstream'],
        ['branch.topic.remote', 'origin'],
        ['branch.topic.merge', 'refs/heads/main'],
      ],
    ],
    ['remote.origin.push', [['remote.origin.push', 'refs/heads/topic:refs/heads/main']]],
    ['remote.origin.push with a pattern', [['remote.origin.push', 'refs/heads/*:refs/heads/release/*']]],
    [
      'push.default=upstream beside remote.pushDefault',
      [
        ['push.default', 'upstream'],
        ['remote.pushDefault', 'origin'],
        ['branch.topic.remote', 'origin'],
        ['branch.topic.merge', 'refs/heads/main'],
      ],
    ],
    [
      'branch.topic.pushRemote',
      [
        ['branch.topic.pushRemote', 'origin'],
        ['remote.origin.push', 'HEAD:refs/heads/develop'],
      ],
    ],
  ])('%s can lead a branch to a protected one', async (_, config) => {
    await using repo = await badTopic()
    for (const [key, value] of config) await repo.ok('config', key, value)
    const before = await remoteHas(repo, 'main')
    const push = await repo.git('push')
    expect(push.code).toBe(1)
    expect(push.stderr).toContain('the tests say no')
    expect(await remoteHas(repo, 'main')).toBe(before)
  })

  test.each(['simple', 'current', 'matching'])('push.default=%s on the protected branch itself', async mode => {
    await using repo = await guardedRepo()
    await repo.commit(bad)
    await repo.ok('config', 'push.default', mode)
    expect((await repo.git('push', 'origin')).stderr).toContain('Refused: origin/main')
  })

  test('push.default=current on another branch is not held up', async () => {
    await using repo = await badTopic()
    await repo.ok('config', 'push.default', 'current')
    expect((await repo.git('push', 'origin')).code).toBe(0)
    expect(await runs(repo)).toBe(0)
  })

  test('a protection of one remote does not hold up the same branch of a fork', async () => {
    await using repo = await guardedRepo()
    const fork = join(repo.home, 'fork.git')
    await exec('git', ['clone', '-q', '--bare', repo.origin, fork])
    await repo.ok('remote', 'add', 'fork', fork)
    const config = (await repo.read('.shiprc')).replace(
      /^protect:.*$/m,
      'protect: [{ remotes: [origin], refs: [main] }]',
    )
    await repo.commit({ '.shiprc': config })
    await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
    await repo.ok('push', '-q', '--no-verify', 'fork', 'main')
    await repo.commit(bad)
    await repo.ok('config', 'remote.pushDefault', 'fork')
    await repo.ok('config', 'push.default', 'current')
    expect((await repo.git('push')).code).toBe(0)
    await repo.ok('config', 'branch.main.pushRemote', 'origin')
    expect((await repo.git('push')).code).toBe(1)
  })
})

test('from a detached HEAD the commit itself is judged', async () => {
  await using repo = await guardedRepo()
  await repo.ok('checkout', '-q', '--detach')
  await repo.commit(bad)
  for (const refspec of ['HEAD:main', '@:refs/heads/main', 'HEAD~0:refs/heads/develop']) {
    const push = await repo.git('push', 'origin', refspec)
    expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('the tests say no') })
  }
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/topic')).code).toBe(0)
  const commit = await repo.commit(good)
  expect((await repo.git('push', 'origin', 'HEAD:main')).code).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(commit)
})

test('refs/for/main of Gerrit passes, and is judged when it is asked for by its full name', async () => {
  await using repo = await badTopic()
  expect((await repo.git('push', 'origin', 'HEAD:refs/for/main')).code).toBe(0)
  expect(await runs(repo)).toBe(0)
  const config = (await repo.read('.shiprc')).replace(/^protect:.*$/m, 'protect: [main, refs/for/*]')
  await repo.commit({ '.shiprc': config })
  const push = await repo.git('push', 'origin', 'HEAD:refs/for/main')
  expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('the tests say no') })
})

test.each([['--follow-tags'], ['-c']])('an annotated tag that comes along with a branch is judged (%s)', async way => {
  await using repo = await guardedRepo({}, { config: "tags: ['v*']\n" })
  await repo.ok('checkout', '-q', '-b', 'topic')
  await repo.commit(bad)
  await repo.ok('tag', '-a', 'v1', '-m', 'v1')
  const words = way === '-c' ? ['-c', 'push.followTags=true', 'push'] : ['push', way]
  const push = await repo.git(...words, 'origin', 'topic')
  expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('the tests say no') })
  await repo.ok('tag', '-d', 'v1')
  await repo.ok('tag', '-a', 'note', '-m', 'n')
  expect((await repo.git(...words, 'origin', 'topic')).code).toBe(0)
})

test('a moved tag is refused by git as ever, and by us when it is protected and forced', async () => {
  await using repo = await guardedRepo({}, { config: "tags: ['v*']\n" })
  await repo.ok('tag', 'v1')
  await repo.ok('tag', 'note')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'v1', 'note')
  await repo.commit(bad)
  await repo.ok('tag', '-f', 'v1')
  await repo.ok('tag', '-f', 'note')
  expect((await repo.git('push', 'origin', 'note')).stderr).toContain('already exists')
  expect((await repo.git('push', '--force', 'origin', 'note')).code).toBe(0)
  expect((await repo.git('push', '--force', 'origin', 'v1')).stderr).toContain('the tests say no')
})

test.each([
  ['pushInsteadOf', 'pushInsteadOf'],
  ['insteadOf', 'insteadOf'],
])('a URL that %s rewrites is still the remote that it was', async (_, key) => {
  await using repo = await guardedRepo()
  await repo.ok('remote', 'set-url', 'origin', 'app:origin.git')
  await repo.ok('config', `url.${repo.home}/.${key}`, 'app:')
  await repo.commit(bad)
  const push = await repo.git('push', 'origin', 'main')
  expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('Refused: origin/main') })
  await repo.commit(good)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

test('names that differ in case are other branches', async () => {
  await using repo = await badTopic()
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/Main', 'HEAD:refs/heads/DEVELOP')).code).toBe(0)
  expect(await runs(repo)).toBe(0)
})

test('a stale lease is refused by git, and nothing is asked', async () => {
  await using repo = await guardedRepo()
  const [first, tip] = [await repo.ok('rev-parse', 'HEAD~1'), await repo.commit(bad)]
  const push = await repo.git('push', `--force-with-lease=main:${first}`, 'origin', `${tip}:main`)
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('stale info')
  expect(await runs(repo)).toBe(0)
})

test('a push from a bare repository is judged on a checkout of its own', async () => {
  await using repo = await guardedRepo()
  const good = await repo.commit({ 'a.txt': 'a' })
  const tip = await repo.commit(bad)
  const bare = join(repo.home, 'work', '.git')
  await repo.ok('config', 'core.bare', 'true')
  const push = (commit: string) => exec('git', ['--git-dir', bare, 'push', 'origin', `${commit}:main`], { cwd: bare })
  expect(await push(tip)).toMatchObject({ code: 1, stderr: expect.stringContaining('the tests say no') })
  expect(await push(good)).toMatchObject({ code: 0 })
  expect(await remoteHas(repo, 'main')).toBe(good)
})

test('gates run at the same time: each waits for what the other writes', async () => {
  await using repo = await tempRepo()
  const wait = (mine: string, theirs: string) =>
    `touch ${repo.home}/${mine}; for i in $(seq 200); do test -e ${repo.home}/${theirs} && exit 0; sleep 0.1; done; exit 1`
  await repo.commit({
    '.shiprc': JSON.stringify({
      protect: ['main'],
      gates: { db: false, secrets: false, command: { left: wait('l', 'r'), right: wait('r', 'l') } },
    }),
  })
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
})

test('a gate that is a JavaScript object keeps a push back, is kept when it passes, and cannot be left out by the push', async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules\n',
    'ship.config.mjs': `import { defineConfig, defineGate } from 'ship-guard'
const noFriday = {
  id: 'no-friday', title: 'No Friday', why: 'Nobody wants to mend it on Saturday.',
  async check({ tree, push }) {
    if ((await tree.text('day.txt')) !== 'friday') return []
    return [{ rule: 'no-friday', severity: 'error', what: \`It is Friday on \${push.ref}.\`, why: 'So.', instead: 'Wait.' }]
  },
}
export default defineConfig({ protect: ['main'], gates: { db: false, secrets: false, changelog: false }, own: [noFriday] })
`,
  })
  await mkdir(join(repo.dir, 'node_modules'))
  await symlink(packageFolder, join(repo.dir, 'node_modules', 'ship-guard'))
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  await repo.commit({ 'day.txt': 'friday' })
  const friday = await repo.git('push', 'origin', 'main')
  expect(friday.code).toBe(1)
  expect(friday.stderr).toContain('It is Friday on refs/heads/main.')
  expect(friday.stderr).toContain('Refused: origin/main needs no-friday.')
  await repo.commit({
    'ship.config.mjs': 'export default { gates: { db: false, secrets: false, changelog: false } }\n',
  })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('It is Friday')
  await repo.commit({ 'day.txt': 'monday' })
  expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
})

test('several reports at once, on a push as on a check, hold the same', async () => {
  await using repo = await guardedRepo()
  await repo.commit(bad)
  const check = ['check', '--for', 'main', '--report', 'terminal', '--report', 'json', '--report', 'json=a/report.json']
  const checked = await repo.shipGuard(check)
  expect(checked.code).toBe(1)
  expect(checked.stderr).toContain('Refused: origin/main needs check')
  const json = JSON.parse(checked.stdout) as { result: string }
  expect(json.result).toBe('refused')
  expect(JSON.parse(await readFile(join(repo.dir, 'a/report.json'), 'utf8'))).toEqual(json)
})

test('a gate that cannot tell never lets a push through, beside one that passes', async () => {
  await using repo = await guardedRepo()
  await writeFile(join(repo.dir, 'check.sh'), 'exec ./no-such-program\n')
  await repo.commit({})
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr.trimEnd().split('\n').slice(-2, -1)[0]).toMatch(/^Undecided: origin\/main: check could not tell\./)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
})
