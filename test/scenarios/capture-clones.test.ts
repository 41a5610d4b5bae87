// The user's side of a capture through the built command: clones that lack something, settings that change contents, a disk without room.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Deployed, deployed, own } from '../support/deployed.ts'
import { dryRun } from '../support/dry-run.ts'
import { shipGuardBin } from '../support/package-root.ts'
import { exec, TempRepo } from '../support/temp-repo.ts'

const files = { 'index.php': '<?php // 1\n', 'about.php': '<?php // about\n' }

/** Another clone of the same repository, with the server in reach. */
async function cloned(place: Deployed, ...options: string[]): Promise<Pick<Deployed, 'repo' | 'capture'>> {
  const repo = new TempRepo(join(place.repo.home, 'clone'))
  await mkdir(repo.home)
  await exec('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: place.repo.origin })
  await exec('git', ['config', 'uploadpack.allowAnySHA1InWant', 'true'], { cwd: place.repo.origin })
  const ended = await exec('git', ['clone', '-q', ...options, `file://${place.repo.origin}`, repo.dir])
  expect(ended).toMatchObject({ code: 0 })
  const env = { PATH: place.server.env.PATH }
  return { repo, capture: (...args) => repo.shipGuard(['capture', ...args], { env }) }
}

test('a shallow clone without the deployed commit says what to fetch, and captures after exactly that', async () => {
  await using place = await deployed({ files })
  await place.repo.commit({ 'index.php': '<?php // 1, and work here\n' })
  await place.repo.ok('push', '-q')
  await place.server.write('about.php', '<?php // about, there\n')
  const clone = await cloned(place, '--depth', '1')
  const before = await own(clone)
  const missing = await clone.capture('production', '--dry-run')
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('that commit is not in this clone') })
  expect(await own(clone)).toEqual(before)
  const fetch = /^ *Get it: git (fetch .*)$/m.exec(missing.stderr)![1]!
  await clone.repo.ok(...fetch.split(' '))
  const shown = await dryRun(clone)
  expect(shown.lines).toEqual(['changed about.php'])
  const done = await clone.capture('production', '--approve', shown.tree)
  expect(done.stderr).toContain('Captured as')
  // Without the history between the two nothing can be merged: the commit waits, and the command to type brings it in.
  expect(done.code).toBe(1)
  const typed = done.stderr.trim().split('\n').at(-1)!.trim()
  expect(await exec('sh', ['-c', typed], { cwd: clone.repo.dir })).toMatchObject({ code: 0 })
  expect(await clone.repo.read('about.php')).toContain('there')
  expect(await clone.repo.read('index.php')).toContain('work here')
})

test('a partial clone captures, and a base that nobody has is told', async () => {
  await using place = await deployed({ files })
  await place.server.write('about.php', '<?php // about, there\n')
  const clone = await cloned(place, '--filter=blob:none')
  const shown = await dryRun(clone)
  expect(shown.lines).toEqual(['changed about.php'])
  expect(await clone.capture('production', '--approve', shown.tree)).toMatchObject({ code: 0 })
  expect(await clone.repo.read('about.php')).toContain('there')
  await place.server.write('REVISION', `${'12'.repeat(20)}\n`)
  const nowhere = await clone.capture('production', '--check')
  expect(nowhere).toMatchObject({ code: 3, stderr: expect.stringContaining(`git fetch origin ${'12'.repeat(20)}`) })
  await place.server.write('REVISION', 'release 42\n')
  const senseless = await clone.capture('production', '--check')
  expect(senseless).toMatchObject({ code: 3, stderr: expect.stringContaining('should name the deployed commit') })
})

test('with autocrlf on this side only what changed there is different, and a checkout has the user’s line ends', async () => {
  await using place = await deployed({ files: { ...files, 'a.txt': 'a\nb\n', 'dos.txt': 'one\ntwo\n' } })
  const { repo, server } = place
  await repo.ok('config', 'core.autocrlf', 'true')
  await repo.ok('rm', '-rq', '--cached', '.')
  await repo.ok('reset', '-q', '--hard')
  expect(await repo.read('a.txt')).toBe('a\r\nb\r\n')
  await server.write('a.txt', 'a\nb\nc\n')
  await server.write('dos.txt', 'one\r\ntwo\r\n')
  const shown = await dryRun(place)
  expect(shown.lines).toEqual(['changed a.txt', 'line-endings dos.txt'])
  expect(await place.capture('production', '--approve', shown.tree)).toMatchObject({ code: 0 })
  expect(await repo.read('a.txt')).toBe('a\r\nb\r\nc\r\n')
  expect((await repo.git('cat-file', 'blob', 'HEAD:a.txt')).stdout).toBe('a\nb\nc\n')
  expect(await repo.ok('status', '--porcelain')).toBe('')
})

