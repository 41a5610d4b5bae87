// `npm run bench -- secrets`: searching files for secrets, whole processes beside our peers on the same corpus, in one run. Prints the tables of
// bench/README.md.
//   npm run bench -- secrets --rounds 9
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { execute, interleave, ms, overRounds, table } from './measure.ts'
import { type Planted, planted } from './planted.ts'

const root = dirname(import.meta.dirname)
const home = mkdtempSync(join(tmpdir(), 'ship-guard-bench-'))
const words = process.argv.slice(2)
const rounds = Number(words[words.indexOf('--rounds') + 1] ?? 5) || 5
// Node 20 parses these certificates at every start, which would be counted for whoever starts Node.
const { NODE_EXTRA_CA_CERTS: _, ...quiet } = process.env
const secretlint = '13.0.6'
const corpus = join(home, 'corpus')
const largestFile = 1_000_000

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    rmSync(home, { recursive: true, force: true })
    process.exit(130)
  })

/** A finding of any scanner, by its file. */
interface Found {
  readonly file: string
  readonly line?: number
  readonly rule: string
  /** Told, and no reason to stop: only likely, in a place for made-up values. */
  readonly warning?: boolean
}

interface Scanner {
  readonly name: string
  readonly argv: (folder: string) => readonly [string, ...string[]]
  readonly node: boolean
  /** What a run over the folder printed, or wrote, as findings. */
  read(stdout: string, folder: string): readonly Found[]
}

async function bench(): Promise<void> {
  // For its threads.
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', join(home, 'dist')], { cwd: root })
  const scanners = [await secretlintCommand(), await ours(), ...gitleaks()]
  const ordinary = copyPackages(corpus)
  const hidden = planted(5)
  for (const { file, text } of hidden) write(join(corpus, file), text)
  console.log(`${availableParallelism()} cores, Node ${process.versions.node}, ${rounds} rounds\n`)
  await speed(scanners, ordinary)
  recall(scanners, hidden)
  growth(scanners)
}

async function secretlintCommand(): Promise<Scanner> {
  const folder = join(home, 'secretlint')
  write(join(folder, 'package.json'), '{ "private": true }')
  const packages = ['secretlint', '@secretlint/secretlint-rule-preset-recommend'].map(name => `${name}@${secretlint}`)
  await execute(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...packages], {
    cwd: folder,
  })
  const config = join(folder, '.secretlintrc.json')
  write(config, '{ "rules": [{ "id": "@secretlint/secretlint-rule-preset-recommend" }] }')
  const bin = join(folder, 'node_modules/secretlint/bin/secretlint.js')
  return {
    name: `secretlint ${secretlint}`,
    node: true,
    argv: at => [process.execPath, bin, '--secretlintrc', config, '--format', 'json', `${at}/**/*`, `${at}/**/.*`],
    read: (stdout, at) =>
      (
        JSON.parse(stdout) as { filePath: string; messages: { ruleId: string; loc: { start: { line: number } } }[] }[]
      ).flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId, loc }) => ({
          file: filePath.slice(at.length + 1),
          line: loc.start.line,
          rule: ruleId.replace('@secretlint/secretlint-rule-', ''),
        })),
      ),
  }
}

async function ours(): Promise<Scanner> {
  const script = join(home, 'secrets-search.mjs')
  await build({
    entryPoints: [join(root, 'bench/secrets-search.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
    absWorkingDir: root,
  })
  return {
    name: '**ship-guard**',
    node: true,
    argv: at => [process.execPath, script, home, at],
    read: stdout =>
      stdout
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Found),
  }
}

/** Only where it is installed: Debian 12 and npm do not carry it. */
function gitleaks(): readonly Scanner[] {
  const version = spawnSync('gitleaks', ['version'], { encoding: 'utf8' })
  if (version.error !== undefined) {
    console.log('gitleaks is not installed here: not measured.\n')
    return []
  }
  const report = join(home, 'gitleaks.json')
  return [
    {
      name: `gitleaks ${version.stdout.trim()}`,
      node: false,
      argv: at => ['gitleaks', 'detect', '--no-git', '--exit-code', '0', '--report-path', report, '--source', at],
      read: (_stdout, at) =>
        (JSON.parse(readFileSync(report, 'utf8')) as { File: string; StartLine: number; RuleID: string }[]).map(
          ({ File, StartLine, RuleID }) => ({ file: File.slice(at.length + 1), line: StartLine, rule: RuleID }),
        ),
    },
  ]
}

/** Every file of the packages that are installed for development, up to a megabyte each: code that nobody tuned anything for. */
function copyPackages(to: string): { files: number; bytes: number } {
  const from = join(root, 'node_modules')
  const total = { files: 0, bytes: 0 }
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const { size } = statSync(path)
    if (size > largestFile) continue
    // secretlint leaves out everything below a folder of that name.
    const copy = join(to, path.slice(from.length + 1).replaceAll('node_modules', 'modules'))
    mkdirSync(dirname(copy), { recursive: true })
    copyFileSync(path, copy)
    total.files++
    total.bytes += size
  }
  return total
}

function append(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, text)
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const most = 1024 * 1024 * 1024
// proc_pid_status(5): of this program alone; getrusage(2) also counts what the process had before it became this program.
const peakScript = `const { readFileSync, writeFileSync } = require('node:fs')
process.on('exit', () => {
  const peak = /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]
  const { user, system } = process.cpuUsage()
  writeFileSync(process.env.PEAK, JSON.stringify({ peak: peak / 1024, cpu: (user + system) / 1000 }))
})`

