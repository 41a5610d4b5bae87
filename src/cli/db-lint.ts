import { dirname, relative, resolve, sep } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { ExitCode } from '../core/exit.ts'
import { stops } from '../core/finding.ts'
import { globMatcher } from '../core/glob.ts'
import { printable } from '../core/printable.ts'
import type { Decision, Verdict } from '../core/verdict.ts'
import type { FileFacts, World } from '../core/world.ts'
import type { Dialect } from '../db/dialect.ts'
import { dialects } from '../db/dialects/registry.generated.ts'
import { decoded } from '../gates/db/blobs.ts'
import type { GivenFile } from '../gates/db/given.ts'
import type { Judgement } from '../gates/db/judge.ts'
import type { Options } from '../gates/db/options.ts'
import { factGlobs, migrationGlobs } from '../gates/db/projects.ts'
import { parseReportRequests, writeReports } from '../report/requests.ts'
import { type CliCall, defineCommand } from './command.ts'
import { replayed } from './db-findings.ts'
import { commitOf, dbOptions, newInWorkTree, topOf } from './db-fresh.ts'
import { exitCodeOf } from './exit-code.ts'

export default defineCommand({
  id: 'db lint',
  summary: 'say what migrations do to the data: those of the work tree, or the files and folders that are named',
  arguments: [
    {
      name: '[files...]',
      about: 'migrations, or folders of them (default: what the work tree adds to the base branch)',
    },
  ],
  options: [
    { flags: '--base <dir-or-ref>', about: 'what is there already: a folder of migrations, or a commit or branch' },
    { flags: '--new <n>', about: 'of a folder, only the last N migrations are judged; the others were there before' },
    { flags: '--since <ref>', about: 'of a folder, only what the commit or branch does not have is judged' },
    { flags: '--dialect <name>', about: 'postgres, mysql, mariadb or sqlite (default: what the repository says)' },
    { flags: '--tool <name>', about: 'the migration tool (default: what the repository shows)' },
    { flags: '--style', about: 'rules of style too' },
    { flags: '--replay', about: 'run them on a scratch database as well, and see what they really do' },
    {
      flags: '--report <format[=file]>',
      about:
        'terminal, json, sarif, junit, github, gitlab or html, on the screen or into a file; may be given several times',
      many: true,
    },
    { flags: '--json', about: 'findings for programs, on stdout' },
  ],
  examples: [
    { run: 'npx ship-guard db lint', about: 'the migrations that are new in the work tree' },
    { run: 'npx ship-guard db lint migrations/0042_drop.sql --dialect postgres', about: 'one file by itself' },
    { run: 'npx ship-guard db lint migrations --new 2 --json', about: 'the last two of a folder, for a script' },
    { run: 'npx ship-guard db lint new/*.sql --base migrations', about: 'files on top of what is there' },
  ],
  async run(call): Promise<ExitCode> {
    const started = performance.now()
    const { world, version, flags, args } = call
    const asked = flags.report as string[]
    const requests = flags.json === true && asked.length === 0 ? [] : parseReportRequests(asked)
    // Compiled while git answers. What is wrong with it is told where it is used.
    loadOf(flags.dialect)?.().catch(() => undefined)
    const options = await dbOptions(call)
    const judged = args.length === 0 ? await newInWorkTree(call, options) : await ofFiles(call, options)
    const judgement = flags.replay === true ? await withReplay(judged, options, call) : { ...judged, replay: notRun }
    const { findings } = judgement
    if (flags.json === true) world.terminal.print(JSON.stringify(shape(judgement), undefined, 2))
    const decision = decisionOf(findings, performance.now() - started)
    if (requests.length > 0)
      await writeReports(
        requests,
        { version, decisions: [decision], tookMs: performance.now() - started, subject: subjectOf(judgement) },
        world,
      )
    return exitCodeOf(findings.some(stops) ? 'refused' : 'passed')
  },
})

function loadOf(dialect: unknown): Dialect['load'] {
  return dialects.find((one: Dialect) => one.id === dialect)?.load
}

