import { loadConfig } from '../config/load.ts'
import { counted } from '../core/amount.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { type Entry, recall } from '../core/log.ts'
import { printable } from '../core/printable.ts'
import { daysLeft, type KnownFlake, quietFor, seenOf, stateOf } from '../gates/tests/flakes.ts'
import { defineCommand } from './command.ts'

export default defineCommand({
  id: 'flakes',
  summary: 'list the tests that are known to fail by chance, and what was seen of them here',
  options: [{ flags: '--json', about: 'the same for programs' }],
  examples: [
    { run: 'npx ship-guard flakes', about: 'which entries expire, and which tests fail by chance without one' },
    { run: 'npx ship-guard flakes --json', about: 'for a script: exit code 1 when an entry has expired' },
  ],
  async run({ world, flags, version }): Promise<ExitCode> {
    const git = await world.git()
    const { config } = await loadConfig(world, git.top ?? world.cwd)
    const log = await recall(world.files, git.commonDir, 'flakes')
    const rows = rowsOf(entriesIn(config.gates.tests), log, world.now())
    if (flags.json === true) world.terminal.print(JSON.stringify({ format: 1, version, flakes: rows }, undefined, 2))
    else world.terminal.print(linesOf(rows).join('\n'))
    return rows.some(row => row.state === 'expired') ? exit.refused : exit.passed
  },
})

interface Row {
  readonly test: string
  /** `none`: it fails by chance and is not written down. */
  readonly state: 'fine' | 'soon' | 'expired' | 'none'
  readonly issue?: string
  readonly owner?: string
  readonly expires?: string
  readonly daysLeft?: number
  /** Days without a failure by chance, when they are many. */
  readonly quietForDays?: number
  readonly seen: readonly Entry<'flakes'>[]
}

function entriesIn(gate: unknown): readonly KnownFlake[] {
  return typeof gate === 'object' && gate !== null && 'flakes' in gate ? (gate.flakes as readonly KnownFlake[]) : []
}

function rowsOf(entries: readonly KnownFlake[], log: readonly Entry<'flakes'>[], now: Date): readonly Row[] {
  const known = entries.map((entry): Row => {
    const seen = seenOf(log, entry.test, undefined)
    const quiet = quietFor(seen, now)
    return {
      ...entry,
      state: stateOf(entry, now),
      daysLeft: daysLeft(entry, now),
      ...(quiet === undefined ? {} : { quietForDays: quiet }),
      seen,
    }
  })
  const named = new Set(entries.map(entry => entry.test))
  const others = [...new Set(log.filter(one => one.passed > 0 && !named.has(one.test)).map(one => one.test))]
  return [...known, ...others.map((test): Row => ({ test, state: 'none', seen: log.filter(one => one.test === test) }))]
}

function linesOf(rows: readonly Row[]): string[] {
  if (rows.length === 0)
    return ['No test is written down as flaky in .shiprc, and none was seen to fail by chance here.']
  return rows.flatMap(row => [headOf(row), ...details(row).map(line => `    ${line}`)])
}

function headOf({ test, state, expires, daysLeft: left = 0 }: Row): string {
  const name = printable(test)
  if (state === 'none') return `? ${name}: failed here and passed alone; not written down under \`flakes\` in .shiprc`
  if (state === 'expired') return `✗ ${name}: expired on ${expires}; its failures refuse a push`
  const days = left === 0 ? 'today is the last day' : `${counted(left, 'day')} left`
  return `${state === 'soon' ? '!' : '✓'} ${name}: until ${expires}, ${days}`
}

const shownRuns = 5

function details({ issue, owner, quietForDays, seen }: Row): string[] {
  const by = issue === undefined ? [] : [`${printable(issue)}, looked after by ${printable(owner ?? '')}`]
  const quiet =
    quietForDays === undefined ? [] : [`not seen to fail for ${counted(quietForDays, 'day')}: still needed?`]
  const none = seen.length === 0 ? ['never seen to fail here'] : []
  const runs = seen.slice(-shownRuns).map(one => {
    const base = one.base === undefined ? '' : `; before it (${one.base.commit.slice(0, 12)}) ${result(one.base)}`
    return `${one.at.slice(0, 16).replace('T', ' ')}  ${one.commit.slice(0, 12)}  ${one.call}: alone ${result(one)}${base}`
  })
  return [...by, ...quiet, ...none, ...runs]
}

function result({ passed, failed }: { passed: number; failed: number }): string {
  return `${passed} passed, ${failed} failed`
}
