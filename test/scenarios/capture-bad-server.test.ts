// A server that is not as it should be, through the built command: each ends in words and with an exit code, and nothing of the user's changes.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appServer } from '../support/app-server.ts'
import { type Deployed, deployed, own } from '../support/deployed.ts'
import { shipGuardBin } from '../support/package-root.ts'
import { exec } from '../support/temp-repo.ts'

const files = { 'index.php': '<?php // 1\n', 'about.php': '<?php // about\n' }

async function withConfig({ repo }: Deployed, production: string): Promise<void> {
  await repo.write('.shiprc', `environments:\n  production: ${production}\n`)
}

test('a host or path that is an option, a command or everything is refused before anything is started', async () => {
  await using place = await deployed({ files })
  const started = join(place.repo.home, 'started')
  for (const name of ['ssh', 'rsync']) await place.server.localProgram(name, `#!/bin/sh\n: > ${started}\nexit 255\n`)
  for (const [ssh, path] of [
    ['-oProxyCommand=touch x', '/srv/app'],
    ['-app', '/srv/app'],
    ['app$(id)', '/srv/app'],
    ['app', '-e'],
    ['app', '/srv/$(touch x)'],
    ['app', '/srv/`id`'],
    ['app', '/'],
    ['app', ''],
    ['app', '/srv/../'],
    ['app', '~/app'],
    ['app', 'srv/app'],
    ['app', '/home/ada'],
  ]) {
    await withConfig(place, JSON.stringify({ ssh, path, capture: 'plain' }))
    const ended = await place.capture('production', '--dry-run')
    expect(ended, `${ssh} ${path}: ${ended.stderr}`).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('.shiprc')
  }
  expect(() => readFileSync(started)).toThrow()
})

test('a root that is empty, gone or another one is never taken for deleted files', async () => {
  await using place = await deployed({ files })
  const { server, repo } = place
  expect(await place.capture('production', '--check')).toMatchObject({ code: 0 })
  execFileSync('mkdir', [`${server.root}/../empty`])
  for (const [path, told] of [
    [`${server.ssh.folder}/srv/empty`, /no file/],
    [`${server.ssh.folder}/srv/nowhere`, /There is no /],
    [`${server.root}/index.php`, /is no folder/],
  ] as const) {
    await withConfig(place, JSON.stringify({ ssh: 'app', path, capture: 'plain' }))
    const ended = await place.capture('production', '--dry-run', '--base', 'HEAD')
    expect(ended.stderr).toMatch(told)
    expect(ended.code).toBe(3)
  }
  await repo.ok('checkout', '-q', '.shiprc')
  expect(await place.capture('production', '--check')).toMatchObject({ code: 0 })
})

test('more deletions than a day explains need a word of their own, and then each is still unticked', async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}.php`, `<?php // ${at}\n`]))
  await using place = await deployed({ files: many })
  for (let at = 0; at < 30; at += 1) await place.server.remove(`f${at}.php`)
  const before = await own(place)
  for (const mode of ['--check', '--dry-run']) {
    const refused = await place.capture('production', mode)
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('--allow-deletions') })
  }
  expect(await own(place)).toEqual(before)
  const shown = await place.capture('production', '--dry-run', '--allow-deletions')
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('Deleted on the server (30)') })
  expect(shown.stdout).toContain('Not ticked, so not committed: 30 files')
})

test('a deploy in the middle of a look is noticed, whatever it changed', async () => {
  await using place = await deployed({ files })
  const { repo, server } = place
  // The first look: later ones pull while they ask, and may see the new release from the start.
  const next = await repo.commit({ 'index.php': '<?php // 2\n' })
  await server.write('new-there.php', '<?php // there\n')
  // The server's own rsync: when the pull is read to its end, the next release is put in its place.
  await server.program(
    'rsync',
    `#!/bin/sh\n/usr/bin/env -u PATH /usr/bin/rsync "$@"\ncode=$?\ncase "$*" in *--files-from*) ;; *) echo ${next} > ${server.root}/REVISION ;; esac\nexit $code\n`,
  )
  const ended = await place.capture('production', '--dry-run')
  expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('was deployed while it was being looked at') })
})

