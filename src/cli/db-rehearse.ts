import { resolve } from 'node:path'
import { addressFrom, shownAddress } from '../core/database-url.ts'
import type { Environment } from '../core/environment.ts'
import { UsageError } from '../core/errors.ts'
import type { ExitCode } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import type { World } from '../core/world.ts'
import type { CopySource } from '../db/rehearse/copy.ts'
import type { StatementReport } from '../db/rehearse/rehearse.ts'
import type { Flavour } from '../db/rule.ts'
import type { JudgedProject } from '../gates/db/judge.ts'
import { defineCommand } from './command.ts'
import { freshMigrations } from './db-fresh.ts'
import { exitCodeOf } from './exit-code.ts'
import { namedEnvironment } from './named-environment.ts'

export default defineCommand({
  id: 'db rehearse',
  summary: 'run new migrations on a copy of real data: time, locks, rows that would be lost or that break a constraint',
  options: [
    {
      flags: '--from <source>',
      about:
        'where the data comes from: a URL of a database, a file with a dump, or ssh:ENVIRONMENT (its `dump` in .shiprc)',
    },
    { flags: '--base <ref>', about: 'what has run already (default: the remote’s develop or main)' },
    { flags: '--dialect <name>', about: 'postgres, mysql, mariadb or sqlite (default: what the repository says)' },
    { flags: '--tool <name>', about: 'the migration tool (default: what the repository shows)' },
    { flags: '--json', about: 'the same for programs' },
  ],
  examples: [
    { run: 'npx ship-guard db rehearse --from backup.sql', about: 'on last night’s dump' },
    {
      run: 'npx ship-guard db rehearse --from postgres://localhost/shop',
      about: 'on a copy of a database; the source is only read',
    },
    { run: 'npx ship-guard db rehearse --from ssh:staging --json', about: 'on a copy of staging, for a script' },
  ],
  async run(call): Promise<ExitCode> {
    const { world, flags } = call
    if (typeof flags.from !== 'string')
      throw new UsageError('A rehearsal needs data.', 'Say where from: npx ship-guard db rehearse --from backup.sql')
    const { judgement, environments, top } = await freshMigrations(call)
    const project = oneProject(judgement.projects)
    const files = project.history.files.filter(file => file.isNew)
    if (files.length === 0) {
      world.terminal.error('There is no new migration to rehearse.')
      return exitCodeOf('passed')
    }
    const [dialect] = project.server.dialects
    const flavour = project.server.flavour ?? dialect
    const source = await sourceOf(flags.from, environments, world)
    checkServer(source, flavour)
    const { openCopy } = await import('../db/rehearse/open-copy.ts')
    const progress = (line: string) => world.terminal.error(`  ${printable(line)}`)
    const scratch = await openCopy({ source, flavour, folder: top, world, progress })
    try {
      const { rehearse } = await import('../db/rehearse/rehearse.ts')
      const { rehearseCode } = await import('../db/rehearse/code.ts')
      const request = { scratch, dialect, files, signal: world.signal, progress }
      const { tool, project: at } = project.claim
      const reports = files.some(file => file.code !== undefined)
        ? await rehearseCode({ ...request, tool, project: at, folder: top, run: world.run })
        : await rehearse(request)
      if (flags.json === true)
        world.terminal.print(JSON.stringify({ format: 1, engine: scratch.shown, statements: reports }, undefined, 2))
      else world.terminal.print(table(reports, scratch.shown))
      const harms = reports.some(one => one.failed !== undefined || one.loses.length > 0 || one.breaks.length > 0)
      return exitCodeOf(harms ? 'refused' : 'passed')
    } finally {
      await scratch.stop()
    }
  },
})

function oneProject(projects: readonly JudgedProject[]): JudgedProject {
  const [first, ...more] = projects
  if (first === undefined)
    throw new UsageError(
      'The work tree adds no migration.',
      'Say what has run already: npx ship-guard db rehearse --base HEAD~1 --from …',
    )
  if (more.length === 0) return first
  const names = projects.map(({ claim }) => claim.tool.id).join(', ')
  throw new UsageError(`Several tools have new migrations: ${names}.`, 'Name one: --tool NAME')
}

type Source = CopySource | { readonly kind: 'sqlite'; readonly file: string }

