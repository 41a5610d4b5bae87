import { join } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import type { GateContext } from '../../core/gate.ts'
import type { CommandResult } from '../../core/world.ts'
import { type CommandLine, exitCodeOf, plainText, runCommandLine } from '../command-line.ts'
import type { Located } from './locate.ts'
import { saysNoneRan } from './output.ts'
import type { FailedTest } from './report.ts'
import { escaped, type Runner, type Selection } from './runner.ts'
import { withParameters } from './shell-line.ts'
import type { Tries } from './triage.ts'

/** How tests are run one by one: by a runner that is known, or by the user's own `rerun`. */
export type Way =
  | { readonly kind: 'runner'; readonly runner: Runner; readonly located: Located }
  | { readonly kind: 'written'; readonly line: string }

export interface AloneFacts {
  readonly way: Way
  readonly test: FailedTest
  /** The test's file in the commit, when it is known. */
  readonly file: string | undefined
  /** All files of the commit. */
  readonly paths: readonly string[]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds that are left for all. */
  left(): number
}

type World = Pick<GateContext<unknown>, 'world' | 'signal' | 'progress'>
type Once = 'passed' | 'failed' | 'absent' | { readonly unknown: string }

/**
 * Runs one test alone until it did what is looked for (`until`), at most `times`: one pass tells as much as three.
 * Nothing is thrown but an abort: what cannot be told is said.
 */
export async function tryAlone(
  facts: AloneFacts,
  { times, until }: { times: number; until: readonly ('passed' | 'failed')[] },
  world: World,
): Promise<Tries> {
  const done = { passed: 0, failed: 0 }
  while (done.passed + done.failed < times && until.some(one => done[one] === 0)) {
    if (facts.left() < 100) return { unknown: 'The time limit was reached before it could be run again.' }
    const once = await onceAlone(facts, world)
    world.signal.throwIfAborted()
    if (typeof once === 'object') return once
    if (once === 'absent') return { absent: true }
    done[once]++
  }
  return done
}

async function onceAlone(facts: AloneFacts, world: World): Promise<Once> {
  const { way } = facts
  if (way.kind === 'written') {
    const line = byLine(facts, way.line)
    return line === undefined
      ? unnamed
      : run(line, facts, world, (result, code) => {
          if (code !== 0) return 'failed'
          return saysNoneRan(result.output) ? 'absent' : 'passed'
        })
  }
  const called = way.located.command.map(word => word.value ?? '')
  const near = nearFile(facts, way.located)
  let selection =
    near?.startsWith('-') === true
      ? undefined
      : way.runner.alone(facts.test, {
          file: near,
          paths: facts.paths,
          called: called.slice(called.findIndex(word => !/^\w+=/.test(word))),
        })
  if (selection === undefined) return unnamed
  for (;;) {
    const once = await run(byRunner(facts, way, selection), facts, world, (result, code) =>
      told(way.runner, facts.test, plainText(result.output), code),
    )
    if (once !== 'absent' || selection.wider === undefined) return once
    selection = selection.wider
  }
}

const unnamed: Once = { unknown: 'How this one test is run alone cannot be told from its name.' }

async function run(
  made: Pick<CommandLine, 'run' | 'args' | 'env'>,
  { folder, left }: AloneFacts,
  world: World,
  read: (result: CommandResult, code: number) => Once,
): Promise<Once> {
  const timeoutMs = Math.max(1, Math.round(left()))
  const command = { ...made, folder, timeoutMs, keepBytes: 4 * 1024 * 1024 }
  const result = await runCommandLine(command, world)
  try {
    return read(result, exitCodeOf(result, command))
  } catch (error) {
    if (error instanceof CannotTell) return { unknown: error.message.split('\n')[0]! }
    throw error
  }
}

