import { chmod, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AppServer, type AppServerOptions, appServer } from '../support/app-server.ts'
import { freePort } from '../support/ssh-server.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const site = { 'index.php': '<?php echo 1;\n', 'app/Order.php': '<?php class Order {}\n' }

interface Case extends AsyncDisposable {
  readonly repo: TempRepo
  readonly server: AppServer
  doctor(...args: string[]): ReturnType<TempRepo['shipGuard']>
  /** The checks of the server, by id. */
  checks(): Promise<Record<string, { state: string; what: string; instead?: string }>>
}

async function deployed(options: AppServerOptions = {}, more = ''): Promise<Case> {
  const repo = await tempRepo(site)
  const server = await appServer({ files: site, ...options })
  await server.write('REVISION', `${await repo.ok('rev-parse', 'HEAD')}\n`)
  await configure(repo, `{ ssh: app, path: '${server.root}', capture: { preset: plain${more} } }`)
  const doctor = (...args: string[]) => repo.shipGuard(['doctor', ...args], { env: { ...server.env, HOME: repo.home } })
  return {
    repo,
    server,
    doctor,
    checks: async () => {
      const { stdout } = await doctor('production', '--json')
      const { looked } = JSON.parse(stdout) as { looked: { checks: { id: string; state: string; what: string }[] }[] }
      return Object.fromEntries(looked[1]!.checks.map(check => [check.id, check]))
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await repo[Symbol.asyncDispose]()
    },
  }
}

async function configure(repo: TempRepo, production: string): Promise<void> {
  await writeFile(join(repo.dir, '.shiprc'), `environments:\n  production: ${production}\n`)
}

test('a server that can be captured: everything is looked at, and the line for a key that only reads is printed', async () => {
  await using here = await deployed()
  await here.repo.shipGuard(['install'])
  const ended = await here.doctor()
  expect(ended.stderr).toBe('Nothing stands in the way; what could be better stands below each !.\n')
  expect(ended.code).toBe(0)
  for (const line of [
    'this machine',
    'production: app',
    '✓ git',
    '✓ ssh',
    '✓ connection',
    '! key',
    '✓ rsync there',
    '✓ clock',
  ])
    expect(ended.stdout).toContain(line)
  expect(ended.stdout).toContain(`${here.server.root}/ is the top of the repository`)
  const head = (await here.repo.ok('rev-parse', 'HEAD')).slice(0, 12)
  expect(ended.stdout).toContain(`${head} is deployed, says ${here.server.root}/REVISION`)
  expect(ended.stdout).toMatch(
    new RegExp(`restrict,command="rrsync -ro ${here.server.root}" ssh-ed25519 [A-Za-z0-9+/=]+\\n`),
  )
})

test('the printed line is one that works: under it capture still reads, and the shell is gone', async () => {
  await using here = await deployed({ restricted: true }, '')
  const closed = await here.checks()
  expect(closed).toMatchObject({ key: { state: 'problem' }, root: { state: 'problem' } })
  expect(closed.key?.instead).toContain('restrictedTo')

  await configure(
    here.repo,
    `{ ssh: app, path: '${here.server.root}', capture: { preset: plain, restrictedTo: '${here.server.root}' } }`,
  )
  const open = await here.checks()
  expect(open).toMatchObject({
    key: { state: 'fine' },
    root: { state: 'fine' },
    revision: { state: 'fine' },
  })
  expect(open).not.toHaveProperty('remote-rsync')
  const text = await here.doctor('production')
  expect(text.code).toBe(0)
  expect(text.stdout).not.toContain('rrsync -ro')
})

test('a server that nobody answers for: what is wrong and what to type, exit code 1, and no waiting for a password', async () => {
  await using here = await deployed()
  const { root } = here.server
  const cases: [production: string, said: RegExp][] = [
    [`{ ssh: app, port: ${await freePort()}, path: '${root}', capture: plain }`, /does not answer on its ssh port/],
    [`{ ssh: 'somebody@app', path: '${root}', capture: plain }`, /lets nobody in[\s\S]*ssh-add/],
    [
      `{ ssh: '127.0.0.1', port: ${here.server.ssh.port + 1}, path: '${root}', capture: plain }`,
      /does not answer|not among/,
    ],
    [`{ ssh: no-such-host.invalid, path: '${root}', capture: plain }`, /There is no host by the name/],
    [`{ ssh: app, path: '${root}/nowhere', capture: plain }`, /There is no .*nowhere\/ on app/],
  ]
  for (const [production, said] of cases) {
    await configure(here.repo, production)
    const ended = await here.doctor('production')
    expect(ended.stdout).toMatch(said)
    expect([production, ended.code]).toEqual([production, 1])
    expect(ended.stderr).toContain('to mend')
  }
})

