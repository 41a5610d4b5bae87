// A failed test is run again alone, here and on the last green commit, and called a regression or a flake.
import { CannotTell, GitError } from '../../core/errors.ts'
import type { GateContext } from '../../core/gate.ts'
import { type Entry, recall, writeDown } from '../../core/log.ts'
import type { Oid } from '../../core/push.ts'
import { plainText } from '../command-line.ts'
import { type AloneFacts, prepareFolder, tryAlone, type Way } from './alone.ts'
import { seenOf, stateOf } from './flakes.ts'
import { type Located, locate } from './locate.ts'
import type { Options } from './options.ts'
import { talliesIn } from './output.ts'
import { fileFinder, placeFinder } from './place.ts'
import type { FailedTest } from './report.ts'
import { type Judged, nameOf, type Ran } from './say.ts'
import { type Call, type Tries, triage } from './triage.ts'

export interface Failure {
  readonly ran: Ran
  readonly failed: readonly FailedTest[]
  readonly folder: string
  /** Milliseconds that are left of the time limit. */
  left(): number
}

export interface Triaged {
  readonly judged: readonly Judged[]
  /** Why nothing was run again, or what is not known besides. */
  readonly remark?: string
  /** Where the runner was found, when it was one that is known. */
  readonly located?: Located
}

// So many at once have one cause, and running each of them again would only keep people waiting.
const mostAgain = 10

/** Judges every failed test of a command. Throws only when it was interrupted. */
export async function triageAll(failure: Failure, context: GateContext<Options>): Promise<Triaged> {
  const { failed, folder } = failure
  const { options, tree, world } = context
  const paths = (await tree.list(options.reads)).map(entry => entry.path)
  const [fileOf, placeOf] = [fileFinder(folder, paths), placeFinder(folder, paths)]
  const now = options.flakes.length === 0 ? undefined : world.now()
  const { way, remark } = failed.length > mostAgain ? { remark: tooMany(failed.length) } : await wayOf(failure, context)
  const settled = (test: FailedTest) => (way?.kind === 'runner' ? way.runner.settled?.(test, paths) : undefined) ?? test
  const named = failed.map(settled).map(test => {
    const file = test.told === undefined ? undefined : fileOf(test.told.file)
    const name = nameOf(test, file)
    const entry = options.flakes.find(one => one.test === name)
    return {
      test,
      name,
      file,
      at: placeOf(test),
      ...(entry === undefined || now === undefined ? {} : { entry, isExpired: stateOf(entry, now) === 'expired' }),
    }
  })
  if (way === undefined) return { judged: named, ...(remark === undefined ? {} : { remark }) }

  const log = await recall(world.files, context.git.commonDir, 'flakes')
  const green = greenCommit(context)
  const bench: Bench = { way, paths, failure, context, log, green, prepared: new Map() }
  const judged: Judged[] = []
  for (const one of named) judged.push({ ...one, call: await callOf(one, bench) })
  return { judged, ...(way.kind === 'runner' ? { located: way.located } : {}) }
}

function tooMany(count: number): string {
  return `They were not run again one by one: ${count} failures at once have a cause of their own.`
}

async function wayOf(
  { ran, failed, folder }: Failure,
  { options, world }: GateContext<Options>,
): Promise<{ readonly way?: Way; readonly remark?: string }> {
  if (options.reruns === 0 || failed.length === 0) return {}
  const text = plainText(ran.result.output)
  const located = await locate(ran.run, folder, world.files)
  const known = located.flatMap(one => one.runners.map(runner => ({ located: one, runner })))
  const saying = new Set(talliesIn(text).flatMap(({ runner, tally }) => (tally.failed > 0 ? [runner.id] : [])))
  // The last one that failed is the one that ended the line; a runner that prints to a file alone says nothing here.
  const found = known.findLast(({ runner }) => saying.has(runner.id)) ?? (known.length === 1 ? known[0] : undefined)
  if (options.rerun !== undefined) return { way: { kind: 'written', line: options.rerun } }
  if (found !== undefined) return { way: { kind: 'runner', ...found } }
  return {
    remark:
      'Whether this push broke it or it fails by chance was not looked at: how one test is run alone cannot be told from the command. `rerun` of the gate says it.',
  }
}

