import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas } from '../support/guarded-repo.ts'
import { packageFolder } from '../support/package-root.ts'
import { exec, type TempRepo } from '../support/temp-repo.ts'

/** Two minutes, and a number that no other suite on this machine sleeps for. */
const nap = `120.${process.pid}`

const withCommand = (run: string, more = '') => `gates:
  db: false
  secrets: false
  changelog: false
  tests: false
  command:
    mine: { run: ${JSON.stringify(run)}${more} }
`

async function pushWith(repo: TempRepo, config: string) {
  await repo.commit({ '.shiprc': config })
  // The remote's own config would otherwise keep its gate switched on.
  return repo.git('push', 'origin', 'main')
}

test.each([
  ['does not exist', 'ship-guard-no-such-command --all', ''],
  ['hangs', `sleep ${nap}`, ', timeout: 1s'],
  ['is killed', 'kill -9 $$', ''],
])('a gate command that %s is undecided, and undecided never passes', async (_name, run, more) => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  const push = await pushWith(repo, withCommand(run, more))
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('Undecided')
  expect(await remoteHas(repo, 'main')).toBe(before)
  expect((await exec('pgrep', ['-f', `^sleep ${nap.replace('.', '[.]')}$`])).stdout).toBe('')
})

test('a gate command that prints 100 MB and then fails shows its end', async () => {
  await using repo = await guardedRepo()
  const push = await pushWith(
    repo,
    withCommand("head -c 100000000 /dev/zero | tr '\\\\0' 'x'; echo; echo the reason; exit 1"),
  )
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('the reason')
  expect(push.stderr.length).toBeLessThan(100_000)
})

test('output that is binary or moves the cursor reaches the terminal as harmless text', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'noise.sh': "printf '\\033[2J\\033]0;owned\\007\\377\\376 not utf-8\\n'; exit 1\n" })
  const push = await pushWith(repo, withCommand('sh noise.sh'))
  expect(push.code).toBe(1)
  expect(push.stderr).not.toMatch(/[\u0007\u001b]/)
  expect(push.stderr).toContain('not utf-8')
})

test('names that are binary, hostile or not UTF-8 are judged and shown safely', async () => {
  await using repo = await guardedRepo()
  const base = await repo.ok('rev-parse', 'HEAD')
  const blob = (await exec('git', ['hash-object', '-w', '--stdin'], { cwd: repo.dir, input: 'x' })).stdout.trim()
  const names = [
    Buffer.from([0xe9, 0xff]),
    Buffer.from('new\nline'),
    Buffer.from('\u001b[31mred'),
    Buffer.from('$(touch pwned)'),
    Buffer.from('-rf'),
  ]
  const own = (await exec('git', ['ls-tree', '-z', base], { cwd: repo.dir })).stdout
  const entries = names.map(name => Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), name, Buffer.from([0])]))
  const tree = (
    await exec('git', ['mktree', '-z'], { cwd: repo.dir, input: Buffer.concat([Buffer.from(own), ...entries]) })
  ).stdout.trim()
  const commit = await repo.ok('commit-tree', tree, '-p', base, '-m', 'odd \u001b[31m names')
  const push = await repo.git('push', 'origin', `${commit}:main`)
  expect(push.code).toBe(0)
  expect(push.stderr).not.toMatch(/\u001b/)
})

test('a hook that is told nonsense refuses rather than guesses', async () => {
  await using repo = await guardedRepo()
  const hook = await exec('sh', [join(repo.dir, '.git/hooks/pre-push'), 'origin', repo.origin], {
    cwd: repo.dir,
    input: `refs/heads/main nonsense refs/heads/main ${'0'.repeat(40)}\n`,
  })
  expect(hook.code).not.toBe(0)
  expect(hook.stdout).toBe('')
})

test('a full disk never loses a file of the user and never passes unseen', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'check.sh': 'exit 1\n' })
  const line = `refs/heads/main ${await repo.ok('rev-parse', 'HEAD')} refs/heads/main ${await repo.ok('rev-parse', 'origin/main')}\n`
  await writeFile(join(repo.home, 'line'), line)
  // No file may grow at all: what a full disk does, without filling one.
  const hook = await exec(
    'sh',
    [
      '-c',
      `trap '' XFSZ; ulimit -f 0; exec sh .git/hooks/pre-push origin "$1" < "$2"`,
      'sh',
      repo.origin,
      join(repo.home, 'line'),
    ],
    { cwd: repo.dir },
  )
  expect(hook.code).not.toBe(0)
  expect(await repo.ok('status', '--porcelain')).toBe('')
})

/** `git …` by somebody who may read but not write the git dir. The superuser may write anywhere, so the tests of a container act as nobody. */
async function gitWithoutWriting(repo: TempRepo, ...args: string[]) {
  const cache = join(repo.home, 'cache')
  await mkdir(cache)
  // The built package lies in a folder that only the one who runs the suite may enter.
  await cp(packageFolder, join(repo.dir, '.git/ship-guard/package'), { recursive: true })
  await exec('chmod', ['-R', 'a+rX', repo.home])
  const env = {
    XDG_CACHE_HOME: cache,
    HOME: cache,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  }
  if (process.getuid?.() === 0) {
    await exec('chown', ['-R', '65534:65534', repo.home])
    await exec('chmod', ['-R', 'a-w', join(repo.dir, '.git')])
    return exec('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'git', ...args], { cwd: repo.dir, env })
  }
  await exec('chmod', ['-R', 'a-w', join(repo.dir, '.git')])
  return exec('git', args, { cwd: repo.dir, env })
}

test('a read-only git dir still judges, and says that nothing could be remembered', async () => {
  await using repo = await guardedRepo()
  const good = await repo.commit({ 'a.txt': 'a' })
  const push = await gitWithoutWriting(repo, 'push', 'origin', 'main')
  expect(push.stderr).toContain('could not be kept')
  expect(push.stderr).toContain('Passed: origin/main')
  expect(await remoteHas(repo, 'main')).toBe(good)
})

test('a read-only git dir and a dirty work tree is undecided, with the way out', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await repo.commit({ 'a.txt': 'a' })
  await repo.write('a.txt', 'dirty')
  const push = await gitWithoutWriting(repo, 'push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('clean checkout of the pushed commit could not be made')
  expect(await remoteHas(repo, 'main')).toBe(before)
})
