import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeLock } from './lock.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a lock that is held names its owner, and is free after it was given up', async () => {
  const path = join(folder, 'lock')
  const first = await takeLock(path)
  expect(first).toMatchObject({ taken: true, abandoned: false })
  expect(await takeLock(path)).toMatchObject({
    taken: false,
    elsewhere: false,
    owner: { pid: process.pid, machine: hostname() },
  })
  if (first.taken) await first.release()
  expect(await readdir(folder)).toEqual([])
  expect(await takeLock(path)).toMatchObject({ taken: true, abandoned: false })
})

test('giving up a lock that somebody else has by now leaves it alone', async () => {
  const path = join(folder, 'lock')
  const first = await takeLock(path)
  await rm(path)
  await takeLock(path)
  if (first.taken) await first.release()
  expect(await takeLock(path)).toMatchObject({ taken: false })
})

test('a lock whose owner is gone is taken over, and that is told', async () => {
  const path = join(folder, 'lock')
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, machine: hostname(), token: 'a', since: '' }))
  expect(await takeLock(path)).toMatchObject({ taken: true, abandoned: true })
})

test('of many that find a dead owner at once exactly one takes its place', async () => {
  const path = join(folder, 'lock')
  for (const left of ['', JSON.stringify({ pid: 2 ** 22 + 1, machine: hostname(), token: 'a', since: '' })])
    for (let round = 0; round < 20; round++) {
      await writeFile(path, left)
      const got = (await Promise.all(Array.from({ length: 12 }, () => takeLock(path)))).filter(one => one.taken)
      expect(got.map(one => one.taken && one.abandoned)).toEqual([true])
      for (const one of got) if (one.taken) await one.release()
      expect(await readdir(folder)).toEqual([])
    }
})

test('whoever was killed while taking over is no hindrance', async () => {
  const path = join(folder, 'lock')
  const dead = JSON.stringify({ pid: 2 ** 22 + 1, machine: hostname(), token: 'a', since: '' })
  await writeFile(path, dead)
  await writeFile(`${path}.takeover`, dead)
  expect(await takeLock(path)).toMatchObject({ taken: true, abandoned: true })
  expect(await readdir(folder)).toEqual(['lock'])
})