interface Ran {
  readonly stdout: string
  /** Megabytes and milliseconds of a processor; absent for what is not Node. */
  readonly peak?: number
  readonly cpu?: number
}

function runOn(scanner: Scanner, folder: string): Ran {
  const [program, ...args] = scanner.argv(folder)
  const peak = join(home, 'peak')
  const preload = join(home, 'peak.cjs')
  write(preload, peakScript)
  const given = scanner.node ? ['--require', preload, ...args] : args
  const ended = spawnSync(program, given, {
    cwd: home,
    env: { ...quiet, PEAK: peak },
    encoding: 'utf8',
    maxBuffer: most,
  })
  if (ended.error !== undefined || ended.status === null || ended.status > 1)
    throw new Error(`${scanner.name} ended with ${ended.status}: ${ended.stderr.slice(0, 2_000)}`)
  return {
    stdout: ended.stdout,
    ...(scanner.node ? (JSON.parse(readFileSync(peak, 'utf8')) as Omit<Ran, 'stdout'>) : {}),
  }
}

async function speed(scanners: readonly Scanner[], { files, bytes }: { files: number; bytes: number }): Promise<void> {
  const timings = await interleave(
    scanners.map(scanner => ({ name: scanner.name, run: async () => void runOn(scanner, corpus) })),
    rounds,
  )
  const megabytes = bytes / 1e6
  console.log(table(`${files.toLocaleString('en')} files, ${megabytes.toFixed(0)} MB, whole process`, timings))
  console.log('\n| | MB/s | processor time | peak memory |\n| --- | ---: | ---: | ---: |')
  scanners.forEach((scanner, index) => {
    const perSecond = overRounds([timings[index]!], time => (megabytes * 1_000) / time!)
    const { cpu, peak } = runOn(scanner, corpus)
    console.log(`| ${scanner.name} | ${perSecond.toFixed(0)} | ${cpu === undefined ? '' : ms(cpu)} | ${memory(peak)} |`)
  })
  const times = overRounds([timings[0]!, timings[1]!], (theirs, own) => theirs! / own!)
  console.log(`\nOurs: ${times.toFixed(1)} x the secretlint command (budget 10).\n`)
}

function memory(megabytes: number | undefined): string {
  return megabytes === undefined ? 'not measured' : `${Math.round(megabytes)} MB`
}

function recall(scanners: readonly Scanner[], hidden: readonly Planted[]): void {
  const all = scanners.map(scanner => scanner.read(runOn(scanner, corpus).stdout, corpus))
  const found = all.map(list => list.filter(({ warning }) => warning !== true))
  const kinds = [...new Set(hidden.map(({ kind }) => kind))]
  const filesOf = (list: readonly Found[]) => new Set(list.map(({ file }) => file))
  console.log(
    `| | of ${hidden.length} hidden secrets | of ${kinds.length} kinds | in ordinary files |\n| --- | ---: | ---: | ---: |`,
  )
  scanners.forEach(({ name }, index) => {
    const files = filesOf(found[index]!)
    const there = hidden.filter(({ file }) => files.has(file))
    const elsewhere = found[index]!.filter(({ file }) => !file.startsWith('planted/'))
    const whole = kinds.filter(kind => hidden.every(one => one.kind !== kind || files.has(one.file)))
    console.log(
      `| ${name} | ${there.length} | ${whole.length} | ${elsewhere.length} in ${filesOf(elsewhere).size} files |`,
    )
  })
  const own = filesOf(found[1]!)
  console.log(
    `\nNot found by ours: ${[...new Set(hidden.filter(({ file }) => !own.has(file)).map(({ kind }) => kind))].join(', ') || 'none'}.`,
  )
  const lost = found[0]!.filter(
    ({ file, line }) => !all[1]!.some(one => one.file === file && (one.line ?? line) === line),
  )
  console.log(`Found by secretlint alone: ${lost.length === 0 ? 'nothing' : ''}`)
  for (const { file, line, rule } of lost) console.log(`- ${rule} in ${file}:${line}`)
  console.log('')
}

/** What one large file, and many small ones, cost. */
function growth(scanners: readonly Scanner[]): void {
  const large = join(home, 'large')
  const line = 'const value = compute(first, second) // as it was agreed upon, 2024\n'
  for (let part = 0; part < 45; part++) append(join(large, 'text.txt'), line.repeat(100_000))
  const small = join(home, 'small')
  for (let file = 0; file < 2_000; file++) write(join(small, `${file}.js`), line.repeat(100))
  console.log('| whole process | one text of 300 MB | peak memory | 2,000 files |\n| --- | ---: | ---: | ---: |')
  for (const scanner of scanners) {
    const [big, many] = [large, small].map(folder => {
      const started = performance.now()
      try {
        return { ...runOn(scanner, folder), took: `${((performance.now() - started) / 1_000).toFixed(2)} s` }
      } catch {
        return { peak: undefined, took: 'fails' }
      }
    })
    console.log(`| ${scanner.name} | ${big!.took} | ${memory(big!.peak)} | ${many!.took} |`)
  }
  console.log('')
}

try {
  await bench()
} finally {
  rmSync(home, { recursive: true, force: true })
}
