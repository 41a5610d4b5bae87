import { defineRunner, escaped, failedFrom, matches, programName } from '../runner.ts'

const summary =
  /^(\d+) examples?, (\d+) failures?(?:, (\d+) pending)?(?:, (\d+) errors? occurred outside of examples)?$/gm

export default defineRunner({
  id: 'rspec',
  named: ([program = '']) => (programName(program) === 'rspec' ? 1 : 0),
  drops:
    /^(?:-e|-E|--example|--example-matches|-f|--format|-o|--out|--fail-fast|--no-fail-fast|--only-failures|--next-failure|-n|-P|--pattern|--profile|-p|--bisect|--dry-run|--force-colou?r)(?:=|$)/,
  takesValue:
    /^(?:-e|-E|-f|-o|-r|-t|-I|-O|-P|--(?:example|example-matches|format|out|require|tag|options|order|seed|pattern|exclude-pattern|default-path|failure-exit-code))$/,
  failedIn: text =>
    failedFrom(text, matches(text, /^rspec '?(?<file>[^\s:'[]+)(?::(?<line>\d+)|\[[\d:]+\])'? # (?<name>.+)$/gm)).map(
      test => ({ ...test, trace: '' }),
    ),
  tally(text) {
    const said = matches(text, summary)
    if (said.length === 0) return undefined
    const of = (group: number) => said.reduce((sum, match) => sum + Number(match[group] ?? 0), 0)
    return {
      ran: of(1) - of(3),
      failed: of(2),
      ...(of(4) > 0 ? { besides: 'an error outside of the examples' } : {}),
    }
  },
  alone({ name, junit }, { file }) {
    if (file === undefined) return undefined
    return {
      args: [
        `./${file}`,
        '--example-matches',
        `^${escaped(junit?.name ?? name)}$`,
        '--format',
        'progress',
        '--no-fail-fast',
      ],
    }
  },
})
