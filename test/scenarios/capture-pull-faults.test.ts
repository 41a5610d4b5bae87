// rsync that fails in every way it has, played by a script in its place, and servers that answer badly, played by a real sshd.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CannotTell, UsageError } from '../../src/core/errors.ts'
import { fetchFiles } from '../../src/drift/pull/fetch.ts'
import type { Pulled, PullRequest } from '../../src/drift/pull/request.ts'
import { type AppServer, appServer } from '../support/app-server.ts'
import { pulling, skippedWords } from '../support/pulling.ts'
import { freePort } from '../support/ssh-server.ts'

/** A pull whose rsync is a script; `runs` counts how often it was asked to read. */
async function withFake(
  script: string,
  changes: Partial<PullRequest> = {},
): Promise<{ told: string; pulled?: Pulled; runs: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'ship-guard-fake-'))
  writeFileSync(
    join(folder, 'rsync'),
    `#!/bin/sh\n[ "$1" = --version ] && { echo 'rsync  version 3.4.3  protocol version 32'; exit; }\n${script}\n`,
  )
  chmodSync(join(folder, 'rsync'), 0o755)
  const server = { host: { ssh: 'app' }, root: '/srv/app', env: { PATH: `${folder}:/usr/bin:/bin` } }
  await using here = await pulling(server as unknown as AppServer)
  const [pulled, told] = await here.pull({ waits: [5, 5], ...changes }).then(
    done => [done, ''] as const,
    error => [undefined, words(error)] as const,
  )
  rmSync(folder, { recursive: true })
  return { told, runs: here.runs.length, ...(pulled && { pulled }) }
}

function words(error: unknown): string {
  if (error instanceof CannotTell || error instanceof UsageError)
    return `${error.name}: ${error.message} | ${error.instead}`
  throw error
}

const fails = (code: number, said: string) => `printf '%s\\n' '${said}' >&2; exit ${code}`

test.each([
  [1, 'rsync: --blurb: unknown option', /does not know an option/, 1],
  [2, 'rsync error: protocol incompatibility (code 2) at compat.c(600)', /does not answer as rsync/, 1],
  [11, 'rsync: [receiver] write failed on "x": No space left on device (28)', /no room left on this machine/, 1],
  [12, 'Connection reset by 10.0.0.1 port 22', /connection to app broke/, 3],
  [20, 'rsync error: received SIGINT, SIGTERM, or SIGHUP (code 20) at rsync.c(716)', /rsync was stopped/, 1],
  [23, 'rsync: [sender] something nobody knows', /could not be read.*something nobody knows/, 1],
  [30, 'rsync error: timeout in data send/receive (code 30) at io.c(197)', /Nothing came from app for five minutes/, 3],
  [35, 'rsync error: timeout waiting for daemon connection (code 35)', /does not answer in time/, 3],
  [127, 'bash: line 1: rsync: command not found', /rsync is not installed on app.*apt-get install rsync/, 1],
  [255, 'kex_exchange_identification: Connection closed by remote host', /could not connect to app/, 3],
  [255, 'ssh: Could not resolve hostname app: Name or service not known', /no host by the name app/, 1],
  [255, 'ada@app: Permission denied (publickey,password).', /keys at hand.*ssh-copy-id app/, 1],
  [12, 'bash: line 1: rsync: command not found', /rsync is not installed on app/, 1],
  [99, '', /Reading from app failed/, 1],
])('rsync that ends with %i and says "%s" is told in words', async (code, said, told, runs) => {
  const fake = await withFake(fails(code, said))
  expect(fake.told).toMatch(told)
  expect(fake.told).toMatch(/^CannotTell: .* \| .+/)
  expect(fake.runs).toBe(runs)
})

const stats = 'echo "Number of files: 2 (reg: 1, dir: 1)"'

test('a connection that breaks once is tried again, and the pull is clean', async () => {
  const fake = await withFake(
    `[ -e ../tried ] && { ${stats}; exit 0; }; touch ../tried; ${fails(12, 'client_loop: send disconnect: Broken pipe')}`,
  )
  expect(fake.pulled).toMatchObject({ state: 'clean', files: 1 })
  expect(fake.runs).toBe(2)
})

