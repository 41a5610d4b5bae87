import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Verdict } from '../core/verdict.ts'
import { files } from '../io/files.ts'
import { openVerdictStore } from './store.ts'

const digest = 'd'.repeat(64)
const passed: Verdict = {
  gate: 'db',
  title: 'Migrations',
  commit: 'c'.repeat(40),
  digest,
  tookMs: 12,
  stored: false,
  outcome: 'passed',
  findings: [],
}
const noon = new Date('2026-01-01T12:00:00Z')

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ship-guard-store-'))
})
afterEach(async () => {
  await chmod(home, 0o700)
  await rm(home, { recursive: true })
})

const file = () => join(home, 'ship-guard', 'verdicts', `${digest}.json`)

test('a passed verdict is found again by another process, and nobody else may read it', async () => {
  await openVerdictStore(files, home).keep(passed, noon, undefined)
  expect(await openVerdictStore(files, home).find(digest, noon)).toEqual({ ...passed, stored: true })
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  expect((await stat(join(home, 'ship-guard'))).mode & 0o777).toBe(0o700)
})

test('refused, undecided and skipped verdicts are never kept', async () => {
  const store = openVerdictStore(files, home)
  const { findings: _, ...rest } = passed as Verdict & { outcome: 'passed' }
  await store.keep({ ...rest, outcome: 'undecided', because: 'x', instead: 'y' }, noon, undefined)
  await store.keep({ ...rest, outcome: 'skipped', because: 'x' }, noon, undefined)
  expect(await store.find(digest, noon)).toBeUndefined()
})

test('a short-lived verdict is stale when its time is over', async () => {
  await openVerdictStore(files, home).keep(passed, noon, 60_000)
  const store = openVerdictStore(files, home)
  expect(await store.find(digest, new Date(noon.getTime() + 59_000))).toBeDefined()
  expect(await store.find(digest, new Date(noon.getTime() + 61_000))).toBeUndefined()
})

test('a file that was cut, changed or filled with something else is no answer', async () => {
  await openVerdictStore(files, home).keep(passed, noon, undefined)
  const whole = await readFile(file(), 'utf8')
  for (const broken of [
    '',
    whole.slice(0, -20),
    whole.replace('"passed"', '"refused"'),
    '{}',
    '\u0000\u0000',
    `${'0'.repeat(64)}\n{}\n`,
  ]) {
    await writeFile(file(), broken)
    expect(await openVerdictStore(files, home).find(digest, noon)).toBeUndefined()
  }
})

test('where nothing can be written the verdict still counts in this run, and the reason is told', async () => {
  const locked = { ...files, makeFolder: async () => Promise.reject(new Error('EROFS: read-only file system')) }
  const store = openVerdictStore(locked, home)
  await store.keep(passed, noon, undefined)
  expect(await store.find(digest, noon)).toBeDefined()
  expect(store.problem()).toContain('read-only')
})

test('keeps a bounded number of files', async () => {
  const store = openVerdictStore(files, home)
  for (let n = 0; n < 620; n++)
    await store.keep({ ...passed, digest: n.toString(16).padStart(64, '0') }, noon, undefined)
  expect((await readdir(join(home, 'ship-guard', 'verdicts'))).length).toBeLessThanOrEqual(600)
})