test('a host key that changed is told as what it may be', async () => {
  await using here = await deployed()
  const known = join(here.server.ssh.folder, 'known')
  const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPK3QmyGlpOFGuM6DcnKzDWKGWnlrSe7Y3Rni2LGMyD'
  await writeFile(known, `[127.0.0.1]:${here.server.ssh.port} ${other}\n`)
  const { connection } = await here.checks()
  expect(connection).toMatchObject({ state: 'problem' })
  expect(`${connection?.what} ${connection?.instead}`).toMatch(/in between[\s\S]*fingerprint/)
})

test('each thing on the server that stands in the way is named with what mends it', async () => {
  await using here = await deployed()
  await here.server.program('rsync', '#!/bin/sh\nexit 127\n')
  const missing = await here.checks()
  expect(missing).toMatchObject({ 'remote-rsync': { state: 'problem' }, root: { state: 'problem' } })
  expect(JSON.stringify(missing)).toContain('apt-get install rsync')

  await here.server.program('rsync', '#!/bin/sh\necho "openrsync: protocol version 29"\n')
  expect(JSON.stringify(await here.checks())).toContain('openrsync')
})

test('a shell that greets is found out', async () => {
  await using here = await deployed({ bashrc: 'echo Welcome to shop\n' })
  expect(JSON.stringify(await here.checks())).toMatch(/prints 16 bytes at every login[\s\S]*bashrc/)
})

test('a clock that is wrong, an unknown commit and no commit at all are told', async () => {
  await using here = await deployed()
  await here.server.program('date', '#!/bin/sh\necho 946684800\n')
  await here.server.write('REVISION', `${'ab'.repeat(20)}\n`)
  const wrong = await here.checks()
  expect(wrong.clock).toMatchObject({ state: 'told', what: expect.stringContaining('behind') })
  expect(wrong.revision).toMatchObject({ state: 'problem', instead: expect.stringContaining('git fetch') })

  await here.server.write('REVISION', 'v1.2\u001b[2J\n')
  expect((await here.checks()).revision).toMatchObject({ state: 'problem' })
  await here.server.remove('REVISION')
  expect((await here.checks()).revision).toMatchObject({ state: 'told', what: expect.stringContaining('REVISION') })
})

test('a root that may not be read is named, the other one is fine', async () => {
  await using here = await deployed({}, `, roots: [{ from: '' }, { from: closed, to: closed }]`)
  await here.server.write('closed/a.txt', 'a')
  await chmod(here.server.at('closed'), 0)
  const ended = await here.doctor('production')
  expect(ended.code).toBe(1)
  expect(ended.stdout).toMatch(/✗ root .*closed/)
  expect(ended.stdout).toMatch(/✓ root .*is the top of the repository/)
})

test('the releases of a deploy tool are read through their link', async () => {
  await using here = await deployed()
  await here.server.write('releases/7/artisan', '')
  await here.server.write('shared/storage/app/public/logo.png', 'PNG')
  await here.server.write('releases/7/REVISION', `${await here.repo.ok('rev-parse', 'HEAD')}\n`)
  await symlink('releases/7', here.server.at('current'))
  await configure(here.repo, `{ ssh: app, path: '${here.server.root}/current', capture: laravel-deployer }`)
  const ended = await here.doctor('production')
  expect(ended.code).toBe(0)
  expect(ended.stdout).toContain(`says ${here.server.root}/current/REVISION`)
  expect(ended.stdout).toContain(`rrsync -ro ${here.server.root}"`)
})

test('without anything to capture nobody needs rsync, and no server is looked at', async () => {
  await using repo = await tempRepo()
  await repo.shipGuard(['install'])
  const ended = await repo.shipGuard(['doctor'])
  expect(ended.code).toBe(0)
  expect(ended.stdout).not.toContain('rsync')
  expect(ended.stderr).toContain('no server was looked at')
})

test('a machine without rsync or ssh is told what to install', async () => {
  await using here = await deployed()
  await rm(join(here.server.ssh.folder, 'bin/ssh'))
  const tools = join(here.repo.home, 'tools')
  await here.repo.ok('init', '-q', tools)
  for (const name of ['git', 'df', 'sh', 'uname']) await symlink(`/usr/bin/${name}`, join(tools, name))
  const ended = await here.repo.shipGuard(['doctor'], { env: { PATH: tools } })
  expect(ended.code).toBe(1)
  expect(ended.stdout).toMatch(/✗ rsync .*not installed[\s\S]*apt-get install rsync/)
  expect(ended.stdout).toMatch(/✗ ssh .*not installed[\s\S]*apt-get install openssh-client/)
})

test('a name that the config does not have is wrong use', async () => {
  await using here = await deployed()
  const near = await here.doctor('producton')
  expect(near.code).toBe(2)
  expect(near.stderr).toContain('Did you mean production?')
  await configure(here.repo, '{ ssh: app }')
  expect(await here.doctor('production')).toMatchObject({ code: 2, stderr: expect.stringContaining('does not say') })
})
