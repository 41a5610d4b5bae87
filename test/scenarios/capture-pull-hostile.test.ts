// Servers that lie, change under the reader, cut the connection, or hold what no repository can.
import { execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type PathBytes, pathOf } from '../../src/core/path-bytes.ts'
import { probe } from '../../src/drift/pull/probe.ts'
import { appServer } from '../support/app-server.ts'
import { pathsOf, pulling, skippedWords } from '../support/pulling.ts'
import { SshServer } from '../support/ssh-server.ts'

const site = { 'index.php': '<?php echo 1;', 'app/Order.php': '<?php class Order {}' }

test('a server that sends links out of the mirror, and files below them, writes nothing outside', async () => {
  await using server = await appServer({ files: site })
  await using here = await pulling(server)
  const outside = join(here.into, '../outside')
  mkdirSync(outside)
  // One folder by two names: a link to somewhere else first, then a folder with a file in it.
  for (const [name, make] of [
    ['first', () => symlinkSync(outside, server.at('app2'))],
    ['second', () => server.write('app2/planted.txt', 'x')],
  ] as const) {
    if (name === 'second') await server.remove('app2')
    await make()
    await here.pull()
  }
  expect(readdirSync(outside)).toEqual([])
  expect(readFileSync(join(here.into, 'app2/planted.txt'), 'utf8')).toBe('x')

  // A link that is committed, so that it is in the mirror before the pull; the server now has a folder of that name.
  symlinkSync(outside, join(here.into, 'uploads'))
  await server.write('uploads/planted.txt', 'x')
  await here.pull()
  expect(readdirSync(outside)).toEqual([])
})

test('a server that ignores the filters, or sends what nobody asked for, is refused by rsync and believed in nothing', async () => {
  await using server = await appServer({ files: { ...site, '.env': 'SECRET=1' } })
  await using here = await pulling(server)
  await here.pull()
  // Its list holds `.env` although our filter hides it: rsync 3.2.5 and newer see that.
  await server.program(
    'rsync',
    `#!/usr/bin/env python3
import os, subprocess, sys, threading
# Filters .env no more: what the client asks for is changed on its way to the real rsync.
child = subprocess.Popen(['/usr/bin/rsync'] + sys.argv[1:], stdin=subprocess.PIPE)
def feed():
    while more := os.read(0, 65536):
        child.stdin.write(more.replace(b'[eE][nN][vV]', b'[qQ][qQ][qQ]'))
        child.stdin.flush()
    child.stdin.close()
threading.Thread(target=feed, daemon=True).start()
os._exit(child.wait())
`,
  )
  await expect(here.pull()).rejects.toThrow(/sent a name that was not asked for/)
  expect(await here.paths()).toEqual(['app/Order.php', 'index.php'])
})

test('names of every kind of byte arrive as they are, and their messages too', async () => {
  const names = [
    'a\nb.txt',
    '\u001b[31mred.txt',
    'right\u202eleft.txt',
    '-rf',
    '--help',
    ' lead',
    'q"u\'ote',
    'arrow -> there',
    '\\#012',
    'x'.repeat(255),
  ]
  await using server = await appServer({ files: Object.fromEntries(names.map(name => [name, 'x'])) })
  execFileSync('sh', [
    '-c',
    `cd "$1" && printf x > "$(printf 'lat\\351in')" && printf x > "$(printf 'NFC-\\303\\251')" && printf x > "$(printf 'NFC-e\\314\\201')"`,
    'sh',
    server.root,
  ])
  symlinkSync('x', server.at('link\nwith newline'))
  await using here = await pulling(server)
  const pulled = await here.pull()
  expect(pulled).toMatchObject({ state: 'clean', files: names.length + 3 })
  expect(pulled.skipped.map(({ path, why }) => [path, why])).toEqual([['link\nwith newline' as PathBytes, 'link']])
  const found = readdirSync(here.into, { encoding: 'buffer' }).map(name => name.toString('latin1'))
  expect(found.sort()).toEqual(
    [...names.map(name => pathOf(name) as string), 'lat\xe9in', 'NFC-\xc3\xa9', 'NFC-e\xcc\x81'].sort(),
  )
  expect((await here.pull()).received).toBeLessThan(20_000)
})

