import type { FailedTest } from '../report.ts'
import { defineRunner, escapedTitles, keptLines, matches, programName, sum } from '../runner.ts'

const heading = /^FAIL (?:\S+ )?(\S+)(?: \([\d.]+ m?s\))?$/
const bullet = /^ {2}● (?!Console$|Test suite failed to run$)(.{1,400})$/

export default defineRunner({
  id: 'jest',
  named: ([program = '', verb = '']) =>
    programName(program) === 'jest' ? 1 : programName(program) === 'react-scripts' && verb === 'test' ? 2 : 0,
  drops:
    /^(?:-t|--testNamePattern|--testPathPatterns?|--coverage\w*|--collectCoverage\w*|--bail|-b|--shard|--reporters|--json|--outputFile|-o|--onlyChanged|--onlyFailures|-f|--changedSince|--lastCommit|--findRelatedTests|--watch|--watchAll|--runTestsByPath|--passWithNoTests)(?:=|$)/,
  takesValue:
    /^(?:-c|-t|-w|--(?:config|rootDir|env|maxWorkers|testTimeout|selectProjects|setupFiles|testNamePattern|testPathPatterns?|shard|reporters|outputFile|changedSince|coverageDirectory|coverageReporters))$/,
  failedIn,
  tally(text) {
    const summaries = matches(text, /^Tests: +(.*), \d+ total$/gm)
    if (summaries.length === 0 && !/^No tests found/m.test(text)) return undefined
    const said = summaries.map(match => match[1]).join('\n')
    const wrong = sum(said, /(\d+) failed/g)
    const files = new Set(failedIn(text).map(test => test.told?.file))
    const unloaded = sum(text, /^Test Suites: +(\d+) failed/gm) > files.size
    return {
      ran: wrong + sum(said, /(\d+) passed/g),
      failed: wrong,
      ...(unloaded ? { besides: 'a test file could not be loaded' } : {}),
    }
  },
  alone({ name, junit }, { file }) {
    const titles = junit?.name ?? name
    // jest-junit writes the whole title as the name, unless it is told to leave the titles around it out.
    const pattern = `--testNamePattern=${junit === undefined ? '^' : '(?:^| )'}${escapedTitles(titles)}$`
    const where = file === undefined ? [] : ['--runTestsByPath', file]
    return { args: [...where, pattern, '--coverage=false', '--watchAll=false'] }
  },
})

/** Each failure stands below the name of its file, and once more at the end of a long run. */
function failedIn(text: string): readonly FailedTest[] {
  const found = new Map<string, { name: string; file: string; trace: string[] }>()
  let file: string | undefined
  let current: { trace: string[] } | undefined
  for (const line of text.split('\n')) {
    const named = heading.exec(line)?.[1]
    const name = file === undefined ? undefined : bullet.exec(line)?.[1]
    if (named !== undefined) file = named
    if (named !== undefined || /^(?:PASS |Tests: |Test Suites: |Summary of all)/.test(line)) current = undefined
    else if (name !== undefined && file !== undefined) {
      const test = { name, file, trace: [] }
      if (!found.has(`${file}\0${name}`) && found.size < 1000) found.set(`${file}\0${name}`, test)
      current = test
    } else keptLines(current, line)
  }
  return [...found.values()].map(({ name, file, trace }) => ({
    name: name.trim(),
    message: '',
    trace: trace.join('\n'),
    told: { file },
  }))
}
