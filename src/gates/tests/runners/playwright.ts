import { defineRunner, escaped, failedFrom, matches, programName, sum } from '../runner.ts'

const failure =
  /^ {4}(?:\[(?<within>[^\]\n]{1,200})\] › )?(?<file>[^\s›][^›\n]*?):(?<line>\d+):\d+ › (?<name>[^\n]+?)(?: ─*)?$/gm

export default defineRunner({
  id: 'playwright',
  named: ([program = '', verb = '']) => (programName(program) === 'playwright' && verb === 'test' ? 2 : 0),
  drops:
    /^(?:-g|--grep|--grep-invert|--reporter|--retries|--shard|-x|--max-failures|--last-failed|--only-changed|--ui|--ui-host|--ui-port|--pass-with-no-tests|--repeat-each)(?:=|$)/,
  takesValue:
    /^(?:-g|-c|-j|--(?:grep|grep-invert|reporter|retries|shard|max-failures|config|workers|timeout|output|browser|project|global-timeout|tsconfig|trace|repeat-each|ui-host|ui-port))$/,
  // Flaky ones, which a retry of its own let pass, are listed below `1 flaky`.
  failedIn: text => {
    const blocks = matches(text, /^ {2}\d+ failed\n(?: {4}.*\n?)+/gm).map(match => match[0])
    return blocks.flatMap(block => failedFrom(block, matches(block, failure)))
  },
  tally(text) {
    const said = (word: string) => sum(text, new RegExp(`^ {2}(\\d+) ${word}(?: \\([\\d.]+m?s?\\))?$`, 'gm'))
    if (/^Error: No tests found/m.test(text)) return { ran: 0, failed: 0 }
    if (!/^ {2}\d+ (?:passed|failed|skipped|flaky|did not run)/m.test(text)) return undefined
    const besides =
      said('interrupted') > 0 || said('did not run') > 0
        ? 'tests that did not run'
        : /not a part of any test/.test(text)
          ? 'an error outside of the tests'
          : undefined
    const failed = said('failed')
    const ran = failed + sum(text, /^ {2}(\d+) passed/gm) + said('flaky')
    return { ran, failed, ...(besides === undefined ? {} : { besides }) }
  },
  alone({ name, within }, { file }) {
    if (file === undefined) return undefined
    // What it matches ends with the tags that a test was given.
    const titles = name.split(' › ').map(escaped).join(' ')
    const project = within === undefined ? [] : [`--project=${within}`]
    return {
      args: [
        `${escaped(file)}$`,
        `--grep=(?:^|\\s)${titles}(?:\\s@\\S+)*$`,
        ...project,
        '--reporter=list',
        '--retries=0',
      ],
    }
  },
})