test('an upload under way is named as still changing', async () => {
  await using server = await appServer({ files: site })
  await server.write('upload.bin', 'x'.repeat(200_000))
  const writer = spawn('sh', ['-c', 'while :; do printf more >> "$1"; sleep 0.02; done', 'sh', server.at('upload.bin')])
  try {
    await using here = await pulling(server)
    const pulled = await here.pull()
    expect(pathsOf(pulled.unsettled)).toEqual(['upload.bin'])
  } finally {
    writer.kill()
  }
})

test('a file of 10 GB that is mostly holes stays there and is told with its size', async () => {
  await using server = await appServer({ files: site })
  await server.write('uploads/huge.iso', '')
  const file = openSync(server.at('uploads/huge.iso'), 'r+')
  ftruncateSync(file, 10_000_000_000)
  closeSync(file)
  await using here = await pulling(server, {
    roots: [
      { from: `${server.root}/`, to: '', uploads: false },
      { from: `${server.root}/uploads/`, to: 'uploads/', uploads: true },
    ],
  })
  const pulled = await here.pull()
  expect(pulled.skipped).toEqual([{ path: 'uploads/huge.iso', why: 'too-big', size: 10_000_000_000 }])
  expect(await here.paths()).toEqual(['app/Order.php', 'index.php'])
})

test('more than the limits of a capture allow stops it with the option to change', async () => {
  await using server = await appServer({
    files: Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`u/${at}.jpg`, 'x'.repeat(1_000)])),
  })
  await using here = await pulling(server)
  const limits = (changes: object) => ({ source: { ...here.source, limits: { ...here.source.limits, ...changes } } })
  await expect(here.pull(limits({ files: 10 }))).rejects.toThrow(/More than 10 files/)
  await here.pull()
  for (let at = 0; at < 30; at += 1) await server.write(`u/${at}.jpg`, 'y'.repeat(90_000))
  await expect(here.pull(limits({ totalSize: 1_000_000 }))).rejects.toThrow(/More than 1 MB/)
})

