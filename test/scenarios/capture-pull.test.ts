import { execFileSync } from 'node:child_process'
import { chmodSync, symlinkSync, truncateSync } from 'node:fs'
import { expect, test } from 'vitest'
import { appServer } from '../support/app-server.ts'
import { pulling, skippedWords } from '../support/pulling.ts'

const site = { 'index.php': '<?php echo 1;', 'app/Order.php': '<?php class Order {}', 'public/logo.png': 'PNG' }

test('brings what is there into the mirror, and a second pull with nothing new is one rsync run', async () => {
  await using server = await appServer({ files: site })
  await using here = await pulling(server)

  const first = await here.pull()
  expect(await here.paths()).toEqual(['app/Order.php', 'index.php', 'public/logo.png'])
  expect(first).toMatchObject({ state: 'clean', files: 3, skipped: [], notes: [] })
  expect(here.runs).toHaveLength(2)

  here.runs.length = 0
  const second = await here.pull({ known: 3 })
  expect(second).toMatchObject({ state: 'clean', files: 3, skipped: [] })
  expect(here.runs).toHaveLength(1)
})

test('sees an edit that left size and time as they were', async () => {
  await using server = await appServer({ files: site })
  await using here = await pulling(server)
  const mtime = new Date('2026-01-01T00:00:00Z')
  await server.write('index.php', '<?php echo 1;', { mtime })
  await here.pull()
  await server.write('index.php', '<?php echo 2;', { mtime })
  await here.pull({ known: 3 })
  expect(await here.text('index.php')).toBe('<?php echo 2;')
})

test('names what did not come and why: links, FIFOs, big, unreadable', async () => {
  await using server = await appServer({ files: { ...site, 'hidden/a.txt': 'a', 'closed.txt': 'b' } })
  symlinkSync('/etc/passwd', server.at('evil'))
  symlinkSync('app', server.at('app -> link'))
  execFileSync('mkfifo', [server.at('pipe')])
  await server.write('video.mp4', 'x')
  truncateSync(server.at('video.mp4'), 3_000_000)
  chmodSync(server.at('closed.txt'), 0)
  chmodSync(server.at('hidden'), 0)
  await using here = await pulling(server)

  const pulled = await here.pull()
  expect(skippedWords(pulled)).toEqual([
    'app -> link: link',
    'closed.txt: unreadable',
    'evil: link',
    'hidden: unreadable',
    'pipe: special',
    'video.mp4: too-big',
  ])
  expect(pulled.state).toBe('partial')
  expect(pulled.skipped.find(({ path }) => path === 'video.mp4')?.size).toBe(3_000_000)
  expect(pulled.skipped.find(({ path }) => path === 'evil')?.target).toBe('/etc/passwd')
  expect(await here.paths()).toEqual(['app/Order.php', 'index.php', 'public/logo.png'])

  here.runs.length = 0
  expect(skippedWords(await here.pull())).toEqual(skippedWords(pulled))
  expect(here.runs).toHaveLength(1)
})
