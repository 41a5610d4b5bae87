import { rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas } from '../support/guarded-repo.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

/** A repository whose `main` and `release/*` let no secret in. */
async function withoutSecrets(): Promise<TempRepo> {
  const repo = await tempRepo({
    '.shiprc': "protect: [main, 'release/*']\ngates: { db: false, changelog: false, tests: false }\n",
  })
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  return repo
}

test('what the remote got on an unguarded branch is judged when a new protected branch is made of it', async () => {
  await using repo = await withoutSecrets()
  await repo.ok('switch', '-q', '-c', 'feature')
  await repo.commit({ '.env': 'PASSWORD=correct-horse\n' })
  expect((await repo.git('push', 'origin', 'feature')).code).toBe(0)
  const checked = await repo.shipGuard(['check', '--for', 'release/1'])
  expect(checked.code).toBe(1)
  const push = await repo.git('push', 'origin', 'feature:refs/heads/release/1')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('.env')
  expect(await remoteHas(repo, 'release/1')).toBe('')
})

test('a push cannot switch off its own guard by making a new branch', async () => {
  await using repo = await guardedRepo()
  await repo.ok('switch', '-q', '-c', 'feature')
  await repo.commit({ '.shiprc': 'protect: [nothing]\n', 'check.sh': 'exit 1\n' })
  const push = await repo.git('push', 'origin', 'feature:refs/heads/develop')
  expect(push.stderr).toContain('This push takes away the gate check.')
  expect(push.code).toBe(1)
  expect(await remoteHas(repo, 'develop')).toBe('')
})

test('a push cannot switch off its own guard by overwriting what this clone has not fetched', async () => {
  await using repo = await guardedRepo()
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main:release/1')
  const theirs = join(repo.home, 'theirs')
  await exec('git', ['clone', '-q', '-b', 'release/1', repo.origin, theirs])
  await exec('git', ['commit', '-q', '--allow-empty', '-m', 'theirs'], { cwd: theirs })
  await exec('git', ['push', '-q', 'origin', 'release/1'], { cwd: theirs })
  const before = await remoteHas(repo, 'release/1')
  await repo.commit({ '.shiprc': 'protect: [nothing]\n' })
  const push = await repo.git('push', '--force', 'origin', 'main:release/1')
  expect(push.stderr).toContain('has commits on release/1 that this clone does not know')
  expect(await remoteHas(repo, 'release/1')).toBe(before)
})

test('a protection of origin holds by whatever name, URL or path its repository is reached', async () => {
  await using repo = await guardedRepo()
  const config = (await repo.read('.shiprc')).replace(/^protect:.*/, 'protect: [{ remotes: [origin], refs: [main] }]')
  await repo.commit({ '.shiprc': config })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  const before = await remoteHas(repo, 'main')
  await repo.ok('remote', 'add', 'backup', `file://${repo.origin}`)
  await repo.commit({ 'check.sh': 'exit 1\n' })
  for (const remote of ['origin', 'backup', repo.origin, `file://${repo.origin}`, '../origin.git'])
    expect((await repo.git('push', remote, 'main')).stderr).toContain('needs check')
  expect(await remoteHas(repo, 'main')).toBe(before)
  const fork = join(repo.home, 'fork.git')
  await exec('git', ['init', '-q', '--bare', fork])
  expect((await repo.git('push', fork, 'main')).code).toBe(0)
})

test('a push that takes a gate away says so also when nobody can read what the remote asks for', async () => {
  await using repo = await guardedRepo()
  const good = await repo.read('.shiprc')
  await repo.commit({ '.shiprc': `${good}gatez: {}\n` })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const mended = await repo.commit({ '.shiprc': good.replace(/ {2}command:.*\n.*\n/, '') })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.stderr).toContain('The config that the remote has now could not be read')
  expect(push.stderr).toContain('gatez')
  expect(await remoteHas(repo, 'main')).toBe(mended)
})

test('another commit of a submodule is judged anew, also where a gate reads only some files', async () => {
  await using repo = await guardedRepo()
  const lib = join(repo.home, 'lib')
  await exec('git', ['init', '-q', '-b', 'main', lib])
  await writeFile(join(lib, 'check.sh'), 'exit 0\n')
  await exec('git', ['add', '-A'], { cwd: lib })
  await exec('git', ['commit', '-q', '-m', 'lib'], { cwd: lib })
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib, 'lib')
  const config = (await repo.read('.shiprc')).replace("sh check.sh'", "sh lib/check.sh', reads: ['lib/**']")
  await repo.commit({ '.shiprc': config })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('Passed')
  await repo.write('lib/check.sh', 'exit 1\n')
  await exec('git', ['commit', '-qam', 'broken'], { cwd: join(repo.dir, 'lib') })
  await repo.commit({})
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('needs check')
})

test('a program that is exchanged behind a symbolic link is asked anew', async () => {
  await using repo = await guardedRepo()
  const bin = join(repo.home, 'bin')
  const program = (name: string, code: number) => repo.write(`../bin/${name}`, `#!/bin/sh\nexit ${code}\n`, 0o755)
  await Promise.all([program('tool-1', 0), program('tool-2', 1)])
  await symlink('tool-1', join(bin, 'current'))
  await symlink('current', join(bin, 'tool'))
  const env = { PATH: `${bin}:${process.env.PATH}` }
  await repo.commit({ '.shiprc': (await repo.read('.shiprc')).replace(/run: '[^']*'/, "run: 'tool'") })
  expect((await repo.shipGuard(['check', '--for', 'main'], { env })).code).toBe(0)
  await rm(join(bin, 'current'))
  await symlink('tool-2', join(bin, 'current'))
  const push = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })
  expect(push.stderr).toContain('needs check')
})

test('a config that is a program is asked at every push: it may give other rules than it gave to `check`', async () => {
  await using repo = await guardedRepo()
  const gates =
    "{ db: false, secrets: false, changelog: false, tests: false, command: { check: { run: 'sh check.sh' } } }"
  await repo.commit({
    '.shiprc': undefined,
    'ship.config.mjs': `const gates = ${gates}\nif (process.env.QUICK) delete gates.command\nexport default { protect: ['main'], gates }\n`,
  })
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  await repo.commit({ 'check.sh': 'exit 1\n' })
  expect((await repo.shipGuard(['check', '--for', 'main'], { env: { QUICK: '1' } })).code).toBe(0)
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('needs check')
})