function subjectOf({ projects }: Judgement): string {
  const count = projects.flatMap(({ history }) => history.files.filter(file => file.isNew)).length
  return count === 1 ? '1 migration' : `${count} migrations`
}

interface Replay {
  /** For people: `PostgreSQL 15.18`; null when none ran. */
  readonly engine: string | null
  readonly ran: boolean
}

const notRun: Replay = { engine: null, ran: false }

/** What `--json` prints. */
function shape({ findings, projects, replay }: Judgement & { readonly replay: Replay }) {
  const [first] = projects
  return {
    dialect: first === undefined ? null : (first.server.flavour ?? first.server.dialects[0]),
    static: true,
    replay,
    projects: projects.map(({ claim, server }) => ({
      tool: claim.tool.id,
      root: claim.project.root,
      dialect: server.flavour ?? server.dialects[0],
    })),
    findings: findings.map(({ rule, code, severity, at, what, why, instead }) => ({
      rule,
      code: code ?? null,
      severity,
      file: at?.file ?? null,
      line: at?.line ?? null,
      column: at?.column ?? null,
      what,
      why,
      instead,
    })),
  }
}

async function withReplay(
  judgement: Judgement,
  options: Options,
  { world }: CliCall,
): Promise<Judgement & { replay: Replay }> {
  const top = (await topOf(world)) ?? world.cwd
  const progress = (line: string) => world.terminal.error(`  ${printable(line)}`)
  const { findings, results } = await replayed({ judgement, options, top }, world, progress)
  const engine = results.length === 0 ? null : results.map(one => one.engine).join(', ')
  return { ...judgement, findings: [...judgement.others, ...findings], replay: { engine, ran: engine !== null } }
}

/** The findings as a verdict of the gate, for the reports that show verdicts. */
function decisionOf(findings: Judgement['findings'], tookMs: number): Decision {
  const [first, ...rest] = [...findings].sort((a, b) => Number(stops(b)) - Number(stops(a)))
  const about = { gate: 'db', title: 'Migrations', commit: '', digest: '', tookMs, stored: false }
  const verdict: Verdict =
    first !== undefined && stops(first)
      ? { ...about, outcome: 'refused', findings: [first, ...rest] }
      : { ...about, outcome: 'passed', findings }
  return { push: { remote: { name: '', url: '' }, ref: 'db lint', commit: '' }, verdicts: [verdict], findings: [] }
}

async function ofFiles(call: CliCall, options: Options): Promise<Judgement> {
  const { world, flags, args } = call
  const found = await expanded(args, options, world)
  if (found.length === 0)
    throw new UsageError(
      `There is no migration in ${args.join(', ')}.`,
      'Name migrations or folders of migrations; links in a folder are not followed.',
    )
  const { before, fresh } = await parted(found, call)
  const { judgeGiven } = await import('../gates/db/given.ts')
  return judgeGiven({
    before: await contents(before, world),
    fresh: await contents(fresh, world),
    options,
    evidence: flags.dialect === undefined || flags.tool === undefined ? await evidenceOf(world) : [],
  })
}

const anyMigration = ['**/*.{sql,php,py,rb,js,cjs,mjs,ts,cts,mts}', '!**/{node_modules,vendor}/**']

/** Files as they are named, and what lies in folders; absolute. */
async function expanded(names: readonly string[], options: Options, world: World): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    const path = resolve(world.cwd, name)
    const facts = await behind(path, world)
    if (facts === undefined)
      throw new UsageError(`There is no file or folder ${name}.`, 'Name migrations or folders of migrations.')
    // To read a pipe or a device would be to wait for ever.
    if (facts.kind === 'other')
      throw new UsageError(`${name} is neither a file nor a folder.`, 'Name migrations or folders of migrations.')
    if (facts.kind !== 'folder') found.push(path)
    else {
      const inside = (await world.files.glob(path, options.migrations ?? anyMigration)).map(one => resolve(path, one))
      found.push(...inside.filter(isMigrationOf(options)))
    }
  }
  return [...new Set(found)]
}

