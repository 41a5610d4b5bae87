import { defineRunner, escaped, failedFrom, matches, programName, sum } from '../runner.ts'

export default defineRunner({
  id: 'node-test',
  named: ([program = '', ...words]) =>
    /^(?:node|tsx)$/.test(programName(program)) && words.includes('--test') ? 1 : 0,
  drops:
    /^--(?:test-(?:reporter|reporter-destination|name-pattern|skip-pattern|shard|only|rerun-failures)|watch|experimental-test-coverage)(?:=|$)/,
  takesValue:
    /^(?:-r|-C|--(?:require|import|loader|experimental-loader|env-file|conditions|tsconfig|test-(?:reporter|reporter-destination|name-pattern|skip-pattern|shard|concurrency|timeout|global-setup|rerun-failures)))$/,
  failedIn: text =>
    failedFrom(text, matches(text, /^test at (?<file>\S.*):(?<line>\d+):\d+\n✖ (?<name>\S.*?)(?: \([\d.]+ms\))?$/gm)),
  tally(text) {
    const said = (word: string) => sum(text, new RegExp(`^(?:ℹ|#|\\t?<!--) ${word} (\\d+)(?: -->)?$`, 'gm'))
    if (!/^(?:ℹ|#|\t?<!--) tests \d+(?: -->)?$/m.test(text)) return undefined
    // A test that holds others counts as failed when one of them did; a suite does not count.
    const around = matches(text, /^ *failureType: 'subtestsFailed'$/gm).length
    const suites = matches(text, /^ *type: 'suite'\n(?: *location: .*\n)? *failureType: 'subtestsFailed'$/gm).length
    const failed = said('fail') + said('cancelled') - (around - suites)
    return { ran: failed + said('pass'), failed }
  },
  alone({ name, told }, { file }) {
    if (file === undefined || told === undefined) return undefined
    const titles = name.split(' › ')
    const select = (names: readonly string[]) => ({
      args: [...new Set(names.map(one => `--test-name-pattern=/^${escaped(one)}$/`)), '--test-reporter=tap', file],
    })
    const narrow = [titles.at(-1)!, titles.join(' ')]
    // Older versions of Node match each title by itself, and look into a test (not into a suite) only when it matches too.
    return { ...select(narrow), wider: select([...narrow, ...titles]) }
  },
})
