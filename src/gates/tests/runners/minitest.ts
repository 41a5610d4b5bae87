import { defineRunner, escaped, failedFrom, matches, programName } from '../runner.ts'

export default defineRunner({
  id: 'minitest',
  named([program = '', ...words]) {
    const name = programName(program)
    if (/^(?:rails|rake)$/.test(name) && words[0] === 'test') return 2
    return name === 'ruby' && words.some(word => /(?:^|[/_])test(?:_\w+)?\.rb$/.test(word)) ? 1 : 0
  },
  drops: /^(?:-n|--name|-i|--include|-f|--fail-fast|-d|--defer-output)(?:=|$)/,
  takesValue: /^(?:-n|-i|-I|-r|-e|-s|--(?:name|include|exclude|seed|environment))$/,
  // In `ruby -Itest test/all_test.rb` the file is the program.
  keepsPaths: true,
  failedIn: text =>
    failedFrom(
      text,
      matches(
        text,
        /^(?: {2}\d+\) )?(?:Failure|Error):\n(?<name>[^\n#]+#test_[^\n]*?)(?: \[(?<file>[^\]\n]+?):(?<line>\d+)\])?:?$/gm,
      ),
    ),
  tally(text) {
    const said = matches(text, /^(\d+) runs, \d+ assertions, (\d+) failures, (\d+) errors, (\d+) skips$/gm)
    if (said.length === 0) return undefined
    const of = (group: number) => said.reduce((sum, match) => sum + Number(match[group]), 0)
    return { ran: of(1) - of(4), failed: of(2) + of(3) }
  },
  alone({ name, junit }, { called }) {
    const test = junit === undefined ? name : `${junit.owner}#${junit.name}`
    const pattern = `/^${escaped(test)}$/`
    if (programName(called[0] ?? '') !== 'rake') return { args: ['-n', pattern] }
    // rake hands this to a shell.
    return /^[\w:]+#\w+$/.test(test) ? { args: [], env: { TESTOPTS: `-n=/^${test}$/` } } : undefined
  },
})
