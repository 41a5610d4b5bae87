// What well-known runners print when they have no report to give. Only shapes that have stayed the same for years and that ordinary output
// does not imitate; everything else is left to the tail of the output.
import { stripVTControlCharacters } from 'node:util'
import { type FailedTest, keptCharacters } from './report.ts'

interface Runner {
  readonly name: string
  /** One match a failed test; `name` is a group, the text up to the next match is its trace. */
  readonly failed: RegExp
}

const runners: readonly Runner[] = [
  { name: 'vitest', failed: /^ ?FAIL {1,2}(?<name>\S.* > .+)$/gm },
  { name: 'jest', failed: /^ {2}● (?<name>(?!Console$|Test suite failed).{1,400} › .+)$/gm },
  { name: 'pytest', failed: /^FAILED (?<name>(?<file>[^\s:]+)::\S+)/gm },
  { name: 'unittest', failed: /^(?:FAIL|ERROR): (?<name>\S+ \([\w.]+\))/gm },
  { name: 'node', failed: /^test at \S.*:\d+:\d+\n✖ (?<name>\S.*?) \([\d.]+ms\)$/gm },
  { name: 'go', failed: /^ {0,16}--- FAIL: (?<name>\S+) \(\d/gm },
  { name: 'phpunit', failed: /^\d+\) (?<name>[\w\\]+::\w+(?: with data set .+)?)$/gm },
  { name: 'pest', failed: /^ +FAILED {2,}(?<name>\S.* > .+)$/gm },
  { name: 'rspec', failed: /^rspec (?<file>\.?\/?[^\s:]+):(?<line>\d+) # (?<name>.+)$/gm },
]

/** The failed tests that the output names, by the one runner that names most of them. */
export function failedInOutput(output: Uint8Array): readonly FailedTest[] {
  const text = plainText(output)
  let best: readonly FailedTest[] = []
  for (const runner of runners) {
    const found = failedOf(text, runner)
    if (found.length > best.length) best = found
  }
  return best
}

function failedOf(text: string, { failed }: Runner): readonly FailedTest[] {
  const matches = [...text.matchAll(failed)].slice(0, 1000)
  const found = new Map<string, FailedTest>()
  matches.forEach((match, index) => {
    const { name = '', file, line } = match.groups ?? {}
    if (found.has(name)) return
    const end = matches[index + 1]?.index ?? text.length
    const trace = text.slice(match.index + match[0].length, Math.min(end, match.index + keptCharacters))
    const told = file === undefined ? {} : { told: { file, ...(line === undefined ? {} : { line: Number(line) }) } }
    found.set(name, { name: name.trim(), message: '', trace: file === undefined ? trace : '', ...told })
  })
  return [...found.values()]
}

const noneRan =
  /^(?:No tests executed!|Ran 0 tests in .*|No test files found.*|=+ no tests ran in .*|No tests found, exiting .*| *0 passing \(.*)$/m
// Not the version in npm's own line `> app@1.0.1 test`.
const someRan = /(?<![\w.@])[1-9]\d* (?:passing|passed|tests?|examples?|assertions?)\b|^ok\s/im

/** Whether the output says in a runner's own words that no test was run, and nothing in it says that another runner ran some. */
export function saysNoneRan(output: Uint8Array): boolean {
  const text = plainText(output)
  return noneRan.test(text) && !someRan.test(text)
}

const lastBytes = 2 * 1024 * 1024

function plainText(output: Uint8Array): string {
  return stripVTControlCharacters(new TextDecoder().decode(output.subarray(-lastBytes))).replaceAll('\r\n', '\n')
}
