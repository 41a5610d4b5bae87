import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { sourceRoot } from '../support/package-root.ts'
import { eventually } from '../support/scratch.ts'

const program = `
import { engineWorld, startScratch } from ${JSON.stringify(join(sourceRoot, 'test/support/scratch.ts'))}
const folders = []
const world = { ...engineWorld, scratchFolder: async needs => {
  const folder = await engineWorld.scratchFolder(needs)
  folders.push(folder.path)
  return folder
} }
const { database } = await startScratch({ flavour: process.argv[1], world })
await database.execute('CREATE TABLE busy (id int)')
void database.query(process.argv[2])
console.log(folders[0])
setInterval(() => {}, 1000)
`

test.each([
  ['postgres', 'SELECT count(*) FROM generate_series(1, 100000000000)'],
  ['mariadb', 'SELECT BENCHMARK(100000000000, MD5(1))'],
])('kill -9 leaves no %s, however busy, and no folder', async (flavour, busy) => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, flavour, busy], {
    cwd: sourceRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const folder = dirname(await firstLine(child))
  expect(processesNaming(folder)).not.toEqual([])
  const servers = busyServers(folder)
  child.kill('SIGKILL')
  expect(await eventually(() => !existsSync(folder) && processesNaming(folder).length === 0)).toBe(true)
  expect(await eventually(() => servers.every(pid => !lives(pid)))).toBe(true)
})

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    createInterface({ input: child.stdout! }).once('line', done)
    child.once('exit', code => fail(new Error(`It ended with ${code} before it said anything.`)))
  })
}

function processesNaming(folder: string): string[] {
  return listing()
    .filter(({ args }) => args.includes(`${folder}/`))
    .map(({ args }) => args)
}

/** The servers and their children, which do not all say where they work. */
function busyServers(folder: string): number[] {
  const all = listing()
  const servers = all.filter(({ args }) => args.includes(`${folder}/d/`)).map(({ pid }) => pid)
  return [...servers, ...all.filter(({ parent }) => servers.includes(parent)).map(({ pid }) => pid)]
}

function listing(): { pid: number; parent: number; args: string }[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap(line => {
    const [, pid, parent, stat = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined || stat.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), args }]
  })
}

function lives(pid: number): boolean {
  return listing().some(one => one.pid === pid)
}
