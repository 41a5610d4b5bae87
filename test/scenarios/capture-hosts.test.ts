// One application on several servers, each a real sshd whose key may only read: a mirror each, what differs beside each other, and never a mix.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AppServer, appServer } from '../support/app-server.ts'
import { own } from '../support/deployed.ts'
import { dryRun } from '../support/dry-run.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const files = { 'index.php': '<?php // 1\n', 'about.php': '<?php // about\n', 'lib/a.php': '<?php // a\n' }

interface Several extends AsyncDisposable {
  readonly repo: TempRepo
  readonly web1: AppServer
  readonly web2: AppServer
  capture(...args: string[]): ReturnType<TempRepo['shipGuard']>
}

/** Both have the files of the first commit. Each key leads into the folder of its own server, so that one path fits both. */
async function several(): Promise<Several> {
  const [web1, web2] = await Promise.all([appServer({ restricted: true }), appServer({ restricted: true })])
  await web1.knows('web1', web1)
  await web1.knows('web2', web2)
  const capture = `{ preset: plain, restrictedTo: ${web1.root}, hosts: [web1, web2] }`
  const config = `environments:\n  production: { path: ${web1.root}, capture: ${capture} }\n`
  const repo = await tempRepo({ ...files, '.shiprc': config })
  const head = await repo.ok('rev-parse', 'HEAD')
  for (const server of [web1, web2]) {
    for (const path of (await repo.ok('ls-files')).split('\n')) await server.write(path, await repo.read(path))
    await server.write('REVISION', head)
  }
  return {
    ...{ repo, web1, web2 },
    capture: (...args) => repo.shipGuard(['capture', ...args], { env: { PATH: web1.env.PATH } }),
    async [Symbol.asyncDispose]() {
      await Promise.all([web1[Symbol.asyncDispose](), web2[Symbol.asyncDispose](), repo[Symbol.asyncDispose]()])
    },
  }
}

test('each host has a mirror of its own, what differs stands beside it, and one host alone is captured', async () => {
  await using place = await several()
  const { web1, web2, repo } = place
  await web1.write('index.php', '<?php // 2, on the first\n')
  await web2.write('index.php', '<?php // 3, on the second\n')
  await web1.write('both.txt', 'alike\n')
  await web2.write('both.txt', 'alike\n')
  await web1.write('only1.txt', 'one\n')
  await web2.write('only2.txt', 'two\n')
  await web2.remove('about.php')
  const before = await own(place)

  const first = await dryRun(place)
  expect(first.lines).toEqual(['new both.txt', 'changed index.php', 'new only1.txt'])
  expect(first.report.hosts?.['index.php']).toEqual([{ host: 'web2', oid: expect.any(String), size: 26 }])
  expect(first.report.hosts?.['only2.txt']).toMatchObject([{ host: 'web2' }])
  const told = first.stdout.replace(/\s+/g, ' ')
  expect(told).toContain(
    'web2 has 3 differences of its own: about.php (deleted), index.php (changed), only2.txt (new).',
  )
  expect(told).toContain('npx ship-guard capture production --host web2')
  expect(first.stderr).not.toContain('--host')

  const second = await dryRun(place, '--host', 'web2')
  expect(second.lines).toEqual(['deleted about.php', 'new both.txt', 'changed index.php', 'new only2.txt'])
  expect(second.stdout.replace(/\s+/g, ' ')).toContain(
    'web1 has 2 differences of its own: index.php (changed), only1.txt',
  )
  expect(await own(place)).toEqual(before)
  expect(await readdir(join(repo.dir, '.git/ship-guard/mirror/production'))).toHaveLength(2)

  const typed = /npx ship-guard capture (production --host web2 --approve [0-9a-f]{40})/.exec(second.stderr)![1]!
  expect(await place.capture(...typed.split(' '))).toMatchObject({ code: 0 })
  expect(await repo.read('index.php')).toContain('on the second')
  expect(await repo.ok('diff', '--name-status', 'HEAD~1', 'HEAD')).toBe('A\tboth.txt\nM\tindex.php\nA\tonly2.txt')
  expect(await repo.ok('log', '-1', '--format=%(trailers:key=Captured-From)')).toContain('production web2')

  const next = await dryRun(place)
  expect(next.told.map(({ path, proposed }) => [path, proposed])).toEqual([
    ['both.txt', false],
    ['index.php', true],
    ['only1.txt', true],
  ])
})

test('a check is about every host', async () => {
  await using place = await several()
  expect(await place.capture('production', '--check')).toMatchObject({ code: 0 })
  await place.web2.write('only2.txt', 'two\n')
  const both = await place.capture('production', '--check')
  expect(both).toMatchObject({ code: 1 })
  expect(both.stdout.replace(/\s+/g, ' ')).toContain('web2 has 1 difference of its own: only2.txt (new).')
  expect(await place.capture('production', '--check', '--host', 'web1')).toMatchObject({ code: 0 })
})
