import { UsageError } from '../core/errors.ts'
import type { ExitCode } from '../core/exit.ts'
import { stops } from '../core/finding.ts'
import { printable } from '../core/printable.ts'
import type { ReplayResult } from '../db/replay/observation.ts'
import { defineCommand } from './command.ts'
import { replayed } from './db-findings.ts'
import { freshMigrations } from './db-fresh.ts'
import { exitCodeOf } from './exit-code.ts'

export default defineCommand({
  id: 'db replay',
  summary:
    'run new migrations on a scratch database: what they really drop, rewrite and lock, and whether down undoes up',
  options: [
    { flags: '--base <ref>', about: 'what has run already (default: the remote’s develop or main)' },
    { flags: '--dialect <name>', about: 'postgres, mysql, mariadb or sqlite (default: what the repository says)' },
    {
      flags: '--tool <name>',
      about: 'the migration tool (default: what the repository shows); its own commands are run for migrations in code',
    },
    { flags: '--json', about: 'what was seen, for programs' },
  ],
  examples: [
    { run: 'npx ship-guard db replay', about: 'the migrations that are new in the work tree' },
    { run: 'npx ship-guard db replay --base HEAD~5 --json', about: 'those of the last five commits, for a script' },
  ],
  async run(call): Promise<ExitCode> {
    const { world, flags } = call
    const fresh = await freshMigrations(call)
    if (fresh.judgement.projects.length === 0)
      throw new UsageError(
        'The work tree adds no migration.',
        'Say what has run already: npx ship-guard db replay --base HEAD~1',
      )
    const progress = (line: string) => world.terminal.error(`  ${printable(line)}`)
    const { findings, results } = await replayed(fresh, world, progress)
    if (flags.json === true) world.terminal.print(JSON.stringify({ format: 1, results, findings }, undefined, 2))
    else
      world.terminal.print(
        [...results.flatMap(lines), ...findings.filter(stops).map(one => `✗ ${printable(one.what)}`)].join('\n'),
      )
    return exitCodeOf(findings.some(stops) ? 'refused' : 'passed')
  },
})

function lines({ engine, observations, roundtrips }: ReplayResult): string[] {
  const back = new Map(roundtrips.map(one => [one.path, one]))
  return [
    `On ${printable(engine)}:`,
    ...observations.flatMap(({ path, tookMs, drops, costs, locks, failed, notes }) => [
      `${failed === undefined ? '✓' : '✗'} ${printable(path)}  ${Math.max(1, Math.round(tookMs))} ms`,
      ...drops.map(
        one => `    drops ${one.what} ${printable(one.name)}${one.byCascade ? ' (taken along by CASCADE)' : ''}`,
      ),
      ...costs.map(
        one => `    ${one.what} of ${printable(one.table)}${one.lock === undefined ? '' : `, lock ${one.lock}`}`,
      ),
      ...locks.map(one => `    ${one.mode} on ${printable(one.table)}`),
      ...notes.map(one => `    ${printable(one)}`),
      ...(failed === undefined ? [] : [`    ${printable(failed.message)}`]),
      ...wayBack(back.get(path)),
    ]),
  ]
}

function wayBack(one: ReplayResult['roundtrips'][number] | undefined): string[] {
  if (one === undefined || one.outcome === 'not-tried') return []
  if (one.outcome === 'restored') return ['    down restores the schema']
  if (one.outcome === 'no-down') return ['    there is no way down']
  if (one.outcome === 'failed') return [`    down fails: ${printable(one.message ?? '')}`]
  return ['    down does not restore the schema:', ...(one.differs ?? []).map(line => `      ${printable(line)}`)]
}
