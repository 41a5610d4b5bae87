// What the reference tried with connections that close while a hook runs, as far as slow-connection.test.ts does not.

import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { HttpServer } from '../support/http-server.ts'
import { IdleProxy } from '../support/idle-proxy.ts'
import { eventually } from '../support/scratch.ts'
import { SshServer } from '../support/ssh-server.ts'
import { exec, type TempRepo } from '../support/temp-repo.ts'

const patient = 'touch $SIGNALS/begun\nwhile [ ! -e $SIGNALS/go ]; do sleep 0.05; done\nsleep 1.1\n'

const exists = (repo: TempRepo, name: string) =>
  exec('test', ['-e', join(repo.home, name)]).then(({ code }) => code === 0)

test('over HTTP a connection that was closed while the gates ran is made again, and nobody hears of it', async () => {
  await using repo = await guardedRepo({ 'check.sh': patient }, { config: 'slow: { budget: 1s }\n' })
  await using server = await HttpServer.start(repo.home)
  await repo.ok('remote', 'set-url', 'origin', `${server.url}/origin.git`)
  const commit = await repo.commit({ 'a.txt': 'a' })
  const env = { SIGNALS: repo.home, no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' }
  const running = exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })
  expect(await eventually(() => exists(repo, 'begun'))).toBe(true)
  expect(server.cut()).toBeGreaterThan(0)
  await writeFile(join(repo.home, 'go'), '')
  const push = await running
  expect(push).toMatchObject({ code: 0, stderr: expect.not.stringContaining('closed meanwhile') })
  expect(await remoteHas(repo, 'main')).toBe(commit)
  expect(await runs(repo)).toBe(1)

  // Nor is it spoken of the next time: only SSH waits.
  await repo.commit({ 'b.txt': 'b' })
  const again = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })
  expect(again).toMatchObject({ code: 0, stderr: expect.not.stringContaining('may not wait longer') })
})

test('a server that has gone for good is told by git, and the verdict is there when it is back', async () => {
  await using repo = await guardedRepo({ 'check.sh': patient })
  const before = await remoteHas(repo, 'main')
  const commit = await repo.commit({ 'a.txt': 'a' })
  const env = { SIGNALS: repo.home, no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' }
  {
    await using server = await HttpServer.start(repo.home)
    await repo.ok('remote', 'set-url', 'origin', `${server.url}/origin.git`)
    const running = exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })
    expect(await eventually(() => exists(repo, 'begun'))).toBe(true)
    await server[Symbol.asyncDispose]()
    await writeFile(join(repo.home, 'go'), '')
    expect((await running).code).not.toBe(0)
    expect(await remoteHas(repo, 'main')).toBe(before)
  }
  await using back = await HttpServer.start(repo.home)
  await repo.ok('remote', 'set-url', 'origin', `${back.url}/origin.git`)
  await rm(join(repo.home, 'go'))
  expect((await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })).code).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(commit)
  expect(await runs(repo)).toBe(1)
})

test('--ssh-keepalive: the real ssh takes the options, and the user’s own words for one push win over them', async () => {
  await using repo = await guardedRepo()
  expect((await repo.shipGuard(['install', '--ssh-keepalive'])).code).toBe(0)
  const [, ...options] = (await repo.ok('config', '--local', 'core.sshCommand')).split(' ')
  const effective = (await exec('ssh', ['-G', '-F', '/dev/null', ...options, 'example.test'])).stdout
  expect(effective).toContain('serveraliveinterval 30\n')
  expect(effective).toContain('serveralivecountmax 20\n')
  // The user's own words for one push win over it, as git does it.
  await repo.ok('remote', 'set-url', 'origin', 'ssh://nobody@example.test/app.git')
  const push = await exec('git', ['push', 'origin', 'main'], {
    cwd: repo.dir,
    env: { GIT_SSH_COMMAND: 'echo mine >&2; false' },
  })
  expect(push.stderr).toContain('mine')
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect((await repo.git('config', 'core.sshCommand')).code).toBe(1)
})

/** A push over a real sshd, with these words for ssh; `during` while its gate waits. */
async function overSsh(ssh: string, during: (proxy: IdleProxy) => Promise<unknown>) {
  await using repo = await guardedRepo({ 'check.sh': patient })
  await using server = await SshServer.start()
  await using proxy = await IdleProxy.start(server.port)
  const alias = `Host idle\n  HostName 127.0.0.1\n  Port ${proxy.port}\n  HostKeyAlias [127.0.0.1]:${server.port}\n`
  await appendFile(join(server.folder, 'ssh_config'), alias)
  await repo.ok('remote', 'set-url', 'origin', `idle:${repo.origin}`)
  const commit = await repo.commit({ 'a.txt': 'a' })
  const env = { PATH: server.path, SIGNALS: repo.home, GIT_SSH_COMMAND: ssh }
  const running = exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env, timeoutMs: 30_000 })
  expect(await eventually(() => exists(repo, 'begun'))).toBe(true)
  const done = await during(proxy)
  await writeFile(join(repo.home, 'go'), '')
  const push = await running
  return { push, done, arrived: (await remoteHas(repo, 'main')) === commit }
}

const bytesWithin = async (proxy: IdleProxy, ms: number) => {
  const before = proxy.passed
  await new Promise(done => setTimeout(done, ms))
  return proxy.passed - before
}

test.concurrent('a running gate never reaches the wire: only ServerAliveInterval keeps a connection from being idle', async () => {
  const silent = await overSsh('ssh -o TCPKeepAlive=yes', proxy => bytesWithin(proxy, 1_500))
  expect(silent).toMatchObject({ done: 0, push: { code: 0 }, arrived: true })
  const alive = await overSsh('ssh -o ServerAliveInterval=1', proxy =>
    eventually(async () => (await bytesWithin(proxy, 100)) > 0, 10_000),
  )
  expect(alive).toMatchObject({ done: true, push: { code: 0 }, arrived: true })
})

test.concurrent('a connection that a router has forgotten ends by ServerAliveInterval, and is told like one that was closed', async () => {
  const forgotten = await overSsh('ssh -o ServerAliveInterval=1 -o ServerAliveCountMax=1', async proxy => {
    proxy.forget()
    await new Promise(done => setTimeout(done, 2_500))
  })
  expect(forgotten.push.code).not.toBe(0)
  expect(forgotten.push.stderr).toContain('but the SSH connection to origin closed meanwhile')
  expect(forgotten.arrived).toBe(false)
})
