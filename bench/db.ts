// `npm run bench -- db`: linting migrations, whole processes beside our peers on the same files, in one run. Prints the tables of bench/README.md.
//   npm run bench -- db --rounds 9
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ordinaryCorpus } from '../test/support/ordinary-corpus.ts'
import { type Case, execute, interleave, overRounds, table } from './measure.ts'

const root = dirname(import.meta.dirname)
const home = mkdtempSync(join(tmpdir(), 'ship-guard-bench-'))
const words = process.argv.slice(2)
const rounds = Number(words[words.indexOf('--rounds') + 1] ?? 9) || 9
// Node 20 parses these certificates at every start, which would be counted for whoever starts Node.
const { NODE_EXTRA_CA_CERTS: _, ...quiet } = process.env
const versions = { 'squawk-cli': '2.66.0', '@flvmnt/pgfence': '0.1.5' } as const

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    rmSync(home, { recursive: true, force: true })
    process.exit(130)
  })

async function bench(): Promise<void> {
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}, ${rounds} rounds\n`)
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const peers = await fetchPeers()
  for (const count of [1, 20, 1000]) await beside(count, peers)
  await growth()
  findings(peers)
}

interface Peers {
  readonly squawk: string
  readonly wrapper: string
  readonly pgfence: string
}

async function fetchPeers(): Promise<Peers> {
  const folder = join(home, 'peers')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`)
  await execute(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...packages], {
    cwd: folder,
  })
  const modules = join(folder, 'node_modules')
  const native = (readdirSync(modules, { recursive: true }) as string[]).find(path =>
    /^@squawk-cli\/[^/]+\/bin\/squawk$/.test(path),
  )
  return {
    squawk: join(modules, native ?? 'missing'),
    wrapper: join(modules, '.bin/squawk'),
    pgfence: join(modules, '.bin/pgfence'),
  }
}

/** The last `count` of a history that is `count` and as many again long: the first half is what was there. */
function corpus(count: number): { folder: string; files: string[] } {
  const folder = join(home, `corpus-${count}`)
  mkdirSync(join(folder, 'migrations'), { recursive: true })
  const made = ordinaryCorpus('postgres', count)
  for (const { path, text } of made) writeFileSync(join(folder, path), text)
  return { folder, files: made.map(({ path }) => path) }
}

const ours = join(root, 'dist/main.js')

/** Exit codes say what was found; only a program that breaks is no measurement. */
function timed(name: string, argv: readonly [string, ...string[]], cwd: string): Case {
  const [program, ...args] = argv
  return {
    name,
    async run() {
      const ended = spawnSync(program, args, { cwd, env: quiet, stdio: 'ignore' })
      if (ended.error !== undefined || ended.status === null || ended.status > 1)
        throw new Error(`${argv.join(' ')} ended with ${ended.status}`)
    },
  }
}

async function beside(count: number, { squawk, wrapper, pgfence }: Peers): Promise<void> {
  const { folder, files } = corpus(count)
  const timings = await interleave(
    [
      timed('`node -e 0`', [process.execPath, '-e', '0'], folder),
      timed(`squawk ${versions['squawk-cli']}, its own binary`, [squawk, ...files], folder),
      timed(`squawk ${versions['squawk-cli']}, through npm's wrapper`, [process.execPath, wrapper, ...files], folder),
      timed(`pgfence ${versions['@flvmnt/pgfence']}`, [process.execPath, pgfence, 'analyze', ...files], folder),
      timed(
        '**ship-guard db lint**',
        [process.execPath, ours, 'db', 'lint', 'migrations', '--dialect', 'postgres'],
        folder,
      ),
    ],
    rounds,
  )
  console.log(
    table(
      `${count.toLocaleString('en')} ordinary PostgreSQL ${count === 1 ? 'file' : 'files'}, whole process`,
      timings,
    ),
  )
  const last = timings.at(-1)!
  console.log(
    `\nOurs: ${overRounds([last, timings[2]!], (a, b) => a! / b!).toFixed(2)} x squawk through npm, ${overRounds([last, timings[3]!], (a, b) => a! / b!).toFixed(2)} x pgfence.\n`,
  )
}

const peakScript =
  "process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)))"

async function growth(): Promise<void> {
  const preload = join(home, 'peak.cjs')
  writeFileSync(preload, peakScript)
  console.log('| files | whole process | peak memory |\n| ---: | ---: | ---: |')
  for (const count of [1_000, 5_000, 20_000]) {
    const { folder } = corpus(count)
    const peak = join(home, 'peak')
    const started = performance.now()
    spawnSync(process.execPath, ['--require', preload, ours, 'db', 'lint', 'migrations', '--dialect', 'postgres'], {
      cwd: folder,
      stdio: 'ignore',
      env: { ...quiet, PEAK: peak },
    })
    const took = (performance.now() - started) / 1000
    console.log(
      `| ${count.toLocaleString('en')} | ${took.toFixed(2)} s | ${Math.round(Number(readFileSync(peak, 'utf8')) / 1024)} MB |`,
    )
  }
  console.log('')
}

function findings({ squawk }: Peers): void {
  const { folder, files } = corpus(1000)
  const said = spawnSync(process.execPath, [ours, 'db', 'lint', 'migrations', '--dialect', 'postgres', '--json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  const own = (JSON.parse(said.stdout) as { findings: { severity: string; file: string }[] }).findings.filter(
    ({ severity }) => severity !== 'info',
  )
  const theirs = spawnSync(squawk, ['--reporter', 'gcc', ...files], { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 })
  const lines = theirs.stdout.split('\n').filter(line => /^\S+:\d+:\d+:/.test(line))
  const filesOf = (names: readonly string[]) => new Set(names).size
  console.log('| 1,000 ordinary files | findings | files with one |\n| --- | ---: | ---: |')
  console.log(
    `| squawk ${versions['squawk-cli']} | ${lines.length} | ${filesOf(lines.map(line => line.split(':')[0]!))} |`,
  )
  console.log(`| **ship-guard** | ${own.length} | ${filesOf(own.map(({ file }) => file))} |`)
}

try {
  await bench()
} finally {
  rmSync(home, { recursive: true, force: true })
}
