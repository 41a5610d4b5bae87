import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { seed } from '../../src/drift/seed.ts'
import { openGit } from '../../src/io/git.ts'
import { discardMirrors, openMirror } from '../../src/io/mirror.ts'
import { contentsOf, Mirrored, mirrored, told } from '../support/mirrored.ts'
import { sourceRoot } from '../support/package-root.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const many = Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`d${at % 50}/f${at}.txt`, `file ${at}\n`]))

interface Worker {
  readonly child: ChildProcess
  said(word: string): Promise<void>
}

async function worker(repo: TempRepo): Promise<Worker> {
  const commit = await repo.ok('rev-parse', 'HEAD')
  const tree = await repo.ok('rev-parse', 'HEAD^{tree}')
  const program = join(sourceRoot, 'test/support/mirror-worker.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', program, repo.dir, commit, tree], {
    cwd: sourceRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const heard = new EventTarget()
  createInterface({ input: child.stdout! }).on('line', line => {
    lines.push(line)
    heard.dispatchEvent(new Event('line'))
  })
  return {
    child,
    async said(word) {
      while (!lines.includes(word)) await once(heard, 'line')
    },
  }
}

async function kill({ child }: Worker): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function open(repo: TempRepo): Promise<Mirrored> {
  const git = await openGit(repo.dir, process.env)
  return new Mirrored(repo, git, await openMirror(git, { environment: 'staging' }))
}

test('a second capture is told who runs the first one, and what to do', async () => {
  await using here = await mirrored()
  const again = openMirror(here.git, { environment: 'staging' })
  await expect(again).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(
      new RegExp(`^Another capture of staging is running: process ${process.pid}, since 20`),
    ),
    instead: `Wait for it, or end it: kill ${process.pid}`,
  })
  await using other = new Mirrored(
    here.repo,
    here.git,
    await openMirror(here.git, { environment: 'staging', host: 'web2' }),
  )
  expect(other.mirror.folder).not.toBe(here.mirror.folder)
})

test.each([0, 20, 60, 150, 400])(
  'killed %i ms after a mirror was opened, the next run ends as if nothing had been',
  async delay => {
    await using repo = await tempRepo(many)
    const before = await contentsOf(repo.dir)
    const first = await worker(repo)
    await first.said('opened')
    await setTimeout(delay)
    await kill(first)
    const here = await open(repo)
    await seed(here.mirror, await here.tree())
    expect(await here.compare()).toEqual({ differences: [], phantoms: 0 })
    await here.server('new.txt', 'new\n')
    expect(told(await here.compare())).toEqual(['new new.txt'])
    expect((await readdir(here.mirror.folder)).filter(name => name.endsWith('.lock'))).toEqual([])
    await here.mirror.close()
    expect(await contentsOf(repo.dir)).toEqual(before)
  },
)

test.each([0, 30, 90])('killed %i ms into comparing, the next run sees the same', async delay => {
  await using repo = await tempRepo(many)
  const first = await worker(repo)
  await first.said('compared')
  await setTimeout(delay)
  await kill(first)
  const here = await open(repo)
  await seed(here.mirror, await here.tree())
  await here.server('d1/f1.txt', 'changed\n')
  await here.remove('d2/f2.txt')
  expect(told(await here.compare())).toEqual(['changed d1/f1.txt', 'deleted d2/f2.txt'])
  await here.mirror.close()
})

test('an index that was cut off is made anew, and the tree stays', async () => {
  await using repo = await tempRepo(many)
  const first = await worker(repo)
  await first.said('compared')
  await kill(first)
  const index = join(repo.dir, '.git/ship-guard/mirror/staging/host/index')
  await writeFile(index, 'DIRC\0\0\0\x02\0\0\0\x09')
  const here = await open(repo)
  await seed(here.mirror, await here.tree())
  await here.server('new.txt', 'new\n')
  expect(told(await here.compare())).toEqual(['new new.txt'])
  await here.mirror.close()
})

test('a lock that says nothing, or names a process that is another one now, is taken over', async () => {
  await using here = await mirrored()
  const lock = join(here.mirror.folder, 'lock')
  await here.mirror.close()
  for (const left of ['', '{"pid":', JSON.stringify({ pid: process.pid, began: '1', machine: hostname() })]) {
    await writeFile(lock, left)
    const again = await openMirror(here.git, { environment: 'staging' })
    await again.close()
  }
  await writeFile(
    lock,
    JSON.stringify({ pid: 1, machine: 'another-machine', since: '2026-01-01T00:00:00Z', token: 'x' }),
  )
  await expect(openMirror(here.git, { environment: 'staging' })).rejects.toMatchObject({
    message: expect.stringContaining('process 1 on another-machine'),
    instead: expect.stringContaining(`rm '${lock}'`),
  })
})

test('what another user calls rsync and our folder keeps nobody waiting after a capture that was killed', async () => {
  await using here = await mirrored()
  const { folder } = here.mirror
  await here.mirror.close()
  await writeFile(join(folder, 'lock'), '')
  const argv = ['-e', 'setTimeout(() => {}, 60_000)', `${folder}/`]
  const user = process.getuid?.() === 0 ? { uid: 65_534 } : {}
  const other = spawn(process.execPath, argv, { argv0: 'rsync', stdio: 'ignore', ...user })
  try {
    await (await openMirror(here.git, { environment: 'staging' })).close()
    // Ours is ended, another user's lives.
    expect(other.exitCode === null && other.signalCode === null).toBe(user.uid !== undefined)
  } finally {
    other.kill('SIGKILL')
  }
})

test('of many that find an abandoned lock exactly one gets it', async () => {
  await using here = await mirrored()
  await here.mirror.close()
  const lock = join(here.mirror.folder, 'lock')
  for (let round = 0; round < 5; round++) {
    await writeFile(lock, '')
    const tries = Array.from({ length: 8 }, () => openMirror(here.git, { environment: 'staging' }))
    const got = (await Promise.allSettled(tries)).flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
    expect(got).toHaveLength(1)
    await got[0]!.close()
  }
})

test('mirrors are taken away by environment or all together, and what is in use stays', async () => {
  await using here = await mirrored()
  const others = [
    { environment: 'Prod', host: 'deploy@web1' },
    { environment: 'Prod', host: 'deploy@web2' },
  ]
  for (const place of others) await (await openMirror(here.git, place)).close()
  await expect(discardMirrors(here.git, 'staging')).rejects.toThrow('A capture of staging is running')
  expect(await discardMirrors(here.git, 'Prod')).toEqual(['Prod (deploy@web1)', 'Prod (deploy@web2)'])
  expect(await discardMirrors(here.git, 'Prod')).toEqual([])
  await here.mirror.close()
  expect(await discardMirrors(here.git)).toEqual(['staging'])
  expect(await readdir(join(here.repo.dir, '.git/ship-guard/mirror'))).toEqual([])
})
