import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { files } from '../io/files.ts'
import { logPath, recall, usualMs, writeDown } from './log.ts'

async function commonDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ship-guard-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const run = { gate: 'tests', commit: 'a'.repeat(40), outcome: 'passed', tookMs: 100 } as const
const at = new Date('2026-01-02T03:04:05Z')

test('what is written down comes back oldest first, and nobody else may read it', async () => {
  const dir = await commonDir()
  await writeDown(files, dir, 'gates', run, at)
  await writeDown(files, dir, 'gates', { ...run, tookMs: 300 }, at)
  expect(await recall(files, dir, 'gates')).toEqual([
    { at: '2026-01-02T03:04:05.000Z', ...run },
    { at: '2026-01-02T03:04:05.000Z', ...run, tookMs: 300 },
  ])
  expect((await stat(logPath(dir, 'gates'))).mode & 0o777).toBe(0o600)
})

test('a line that was cut takes no other with it', async () => {
  const dir = await commonDir()
  await writeDown(files, dir, 'gates', run, at)
  const path = logPath(dir, 'gates')
  await writeFile(path, `{"at":"2026-0\n${await readFile(path, 'utf8')}{"gate":`)
  expect(await recall(files, dir, 'gates')).toHaveLength(1)
})

test('a log does not grow for ever', async () => {
  const dir = await commonDir()
  await writeDown(files, dir, 'gates', run, at)
  await writeFile(logPath(dir, 'gates'), `${JSON.stringify({ ...run, at: 'then' })}\n`.repeat(25_000))
  await writeDown(files, dir, 'gates', { ...run, tookMs: 7 }, at)
  const kept = await recall(files, dir, 'gates')
  expect(kept.length).toBeLessThan(15_000)
  expect(kept.at(-1)!.tookMs).toBe(7)
})

test('the usual time is the median of the last runs, whatever one of them took', () => {
  const took = (tookMs: number) => ({ ...run, at: '', tookMs })
  expect(usualMs([took(100), took(90_000), took(120)], 'tests')).toBe(120)
  expect(usualMs([took(100)], 'db')).toBeUndefined()
})