test('files that vanish while they are read are asked for once more; then the pull is partial', async () => {
  const gone = `printf 'file has vanished: "/srv/app/cache/x"\\n' >&2`
  const fake = await withFake(`${stats}; ${gone}; exit 24`)
  expect(fake.pulled).toMatchObject({ state: 'partial' })
  expect(skippedWords(fake.pulled!)).toEqual(['cache/x: vanished'])
  expect(fake.runs).toBe(2)
})

test('more deletions than a day explains stop the capture, and asking again is no way around', async () => {
  await using server = await appServer({
    files: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}.php`, '<?php'])),
  })
  await using here = await pulling(server)
  await here.pull()
  for (let at = 0; at < 30; at += 1) await server.remove(`f${at}.php`)

  await expect(here.pull({ known: 40 })).rejects.toThrow(/More files are gone/)
  const left = (await here.paths()).length
  expect(left).toBe(30)
  await expect(here.pull({ known: 40 })).rejects.toThrow(/10 files are left there/)
  expect(await here.paths()).toHaveLength(left)
  await here.pull({ known: 40, allowDeletions: true })
  expect(await here.paths()).toHaveLength(10)
  await server.remove('f39.php')
  await here.pull({ known: 10 })
  expect(await here.paths()).toHaveLength(9)
})

test('an empty, a vanished and a wrong root are never "everything was deleted"', async () => {
  await using server = await appServer({ files: { 'index.php': '<?php', 'a.php': 'a' } })
  await using here = await pulling(server)
  await here.pull()
  mkdirSync(server.at('../empty'))
  const from = (path: string) => ({
    known: 2,
    source: { ...here.source, roots: [{ from: path, to: '', uploads: false }] },
  })

  await expect(here.pull(from(`${server.root}/../empty/`))).rejects.toThrow(UsageError)
  await expect(here.pull(from(`${server.ssh.folder}/srv/empty/`))).rejects.toThrow(
    /More files are gone.*no file at all/,
  )
  await expect(here.pull(from(`${server.ssh.folder}/srv/nowhere/`))).rejects.toThrow(/There is no .*nowhere\/ on app/)
  await expect(here.pull(from(`${server.root}/index.php/`))).rejects.toThrow(/is no folder/)
  expect(await here.pull({ known: 2 })).toMatchObject({ state: 'clean', files: 2 })
  expect(await here.paths()).toEqual(['a.php', 'index.php'])
  for (const path of [
    '',
    '/',
    '//',
    '/home/ada/',
    '/var/',
    'srv/app/',
    '/srv/../',
    '-e/',
    '/srv/$(touch x)/',
    '/srv/`id`/',
    '/srv/a\nb/',
    '~/app/',
  ])
    await expect(here.pull(from(path)), path).rejects.toThrow(UsageError)
})

test('a host that is an option, a command or a hop is refused before anything runs', async () => {
  await using server = await appServer({ files: { 'index.php': '<?php' } })
  await using here = await pulling(server)
  for (const ssh of [
    '-oProxyCommand=touch x',
    '-app',
    'a$(id)',
    'a b',
    '',
    'a@-b',
    '-l@app',
    'rsync://x',
    'app:22',
    "a'b",
  ])
    await expect(here.pull({ host: { ssh } }), ssh).rejects.toThrow(UsageError)
  await expect(here.pull({ host: { ssh: 'app', port: 70_000 } })).rejects.toThrow(/a port from 1 to 65535/)
  expect(here.runs).toEqual([])
})

test('a path of spaces and brackets arrives as it is', async () => {
  await using server = await appServer({ files: { 'my site (é)/index.php': '<?php' } })
  await using here = await pulling(server, { roots: [{ from: `${server.root}/my site (é)/`, to: '', uploads: false }] })
  await here.pull()
  expect(await here.paths()).toEqual(['index.php'])
})

test('nothing of the environment takes part: RSYNC_*, .popt, askpass', async () => {
  await using server = await appServer({ files: { 'index.php': '<?php' } })
  await using here = await pulling(server)
  const home = join(here.into, '../home')
  mkdirSync(home)
  writeFileSync(join(home, '.popt'), 'rsync alias --timeout --write-batch=stolen --timeout\n')
  const env = {
    ...here.world.env,
    RSYNC_OLD_ARGS: '1',
    RSYNC_RSH: 'touch stolen',
    RSYNC_ICONV: 'utf8,latin1',
    HOME: home,
    SSH_ASKPASS: '/bin/false',
  }
  const { pull } = await import('../../src/drift/pull/pull.ts')
  await pull(here.request(), {
    ...here.world,
    env,
    run: (command, options) => {
      for (const name of ['RSYNC_OLD_ARGS', 'RSYNC_RSH', 'RSYNC_ICONV', 'SSH_ASKPASS'])
        expect(command.env).toHaveProperty(name, undefined)
      return here.world.run(command, options)
    },
  })
  expect(await here.paths()).toEqual(['index.php'])
})

test('a shell that greets at login is shown what it prints', async () => {
  await using server = await appServer({ files: { 'index.php': '<?php' }, bashrc: 'echo "Welcome to app"' })
  await using here = await pulling(server)
  await expect(here.pull()).rejects.toThrow(/prints 15 bytes at every login.*"Welcome to app/)
})

test('a changed host key, an unknown one, and a wrong key each get their own words, without a question', async () => {
  await using server = await appServer({ files: { 'index.php': '<?php' } })
  await using other = await appServer()
  await using here = await pulling(server)
  const known = join(server.ssh.folder, 'known')
  const theirs = readFileSync(join(other.ssh.folder, 'host.pub'), 'utf8')
  writeFileSync(known, `[127.0.0.1]:${server.ssh.port} ${theirs}`)
  await expect(here.pull()).rejects.toThrow(/another one than before/)
  writeFileSync(known, '')
  await expect(here.pull()).rejects.toThrow(/not among your known hosts/)
  writeFileSync(known, `[127.0.0.1]:${server.ssh.port} ${readFileSync(join(server.ssh.folder, 'host.pub'), 'utf8')}`)
  writeFileSync(join(server.ssh.folder, 'user'), readFileSync(join(other.ssh.folder, 'user')), { mode: 0o600 })
  await expect(here.pull()).rejects.toThrow(/lets nobody in with the keys at hand/)
  await expect(here.pull({ host: { ssh: 'app', port: await freePort() } })).rejects.toThrow(
    /does not answer on its ssh port/,
  )
})

test('rsync missing there, missing here, and openrsync here say what to install', async () => {
  await using server = await appServer({ files: { 'index.php': '<?php' } })
  await using here = await pulling(server)
  await server.program('rsync', '#!/bin/sh\necho "bash: line 1: rsync: command not found" >&2\nexit 127\n')
  await expect(here.pull().catch(words)).resolves.toMatch(/rsync is not installed on app.*apt-get install rsync/)
  await server.localProgram('rsync', '#!/bin/sh\necho "openrsync: protocol version 29"\n')
  await expect(here.pull().catch(words)).resolves.toMatch(/is openrsync.*brew install rsync/)
  await server.localProgram('rsync', '#!/bin/sh\necho "rsync  version 2.6.9  protocol version 29"\n')
  await expect(here.pull().catch(words)).resolves.toMatch(/too old.*2\.6\.9/)
  const empty = {
    ...here.world,
    run: (command: Parameters<typeof here.world.run>[0]) => here.world.run({ ...command, env: { PATH: '/nowhere' } }),
  }
  const { pull } = await import('../../src/drift/pull/pull.ts')
  await expect(pull(here.request(), empty).catch(words)).resolves.toMatch(
    /rsync is not installed on this machine.*apt-get install rsync/,
  )
})

test('a key that rrsync restricts is enough, and says what it is restricted to when the config does not', async () => {
  await using server = await appServer({
    files: { 'index.php': '<?php', 'sub/a.txt': 'a', REVISION: 'abc' },
    restricted: true,
  })
  symlinkSync('/etc/passwd', server.at('evil'))
  await using here = await pulling(server, { restrictedTo: server.root })
  expect(skippedWords(await here.pull())).toEqual(['evil: link'])
  expect(await here.paths()).toEqual(['REVISION', 'index.php', 'sub/a.txt'])

  const request = {
    source: here.source,
    host: server.host,
    scratch: here.scratch,
    signal: new AbortController().signal,
  }
  const fetched = await fetchFiles(
    { ...request, paths: [`${server.root}/REVISION`, `${server.root}/nothing`, '/etc/hostname'] },
    here.world,
  )
  expect([...fetched].map(([path, content]) => [path, Buffer.from(content).toString()])).toEqual([
    [`${server.root}/REVISION`, 'abc'],
  ])

  const { restrictedTo: _, ...unsaid } = here.source
  await expect(here.pull({ source: unsaid }).catch(words)).resolves.toMatch(
    /restricted \(rrsync\).*capture\.restrictedTo/,
  )
})
