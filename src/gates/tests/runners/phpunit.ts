import type { FailedTest } from '../report.ts'
import { defineRunner, escaped, keptLines, matches, programName, type Tally } from '../runner.ts'

export default defineRunner({
  id: 'phpunit',
  named: ([program = '', verb = '']) =>
    programName(program) === 'phpunit' ? 1 : programName(program) === 'artisan' && verb === 'test' ? 2 : 0,
  drops:
    /^--(?:filter|exclude-filter|stop-on-\w+|coverage\w*|log-\w+|testdox\S*|teamcity|repeat|order-by|random-order|reverse-order|debug)(?:[=-]|$)/,
  takesValue:
    /^(?:-c|-d|--(?:configuration|bootstrap|testsuite|group|exclude-group|filter|exclude-filter|log-\w+|coverage-\w+|order-by|repeat))$/,
  keepsPaths: true,
  failedIn,
  tally(text) {
    if (/^No tests executed!$/m.test(text)) return { ran: 0, failed: 0 }
    const sums: Tally[] = [
      ...matches(text, /^OK \((\d+) tests?, \d+ assertions?\)$/gm).map(match => ({ ran: Number(match[1]), failed: 0 })),
      ...matches(text, /^(Tests: \d+, Assertions: \d+.*)\.$/gm).map(match => ofSummary(match[1]!)),
    ]
    if (sums.length === 0) return undefined
    const besides = sums.find(one => one.besides !== undefined)?.besides
    return {
      ran: sums.reduce((total, one) => total + one.ran, 0),
      failed: sums.reduce((total, one) => total + one.failed, 0),
      ...(besides === undefined ? {} : { besides }),
    }
  },
  alone({ name, junit }) {
    const test = junit === undefined ? name : `${junit.owner}::${junit.name}`
    return /^[\w\\]+::\w/.test(test) ? { args: ['--filter', `/^${escaped(test)}$/`, '--no-coverage'] } : undefined
  },
})

function ofSummary(summary: string): Tally {
  const counts = new Map(
    summary.split(', ').map(item => [item.slice(0, item.indexOf(':')), Number(item.slice(item.indexOf(':') + 1))]),
  )
  const of = (word: string) => counts.get(word) ?? 0
  const known = ['Tests', 'Assertions', 'Errors', 'Failures', 'Skipped', 'Incomplete']
  const other = [...counts.keys()].filter(word => !known.includes(word) && of(word) > 0)
  return {
    ran: of('Tests') - of('Skipped') - of('Incomplete'),
    failed: of('Errors') + of('Failures'),
    // Which of them make it fail, its own settings say.
    ...(other.length === 0 ? {} : { besides: other.join(', ').toLowerCase() }),
  }
}

/** Numbered below `There was 1 failure:`; skipped and risky ones are listed in the same way below other headings. */
function failedIn(text: string): readonly FailedTest[] {
  const found: { name: string; trace: string[] }[] = []
  let section = false
  let current: { trace: string[] } | undefined
  for (const line of text.split('\n')) {
    const heading = /^There (?:was|were) \d+ (.*):$/.exec(line)?.[1]
    if (heading !== undefined) section = /^(?:errors?|failures?)$/.test(heading)
    const name = section
      ? /^\d+\) ([\w\\]+::\w+(?: with data set (?:#\d+|".*?")(?= \(|$))?)/.exec(line)?.[1]
      : undefined
    if (heading !== undefined || /^(?:--|ERRORS!|FAILURES!)$/.test(line)) current = undefined
    else if (name !== undefined && found.length < 1000) {
      current = { trace: [] }
      found.push({ name, trace: current.trace })
    } else keptLines(current, line)
  }
  return found.map(({ name, trace }) => ({ name, message: '', trace: trace.join('\n') }))
}
