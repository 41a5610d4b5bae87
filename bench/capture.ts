// Captures over a real ssh on loopback beside raw rsync, in one run: `npm run bench -- capture [--files 1000,10000,100000] [--rounds 3]`.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type AppServer, appServer } from '../test/support/app-server.ts'
import { interleave, ms, overRounds, table } from './measure.ts'
import { Repository } from './repository.ts'

const root = dirname(import.meta.dirname)
const ours = join(root, 'dist/main.js')
const option = (name: string, otherwise: string) => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : process.argv[at + 1]!
}
const rounds = Number(option('rounds', '3'))
const sizes = option('files', '1000,10000,100000').split(',').map(Number)

const peakScript =
  "process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)))"

console.log(`${rounds} rounds, Node ${process.versions.node}, rsync ${version('rsync')}\n`)
for (const size of sizes) {
  const home = mkdtempSync(join(tmpdir(), 'ship-guard-bench-'))
  const server = await appServer()
  try {
    await measure(size, home, server)
  } finally {
    await server[Symbol.asyncDispose]()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function measure(size: number, home: string, server: AppServer): Promise<void> {
  process.env.PATH = server.env.PATH
  const repository = await application(size, home, server)
  const copy = join(home, 'copy/')
  const from = `app:${server.root}/`
  const raw = (...args: string[]) => exec('rsync', ['-a', ...args, from, copy], home)

  const firsts = {
    raw: timed(() => raw()),
    ours: timed(() => capture(repository.dir, home)),
  }
  const timings = await interleave(
    [
      { name: 'raw `rsync -a --dry-run`', run: async () => raw('--dry-run') },
      { name: 'raw `rsync -a --checksum --dry-run`', run: async () => raw('--checksum', '--dry-run') },
      { name: '**capture --check**, contents compared', run: async () => capture(repository.dir, home) },
      {
        name: '**capture --check**, `compare: times`',
        run: async () => capture(repository.dir, home, join(home, 'times')),
      },
    ],
    rounds,
  )
  const [dry, checked, own, times] = timings as [Timed, Timed, Timed, Timed]
  const peak = Number(readFileSync(join(home, 'peak'), 'utf8')) / 1024
  const changed = await changes(size, server)
  const rawChanged = timed(() => raw('--delete'))
  const ownChanged = timed(() => capture(repository.dir, home))

  console.log(table(`${size.toLocaleString('en')} files, nothing changed`, timings))
  console.log(
    `\nContents compared: ${ratio(own, checked)} x the raw dry run that compares contents. By time and size: ${ratio(times, dry)} x the raw dry run. Peak memory of ours: ${Math.round(peak)} MB.`,
  )
  console.log(
    `First look: ${ms(firsts.ours)} (raw rsync into an empty folder ${ms(firsts.raw)}). ${changed} changes: ${ms(ownChanged)} (raw ${ms(rawChanged)}).\n`,
  )
}

type Timed = Awaited<ReturnType<typeof interleave>>[number]

function ratio(one: Timed, other: Timed): string {
  return overRounds([one, other], (a = 0, b = 1) => a / b).toFixed(2)
}

/** 85 % code in git, 15 % uploads that git ignores, as on a usual server; every time there is later than here. */
async function application(size: number, home: string, server: AppServer): Promise<Repository> {
  const uploads = Math.floor(size * 0.15)
  const environment = (more: object) =>
    JSON.stringify({
      environments: { production: { ssh: 'app', path: server.root, capture: { preset: 'plain', ...more } } },
    })
  const repository = await Repository.make(
    home,
    { '.shiprc': environment({}), '.gitignore': 'uploads/\n' },
    size - uploads,
  )
  execFileSync('git', ['archive', '--format=tar', '--output', join(home, 'app.tar'), 'HEAD'], { cwd: repository.dir })
  execFileSync('tar', ['-C', server.root, '-xf', join(home, 'app.tar')])
  writeFileSync(join(server.root, 'REVISION'), await repository.git('rev-parse', 'HEAD'))
  for (let n = 0; n < uploads; n++) put(server, `uploads/${n % 100}/${n}.bin`, bytes(n))
  const times = join(home, 'times')
  execFileSync('git', ['clone', '--quiet', repository.dir, times])
  writeFileSync(join(times, '.shiprc'), environment({ compare: 'times' }))
  capture(times, home)
  return repository
}

function put(server: AppServer, path: string, content: Buffer): void {
  const absolute = join(server.root, path)
  mkdirSync(dirname(absolute), { recursive: true })
  writeFileSync(absolute, content)
  chmodSync(absolute, 0o644)
  utimesSync(absolute, 1_700_000_000, 1_700_000_000)
}

function bytes(seed: number): Buffer {
  const block = createHash('sha512').update(String(seed)).digest()
  return Buffer.concat(Array.from({ length: 16 + (seed % 200) }, () => block))
}

/** 30 edits, 5 deletions, 15 uploads. */
async function changes(size: number, server: AppServer): Promise<number> {
  for (let n = 0; n < 30; n++) put(server, `files/${n}/0.txt`, Buffer.from(`edited ${n}\n`))
  for (let n = 30; n < 35; n++) await server.remove(`files/${n}/${size > 10_000 ? 1 : 0}.txt`)
  for (let n = 0; n < 15; n++) put(server, `uploads/new/${n}.bin`, bytes(size + n))
  return 50
}

function capture(repository: string, home: string, folder = repository): void {
  const preload = join(home, 'peak.cjs')
  writeFileSync(preload, peakScript)
  const argv = ['--require', preload, ours, 'capture', 'production', '--check', '--json']
  const ended = spawnSync(process.execPath, argv, {
    cwd: folder,
    env: { ...process.env, PEAK: join(home, 'peak'), NO_COLOR: '1' },
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  if (ended.status !== 0 && ended.status !== 1) throw new Error(`capture ended with ${ended.status}:\n${ended.stderr}`)
}

function exec(program: string, args: readonly string[], cwd: string): void {
  const ended = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  if (ended.status !== 0) throw new Error(`${program} ended with ${ended.status}:\n${ended.stderr}`)
}

function timed(work: () => void): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

function version(program: string): string {
  return /\d+\.\d+\.\d+/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[0] ?? '?'
}