/** Only what the runner itself counts is believed: an exit code may be about a test that was never run. */
function told(runner: Runner, test: FailedTest, text: string, code: number): Once {
  const tally = runner.tally(text)
  if (tally === undefined) return { unknown: `What ${runner.id} said when the test was run alone cannot be read.` }
  if (tally.failed > 0) return namesIt(runner, test, text) ? 'failed' : { unknown: 'Run alone, another test failed.' }
  if (tally.ran === 0) return 'absent'
  if (code !== 0) return { unknown: `Run alone it passed, but ${runner.id} ended with ${code}.` }
  return 'passed'
}

function namesIt(runner: Runner, { name, junit }: FailedTest, text: string): boolean {
  const failed = runner.failedIn(text)
  const own = junit?.name ?? name
  return failed.length <= 1 || failed.some(one => one.name === name || one.name.endsWith(own))
}

function nearFile({ file }: AloneFacts, { cwd }: Located): string | undefined {
  const inside = cwd === '' || cwd === '.' ? '' : `${cwd}/`
  return file?.startsWith(inside) === true ? file.slice(inside.length) : undefined
}

function byRunner(
  { paths, env, folder }: AloneFacts,
  { runner, located }: Extract<Way, { kind: 'runner' }>,
  selection: Selection,
): Pick<CommandLine, 'run' | 'args' | 'env'> {
  const words = [...located.command, ...keptWords(located, runner, paths)].map(word => word.text)
  return {
    run: [withPrograms, ...located.setting, `${words.join(' ')} "$@"`].join(' && '),
    args: [programsIn(located, folder), ...selection.args],
    env: { ...env, ...selection.env },
  }
}

// A package manager puts its folder of programs in front of PATH for a script.
const withPrograms = 'PATH="$1$PATH" && export PATH && shift'

function programsIn({ programs }: Located, folder: string): string {
  return programs.map(one => `${join(folder, one)}:`).join('')
}

function keptWords({ rest }: Located, runner: Runner, paths: readonly string[]): Located['rest'] {
  const kept: Located['rest'][number][] = []
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!
    const value = word.value ?? ''
    const next = rest[at + 1]
    const withNext =
      value.startsWith('-') && !value.includes('=') && runner.takesValue.test(value) && next !== undefined
    if (value.startsWith('-') && runner.drops.test(value)) {
      if (withNext) at++
    } else if (value.startsWith('-')) {
      kept.push(word)
      if (withNext) kept.push(rest[++at]!)
    } else if (runner.keepsPaths === true || !namesFiles(value, rest[at - 1]?.value ?? '', paths)) kept.push(word)
  }
  return kept
}

// A word behind an option that is not known may be its value: it goes only when it names files.
function namesFiles(value: string, before: string, paths: readonly string[]): boolean {
  if (!before.startsWith('-') || /[*?{]/.test(value)) return true
  const path = value.replace(/^\.\//, '').replace(/\/$/, '')
  return value === './...' || paths.some(one => one === path || one.startsWith(`${path}/`))
}

function byLine({ test, file, env }: AloneFacts, line: string) {
  if (file === undefined && line.includes('{file}')) return undefined
  const name = test.junit?.name ?? test.name
  return {
    run: withParameters(line, ['file', 'name', 'pattern']),
    args: [file ?? '', name, escaped(name)],
    env: { ...env },
  }
}

/** Runs what comes before the tests in a folder where it was not run yet; undefined when all went well, else why not. */
export async function prepareFolder(
  {
    located,
    folder,
    env,
    left,
  }: { located: Located; folder: string; env: Readonly<Record<string, string>>; left(): number },
  world: World,
): Promise<string | undefined> {
  if (located.before.length === 0) return undefined
  const run = [withPrograms, ...located.setting, ...located.before].join(' && ')
  const line = { run, args: [programsIn(located, folder)], folder, env, timeoutMs: Math.max(1, Math.round(left())) }
  const result = await runCommandLine(line, world)
  world.signal.throwIfAborted()
  return result.ended === 'exit' && result.code === 0 ? undefined : 'What comes before the tests failed there.'
}
