import type { FailedTest } from '../report.ts'
import { defineRunner, escapedTitles, keptLines, matches, programName, sum } from '../runner.ts'

export default defineRunner({
  id: 'mocha',
  named: ([program = '']) => (/^_?mocha$/.test(programName(program)) ? 1 : 0),
  drops:
    /^(?:-g|--grep|-f|--fgrep|-i|--invert|-R|--reporter|-O|--reporter-options?|-b|--bail|--retries|-w|--watch|--dry-run)(?:=|$)/,
  takesValue:
    /^(?:-g|-f|-R|-O|-r|-t|-u|-s|-j|-n|--(?:grep|fgrep|reporter|reporter-options?|require|import|timeout|ui|slow|jobs|config|package|spec|file|extension|ignore|exclude|retries|node-option))$/,
  // Its output names no files.
  keepsPaths: true,
  failedIn,
  tally(text) {
    if (!/^ {2}\d+ passing \(/m.test(text)) return undefined
    const failed = sum(text, /^ {2}(\d+) failing$/gm)
    return { ran: failed + sum(text, /^ {2}(\d+) passing \(/gm), failed }
  },
  alone({ name, junit }) {
    // Reports have either the titles around a test and its own, or all of them in one.
    const title =
      junit === undefined ? name : junit.name.startsWith(junit.owner) ? junit.name : `${junit.owner} ${junit.name}`
    return { args: [`--grep=^${escapedTitles(title)}$`, '--reporter=spec', '--retries=0'] }
  },
})

/** Behind `3 failing`: numbered, the titles one below the other, each two columns further in, the last one with a colon. */
function failedIn(text: string): readonly FailedTest[] {
  return matches(text, /^ {2}\d+ failing$/gm).flatMap(({ index = 0 }) => {
    const found: { titles: string[]; whole: boolean; trace: string[] }[] = []
    for (const line of text.slice(index).split('\n').slice(1)) {
      const first = /^ {2,4}\d+\) (.+)$/.exec(line)?.[1]
      const current = found.at(-1)
      if (first !== undefined) found.push({ titles: [first.replace(/:$/, '')], whole: first.endsWith(':'), trace: [] })
      else if (current?.whole === false) {
        current.titles.push(line.trim().replace(/:$/, ''))
        current.whole = line.endsWith(':') || current.titles.length > 30
      } else if (/^\S/.test(line)) break
      else keptLines(current, line)
      if (found.length > 1000) break
    }
    return found.map(({ titles, trace }) => ({ name: titles.join(' › '), message: '', trace: trace.join('\n') }))
  })
}