/** What is there; of a link what it leads to, as far as a few links go. */
async function behind(path: string, world: World, links = 5): Promise<FileFacts | undefined> {
  const facts = await world.files.look(path)
  if (facts?.kind !== 'link') return facts
  return links === 0 ? undefined : behind(resolve(dirname(path), facts.target ?? ''), world, links - 1)
}

// SQL in a folder that was named is meant; of a whole application's code only what lies where a tool keeps its migrations.
function isMigrationOf(options: Options): (path: string) => boolean {
  if (options.migrations !== undefined || options.tool !== 'auto') return () => true
  const isUsual = globMatcher(migrationGlobs(options))
  return path => path.endsWith('.sql') || isUsual(path.slice(1))
}

interface Parted {
  readonly before: readonly string[]
  readonly fresh: readonly string[]
}

async function parted(paths: readonly string[], { world, flags }: CliCall): Promise<Parted> {
  const { base, since } = flags as { base?: string; since?: string }
  const said = ['new', 'since', 'base'].filter(name => flags[name] !== undefined).map(name => `--${name}`)
  if (said.length > 1)
    throw new UsageError(
      `${said.join(' and ')} each say what is new.`,
      'Give one of them: --new 2, --since main or --base migrations',
    )
  const before = base === undefined ? [] : await baseFolder(base, world)
  if (flags.new !== undefined) return lastOnes(paths, Number(flags.new), flags.new as string)
  const ref = since ?? (base !== undefined && before === undefined ? base : undefined)
  if (ref === undefined) return { before: (before ?? []).filter(path => !paths.includes(path)), fresh: paths }
  const git = await world.git()
  const commit = await commitOf(git, ref)
  const top = git.top ?? world.cwd
  const listed = (await git.text(['ls-tree', '-r', '-z', '--full-tree', commit])).split('\0')
  const oids = new Map(listed.map(line => [line.slice(line.indexOf('\t') + 1), line.split(/[ \t]/)[2]]))
  const now = (
    await git.text(['hash-object', '--stdin-paths'], { input: paths.map(path => `${path}\n`).join(''), cwd: top })
  ).split('\n')
  const isOld = (path: string, at: number) => oids.get(relative(top, path).split(sep).join('/')) === now[at]
  return { before: paths.filter(isOld), fresh: paths.filter((path, at) => !isOld(path, at)) }
}

/** Migrations of a folder; undefined when it is no folder, and then must be a commit. */
async function baseFolder(base: string, world: World): Promise<string[] | undefined> {
  const folder = resolve(world.cwd, base)
  if ((await world.files.look(folder))?.kind !== 'folder') return undefined
  return (await world.files.glob(folder, anyMigration)).map(path => resolve(folder, path))
}

// The tool's own order needs the tool; by name is what every numbered folder sorts by.
function lastOnes(paths: readonly string[], count: number, said: string): Parted {
  if (!Number.isInteger(count) || count < 1)
    throw new UsageError(`--new ${said} is no number of migrations.`, 'Say how many: --new 2')
  const sorted = [...paths].sort((left, right) => left.localeCompare(right, 'en', { numeric: true }))
  return { before: sorted.slice(0, -count), fresh: sorted.slice(-count) }
}

const maxBytes = 20 * 1024 * 1024

async function contents(paths: readonly string[], world: World): Promise<GivenFile[]> {
  const given: GivenFile[] = []
  for (const path of paths) {
    const bytes = await world.files.read(path)
    const shown = relative(world.cwd, path)
    const name = shown.startsWith('..') ? path : shown.split(sep).join('/')
    if (bytes === undefined) given.push({ path: name, content: { because: 'it cannot be opened' } })
    else given.push({ path: name, content: bytes.length > maxBytes ? { because: 'it is over 20 MB' } : decoded(bytes) })
  }
  return given
}

/** What the repository around says about its database and its tool, as it lies on the disk. */
async function evidenceOf(world: World) {
  const top = await topOf(world)
  if (top === undefined) return []
  const paths = await world.files.glob(top, factGlobs)
  const files = await Promise.all(
    paths.map(async path => ({
      path,
      text: (await world.files.text(resolve(top, path)).catch(() => undefined)) ?? '',
    })),
  )
  return files.filter(({ text }) => text.length < 1024 * 1024)
}