test('a changed host key, an unknown one, a password and a passphrase end at once, and nobody is asked', async () => {
  await using place = await deployed({ files, server: { passwords: true } })
  await using other = await appServer()
  const { server } = place
  const known = join(server.ssh.folder, 'known')
  const real = readFileSync(known, 'utf8')
  const key = join(server.ssh.folder, 'user')
  const theirs = readFileSync(join(other.ssh.folder, 'host.pub'), 'utf8')
  const cases: readonly (readonly [() => void, RegExp])[] = [
    [() => writeFileSync(known, `[127.0.0.1]:${server.ssh.port} ${theirs}`), /another one than before/],
    [() => writeFileSync(known, ''), /not among your known hosts/],
    [
      () => {
        writeFileSync(known, real)
        execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'passphrase', '-f', key])
      },
      /lets nobody in with the keys at hand/,
    ],
    [
      () => writeFileSync(key, readFileSync(join(other.ssh.folder, 'user')), { mode: 0o600 }),
      /lets nobody in with the keys at hand/,
    ],
  ]
  for (const [make, told] of cases) {
    make()
    // A terminal, so that ssh could ask if it would.
    const line = `${process.execPath} ${shipGuardBin} capture production --check`
    const env = { PATH: server.env.PATH, SSH_ASKPASS: '/bin/false', TERM: 'dumb' }
    const ended = await exec('script', ['-qec', line, '/dev/null'], { cwd: place.repo.dir, env, timeoutMs: 25_000 })
    expect(ended.stdout.replace(/\s+/g, ' ')).toMatch(told)
    expect(ended.stdout).not.toMatch(/password:|passphrase for|\(yes\/no/i)
    expect(ended.code).toBe(3)
  }
})

test('every way in which rsync ends is told in words, through the command', async () => {
  await using place = await deployed({ files })
  const before = await own(place)
  const rsync = execFileSync('sh', ['-c', 'command -v rsync'], { encoding: 'utf8' }).trim()
  const cases: readonly (readonly [number, string, RegExp])[] = [
    [2, 'rsync error: protocol incompatibility (code 2) at compat.c(600)', /does not answer as rsync/],
    [12, 'bash: line 1: rsync: command not found', /rsync is not installed on app.*apt-get install rsync/],
    [20, 'rsync error: received SIGINT, SIGTERM, or SIGHUP (code 20)', /rsync was stopped/],
    [23, 'rsync: [sender] something nobody knows', /could not be read/],
    [24, 'rsync: [sender] something nobody knows', /could not be read|vanished|Reading from app failed/],
    [25, 'Deletions stopped due to --max-delete limit (31 skipped)', /More files are gone.*--allow-deletions/],
    [30, 'rsync error: timeout in data send/receive (code 30)', /Nothing came from app/],
    [35, 'rsync error: timeout waiting for daemon connection (code 35)', /does not answer in time/],
    [255, 'ssh: Could not resolve hostname app: Name or service not known', /no host by the name app/],
  ]
  for (const [code, said, told] of cases) {
    // What is deployed is read as ever; the pull fails.
    await place.server.localProgram(
      'rsync',
      `#!/bin/sh\ncase "$*" in *--delete-delay*) printf '%s\\n' '${said}' >&2; exit ${code} ;; esac\nexec ${rsync} "$@"\n`,
    )
    const ended = await place.capture('production', '--dry-run')
    expect(ended.stderr.replace(/\s+/g, ' '), String(code)).toMatch(told)
    expect(ended).toMatchObject({ code: 3, stdout: '' })
  }
  await place.server.localProgram('rsync', '#!/bin/sh\nexit 127\n')
  expect((await place.capture('production', '--check')).code).toBe(3)
  expect(await own(place)).toEqual(before)
  await place.server.localProgram('rsync', `#!/bin/sh\nexec ${rsync} "$@"\n`)
  expect(await place.capture('production', '--check')).toMatchObject({ code: 0 })
})