/** What `--from` means: a URL, an environment, or a file. */
async function sourceOf(
  from: string,
  environments: Readonly<Record<string, Environment>>,
  world: World,
): Promise<Source> {
  if (from.startsWith('ssh:') || from.startsWith('env:')) return environmentSource(from.slice(4), environments)
  if (/^[a-z][a-z0-9+]*:/i.test(from)) {
    const address = addressFrom(from)
    if (address.kind === 'sqlite') return { kind: 'sqlite', file: resolve(world.cwd, address.file) }
    if (address.kind === 'pglite')
      throw new UsageError('A database in a process of its own cannot be copied.', 'Name a server, a file or a dump.')
    world.terminal.error(`  copying ${shownAddress(address)}, which is only read`)
    return { kind: 'server', address }
  }
  const path = resolve(world.cwd, from)
  const bytes = (await world.files.look(path))?.kind === 'file' ? await head(path, world) : undefined
  if (bytes === undefined)
    throw new UsageError(`There is no file ${printable(from)}.`, 'Name a dump, a URL, or ssh:ENVIRONMENT.')
  // The first bytes of pg_dump's custom format, of gzip, and of an SQLite file ("Database File Format", 1.3).
  if (bytes.startsWith('PGDMP')) return { kind: 'dump', path, form: 'custom' }
  if (bytes.startsWith('SQLite format 3\0')) return { kind: 'sqlite', file: path }
  return { kind: 'dump', path, form: bytes.startsWith('\u001f\u008b') ? 'zipped' : 'sql' }
}

/** A dump of one server means nothing to another, and its program would ask somebody else for it. */
function checkServer(source: Source, flavour: Flavour): void {
  const kind = source.kind === 'server' ? source.address.kind : source.kind === 'sqlite' ? 'sqlite' : undefined
  const wanted = flavour === 'mariadb' ? 'mysql' : flavour
  if (kind === undefined || kind === wanted) return
  throw new UsageError(
    `The data are of ${serverNames[kind]}, and the migrations are for ${serverNames[wanted]}.`,
    'Name a database of that kind, or say which one runs the migrations: --dialect NAME',
  )
}

const serverNames = { postgres: 'PostgreSQL', mysql: 'MySQL or MariaDB', sqlite: 'SQLite' } as const

function environmentSource(name: string, environments: Readonly<Record<string, Environment>>): CopySource {
  const example = `staging: { ssh: deploy@staging.example.com, dump: [sh, -c, 'pg_dump "$DATABASE_URL"'] }`
  const environment = namedEnvironment(name, environments, example)
  const { dump } = environment
  if (dump !== undefined) return { kind: 'environment', environment: { ...environment, dump } }
  throw new UsageError(
    `The environment ${name} has no command that prints a dump.`,
    `Add it in .shiprc, for example:\n  ${name}: { dump: [sh, -c, 'pg_dump "$DATABASE_URL"'] }`,
  )
}

async function head(path: string, { run }: World): Promise<string> {
  const { stdout } = await run({ argv: ['head', '-c', '16', '--', path] })
  return Buffer.from(stdout).toString('latin1')
}

function table(reports: readonly StatementReport[], engine: string): string {
  const lines = reports.flatMap(one => [
    `${mark(one)} ${printable(one.file)}:${one.line}  ${printable(one.text.replace(/\s+/g, ' ').slice(0, 70))}`,
    `    ${facts(one)}`,
    ...one.loses.map(({ what, count }) => `    LOSES ${counted(what, count)}`),
    ...one.breaks.map(({ what, count }) => `    BREAKS ON ${counted(what, count)}`),
    ...(one.failed === undefined ? [] : [`    FAILED: ${printable(one.failed)}`]),
  ])
  const lost = reports.some(one => one.loses.length > 0)
  const broke = reports.some(one => one.failed !== undefined || one.breaks.length > 0)
  const last = lost
    ? '✗ Data would be lost.'
    : broke
      ? '✗ It would not go through on this data.'
      : '✓ It goes through on this data, and nothing is lost.'
  return [...lines, '', `${last}  (on ${printable(engine)})`].join('\n')
}

function mark({ failed, loses, breaks }: StatementReport): string {
  return failed !== undefined || loses.length > 0 || breaks.length > 0 ? '✗' : '✓'
}

function facts({ tookMs, rows, lock, heldMs, touches }: StatementReport): string {
  const held = heldMs === undefined ? '' : `, held ${milliseconds(heldMs)}`
  return [
    milliseconds(tookMs),
    ...(rows === undefined ? [] : [counted('rows', rows)]),
    ...(lock === undefined ? [] : [`${lock.mode} on ${lock.table}${held}`]),
    ...touches.map(({ what, count }) => counted(what, count)),
  ]
    .map(fact => printable(fact))
    .join(' · ')
}

/** `what` begins with rows, values or another plural. */
function counted(what: string, count: number): string {
  return `${count} ${printable(count === 1 ? what.replace(/^(\w+)s\b/, '$1') : what)}`
}

function milliseconds(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`
}
