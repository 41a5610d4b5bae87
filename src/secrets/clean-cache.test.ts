import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { files } from '../io/files.ts'
import { type CleanCache, openCleanCache } from './clean-cache.ts'
import type { Inspected } from './inspect.ts'

const nothing: Inspected = { hits: [], example: false }
const oids = Array.from({ length: 50 }, (_, index) => index.toString(16).padStart(40, '0'))
let common: string

beforeEach(async () => {
  common = await mkdtemp(join(tmpdir(), 'clean-cache-'))
})
afterEach(() => rm(common, { recursive: true }))

async function kept(note: (cache: CleanCache) => void): Promise<CleanCache> {
  const cache = await openCleanCache(files, common)
  note(cache)
  await cache.save()
  return openCleanCache(files, common)
}

const file = async () => join(common, 'ship-guard/secrets', (await readdir(join(common, 'ship-guard/secrets')))[0]!)

test('what was clean is clean the next time: the same content under the same path, and nothing else', async () => {
  const cache = await kept(one => {
    for (const oid of oids) one.note(oid, 'src/a.ts', nothing)
  })
  for (const oid of oids) expect(cache.isClean(oid, 'src/a.ts')).toBe(true)
  expect(cache.isClean(oids[0]!, '.env')).toBe(false)
  expect(cache.isClean('f'.repeat(40), 'src/a.ts')).toBe(false)
})

test('what was found, what is a secret as a whole, and what was not looked into is never noted', async () => {
  const hit = { rule: 'x' } as Inspected['hits'][number]
  const cache = await kept(one => {
    for (const oid of oids) one.note(oid, 'clean', nothing)
    one.note(oids[0]!, 'hit', { ...nothing, hits: [hit] })
    one.note(oids[0]!, 'file', { ...nothing, file: {} as NonNullable<Inspected['file']> })
    one.note(oids[0]!, 'unseen', { ...nothing, unseen: 'archive' })
  })
  expect(['hit', 'file', 'unseen'].filter(path => cache.isClean(oids[0]!, path))).toEqual([])
  expect((await readFile(await file())).length).toBe(oids.length * 16)
})

test('a file that was cut off, and one of other rules, count as none', async () => {
  await kept(one => {
    for (const oid of oids) one.note(oid, 'a', nothing)
  })
  const path = await file()
  await truncate(path, 40)
  await writeFile(join(common, 'ship-guard/secrets/clean-0123456789abcdef'), 'old')
  const cache = await kept(one => {
    expect(one.isClean(oids[0]!, 'a')).toBe(false)
    for (const oid of oids) one.note(oid, 'b', nothing)
  })
  expect(cache.isClean(oids[0]!, 'b')).toBe(true)
  expect(await readdir(join(common, 'ship-guard/secrets'))).toEqual([path.split('/').at(-1)])
})

test('a place where nothing can be kept stops nobody', async () => {
  const cache = await openCleanCache(files, '/dev/null')
  for (const oid of oids) cache.note(oid, 'a', nothing)
  await cache.save()
  expect(cache.isClean(oids[0]!, 'a')).toBe(false)
})
