import type { FailedTest } from '../report.ts'
import { defineRunner, failedFrom, matches, programName } from '../runner.ts'

const failed = /^(?:FAILED|ERROR) (?<name>(?<file>[^\n:]+?\.py)::[^\s[]+(?:\[.*?\](?= - |$))?)(?: - .*)?$/gm

export default defineRunner({
  id: 'pytest',
  named: ([program = '', next = '']) =>
    /^(?:pytest|py\.test)$/.test(programName(program)) ? 1 : program === '-m' && next === 'pytest' ? 2 : 0,
  drops:
    /^(?:-q+|-x|--quiet|--exitfirst|--maxfail|--lf|--last-failed|--ff|--failed-first|--nf|--new-first|--sw|--stepwise|-n|--numprocesses|--dist|--cov\S*|--junit-?xml|--reruns|--reruns-delay|-r\w*|--no-summary|--co|--collect-only)(?:=|$)/,
  takesValue:
    /^(?:-k|-m|-c|-n|-o|-p|-W|-r|--(?:maxfail|numprocesses|dist|rootdir|confcutdir|ignore|ignore-glob|deselect|import-mode|durations|tb|junit-?xml|junit-prefix|reruns|reruns-delay|override-ini|basetemp|ds|dc|settings))$/,
  failedIn: text => failedFrom(text, matches(text, failed)),
  tally(text) {
    if (/^(?:=+ )?no tests ran in /m.test(text)) return { ran: 0, failed: 0 }
    const said = matches(text, /^(?:=+ )?((?:\d+ [a-z]+, )*\d+ [a-z]+) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$/gm)
    if (said.length === 0) return undefined
    const of = (word: RegExp) =>
      said
        .flatMap(match => match[1]!.split(', '))
        .reduce((sum, item) => sum + (word.test(item) ? Number.parseInt(item, 10) : 0), 0)
    const wrong = of(/ failed$| errors?$/)
    const unloaded = /^ERROR [^\n:]+(?: - .*)?$/m.test(text)
    return {
      ran: wrong + of(/ passed$| xfailed$| xpassed$/),
      failed: wrong,
      ...(unloaded ? { besides: 'a test file could not be loaded' } : {}),
    }
  },
  alone(test, { paths }) {
    const id = test.junit === undefined ? test.name : idOf(test.junit, test, paths)
    // In front of a path that might begin like an option or like a file of arguments.
    return id?.includes('::') ? { args: [`./${id.replace(/^(?:\.\/)+/, '')}`, '-rfE'] } : undefined
  },
})

/** A report names modules and classes alike by dots. */
function idOf(
  { owner, name }: NonNullable<FailedTest['junit']>,
  { told }: FailedTest,
  paths: readonly string[],
): string | undefined {
  const known = new Set(paths)
  const parts = owner.split('.')
  for (let length = parts.length; length > 0; length--) {
    const file = `${parts.slice(0, length).join('/')}.py`
    if (known.has(file)) return [file, ...parts.slice(length), name].join('::')
  }
  return told !== undefined && known.has(told.file) ? `${told.file}::${name}` : undefined
}
