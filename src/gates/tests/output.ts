// What test runners print when they have no report to give: the failed tests by name, and whether any test ran. Each known runner reads its own
// words; everything else is left to the tail of the output.
import { plainText } from '../command-line.ts'
import type { FailedTest } from './report.ts'
import { failedFrom, matches, type Runner, type Tally } from './runner.ts'
import { runners } from './runners/all.ts'

/** The failed tests that the output names, by the one runner that names most of them. */
export function failedInOutput(output: Uint8Array): readonly FailedTest[] {
  const text = plainText(output)
  let best = failedFrom(text, matches(text, unittest))
  for (const runner of runners) {
    const found = runner.failedIn(text)
    if (found.length > best.length) best = found
  }
  return best
}

// Python's own, which can run one test alone but prints no name that says how.
const unittest = /^(?:FAIL|ERROR): (?<name>\S+ \([\w.]+\))/gm

/** What those runners say at their end that said anything. */
export function talliesIn(text: string): readonly { readonly runner: Runner; readonly tally: Tally }[] {
  return runners.flatMap(runner => {
    const tally = runner.tally(text)
    return tally === undefined ? [] : [{ runner, tally }]
  })
}

const noneRan =
  /^(?:No tests executed!|Ran 0 tests in .*|No test files found.*|=+ no tests ran in .*|No tests found, exiting .*| *0 passing \(.*)$/m
// Not the version in npm's own line `> app@1.0.1 test`.
const someRan = /(?<![\w.@])[1-9]\d* (?:passing|passed|tests?|examples?|assertions?)\b|^ok\s/im

/** Whether the output says in a runner's own words that no test was run, and nothing in it says that another runner ran some. */
export function saysNoneRan(output: Uint8Array): boolean {
  const text = plainText(output)
  const tallies = talliesIn(text)
  if (tallies.some(({ tally }) => tally.ran > 0)) return false
  return tallies.length > 0 ? !/^ok\s(?!.*\[no tests to run\]$)/m.test(text) : noneRan.test(text) && !someRan.test(text)
}
