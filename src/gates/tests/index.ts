import type { Finding } from '../../core/finding.ts'
import { stops } from '../../core/finding.ts'
import { defineGate, type GateContext } from '../../core/gate.ts'
import { recall } from '../../core/log.ts'
import { exitCodeOf, plainText, programsOf, runCommandLine } from '../command-line.ts'
import { type Triaged, triageAll } from './again.ts'
import { junitFiles, keepBytes, tapOf } from './files.ts'
import { finds } from './finds.ts'
import { quietFor, seenOf, stateOf } from './flakes.ts'
import { type Options, options } from './options.ts'
import { failedInOutput, saysNoneRan, talliesIn } from './output.ts'
import type { FailedTest } from './report.ts'
import { expiresSoon, noneRan, nothingConfigured, ofTest, quietFlake, type Ran, refusal } from './say.ts'

// Installing dependencies into the checkout comes before the command and has a limit of its own.
const checkoutMs = 10 * 60_000

export default defineGate<Options>({
  id: 'tests',
  title: 'Tests',
  why: 'Whoever pulls a protected branch builds on it: what its own tests refuse should not get there.',
  version: 2,
  fast: false,
  options,
  finds,
  reads: ({ reads }) => [{ files: reads }],
  commands: ({ run, rerun }) => [...listOf(run), ...(rerun === undefined ? [] : [rerun])],
  tools: ({ run }) => programsOf(listOf(run)),
  timeoutMs: ({ timeout }) => timeout + checkoutMs,
  async check(context) {
    const { options } = context
    if (listOf(options.run).length === 0) throw nothingConfigured()
    const ran = await runTests(context)
    return [...ran, ...(ran.some(stops) ? [] : await entriesTold(context))]
  },
})

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

/** Runs every command; goes on behind one whose failures are all known flakes. */
async function runTests(context: GateContext<Options>): Promise<readonly Finding[]> {
  const { options } = context
  const folder = await context.tree.checkout()
  const reports = junitFiles(folder, listOf(options.junit), context.world.files)
  const until = performance.now() + options.timeout
  const left = () => until - performance.now()
  const told: Finding[] = []
  const tried = new Set<string>()
  for (let lines = listOf(options.run), isFirst = true; ; isFirst = false) {
    await reports.remember()
    const { ran, rest } = await runUntilOneFails(lines, folder, left, context)
    const failed = await failuresOf(ran, () => reports.read(isFirst), context)
    if (failed === undefined) return told
    const triaged = await triageAll({ ran, failed, folder, left }, context)
    const next = passes(triaged) ? nextLines(ran, triaged, tried) : undefined
    if (next === undefined)
      return refusal(ran, triaged.judged, { tailLines: options.tailLines, remark: remarkOn(triaged) })
    // It holds for this day and for this run of luck.
    context.dependsOn('clock')
    told.push(...triaged.judged.map(one => ofTest(one, ran.run)))
    lines = [...next, ...rest]
    if (lines.length === 0) return told
  }
}

function passes({ judged }: Triaged): boolean {
  return (
    judged.length > 0 &&
    judged.every(one => one.call?.call === 'flake' && one.entry !== undefined && one.isExpired !== true)
  )
}

function remarkOn(triaged: Triaged): string | undefined {
  return passes(triaged)
    ? 'The tests that are named are known to fail by chance. Whether anything else failed cannot be told from the output, and everything was run once more without passing.'
    : triaged.remark
}

/**
 * What is left to run of a line that only known flakes made fail. When the runner accounts for every failure that is the rest of the line; when
 * something else may have gone wrong too, the whole line runs once more and must pass. Undefined: it did already.
 */
function nextLines(
  { run, result }: Ran,
  { judged, located }: Triaged,
  tried: Set<string>,
): readonly string[] | undefined {
  if (located?.chained === true && accounts(plainText(result.output), judged.length)) return located.after
  if (tried.has(run)) return undefined
  tried.add(run)
  return [run]
}

const thresholds = /coverage threshold|^ERROR: Coverage for|Required test coverage of|Code coverage below/im

function accounts(text: string, named: number): boolean {
  const [only, ...others] = talliesIn(text).filter(({ tally }) => tally.failed > 0 || tally.besides !== undefined)
  return (
    only !== undefined &&
    others.length === 0 &&
    only.tally.failed === named &&
    only.tally.besides === undefined &&
    !thresholds.test(text)
  )
}

/** Runs the commands until one of them fails: the last that ran, and those behind it. */
async function runUntilOneFails(
  lines: readonly string[],
  folder: string,
  left: () => number,
  context: GateContext<Options>,
): Promise<{ ran: Ran; rest: readonly string[] }> {
  const { timeout, env } = context.options
  for (let at = 0; ; at++) {
    const timeoutMs = Math.max(1, Math.round(left()))
    const run = lines[at]!
    const result = await runCommandLine({ run, folder, env, timeoutMs, keepBytes }, context)
    context.signal.throwIfAborted()
    const isLast = at === lines.length - 1
    if (isLast || result.ended !== 'exit' || result.code !== 0)
      return { ran: { run, result, timeoutMs: timeout }, rest: lines.slice(at + 1) }
  }
}

/**
 * The tests that failed; empty when the command failed and names none, undefined when it passed.
 * @throws CannotTell when it did not come to an end, ran no test, or its report cannot be read.
 */
async function failuresOf(
  ran: Ran,
  readReports: () => Promise<readonly { ran: number; failed: readonly FailedTest[] }[]>,
  { options }: GateContext<Options>,
): Promise<readonly FailedTest[] | undefined> {
  if (ran.result.ended !== 'exit') exitCodeOf(ran.result, ran)
  const junit = await attempt(readReports)
  const tap = await attempt(() => tapOf(ran.result, options.tap))
  const told = [...(junit.value ?? []), ...(tap.value === undefined ? [] : [tap.value])]
  const failed = told.flatMap(report => report.failed)
  if (failed.length > 0) return failed

  const code = exitCodeOf(ran.result, ran)
  if (code !== 0 && saysNoneRan(ran.result.output)) throw noneRan(ran)
  if (code !== 0) return failedInOutput(ran.result.output)
  if (junit.error !== undefined) throw junit.error
  if (tap.error !== undefined) throw tap.error
  const count = told.reduce((sum, report) => sum + report.ran, 0)
  if (told.length > 0 ? count === 0 : saysNoneRan(ran.result.output)) throw noneRan(ran)
  return undefined
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}

/** What is to be said of the entries under `flakes`, whether or not one of them failed. */
async function entriesTold({ options, world, git, folder }: GateContext<Options>): Promise<readonly Finding[]> {
  if (options.flakes.length === 0) return []
  const now = world.now()
  const log = await recall(world.files, git.commonDir, 'flakes')
  return options.flakes.flatMap(entry => {
    if (stateOf(entry, now) === 'soon') return [expiresSoon(entry, now)]
    const days = quietFor(seenOf(log, entry.test, folder), now)
    return days === undefined ? [] : [quietFlake(entry, days)]
  })
}
