// Whatever lies on a server, through the built command: names of any bytes, things that are no files, modes and times that make no sense.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { pathsOf } from '../support/commit-paths.ts'
import { type Deployed, deployed, everyObject, own } from '../support/deployed.ts'
import { dryRun } from '../support/dry-run.ts'

const files = { 'index.php': '<?php // 1\n', 'about.php': '<?php // about\n' }

/** By its bytes, as somebody who is not us would make it. */
function put({ server }: Deployed, path: Buffer | string, content: string | Uint8Array = 'x\n'): void {
  const whole = Buffer.concat([Buffer.from(`${server.root}/`), Buffer.from(path)])
  mkdirSync(whole.subarray(0, whole.lastIndexOf('/')), { recursive: true })
  writeFileSync(whole, content)
}

test('names come byte for byte, and what git or another machine takes for something else stays', async () => {
  await using place = await deployed({ files })
  const plain = [
    ...['new\nline.txt', '\x1b[2J\x1b[31mred.txt', '-rf', '--help', '\u202egnp.exe', ' lead and trail ', 'tab\there'],
    ...[`q"uote's\\`, ':(glob)x', '#c', '!n', 'n'.repeat(255), '*?[a]', '日本語/ü.txt', '@', 'a@b'],
  ].map(name => `odd/${name}`)
  const notText = Buffer.from('odd/caf\xe9/\xff\xfe.txt', 'latin1')
  for (const name of [...plain, notText, '-top']) put(place, name)
  const meant = ['.g\u200cit/config', 'sub/.GIT/config', 'git~1/x', 'sub/.gitattributes', '.gitmodules', 'plug/.git']
  for (const name of meant) put(place, name, '* filter=evil\n')
  const twins = ['twins/Logo.png', 'twins/logo.png', 'twins/caf\u00e9.txt', 'twins/cafe\u0301.txt', 'INDEX.php']
  for (const name of twins) put(place, name)
  const before = await own(place)

  const shown = await dryRun(place)
  const coming = [...plain, notText.toString('latin1'), '-top']
  expect(shown.told.filter(({ proposed }) => proposed).map(({ path }) => path)).toEqual(expect.arrayContaining(coming))
  expect(shown.told.filter(({ proposed }) => proposed)).toHaveLength(coming.length)
  const held = Object.fromEntries(shown.told.filter(one => !one.proposed).map(({ path, holds }) => [path, holds]))
  expect(held).toEqual({
    '.g\u200cit/config': ['unsafe-name'],
    ...Object.fromEntries(twins.map(path => [path, ['collision']])),
  })
  const nfd = shown.report.differences.find(({ path }) => path === 'twins/cafe\u0301.txt')
  expect(nfd?.holds).toEqual([{ kind: 'collision', with: 'twins/caf\u00e9.txt' }])
  expect(shown.stdout + shown.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/)
  expect(shown.stdout).toContain('\\x1b[2J\\x1b[31mred.txt')
  expect(await own(place)).toEqual(before)

  expect(await place.capture('production', '--approve', shown.tree)).toMatchObject({ code: 0 })
  const base = await pathsOf(place.repo, 'HEAD~1')
  const now = await pathsOf(place.repo, 'HEAD')
  const latin1 = [...plain.map(name => Buffer.from(name)), notText, Buffer.from('-top')].map(name =>
    name.toString('latin1'),
  )
  expect(now.filter(path => !base.includes(path)).sort()).toEqual(latin1.sort())
  expect(await place.repo.ok('status', '--porcelain')).toBe('')
  expect(await place.capture('production', '--check')).toMatchObject({ code: 1 })
})

test('pipes, devices, links and times of another century: told, and only files come', async () => {
  await using place = await deployed({ files })
  const { server } = place
  execFileSync('mkfifo', [server.at('pipe')])
  const devices = process.getuid?.() === 0 ? ['disk', 'null'] : []
  if (devices.length > 0) {
    execFileSync('mknod', [server.at('disk'), 'b', '7', '99'])
    execFileSync('mknod', [server.at('null'), 'c', '1', '3'])
  }
  for (const [target, name] of [
    ['/etc/passwd', 'passwd'],
    ['..', 'up'],
    ['/etc/passwd', 'about.php'],
  ] as const)
    execFileSync('ln', ['-sfn', target, server.at(name)])
  await server.write('future.php', '<?php // future\n', { mtime: new Date('2099-01-01') })
  await server.write('old.php', '<?php // old\n', { mtime: new Date(1000) })
  await server.write('empty.txt', '')
  await server.write('exec.sh', '#!/bin/sh\n', { mode: 0o4777 })

  const shown = await dryRun(place)
  expect(shown.lines).toEqual(
    [
      'unread about.php: link',
      ...devices.map(name => `unread ${name}: special`),
      'new empty.txt',
      'new exec.sh',
      'new future.php',
      'new old.php',
      'unread passwd: link',
      'unread pipe: special',
      'unread up: link',
    ].sort((a, b) => (a.split(/[ :]/)[1]! < b.split(/[ :]/)[1]! ? -1 : 1)),
  )
  expect(shown.report.pull).toMatchObject({ state: 'clean', notes: [expect.stringContaining('clock')] })
  expect(await place.capture('production', '--approve', shown.tree)).toMatchObject({ code: 0 })
  expect((await place.repo.ok('diff', '--raw', '--abbrev=1', 'HEAD~1', 'HEAD')).match(/:\d+ \d+/g)).toEqual(
    Array.from({ length: 4 }, () => ':000000 100644'),
  )
  expect(await everyObject(place.repo.dir)).not.toContain('root:')
})