test('a date in the future is said, and pulls stay quick and clean', async () => {
  await using server = await appServer({ files: site })
  await server.write('future.txt', 'x', { mtime: new Date(Date.now() + 3_600_000) })
  await using here = await pulling(server)
  const pulled = await here.pull()
  expect(pulled.skewMs).toBeGreaterThan(3_500_000)
  expect(pulled.notes).toEqual([expect.stringMatching(/ahead of this machine's clock/)])
  expect(pulled.state).toBe('clean')
})

test('Ctrl-C ends it at once, keeps what came of a large file, and the next pull goes on from there', async () => {
  await using server = await appServer({ files: site })
  await server.write('large.bin', execFileSync('head', ['-c', '20000000', '/dev/urandom'], { maxBuffer: 30_000_000 }))
  await using here = await pulling(server, {
    bandwidth: 4_000,
    limits: { fileSize: 50_000_000, totalSize: 90_000_000, files: 100, deletions: 50, deletionShare: 0.5 },
  })
  const stop = new AbortController()
  const seen: number[] = []
  const progress = ({ bytes }: { bytes: number }) => {
    seen.push(bytes)
    if (bytes > 4_000_000) stop.abort(new Error('Ctrl-C'))
  }
  await expect(here.pull({ signal: stop.signal, progress })).rejects.toThrow('Ctrl-C')
  expect(existsSync(join(here.into, '.sg-partial/large.bin'))).toBe(true)
  expect(existsSync(join(here.into, 'large.bin'))).toBe(false)

  const quick = { ...here.source, bandwidth: undefined }
  const pulled = await here.pull({ source: quick })
  expect(pulled.state).toBe('clean')
  expect(pulled.received).toBeLessThan(17_000_000)
  expect(readFileSync(join(here.into, 'large.bin')).equals(readFileSync(server.at('large.bin')))).toBe(true)
})

test('a connection that is cut in the middle is tried again and goes on', async () => {
  await using server = await appServer({ files: site })
  await server.write('large.bin', execFileSync('head', ['-c', '3000000', '/dev/urandom'], { maxBuffer: 30_000_000 }))
  const once = join(server.ssh.folder, 'home/cut')
  await server.program(
    'rsync',
    `#!/bin/bash\n[ -e ${once} ] && exec /usr/bin/rsync "$@"\ntouch ${once}\nshift 2\nexec timeout -s KILL 0.7 /usr/bin/rsync --server --sender --bwlimit=2000 "$@"\n`,
  )
  await using here = await pulling(server, {
    limits: { fileSize: 50_000_000, totalSize: 90_000_000, files: 100, deletions: 50, deletionShare: 0.5 },
  })
  const doing = new Set<string>()
  const pulled = await here.pull({ progress: now => doing.add(now.doing) })
  expect(pulled.state).toBe('clean')
  expect([...doing]).toContain('waiting to try again (2 of 3)')
  expect(readFileSync(join(here.into, 'large.bin')).equals(readFileSync(server.at('large.bin')))).toBe(true)
})

test('a full disk is told as one, and what was there stays', async () => {
  await using server = await appServer({ files: site })
  await using here = await pulling(server)
  await here.pull()
  await server.write('large.bin', 'x'.repeat(900_000))
  // The limit of a process on the size of files (bash(1), ulimit), in KiB: the same error path as a full disk, on any machine.
  await server.localProgram(
    'rsync',
    `#!/bin/bash\n[ "$1" = --version ] || { trap '' XFSZ; ulimit -f 300; }\nexec /usr/bin/rsync "$@"\n`,
  )
  await expect(here.pull({ known: 2 })).rejects.toThrow(/no room left on this machine/)
  expect(await here.paths()).toEqual(expect.arrayContaining(['app/Order.php', 'index.php']))
})

test('progress tells files and bytes while they come', async () => {
  await using server = await appServer({ files: { ...site, 'b.bin': 'x'.repeat(500_000) } })
  await using here = await pulling(server)
  const told: { doing: string; files: number; bytes: number }[] = []
  await here.pull({ progress: now => told.push(now) })
  expect(told.map(({ doing }) => doing)).toContain('receiving')
  expect(told.at(-1)).toEqual({ doing: 'looking again', files: 3, bytes: 500_033 })
})

test('a root that lies inside another one is read once, also where the deploy put a link', async () => {
  await using server = await appServer({
    files: { 'releases/1/index.php': '<?php', 'shared/public/logo.png': 'PNG', 'releases/1/storage/app/x.txt': 'x' },
  })
  symlinkSync(server.at('releases/1'), server.at('current'))
  symlinkSync('../../../../shared/public', server.at('releases/1/storage/app/public'))
  await using here = await pulling(server, {
    roots: [
      { from: `${server.root}/current/`, to: '', uploads: false },
      { from: `${server.root}/shared/public/`, to: 'storage/app/public/', uploads: true },
    ],
  })
  const pulled = await here.pull()
  expect(await here.paths()).toEqual(['index.php', 'storage/app/public/logo.png', 'storage/app/x.txt'])
  expect(skippedWords(pulled)).toEqual([])
  await here.pull({ known: 3 })
  expect(await here.paths()).toHaveLength(3)
})

test('the place of a root is never reached through a link that is committed', async () => {
  await using server = await appServer({ files: { 'public/logo.png': 'PNG' } })
  await using here = await pulling(server, {
    roots: [{ from: `${server.root}/public/`, to: 'public/storage/', uploads: true }],
  })
  const outside = join(here.into, '../outside')
  mkdirSync(outside, { recursive: true })
  mkdirSync(join(here.into, 'public'), { recursive: true })
  symlinkSync(outside, join(here.into, 'public/storage'))
  await expect(here.pull()).rejects.toThrow(/storage is a link/)
  expect(readdirSync(outside)).toEqual([])
})

test('executable bits come when they are asked for, and nobody else may read what came', async () => {
  await using server = await appServer({ files: site })
  await server.write('artisan', '#!/usr/bin/env php', { mode: 0o755 })
  await using here = await pulling(server, { modes: true })
  await here.pull()
  const look = async (path: string) => (await here.world.files.look(join(here.into, path)))?.mode
  expect([await look('artisan'), await look('index.php'), await look('app')]).toEqual([0o700, 0o600, 0o700])
})

test('a probe tells what can be reached, and the line that restricts the key', async () => {
  await using server = await appServer({ files: { ...site, 'shared/public/a.png': 'x' } })
  await using here = await pulling(server, {
    roots: [
      { from: `${server.root}/app/`, to: '', uploads: false },
      { from: `${server.root}/shared/nowhere/`, to: 'uploads/', uploads: true },
    ],
  })
  const request = {
    source: here.source,
    host: server.host,
    scratch: here.scratch,
    signal: new AbortController().signal,
  }
  const told = await probe(request, here.world)
  expect(told).toMatchObject({ local: { flavour: 'rsync' }, remote: { flavour: 'rsync' }, key: 'shell', skewMs: 0 })
  expect(told.roots.map(({ readable }) => readable)).toEqual([true, false])
  expect(told.roots[1]?.trouble?.why).toMatch(/There is no .*nowhere/)
  await using closed = await appServer({ files: site, restricted: true })
  await using there = await pulling(closed, { restrictedTo: closed.root })
  const behind = await probe(
    { ...request, source: there.source, host: closed.host, scratch: there.scratch },
    there.world,
  )
  expect(behind).toMatchObject({ key: 'restricted', roots: [{ readable: true }] })
})

test("the user's ssh config leads the way: an alias behind another server", async () => {
  await using server = await appServer({ files: site })
  await using jump = await SshServer.start()
  const config = join(server.ssh.folder, 'ssh_config')
  const alias = (name: string, port: number, more = '') =>
    `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User ${userInfo().username}\n${more}`
  writeFileSync(
    config,
    alias('jump', jump.port) + alias('behind', server.ssh.port, '  ProxyJump jump\n') + readFileSync(config, 'utf8'),
  )
  const known = join(server.ssh.folder, 'known')
  appendFileSync(join(jump.folder, 'allowed'), readFileSync(join(server.ssh.folder, 'user.pub')))
  await using here = await pulling(server)
  await expect(here.pull({ host: { ssh: 'behind' } })).rejects.toThrow(
    /known hosts|could not connect|connection to behind broke/,
  )
  appendFileSync(known, readFileSync(join(jump.folder, 'known')))
  expect(await here.pull({ host: { ssh: 'behind' } })).toMatchObject({ state: 'clean', files: 2 })
})

test('a server that does not stop complaining, or makes lines without an end, is given up', async () => {
  await using server = await appServer({ files: site })
  await using here = await pulling(server)
  await here.pull()
  const complaint = 'rsync: [sender] send_files failed to open "/srv/app/a": Permission denied (13)'
  await server.program('rsync', `#!/bin/sh\nyes '${complaint}' >&2\n`)
  await expect(here.pull()).rejects.toThrow(/does not stop complaining/)

  // Each quote could end the name, and each parenthesis what follows it.
  const twisted = `'rsync: [sender] link_stat "' + '" (in ' * 10000`
  const without = `'chdir ' * 10000`
  await server.program(
    'rsync',
    `#!/usr/bin/env python3\nimport sys\nfor _ in range(200): print(${twisted}, file=sys.stderr); print(${without}, file=sys.stderr)\n`,
  )
  let stuckMs = 0
  let last = performance.now()
  const watch = setInterval(() => {
    stuckMs = Math.max(stuckMs, performance.now() - last)
    last = performance.now()
  }, 20)
  await expect(here.pull()).rejects.toThrow(/rsync|broke/)
  clearInterval(watch)
  expect(stuckMs).toBeLessThan(3_000)
})

test('a file that never ends, although it was said to be small, is given up before the disk is full', async () => {
  await using server = await appServer({ files: site })
  await using here = await pulling(server)
  await server.localProgram(
    'rsync',
    `#!/bin/bash
[ "$1" = --version ] && exec /usr/bin/rsync "$@"
echo '>f+++++++++ 10 2026/11/22-04:50:25 small.txt'
for ((bytes = 0; ; bytes += 30000000)); do printf '%15s  50%%   30.00MB/s    0:00:01\\r' $bytes; sleep 0.05; done
`,
  )
  await expect(here.pull()).rejects.toThrow(/sends more than the files have/)
})
