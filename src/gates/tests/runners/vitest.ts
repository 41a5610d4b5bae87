import { defineRunner, escapedTitles, failedFrom, matches, programName, sum } from '../runner.ts'

// ` FAIL  |project| src/sum.test.ts > sum > adds`; a file that could not be loaded has its own name in brackets instead of titles.
const failed = /^ ?FAIL {2}(?:\|[^|\n]{1,100}\| )?(?<name>(?<file>\S[^\n>]*?) > [^\n]+)$/gm

export default defineRunner({
  id: 'vitest',
  named: ([program = '', verb = '']) =>
    programName(program) !== 'vitest' || /^(?:related|bench|list|init)$/.test(verb)
      ? 0
      : /^(?:run|watch|dev)$/.test(verb)
        ? 2
        : 1,
  drops:
    /^(?:-t|--testNamePattern|--reporter|--outputFile|--coverage|--bail|--shard|--retry|--changed|--watch|-w|--ui|--open|--no-watch)(?:[.=]|$)/,
  takesValue:
    /^(?:-c|-r|-t|--(?:config|root|dir|project|mode|environment|pool|testNamePattern|reporter|outputFile|shard|retry|bail))$/,
  failedIn: text => failedFrom(text, matches(text, failed)),
  tally(text) {
    const summaries = matches(text, /^ +Tests {2}([^\n(]*)(?:\(\d+\))?$/gm)
    if (summaries.length === 0 && !/^No test files found/m.test(text)) return undefined
    const said = summaries.map(match => match[1]).join('\n')
    const wrong = sum(said, /(\d+) failed/g)
    const files = new Set(failedFrom(text, matches(text, failed)).map(test => test.told?.file))
    const unloaded = sum(text, /^ Test Files {2}(\d+) failed/gm) > files.size
    const besides = unloaded
      ? 'a test file could not be loaded'
      : /^ +Errors {2}\d/m.test(text)
        ? 'an error outside of the tests'
        : undefined
    return { ran: wrong + sum(said, /(\d+) passed/g), failed: wrong, ...(besides === undefined ? {} : { besides }) }
  },
  alone({ name }, { file }) {
    if (file === undefined) return undefined
    const titles = name.startsWith(`${file} > `)
      ? name.slice(file.length + 3)
      : name.replace(/^.*?\S\.\w+ (?:>|›) /, '')
    const pattern = `--testNamePattern=^\\s*${escapedTitles(titles)}$`
    return { args: [file, pattern, '--reporter=default', '--retry=0', '--coverage.enabled=false', '--no-watch'] }
  },
})
