import { join } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { defineGate, type GateContext } from '../../core/gate.ts'
import { printable } from '../../core/printable.ts'
import { duration, z } from '../../core/schema.ts'
import type { CommandResult, Files } from '../../core/world.ts'
import { command, exitCodeOf, programsOf, runCommandLine, shown, tail } from '../command-line.ts'
import { finds } from './finds.ts'
import { failedInOutput, saysNoneRan } from './output.ts'
import { placeFinder } from './place.ts'
import type { FailedTest, TestReport } from './report.ts'

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1))])

const options = z
  .strictObject({
    run: oneOrMore
      .default([])
      .describe(
        'The command that runs the tests, as you type it in a shell at the top of the repository; several run one after the other until one fails.',
      ),
    junit: oneOrMore
      .default([])
      .describe(
        'Globs of the JUnit XML files that the command writes, for example `build/junit/*.xml`. Failed tests are then named with their place.',
      ),
    tap: z
      .union([z.boolean(), z.literal('auto')])
      .default('auto')
      .describe('Whether the command prints TAP (Test Anything Protocol); `auto` recognises it by its version line.'),
    timeout: duration()
      .prefault('10m')
      .describe('How long all commands together may take, such as 90s or 30m. Then they are ended and the push waits.'),
    env: z.record(z.string(), z.string()).default({}).describe('Environment variables for the command.'),
    reads: z
      .array(z.string().min(1))
      .default(['**'])
      .describe('Globs of the files that the tests depend on. When none of them changed, a kept result is used again.'),
    tailLines: z.int().min(0).max(1000).default(20).describe('How many of the last lines of output are shown.'),
  })
  .prefault({})

type Options = z.output<typeof options>

// Installing dependencies into the checkout comes before the command and has a limit of its own.
const checkoutMs = 10 * 60_000
// TAP is read from what is kept of stdout; 16 MiB are some 100,000 tests with their durations.
const keepBytes = 16 * 1024 * 1024
const namedTests = 40

export default defineGate<Options>({
  id: 'tests',
  title: 'Tests',
  why: 'Whoever pulls a protected branch builds on it: what its own tests refuse should not get there.',
  version: 1,
  fast: false,
  options,
  finds,
  reads: ({ reads }) => [{ files: reads }],
  commands: ({ run }) => listOf(run),
  tools: ({ run }) => programsOf(listOf(run)),
  timeoutMs: ({ timeout }) => timeout + checkoutMs,
  async check(context) {
    const { options, tree } = context
    if (listOf(options.run).length === 0) throw nothingConfigured()
    const folder = await tree.checkout()
    const reports = junitFiles(folder, listOf(options.junit), context.world.files)
    await reports.remember()
    const ran = await runAll(folder, context)
    context.signal.throwIfAborted()
    if (ran.result.ended !== 'exit') exitCodeOf(ran.result, ran)
    const junit = await attempt(() => reports.read())
    const tap = await attempt(() => tapOf(ran.result, options.tap))
    const told = [...(junit.value ?? []), ...(tap.value === undefined ? [] : [tap.value])]
    const failed = told.flatMap(report => report.failed)
    if (failed.length > 0) return refusal(ran, failed, folder, context)

    const code = exitCodeOf(ran.result, ran)
    if (code !== 0 && saysNoneRan(ran.result.output)) throw noneRan(ran)
    if (code !== 0) return refusal(ran, failedInOutput(ran.result.output), folder, context)
    if (junit.error !== undefined) throw junit.error
    if (tap.error !== undefined) throw tap.error
    const count = told.reduce((sum, report) => sum + report.ran, 0)
    if (told.length > 0 ? count === 0 : saysNoneRan(ran.result.output)) throw noneRan(ran)
    return []
  },
})

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

interface Ran {
  readonly run: string
  readonly result: CommandResult
  /** Milliseconds that this command was given. */
  readonly timeoutMs: number
}

/** Runs the commands until one of them fails; the last that ran. */
async function runAll(folder: string, context: GateContext<Options>): Promise<Ran> {
  const { run, timeout, env } = context.options
  const until = performance.now() + timeout
  let last: Ran | undefined
  for (const line of listOf(run)) {
    const left = Math.max(1, Math.round(until - performance.now()))
    const result = await runCommandLine({ run: line, folder, env, timeoutMs: left, keepBytes }, context)
    last = { run: line, result, timeoutMs: timeout }
    if (result.ended !== 'exit' || result.code !== 0) break
  }
  return last!
}

/** The JUnit files of this run: one that lay there before and was not written again tells of another run. */
function junitFiles(folder: string, globs: readonly string[], files: Pick<Files, 'glob' | 'look' | 'read'>) {
  const before = new Map<string, string>()
  const stateOf = async (path: string) => {
    const facts = await files.look(join(folder, path))
    return { size: facts?.size ?? 0, text: `${facts?.mtimeMs} ${facts?.size}` }
  }
  return {
    async remember() {
      if (globs.length === 0) return
      for (const path of await files.glob(folder, globs)) before.set(path, (await stateOf(path)).text)
    },
    async read(): Promise<readonly TestReport[]> {
      if (globs.length === 0) return []
      const reports: TestReport[] = []
      for (const path of await files.glob(folder, globs)) {
        const { size, text } = await stateOf(path)
        if (before.get(path) !== text) reports.push(await readReport(join(folder, path), path, size, files))
      }
      if (reports.length === 0) throw noReport(globs)
      return reports
    },
  }
}

