import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { IdleProxy } from '../support/idle-proxy.ts'
import { SshServer } from '../support/ssh-server.ts'
import { type Ended, type ExecOptions, exec, type TempRepo } from '../support/temp-repo.ts'

// When the hook has ended, git finds that nobody is at the other end and is ended by SIGPIPE: its code says nothing, our words must.
const idleMs = 900
const slower = 'sleep 1.6\n'

/** Two ways to the same repository over a real sshd: `app` stays open, `idle` is closed when it is silent. */
async function overSsh(
  repo: TempRepo,
  server: SshServer,
  proxy: IdleProxy,
): Promise<Required<Pick<ExecOptions, 'env'>>> {
  const alias = `Host idle\n  HostName 127.0.0.1\n  Port ${proxy.port}\n  HostKeyAlias [127.0.0.1]:${server.port}\n`
  await appendFile(join(server.folder, 'ssh_config'), alias)
  await repo.ok('remote', 'set-url', 'origin', `idle:${repo.origin}`)
  return { env: { PATH: server.path } }
}

function push(repo: TempRepo, options: ExecOptions, ...args: string[]): Promise<Ended> {
  return exec('git', ['push', ...args], { cwd: repo.dir, ...options })
}

test.concurrent('a connection that is closed while the gates run is told as such, and the same push goes through at once', async () => {
  await using repo = await guardedRepo({ 'check.sh': slower }, { config: 'slow: { budget: 1s }\n' })
  await using server = await SshServer.start()
  await using proxy = await IdleProxy.start(server.port, idleMs)
  const ssh = await overSsh(repo, server, proxy)
  const commit = await repo.commit({ 'a.txt': 'a' })

  const cut = await push(repo, ssh, 'origin', 'main')
  expect(cut.code).not.toBe(0)
  expect(cut.stderr).toMatch(/All gates passed in [\d.]+ s, but the SSH connection to origin closed meanwhile\./)
  expect(cut.stderr).toContain('run the same git push again (instant)')
  expect(await remoteHas(repo, 'main')).not.toBe(commit)

  const again = await push(repo, ssh, 'origin', 'main')
  expect(again.code).toBe(0)
  expect(await runs(repo)).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(commit)

  // From now on it is known to be slow, and said before anybody waits.
  await repo.commit({ 'b.txt': 'b' })
  const told = await push(repo, ssh, 'origin', 'main')
  expect(told.stderr).toMatch(
    /check usually needs [\d.]+ s here, and an SSH connection may not wait longer than 1\.0 s/,
  )
  expect(told.stderr.indexOf('npx ship-guard push')).toBeLessThan(told.stderr.indexOf('All gates passed'))
})

test.concurrent('`ship-guard push` asks the gates while no connection waits', async () => {
  await using repo = await guardedRepo({ 'check.sh': slower })
  await using server = await SshServer.start()
  await using proxy = await IdleProxy.start(server.port, idleMs)
  const ssh = await overSsh(repo, server, proxy)
  const commit = await repo.commit({ 'a.txt': 'a' })
  const pushed = await repo.shipGuard(['push', 'origin', 'main'], ssh)
  expect(pushed).toMatchObject({ code: 0, stderr: expect.stringContaining('main -> main') })
  expect(await runs(repo)).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(commit)
})

test.concurrent('a server that ends the silent program itself is noticed, also without SSH', async () => {
  await using repo = await guardedRepo({ 'check.sh': slower })
  const wrapper = join(repo.home, 'short-lived')
  await writeFile(wrapper, '#!/bin/sh\nexec timeout 0.8 git-receive-pack "$@"\n', { mode: 0o755 })
  await repo.commit({ 'a.txt': 'a' })
  const cut = await repo.git('push', `--receive-pack=${wrapper}`, 'origin', 'main')
  expect(cut.code).not.toBe(0)
  expect(cut.stderr).toContain('but the connection to origin closed meanwhile')
  const again = await repo.git('push', `--receive-pack=${wrapper}`, 'origin', 'main')
  expect(again.code).toBe(0)
  expect(await runs(repo)).toBe(1)
})

test.concurrent('what the gates refuse stays refused when the connection is gone', async () => {
  await using repo = await guardedRepo({ 'check.sh': `${slower}exit 1\n` })
  const wrapper = join(repo.home, 'short-lived')
  await writeFile(wrapper, '#!/bin/sh\nexec timeout 0.8 git-receive-pack "$@"\n', { mode: 0o755 })
  await repo.commit({ 'a.txt': 'a' })
  const refused = await repo.git('push', `--receive-pack=${wrapper}`, 'origin', 'main')
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain('Refused: origin/main needs check')
  expect(refused.stderr).not.toContain('closed meanwhile')
})

test.concurrent('`slow.onMiss: require` keeps back at once what was not asked before, and never the second time', async () => {
  await using repo = await guardedRepo({}, { config: 'slow: { onMiss: require }\n' })
  const commit = await repo.commit({ 'a.txt': 'a' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('check has no kept answer for origin/main')
  expect(await runs(repo)).toBe(0)
  const remedy = /npx ship-guard (check --commit \w+ --for main --remote origin), then push again/.exec(refused.stderr)
  const checked = await repo.shipGuard(remedy![1]!.split(' '))
  expect(checked.code).toBe(0)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(commit)
  expect(await runs(repo)).toBe(1)

  const next = await repo.commit({ 'b.txt': 'b' })
  expect((await repo.shipGuard(['push', 'origin', 'main'])).code).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(next)
})
