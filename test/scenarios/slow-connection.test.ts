import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { IdleProxy } from '../support/idle-proxy.ts'
import { eventually } from '../support/scratch.ts'
import { SshServer } from '../support/ssh-server.ts'
import { type Ended, type ExecOptions, exec, type TempRepo } from '../support/temp-repo.ts'

// A gate that says when it has begun and waits for a word, and then long enough for a closed connection to be noticed. When the hook has ended, git
// finds that nobody is at the other end and is ended by SIGPIPE: its code says nothing, our words must.
const patient = 'touch $SIGNALS/begun\nwhile [ ! -e $SIGNALS/go ]; do sleep 0.05; done\nsleep 1.2\n'

/** A way to the repository over a real sshd whose connections can be closed. */
async function overSsh(repo: TempRepo, server: SshServer, proxy: IdleProxy): Promise<ExecOptions> {
  const alias = `Host idle\n  HostName 127.0.0.1\n  Port ${proxy.port}\n  HostKeyAlias [127.0.0.1]:${server.port}\n`
  await appendFile(join(server.folder, 'ssh_config'), alias)
  await repo.ok('remote', 'set-url', 'origin', `idle:${repo.origin}`)
  return { env: { PATH: server.path, SIGNALS: repo.home } }
}

function push(repo: TempRepo, options: ExecOptions, ...args: string[]): Promise<Ended> {
  return exec('git', ['push', ...args], { cwd: repo.dir, ...options })
}

/** Does something while the gate of a running push waits. */
async function whileItRuns(repo: TempRepo, running: Promise<Ended>, what: () => unknown): Promise<Ended> {
  for (const name of ['begun', 'go'])
    expect(await exec('test', ['-e', join(repo.home, name)])).toMatchObject({ code: 1 })
  const begun = () => exec('test', ['-e', join(repo.home, 'begun')]).then(({ code }) => code === 0)
  expect(await eventually(begun)).toBe(true)
  await what()
  await writeFile(join(repo.home, 'go'), '')
  const ended = await running
  for (const name of ['begun', 'go']) await rm(join(repo.home, name))
  return ended
}

/** For --receive-pack: the program at the other end, which ends when the file `cut` is there. */
async function shortLived(repo: TempRepo): Promise<string> {
  const path = join(repo.home, 'short-lived')
  const killer = `( while [ ! -e ${repo.home}/cut ]; do kill -0 $$ || exit; sleep 0.05; done; kill $$ ) </dev/null >/dev/null 2>&1 &`
  await writeFile(path, `#!/bin/sh\n${killer}\nexec git-receive-pack "$@"\n`, { mode: 0o755 })
  return path
}

test.concurrent('a connection that is closed while the gates run is told as such, and the same push goes through at once', async () => {
  await using repo = await guardedRepo({ 'check.sh': patient }, { config: 'slow: { budget: 1s }\n' })
  await using server = await SshServer.start()
  await using proxy = await IdleProxy.start(server.port)
  const ssh = await overSsh(repo, server, proxy)
  const commit = await repo.commit({ 'a.txt': 'a' })

  const cut = await whileItRuns(repo, push(repo, ssh, 'origin', 'main'), () => expect(proxy.cut()).toBe(1))
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
  const told = await whileItRuns(repo, push(repo, ssh, 'origin', 'main'), () => {})
  expect(told.code).toBe(0)
  expect(told.stderr).toMatch(
    /check usually needs [\d.]+ s here, and an SSH connection may not wait longer than 1\.0 s/,
  )
  expect(told.stderr.indexOf('npx ship-guard push')).toBeLessThan(told.stderr.indexOf('Passed: origin/main'))
})

test.concurrent('`ship-guard push` asks the gates while no connection waits', async () => {
  await using repo = await guardedRepo({ 'check.sh': patient })
  await using server = await SshServer.start()
  await using proxy = await IdleProxy.start(server.port)
  const ssh = await overSsh(repo, server, proxy)
  const commit = await repo.commit({ 'a.txt': 'a' })
  const running = repo.shipGuard(['push', 'origin', 'main'], ssh)
  const pushed = await whileItRuns(repo, running, () => expect(proxy.cut()).toBe(0))
  expect(pushed).toMatchObject({ code: 0, stderr: expect.stringContaining('main -> main') })
  expect(await runs(repo)).toBe(1)
  expect(await remoteHas(repo, 'main')).toBe(commit)
})

test.concurrent('a server that ends the silent program itself is noticed, also without SSH', async () => {
  await using repo = await guardedRepo({ 'check.sh': patient })
  const pack = `--receive-pack=${await shortLived(repo)}`
  const signals = { env: { SIGNALS: repo.home } }
  await repo.commit({ 'a.txt': 'a' })
  const cut = await whileItRuns(repo, push(repo, signals, pack, 'origin', 'main'), () =>
    writeFile(join(repo.home, 'cut'), ''),
  )
  expect(cut.code).not.toBe(0)
  expect(cut.stderr).toContain('but the connection to origin closed meanwhile')
  await rm(join(repo.home, 'cut'))
  const again = await push(repo, signals, pack, 'origin', 'main')
  expect(again.code).toBe(0)
  expect(await runs(repo)).toBe(1)
})

test.concurrent('what the gates refuse stays refused when the connection is gone', async () => {
  await using repo = await guardedRepo({ 'check.sh': `${patient}exit 1\n` })
  const pack = `--receive-pack=${await shortLived(repo)}`
  await repo.commit({ 'a.txt': 'a' })
  const running = push(repo, { env: { SIGNALS: repo.home } }, pack, 'origin', 'main')
  const refused = await whileItRuns(repo, running, () => writeFile(join(repo.home, 'cut'), ''))
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