test('ten gigabytes of nothing are told by their size, and cross no wire', async () => {
  await using place = await deployed({ files, capture: '{ preset: plain, compare: times }' })
  await place.server.write('sparse.bin', '')
  truncateSync(place.server.at('sparse.bin'), 10 * 1024 ** 3)
  const shown = await dryRun(place)
  expect(shown.lines).toEqual(['unread sparse.bin: too-big'])
  expect(shown.stdout).toContain('11 GB is more than one file may have')
  expect(shown.report.pull.received).toBeLessThan(10_000)
})

test('what may not be read is told by name, the rest still comes, and nothing counts as deleted', async () => {
  await using place = await deployed({
    files: { ...files, 'lib/a.php': '<?php // a\n', 'gone.php': '<?php // gone\n' },
  })
  const { server } = place
  await server.write('index.php', '<?php // 2\n', { mode: 0 })
  await server.write('about.php', '<?php // about 2\n')
  await server.write('closed.txt', 'x', { mode: 0 })
  await server.remove('gone.php')
  chmodSync(server.at('lib'), 0)
  const shown = await dryRun(place)
  expect(shown.lines).toEqual([
    'changed about.php',
    'unread closed.txt: unreadable',
    'deleted gone.php: unsure',
    'unread index.php: unreadable',
    'unread lib: unreadable',
  ])
  expect(shown.report.pull.state).toBe('partial')
  expect(shown.stdout).toContain('Some of it could not be read, so nothing counts as deleted.')
  expect(await place.capture('production', '--approve', shown.tree)).toMatchObject({ code: 0 })
  expect(await place.repo.ok('diff', '--name-status', 'HEAD~1', 'HEAD')).toBe('M\tabout.php')
  expect(await place.capture('clean')).toMatchObject({ code: 0 })
})

test('files of a submodule belong to another repository, and one that is not there is not deleted', async () => {
  await using place = await deployed({
    files: { ...files, 'moved.php': '<?php // the same all over, so that it is one file\n' },
  })
  const { server, repo } = place
  const head = await repo.ok('rev-parse', 'HEAD')
  for (const path of ['mods/x', 'mods/away', 'mods/file'])
    await repo.ok('update-index', '--add', '--cacheinfo', `160000,${head},${path}`)
  await repo.ok('commit', '-q', '-m', 'submodules')
  await server.write('REVISION', await repo.ok('rev-parse', 'HEAD'))
  await server.write('mods/x/lib.php', '<?php // of the submodule\n')
  await server.write('mods/x/deep/er.php', '<?php // of the submodule too\n')
  await server.write('mods/x/moved.php', await repo.read('moved.php'))
  await server.remove('moved.php')
  await server.write('mods/file', 'a file where a submodule was\n')
  await server.write('mods/xy/own.php', '<?php // beside it\n')
  await server.write('nested/.git/config', `[core]\n\tfsmonitor = touch ${place.repo.home}/ran\n`)
  await server.write('nested/own.php', '<?php // inside a clone\n')
  const shown = await dryRun(place)
  expect(shown.lines).toEqual([
    'unread mods/file: denied',
    'unread mods/x: denied',
    'new mods/xy/own.php',
    'deleted moved.php',
    'new nested/own.php',
  ])
  expect(await place.capture('production', '--approve', shown.tree)).toMatchObject({ code: 0 })
  const entries = await repo.ok('ls-tree', '-r', 'HEAD')
  expect(entries.match(/^160000 commit .*$/gm)).toHaveLength(3)
  expect(entries).toContain('nested/own.php')
  expect(existsSync(`${place.repo.home}/ran`)).toBe(false)
})

test('an upload that goes on while it is read is held, and comes once it is through', async () => {
  await using place = await deployed({ files })
  await place.server.write('video.bin', Buffer.alloc(200_000, 1))
  let through = false
  const uploading = (async () => {
    for (let part = 2; !through; part = (part % 250) + 1) {
      writeFileSync(place.server.at('video.bin'), Buffer.alloc(1_000, part), { flag: 'a' })
      await sleep(15)
    }
  })()
  const during = await dryRun(place).finally(() => {
    through = true
  })
  await uploading
  expect(during.lines).toEqual(['new video.bin: still-changing'])
  expect(during.stdout).toContain('an upload or a write may be under way')
  const late = await dryRun(place)
  expect(late.lines).toEqual(['new video.bin'])
})