test('with LFS on this side a pointer is committed and the picture is checked out; without it nothing is taken', async () => {
  const picture = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 251))
  const attributes = '*.psd filter=lfs diff=lfs merge=lfs -text\n'
  await using place = await deployed({ files: { ...files, '.gitattributes': attributes } })
  const { repo, server } = place
  await server.write('new.psd', picture)
  expect((await dryRun(place)).lines).toEqual(['new new.psd: filter'])
  await repo.ok('lfs', 'install', '--local')
  const shown = await dryRun(place)
  expect(shown.lines).toEqual(['new new.psd'])
  const done = await place.capture('production', '--approve', shown.tree)
  expect(done).toMatchObject({ code: 0 })
  const pointer = (await repo.git('cat-file', 'blob', 'HEAD:new.psd')).stdout
  expect(pointer).toContain(`oid sha256:${createHash('sha256').update(picture).digest('hex')}`)
  expect(await repo.ok('hash-object', '--no-filters', 'new.psd')).toBe(
    execFileSync('git', ['hash-object', '--no-filters', '--stdin'], { input: picture, encoding: 'utf8' }).trim(),
  )
  expect(await repo.ok('status', '--porcelain')).toBe('')
  expect((await place.capture('production', '--check')).code).toBe(0)
})

/** A shell that may mount for itself alone, or undefined where this machine allows nobody that. */
async function mounter(): Promise<readonly string[] | undefined> {
  for (const words of [
    ['unshare', '-m'],
    ['unshare', '-rm'],
    ['sudo', '-n', 'unshare', '-m'],
  ]) {
    const [program = '', ...args] = words
    const tried = await exec(program, [...args, 'mount', '-t', 'tmpfs', 'none', '/mnt']).catch(() => undefined)
    if (tried?.code === 0) return words
  }
  return undefined
}

const mounts = await mounter()

test.runIf(mounts !== undefined)(
  'on a disk that is really full a capture says so, nothing of the user’s changes, and with room it goes on',
  async () => {
    await using place = await deployed({ files })
    await place.server.write('film.bin', Buffer.alloc(6_000_000, 'film'))
    await place.server.write('about.php', '<?php // about, there\n')
    const before = await own(place)
    const ours = join(place.repo.dir, '.git/ship-guard')
    await mkdir(ours)
    const [program = '', ...args] = mounts!
    const script = 'mount -t tmpfs -o size=3m none "$1" && shift && exec "$@"'
    const command = [process.execPath, shipGuardBin, 'capture', 'production', '--dry-run']
    const env = { PATH: place.server.env.PATH }
    const full = await exec(program, [...args, 'sh', '-c', script, 'sh', ours, ...command], {
      cwd: place.repo.dir,
      env,
    })
    expect(full.code, full.stderr).toBe(3)
    expect(full.stderr).toMatch(/no room left on this machine|The disk is full/)
    expect(full.stderr).not.toContain('broke')
    expect(await readdir(ours)).toEqual([])
    expect(await own(place)).toEqual(before)
    const shown = await dryRun(place)
    expect(shown.lines).toEqual(['changed about.php', 'new film.bin'])
    expect(await place.capture('production', '--approve', shown.tree)).toMatchObject({ code: 0 })
  },
)

test('a pull request is opened from the command, and the work branch stays where it is', async () => {
  await using place = await deployed({ files })
  const { repo, server } = place
  await server.write('about.php', '<?php // about, there\n')
  await server.localProgram(
    'gh',
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${repo.home}/called\ncat > ${repo.home}/body\necho https://github.com/me/app/pull/7\n`,
  )
  const head = await repo.ok('rev-parse', 'HEAD')
  const shown = await dryRun(place, '--pull-request', 'gh')
  const done = await place.capture('production', '--approve', shown.tree, '--pull-request', 'gh')
  expect(done, done.stderr).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('https://github.com/me/app/pull/7'),
  })
  expect(await repo.ok('rev-parse', 'HEAD')).toBe(head)
  expect(await repo.read('about.php')).toBe(files['about.php'])
  const [branch] = (await repo.ok('ls-remote', 'origin', 'refs/heads/capture/*')).split('\t').slice(-1)
  expect(await repo.read('../called')).toContain(`--head\n${branch!.replace('refs/heads/', '')}\n--base\nmain`)
  expect(await repo.read('../body')).toContain('Deployed-Base:')
  expect(await place.capture('production', '--approve', shown.tree, '--pull-request', 'svn')).toMatchObject({ code: 2 })
})