const largestReport = 256 * 1024 * 1024

async function readReport(full: string, path: string, size: number, files: Pick<Files, 'read'>): Promise<TestReport> {
  if (size > largestReport) throw unreadable(path, 'it is larger than 256 MB')
  const [{ readJunit }, bytes] = await Promise.all([import('./junit.ts'), files.read(full)])
  try {
    return readJunit(bytes ?? new Uint8Array())
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error))
  }
}

async function tapOf({ stdout }: CommandResult, wanted: boolean | 'auto'): Promise<TestReport | undefined> {
  if (wanted === false) return undefined
  const text = new TextDecoder().decode(stdout)
  if (wanted === 'auto' && !isTap(text)) return undefined
  const { readTap } = await import('./tap.ts')
  const report = readTap(text)
  if (report === undefined)
    throw new CannotTell(
      '`tap: true` is set, but the command printed no TAP.',
      'Let the command print TAP on stdout (for example node --test --test-reporter=tap), or take `tap` out of .shiprc.',
    )
  // The beginning of a very long stream is not kept; then its plan and count mean nothing, its failures do.
  if (report.broken !== undefined && report.failed.length === 0 && stdout.length < keepBytes)
    throw new CannotTell(
      `The TAP output is broken: ${printable(report.broken)}.`,
      'A test file probably ended before its tests did: run the command yourself and look for what stopped it.',
    )
  return report
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

async function refusal(
  { run, result }: Ran,
  failed: readonly FailedTest[],
  folder: string,
  { options, tree }: GateContext<Options>,
): Promise<readonly Finding[]> {
  const code = result.ended === 'exit' ? result.code : undefined
  const first: Finding = {
    rule: 'tests-failed',
    severity: 'error',
    what: `${summary(run, code, failed.length)}${tail(result.output, options.tailLines)}`,
    why: 'Whoever pulls this branch gets code that its own tests refuse.',
    instead: `Run it yourself, mend what fails, commit and push again:\n${command(run)}`,
  }
  if (failed.length === 0) return [first]
  const placeOf = placeFinder(
    folder,
    (await tree.list(options.reads)).map(entry => entry.path),
  )
  const more = failed.length - namedTests
  return [
    first,
    ...failed.slice(0, namedTests).map(test => ofTest(test, placeOf(test), run)),
    ...(more > 0 ? [moreFailed(more, run)] : []),
  ]
}

function summary(run: string, code: number | undefined, failed: number): string {
  const named = failed === 1 ? '1 failed test' : `${failed} failed tests`
  if (code === 0) return `${shown(run)} ended with 0, but its report names ${named}.`
  return `${shown(run)} failed (exit ${code})${failed === 0 ? '' : `: ${named}`}.`
}

function ofTest({ name, message }: FailedTest, at: Finding['at'], run: string): Finding {
  const title = printable(name.replace(/\s+/g, ' ').trim().slice(0, 300)) || 'A test without a name'
  return {
    rule: 'failed-test',
    severity: 'error',
    what: `${title} failed.${messageLines(message)}`,
    why: 'What this test promises does not hold in the pushed commit.',
    instead: `Mend it, and see it pass:\n${command(run)}`,
    ...(at === undefined ? {} : { at }),
  }
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

function nothingConfigured(): CannotTell {
  return new CannotTell(
    'The gate has no command that would run the tests.',
    'Say in .shiprc how they are run:\ngates:\n  tests:\n    run: npm test',
  )
}

function noneRan({ run, result }: Ran): CannotTell {
  return new CannotTell(
    `${shown(run)} ran no test.${tail(result.output, 5)}`,
    'A run without tests says nothing about the commit. See that the command finds your tests, or take the gate out of .shiprc:\n' +
      command(run),
  )
}

/** Whether output is TAP by its own words: the version line stands alone on a line (testanything.org, versions 13 and 14). */
function isTap(text: string): boolean {
  return /^TAP version 1[34]\r?$/m.test(text)
}

function noReport(globs: readonly string[]): CannotTell {
  return new CannotTell(
    `The command wrote no JUnit file that matches ${globs.map(glob => `\`${printable(glob)}\``).join(', ')}.`,
    'See that the command writes one (a path relative to the top of the repository), or correct `junit` of the gate in .shiprc.',
  )
}

function unreadable(path: string, because: string): CannotTell {
  return new CannotTell(
    `The JUnit report ${printable(path)} cannot be read: ${printable(because.split('\n')[0]!.slice(0, 300))}.`,
    'A test runner that was killed leaves half a report: run the command yourself and look at the file.',
  )
}
