// The end of `npm test`: adds up the checks and the suites and says so on a line of its own. The exit code is the truth of that line.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface SuiteResult {
  readonly numTotalTests: number
  readonly numPassedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** `bad` are sentences, one a failed check or test; a suite that left no result is one of them. */
export interface Count {
  readonly passed: number
  readonly bad: readonly string[]
  readonly skipped: number
}

/** A result file as vitest's json reporter writes it, or undefined when the run ended before it could. */
export function countSuite(suite: string, text: string | undefined, skippingFails: boolean): Count {
  if (text === undefined) return { passed: 0, bad: [`${suite}: the run left no result`], skipped: 0 }
  const result = JSON.parse(text) as SuiteResult
  const bad: string[] = []
  if (result.numTotalTests === 0) bad.push(`${suite}: no test ran`)
  let skipped = 0
  for (const file of result.testResults) {
    // A file that cannot be loaded has failed without any test that failed.
    if (file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'))
      bad.push(`${suite}: ${file.name} could not run`)
    for (const test of file.assertionResults) {
      if (test.status === 'failed') bad.push(`${suite}: ${test.fullName}`)
      else if (test.status !== 'passed') {
        skipped += 1
        if (skippingFails) bad.push(`${suite}: skipped, which counts as failed in CI: ${test.fullName}`)
      }
    }
  }
  return { passed: result.numPassedTests, bad, skipped: skippingFails ? 0 : skipped }
}

/** Lines `passed NAME` and `failed NAME`. */
export function countChecks(lines: string): Count {
  const outcomes = lines.split('\n').filter(line => line !== '')
  const bad = outcomes.filter(line => line.startsWith('failed ')).map(line => `check: ${line.slice('failed '.length)}`)
  return { passed: outcomes.length - bad.length, bad, skipped: 0 }
}

export function closingLine(count: Count): string {
  const skipped = count.skipped === 0 ? '' : `, ${count.skipped} skipped`
  return `${count.passed} passed, ${count.bad.length} failed${skipped}`
}

function main(folder: string): void {
  const text = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined)
  const suites = (text('suites') ?? '').split('\n').filter(name => name !== '')
  const counts = [
    countChecks(text('checks') ?? ''),
    ...suites.map(name => countSuite(name, text(`${name}.json`), process.env.CI === 'true')),
  ]
  const all: Count = {
    passed: counts.reduce((sum, count) => sum + count.passed, 0),
    bad: counts.flatMap(count => count.bad),
    skipped: counts.reduce((sum, count) => sum + count.skipped, 0),
  }
  if (all.bad.length > 0) console.log(`\nFailed:\n${all.bad.map(line => `  ${line}`).join('\n')}`)
  console.log(`\n${closingLine(all)}`)
  process.exitCode = all.bad.length > 0 || suites.length === 0 ? 1 : 0
}

if (process.argv[1] === import.meta.filename) main(process.argv[2] ?? '.')
