import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from './scratch-folder.ts'

const needs = { bytes: 1 }

async function leftBehind(name: string, owner: string): Promise<string> {
  const folder = join(tmpdir(), `ship-guard-scratch-${name}`)
  await mkdir(join(folder, 'd'), { recursive: true })
  await writeFile(join(folder, 'owner'), owner)
  return folder
}

test('a folder is ours alone, says whose it is, and goes when it is removed', async () => {
  const folder = await scratchFolder(needs)
  expect(JSON.parse(readFileSync(join(dirname(folder.path), 'owner'), 'utf8'))).toMatchObject({ pid: process.pid })
  await folder.remove()
  expect(existsSync(dirname(folder.path))).toBe(false)
})

test('what a killed run left is swept, with the server that still works in it', async () => {
  const dead = 2 ** 22 - 7
  const folder = await leftBehind('aB3456', JSON.stringify({ pid: dead }))
  const server = spawn('sh', ['-c', 'sleep 60', `${folder}/d/data`], { stdio: 'ignore' })
  const ended = new Promise(done => server.once('exit', (_, signal) => done(signal)))
  const next = await scratchFolder(needs)
  expect(await ended).toBe('SIGKILL')
  expect(existsSync(folder)).toBe(false)
  await next.remove()
})

test('a number that another process has now is not taken for the owner', async () => {
  const folder = await leftBehind('aB3457', JSON.stringify({ pid: process.ppid, began: '1' }))
  const next = await scratchFolder(needs)
  expect(existsSync(folder)).toBe(process.platform !== 'linux')
  await next.remove()
  await rm(folder, { recursive: true, force: true })
})

test('folders of runs that go on, of nobody yet, and of other names stay', async () => {
  const kept = [
    await leftBehind('aB3458', JSON.stringify({ pid: process.pid })),
    await leftBehind('aB3459', ''),
    await leftBehind('of-mine', JSON.stringify({ pid: 2 ** 22 - 7 })),
  ]
  const next = await scratchFolder(needs)
  expect(kept.filter(existsSync)).toEqual(kept)
  await next.remove()
  for (const folder of kept) await rm(folder, { recursive: true, force: true })
})