interface Bench {
  readonly way: Way
  readonly paths: readonly string[]
  readonly failure: Failure
  readonly context: GateContext<Options>
  readonly log: readonly Entry<'flakes'>[]
  readonly green: Promise<Oid | undefined>
  /** What went wrong with the folder of another commit. */
  readonly prepared: Map<Oid, Promise<string | undefined>>
}

interface Named {
  readonly test: FailedTest
  readonly name: string
  readonly file: string | undefined
}

async function callOf({ test, name, file }: Named, bench: Bench): Promise<Call> {
  const { way, paths, failure, context } = bench
  const { options, push, folder } = context
  const facts: AloneFacts = { way, test, file, paths, folder: failure.folder, env: options.env, left: failure.left }
  const telling = { ...context, progress: (line: string) => context.progress(`${name} alone: ${line}`) }
  const head = await tryAlone(facts, { times: options.reruns, until: ['passed'] }, telling)
  const history = 'passed' in head && head.passed > 0 ? await historyOf(name, bench) : 0
  const isOpen = 'passed' in head && head.passed > 0 && history === 0
  const green = isOpen ? await bench.green : undefined
  const base: Tries = isOpen ? await onGreen(facts, green, telling, bench) : { unknown: 'It was not asked.' }
  const call = triage({ head, base, history })
  const counts = 'passed' in head ? head : { passed: 0, failed: 0 }
  const entry = {
    test: name,
    ...(folder === undefined ? {} : { folder }),
    commit: push.commit,
    call: call.call,
    ...counts,
    ...(green === undefined || !('passed' in base) ? {} : { base: { commit: green, ...base } }),
  }
  // What cannot be written down is missing from the history; that makes nobody's push pass.
  await writeDown(context.world.files, context.git.commonDir, 'flakes', entry, context.world.now()).catch(() => {})
  return call
}

async function onGreen(
  facts: AloneFacts,
  green: Oid | undefined,
  telling: GateContext<Options>,
  { way, failure, context, prepared }: Bench,
): Promise<Tries> {
  if (green === undefined) return { unknown: 'there is none yet.' }
  try {
    context.progress('checking out the last green commit')
    const folder = await context.checkoutOf(green)
    const { env } = context.options
    const preparing =
      prepared.get(green) ??
      (way.kind === 'runner'
        ? prepareFolder({ located: way.located, folder, env, left: failure.left }, telling)
        : Promise.resolve(undefined))
    prepared.set(green, preparing)
    const problem = await preparing
    if (problem !== undefined) return { unknown: problem }
    return await tryAlone({ ...facts, folder }, { times: context.options.reruns, until: ['passed', 'failed'] }, telling)
  } catch (error) {
    if (!(error instanceof CannotTell || error instanceof GitError)) throw error
    return { unknown: error.message.split('\n')[0]! }
  }
}

/** How often the test was seen to fail and to pass on one commit that the remote's branch has: pushing again and again makes no history. */
async function historyOf(name: string, { log, context }: Bench): Promise<number> {
  const { push, git, folder } = context
  if (push.base === undefined) return 0
  const seen = seenOf(log, name, folder).filter(one => one.passed > 0)
  let count = 0
  for (const commit of new Set(seen.map(one => one.commit))) if (await isAncestor(git, commit, push.base)) count++
  return count
}

const mostLooked = 30

/** The newest commit whose tests passed here and that the pushed one contains; else what the remote has. */
async function greenCommit({ world, git, push, folder }: GateContext<Options>): Promise<Oid | undefined> {
  // The log tells the gates of packages by other names.
  const runs = folder === undefined ? await recall(world.files, git.commonDir, 'gates') : []
  const passed = runs.filter(run => run.gate === 'tests' && run.outcome === 'passed' && run.commit !== push.commit)
  const newest = [...new Set(passed.map(run => run.commit).reverse())].slice(0, mostLooked)
  for (const commit of newest) if (await isAncestor(git, commit, push.commit)) return commit
  return push.base
}

async function isAncestor(git: GateContext<Options>['git'], commit: Oid, of: Oid): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false
  return (await git.code(['merge-base', '--is-ancestor', commit, of])) === 0
}
