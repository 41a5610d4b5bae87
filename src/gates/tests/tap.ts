// The one door for tap-parser.
import { Parser, type Result } from 'tap-parser'
import { type FailedTest, keptCharacters, type TestReport } from './report.ts'

export interface TapReport extends TestReport {
  /** What is wrong with the stream itself: a plan that was not kept, a bail-out. */
  readonly broken?: string
}

/** Reads TAP among other output. `undefined` when there is neither a plan nor a test point. */
export function readTap(text: string): TapReport | undefined {
  const found: { ran: number; points: number; failed: FailedTest[] } = { ran: 0, points: 0, failed: [] }
  let broken: string | undefined
  let planned = false
  const parser = new Parser(results => {
    if (results.bailout !== false) broken = `Bail out! ${results.bailout === true ? '' : results.bailout}`.trim()
    for (const failure of results.failures) if (failure.tapError !== null) broken ??= String(failure.tapError)
  })
  parser.on('plan', () => {
    planned = true
  })
  listen(parser, found)
  parser.end(text)
  // For an empty stream the parser makes up a plan of its own.
  if ((!planned || parser.syntheticPlan) && found.points === 0 && broken === undefined) return undefined
  return { ran: found.ran, failed: found.failed, ...(broken === undefined ? {} : { broken }) }
}

// A test point that closes a subtest only sums up; it counts itself when none of its children failed (a hook did, or the time was up).
function listen(parser: Parser, found: { ran: number; points: number; failed: FailedTest[] }, path = ''): void {
  let failedBefore = 0
  let children = 0
  parser.on('child', (child: Parser) => {
    failedBefore = found.failed.length
    children = found.points
    listen(child, found, path === '' ? child.name : `${path} › ${child.name}`)
  })
  parser.on('assert', (result: Result) => {
    const sumsUp = result.closingTestPoint && found.points > children
    found.points++
    if (result.skip !== false) return
    if (!sumsUp) found.ran++
    if (result.ok || result.todo !== false || (sumsUp && found.failed.length > failedBefore)) return
    found.failed.push(failedTest(result, path))
  })
}

function failedTest({ name, diag }: Result, path: string): FailedTest {
  const facts: Readonly<Record<string, unknown>> = typeof diag === 'object' && diag !== null ? diag : {}
  const text = (key: string) => (typeof facts[key] === 'string' ? facts[key].slice(0, keptCharacters) : '')
  const message = text('error') || text('message')
  const place = /^(?<file>.+):(?<line>\d+):\d+$/.exec(text('location'))?.groups
  return {
    name: path === '' ? name : `${path} › ${name}`,
    message,
    // node:test gives `location`, tape `at`; both also a stack, which begins nearer to what failed.
    trace: [text('stack'), text('location'), text('at')].filter(Boolean).join('\n'),
    ...(place === undefined ? {} : { told: { file: place.file!, line: Number(place.line) } }),
  }
}
