import { counted } from '../../core/amount.ts'
import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { printable } from '../../core/printable.ts'
import type { CommandResult } from '../../core/world.ts'
import { command, shown, tail } from '../command-line.ts'
import { daysLeft, type KnownFlake } from './flakes.ts'
import type { FailedTest } from './report.ts'
import type { Call } from './triage.ts'

/** A command line that ran, and its end. */
export interface Ran {
  readonly run: string
  readonly result: CommandResult
  /** Milliseconds that all commands together were given. */
  readonly timeoutMs: number
}

/** One failed test, and what is thought of it. */
export interface Judged {
  readonly test: FailedTest
  /** As `flakes` and the log name it. */
  readonly name: string
  readonly at: Finding['at']
  /** Absent: it was not run again. */
  readonly call?: Call
  readonly entry?: KnownFlake
  readonly isExpired?: boolean
}

const namedTests = 40

/** The findings of a command that failed. `remark` says why tests were not run again, or what else is not known. */
export function refusal(
  { run, result }: Ran,
  judged: readonly Judged[],
  { tailLines, remark }: { tailLines: number; remark: string | undefined },
): readonly Finding[] {
  const code = result.ended === 'exit' ? result.code : undefined
  const told = remark === undefined ? '' : `\n${remark}`
  const first: Finding = {
    rule: 'tests-failed',
    severity: 'error',
    what: `${summary(run, code, judged.length)}${tail(result.output, tailLines)}${told}`,
    why: 'Whoever pulls this branch gets code that its own tests refuse.',
    instead: `Run it yourself, mend what fails, commit and push again:\n${command(run)}`,
  }
  const more = judged.length - namedTests
  return [
    first,
    ...judged.slice(0, namedTests).map(one => ofTest(one, run)),
    ...(more > 0 ? [moreFailed(more, run)] : []),
  ]
}

function summary(run: string, code: number | undefined, failed: number): string {
  const named = counted(failed, 'failed test')
  if (code === 0) return `${shown(run)} ended with 0, but its report names ${named}.`
  return `${shown(run)} failed (exit ${code})${failed === 0 ? '' : `: ${named}`}.`
}

/** What is told of one failed test. */
export function ofTest(judged: Judged, run: string): Finding {
  const { test, name, at, call, entry, isExpired } = judged
  const place = at === undefined ? {} : { at }
  const because = call === undefined ? '' : `\n${printable(call.because)}`
  const lines = messageLines(test.message)
  if (call?.call === 'flake' && entry !== undefined && isExpired !== true)
    return {
      rule: 'known-flake',
      severity: 'warning',
      what: `${name} failed by chance.${because}${lines}`,
      why: `It is known: ${printable(entry.issue)}, looked after by ${printable(entry.owner)} until ${entry.expires}.`,
      instead: 'Mend it before that day. What was seen of it: npx ship-guard flakes',
      ...place,
    }
  if (call?.call === 'flake' && entry !== undefined)
    return {
      rule: 'expired-flake',
      severity: 'error',
      what: `${name} failed by chance, which was agreed until ${entry.expires}.${because}${lines}`,
      why: `The day came that was set for mending it (${printable(entry.issue)}, ${printable(entry.owner)}).`,
      instead: 'Mend the test, or agree on another day: `expires` of its entry under `flakes` in .shiprc.',
      ...place,
    }
  if (call?.call === 'flake')
    return {
      rule: 'flaky-test',
      severity: 'error',
      what: `${name} fails by chance.${because}${lines}`,
      why: 'People learn to ignore a test like that, and with it the failure that matters.',
      instead: `Mend it. Until then, write in .shiprc who looks after it and until when:\n${entryFor(name)}`,
      ...place,
    }
  return {
    rule: 'failed-test',
    severity: 'error',
    what: `${titleOf(test)} failed.${because}${lines}`,
    why:
      call?.call === 'unknown'
        ? 'Whether this push broke it or it fails by chance cannot be told, and what cannot be told does not pass.'
        : 'What this test promises does not hold in the pushed commit.',
    instead: `Mend it, and see it pass:\n${command(run)}`,
    ...place,
  }
}

function entryFor(name: string): string {
  return [
    'gates:',
    '  tests:',
    '    flakes:',
    `      - test: ${JSON.stringify(name)}`,
    '        issue: <where it is looked after>',
    '        owner: <who>',
    '        expires: <the last day, such as 2027-01-31>',
  ].join('\n')
}

function titleOf({ name }: Pick<FailedTest, 'name'>): string {
  return printable(name.replace(/\s+/g, ' ').trim().slice(0, 300)) || 'A test without a name'
}

/** The name under which a test is written down: with its file where that is known and does not stand in it. */
export function nameOf({ name, within }: Pick<FailedTest, 'name' | 'within'>, file: string | undefined): string {
  const title = titleOf({ name })
  const where = within === undefined ? title : `${printable(within.slice(0, 200))}: ${title}`
  return file === undefined || title.includes(file) ? where : `${where} (${printable(file)})`
}

function messageLines(message: string): string {
  return tail(Buffer.from(message.trim().split('\n').slice(0, 6).join('\n')), 6)
}

function moreFailed(count: number, run: string): Finding {
  return {
    rule: 'failed-test',
    severity: 'error',
    what: `And ${count} more failed ${count === 1 ? 'test' : 'tests'}.`,
    why: 'So many at once often have one cause.',
    instead: `See all of them:\n${command(run)}`,
  }
}

export function expiresSoon(entry: KnownFlake, now: Date): Finding {
  const days = daysLeft(entry, now)
  return {
    rule: 'flake-expires-soon',
    severity: 'warning',
    what: `${printable(entry.test)} may fail by chance until ${entry.expires} only: ${days === 0 ? 'that is today' : `${counted(days, 'day')} more`}.`,
    why: `From then on its failures refuse a push (${printable(entry.issue)}, ${printable(entry.owner)}).`,
    instead: 'Mend the test, or agree on another day: `expires` of its entry under `flakes` in .shiprc.',
  }
}

export function quietFlake(entry: KnownFlake, days: number): Finding {
  return {
    rule: 'quiet-flake',
    severity: 'info',
    what: `${printable(entry.test)} was not seen to fail by chance for ${counted(days, 'day')}.`,
    why: 'An entry that is no longer needed would let a real failure pass.',
    instead: 'When it was mended, take its entry under `flakes` out of .shiprc.',
  }
}

export function nothingConfigured(): CannotTell {
  return new CannotTell(
    'The gate has no command that would run the tests.',
    'Say in .shiprc how they are run:\ngates:\n  tests:\n    run: npm test',
  )
}

export function noneRan({ run, result }: Ran): CannotTell {
  return new CannotTell(
    `${shown(run)} ran no test.${tail(result.output, 5)}`,
    'A run without tests says nothing about the commit. See that the command finds your tests, or take the gate out of .shiprc:\n' +
      command(run),
  )
}
